"""How large a run is. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Numbers of a run; the defaults are the whole of it."""

    devices: int = 100
    events: int = 20_000
    api: int = 3
    ingest: int = 3
    workers: int = 2
    jobs: int = 400
    seconds: float = 60.0
    """Within which the devices tell everything."""
    limit_s: float = 300.0
    """After which whatever is missing counts as lost."""

    @property
    def per_device(self) -> int:
        """Events of one device."""
        return self.events // self.devices

    @property
    def total(self) -> int:
        """Events of them all."""
        return self.per_device * self.devices


SMALL = Options(devices=12, events=1_200, api=2, ingest=2, workers=2, jobs=40, seconds=12.0, limit_s=90.0)
"""For a test."""

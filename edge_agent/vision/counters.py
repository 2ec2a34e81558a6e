"""Pure: what a lane's pipeline counts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class PipelineCounters:
    """Since the pipeline was made."""

    frames: int = 0
    late: int = 0
    """Frames too old to time an alert."""
    clock_jumps: int = 0
    """Times a camera's clock ran back, so that its tracks and the lane's crossings ended."""
    faces: int = 0
    tracks: int = 0
    """Tracks seen in two frames or more; a single detection is no track."""
    rejoins: int = 0
    """Tracks among them that turned out to continue one that was lost from sight."""
    splits: int = 0
    """Tracks among them that began when another person took a track over."""
    gated: int = 0
    """Faces too poor to search."""
    unusable: int = 0
    """Tracks whose face was of no use for a second or more, so that the guard was asked to look."""
    unusable_by_reason: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """The same by what was wrong; a track may count under several."""
    extractions: int = 0
    searches: int = 0
    """Probes compared with the gallery of a list."""
    alerts: int = 0


class Tally:
    """Counts up; read from other threads as a value."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()

    @property
    def counters(self) -> PipelineCounters:
        """What has been counted so far."""
        return PipelineCounters(
            **dict(self._counts), unusable_by_reason=MappingProxyType(dict(self._reasons))
        )

    def add(self, **more: int) -> None:
        """Count up the counters of these names."""
        self._counts.update(more)

    def add_unusable(self, reasons: Iterable[str]) -> None:
        """Count a track whose face is of no use."""
        self.add(unusable=1)
        self._reasons.update(reasons)

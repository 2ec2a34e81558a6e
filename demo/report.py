"""What the demo measured: the one JSON object it prints."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

EXPECTED_VERDICTS = ["VALID", "INVALID", "CANNOT_TELL", "VALID"]


@dataclass(slots=True)
class DemoReport:
    """Filled as the story goes; the keys are an interface (others may be added)."""

    frames: int = 0
    tracks: int = 0
    searches: int = 0
    alerts: int = 0
    wrong_alerts: int = 0
    alerts_at_hub: int = 0
    decisions_at_hub: int = 0
    duplicates_at_hub: int = 0
    watchlist_version_hub: int = 0
    watchlist_version_edge: int = 0
    outage_events_lost: int = 0
    pack: str = ""
    p95_alert_ms: float | None = None
    screenshots: list[str] = field(default_factory=list)
    outage_events: int = 0
    decisions: int = 0
    certificate_verdicts: list[str] = field(default_factory=list)
    """As issued; altered; without a line; without a line, by what is kept on site."""
    set_up_s: float = 0.0
    story_s: float = 0.0

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return asdict(self)

    def in_words(self) -> str:
        """One line that says what the counting found."""
        return (
            f"{self.alerts} alerts, {self.wrong_alerts} of them wrong; {self.alerts_at_hub} alerts and "
            f"{self.decisions_at_hub} answers at the hub, {self.duplicates_at_hub} twice, "
            f"{self.outage_events_lost} lost in the outage"
        )

    @property
    def problems(self) -> list[str]:
        """What went wrong, in words; empty when the demo proved what it should."""
        expectations = (
            (self.alerts >= 1, "no alert was raised"),
            (self.wrong_alerts == 0, f"{self.wrong_alerts} alerts named the wrong person"),
            (
                self.alerts_at_hub == self.alerts,
                f"{self.alerts_at_hub} of {self.alerts} alerts are at the hub",
            ),
            (self.duplicates_at_hub == 0, f"{self.duplicates_at_hub} alerts are at the hub twice"),
            (self.outage_events_lost == 0, f"{self.outage_events_lost} events of the outage are lost"),
            (
                self.watchlist_version_hub == self.watchlist_version_edge,
                f"hub has version {self.watchlist_version_hub}, edge {self.watchlist_version_edge}",
            ),
            (
                self.certificate_verdicts == EXPECTED_VERDICTS,
                f"the certificate of origin was found {', '.join(self.certificate_verdicts)}",
            ),
        )
        return [words for holds, words in expectations if not holds]


def percentile_95(values: Sequence[float]) -> float | None:
    """Nearest-rank 95th percentile; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[math.ceil(0.95 * len(ordered)) - 1]

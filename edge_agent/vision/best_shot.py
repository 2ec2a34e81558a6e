"""Pure: keeps a track's best samples, chosen by quality alone, never by a comparison score."""

from dataclasses import dataclass
from datetime import datetime

from edge_agent.alerts.effects import Picture
from models.ports import Chip


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One face cut out of one frame."""

    sequence: int
    """Of the frame."""
    stream_s: float
    captured_at: datetime
    quality: float
    """Unified, 0 to 100."""
    chip: Chip
    """Aligned, for the extractor."""
    picture: Picture
    """Padded crop, for a person."""


Samples = tuple[Sample, ...]
"""Best first."""


@dataclass(frozen=True, slots=True)
class BestShotPolicy:
    """How many samples, and how far apart, so that they differ."""

    limit: int = 5
    spacing_s: float = 0.15


def improves(shots: Samples, quality: float, stream_s: float, policy: BestShotPolicy) -> bool:
    """Whether a face of this quality at this time would be kept; asked before it is cut out."""
    near = _near(shots, stream_s, policy)
    if near:
        return quality > max(shot.quality for shot in near)
    return len(shots) < policy.limit or quality > shots[-1].quality


def admit(shots: Samples, sample: Sample, policy: BestShotPolicy) -> Samples:
    """Put in a sample that improves, in place of those too near to it, else of the worst."""
    near = _near(shots, sample.stream_s, policy)
    kept = [shot for shot in shots if all(shot is not other for other in near)]
    ranked = sorted([*kept, sample], key=lambda shot: (-shot.quality, shot.stream_s))
    return tuple(ranked[: policy.limit])


def _near(shots: Samples, stream_s: float, policy: BestShotPolicy) -> Samples:
    return tuple(shot for shot in shots if abs(shot.stream_s - stream_s) < policy.spacing_s)

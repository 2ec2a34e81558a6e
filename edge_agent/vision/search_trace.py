"""Pure: one search as it was decided, for whoever has to say why."""

from dataclasses import dataclass
from datetime import datetime

from edge_agent.decision.identification import Identification
from edge_agent.gallery.port import CandidateList
from edge_agent.vision.track_record import TrackRecord
from edge_agent.watchlists.watchlist import Watchlist


@dataclass(frozen=True, slots=True)
class ShotSeen:
    """One of the track's best shots at the time of the search."""

    sequence: int
    """Of the frame."""
    stream_s: float
    quality: float
    """Unified, 0 to 100."""
    is_extracted: bool


@dataclass(frozen=True, slots=True)
class SearchTrace:
    """What went into one search of one list and what came out; numbers and ids, no template."""

    track_id: int
    camera_id: str
    list_id: str
    list_version: int
    at: datetime
    stream_s: float
    good_frames: int
    good_span_s: float
    is_supported: bool
    """Whether the track had shown enough of a face for a match."""
    shots: tuple[ShotSeen, ...]
    fused: int
    """Templates that went into the probe; the others were outliers."""
    candidates: CandidateList
    match: float
    review: float
    found: Identification


def trace_of(
    record: TrackRecord,
    fused: int,
    watchlist: Watchlist,
    answer: tuple[CandidateList, Identification],
    when: tuple[float, datetime],
    *,
    is_supported: bool,
) -> SearchTrace:
    """Put a search together; `when` is the stream time and the time of day."""
    return SearchTrace(
        record.track_id,
        record.camera_id,
        watchlist.list_id,
        watchlist.version,
        when[1],
        when[0],
        record.good_frames,
        record.good_span_s,
        is_supported,
        _shots_of(record),
        fused,
        answer[0],
        watchlist.thresholds.match,
        watchlist.thresholds.review,
        answer[1],
    )


def _shots_of(record: TrackRecord) -> tuple[ShotSeen, ...]:
    return tuple(
        ShotSeen(shot.sequence, shot.stream_s, shot.quality, shot.sequence in record.templates)
        for shot in record.shots
    )

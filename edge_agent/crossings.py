"""Pure: which sightings are one and the same crossing of the lane."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

SubjectKey = tuple[str, str]
"""List id and subject id."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Tracks of one passage that were found alike a subject; strangers have none."""

    crossing_id: str
    tracks: frozenset[int]
    subjects: frozenset[SubjectKey]
    last_s: float
    """Stream time of the last sight of any of its tracks."""


class Crossings:
    """Open crossings of one lane; a subject seen again within the window is in the same crossing."""

    def __init__(self, window_s: float, new_id: Callable[[datetime], str]) -> None:
        self._window_s = window_s
        self._new_id = new_id
        self._open: dict[str, Crossing] = {}

    def join(self, track: int, subject: SubjectKey, stream_s: float, at: datetime) -> Crossing:
        """Find the crossing of a track that was found alike a subject, or open one."""
        known = self._of_subject(subject) or self._of_track(track)
        crossing = known or Crossing(self._new_id(at), frozenset(), frozenset(), stream_s)
        crossing = replace(
            crossing,
            tracks=crossing.tracks | {track},
            subjects=crossing.subjects | {subject},
            last_s=max(crossing.last_s, stream_s),
        )
        self._open[crossing.crossing_id] = crossing
        return crossing

    def see(self, track: int, stream_s: float) -> tuple[Crossing, ...]:
        """Note that a track is still in view; returns the crossings it belongs to, mostly none."""
        seen = tuple(
            replace(c, last_s=max(c.last_s, stream_s)) for c in self._open.values() if track in c.tracks
        )
        self._open |= {crossing.crossing_id: crossing for crossing in seen}
        return seen

    def close_expired(self, stream_s: float) -> tuple[Crossing, ...]:
        """Close and return the crossings whose window has passed."""
        expired = tuple(c for c in self._open.values() if stream_s - c.last_s > self._window_s)
        for crossing in expired:
            del self._open[crossing.crossing_id]
        return expired

    def close_all(self) -> tuple[Crossing, ...]:
        """Close and return every crossing: the stream has ended."""
        closed = tuple(self._open.values())
        self._open.clear()
        return closed

    def _of_subject(self, subject: SubjectKey) -> Crossing | None:
        return next((c for c in self._open.values() if subject in c.subjects), None)

    def _of_track(self, track: int) -> Crossing | None:
        return next((c for c in self._open.values() if track in c.tracks), None)

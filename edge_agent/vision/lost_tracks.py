"""Pure: tracks just lost from sight, any of which a new one may turn out to continue."""

from edge_agent.vision.track_record import TrackRecord
from models.template import Template, comparison_score


class LostTracks:
    """Records of one lane's tracks for a few seconds after they were lost; then they are forgotten."""

    def __init__(self, window_s: float, same_face: float) -> None:
        """`same_face` is the score between two probes from which on they are one person."""
        self._window_s = window_s
        self._same_face = same_face
        self._lost: list[tuple[float, TrackRecord]] = []

    def add(self, record: TrackRecord, stream_s: float) -> None:
        """Remember a track that was lost at this time."""
        self._lost.append((stream_s, record))

    def take_alike(self, face: Template) -> TrackRecord | None:
        """Give back the track that showed this face, the most alike of several; None when none did."""
        known = [
            (comparison_score(face, r.face), -r.track_id, r) for _, r in self._lost if r.face is not None
        ]
        best = max(known, key=lambda each: each[:2], default=None)
        if best is None or best[0] < self._same_face:
            return None
        self._lost = [(at, record) for at, record in self._lost if record is not best[2]]
        return best[2]

    def take_expired(self, stream_s: float) -> tuple[TrackRecord, ...]:
        """Give up those whom nobody continued in time."""
        expired = tuple(record for at, record in self._lost if stream_s - at > self._window_s)
        self._lost = [(at, record) for at, record in self._lost if stream_s - at <= self._window_s]
        return expired

    def take_all(self) -> tuple[TrackRecord, ...]:
        """Give up all of them: the stream ended or began anew."""
        lost, self._lost = tuple(record for _, record in self._lost), []
        return lost

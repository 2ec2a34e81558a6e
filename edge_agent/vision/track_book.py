"""Pure: the tracks of one lane: begun, parted, joined, lost and forgotten."""

from collections.abc import Iterable, Sequence
from itertools import count

from edge_agent.crossings.crossings import DocumentRead
from edge_agent.decision.shadow import TrackScore
from edge_agent.vision.counters import Tally
from edge_agent.vision.fusion import Likeness
from edge_agent.vision.lost_tracks import LostTracks
from edge_agent.vision.pipeline_policy import PipelinePolicy
from edge_agent.vision.track_record import Seen, TrackRecord
from edge_agent.vision.tracking import TrackedFace, Tracker, TrackingStep
from hardware.frame import Frame
from models.face import FaceDetection


class TrackBook:
    """One per lane: each camera has its own tracker, all share the numbers.

    A track gets another number when it turns out to be somebody else, or somebody known.
    """

    def __init__(self, policy: PipelinePolicy, likeness: Likeness, tally: Tally) -> None:
        self._policy = policy
        self._tally = tally
        self._next_track = count(1)
        self._trackers: dict[str, Tracker] = {}
        self._clocks: dict[str, float] = {}
        self._records: dict[int, TrackRecord] = {}
        # Not beyond the crossing: who comes back after it is to be searched and raised anew.
        rejoin_s = min(policy.rejoin_s, policy.alerts.crossing_window_s - policy.tracker.lost_after_s)
        self._lost = LostTracks(rejoin_s, likeness.same_face)
        self._renamed: dict[int, int] = {}
        self._ended_scores: list[TrackScore] = []
        self.documents: dict[int, DocumentRead] = {}
        """By track: whose document was read while it was in view."""

    @property
    def records(self) -> tuple[TrackRecord, ...]:
        """Of the faces being followed."""
        return tuple(self._records.values())

    @property
    def cameras(self) -> tuple[str, ...]:
        """Whose frames were followed."""
        return tuple(self._trackers)

    def begin_frame(self) -> None:
        """Forget which tracks were renamed with the frame before."""
        self._renamed = {}

    def has_run_back(self, frame: Frame) -> bool:
        """Whether a camera's clock began anew; its old times mean nothing any more."""
        return frame.stream_s < self._clocks.get(frame.camera_id, frame.stream_s)

    def follow(self, frame: Frame, detections: Sequence[FaceDetection]) -> TrackingStep:
        """Take in the faces of one frame."""
        self._clocks[frame.camera_id] = frame.stream_s
        if frame.camera_id not in self._trackers:
            self._trackers[frame.camera_id] = Tracker(self._policy.tracker, self._next_track.__next__)
        return self._trackers[frame.camera_id].update(detections, frame.stream_s)

    def note(self, face: TrackedFace, frame: Frame) -> TrackRecord:
        """Give the record of a face in this frame, a new one for a new track."""
        record = self._records.get(face.track_id)
        if record is None:
            record = TrackRecord(face.track_id, frame.camera_id, frame.captured_at)
            self._records[face.track_id] = record
        record.hits += 1
        if record.hits == 2:
            self._tally.add(tracks=1)
        return record

    def number(self, face: TrackedFace) -> int:
        """Give the number that a face's track has by now."""
        return self._renamed.get(face.track_id, face.track_id)

    def record(self, face: TrackedFace) -> TrackRecord:
        """Give the record that a face's track has by now."""
        return self._records[self.number(face)]

    def drop_camera(self, camera_id: str) -> tuple[tuple[int, ...], float]:
        """Forget a camera; returns the tracks it followed and its last time."""
        return tuple(self._trackers.pop(camera_id).track_ids), self._clocks.pop(camera_id)

    def take(self, track: int) -> TrackRecord | None:
        """Give up a track that went out of sight."""
        return self._records.pop(track, None)

    def lose(self, record: TrackRecord, stream_s: float) -> None:
        """Remember a track for a while: somebody may turn out to continue it."""
        self._lost.add(record, stream_s)

    def forget_expired(self, stream_s: float) -> None:
        """Forget the lost ones whom nobody continued in time."""
        self._forget(self._lost.take_expired(stream_s))

    def forget_lost(self) -> None:
        """Forget all who were lost: the stream ended or began anew."""
        self._forget(self._lost.take_all())

    def newcomer(self, record: TrackRecord, seen: Seen) -> TrackRecord:
        """Part a track in two; returns the other person's."""
        self._tally.add(tracks=1, splits=1)
        return record.split(seen, next(self._next_track))

    def replace(self, record: TrackRecord, newcomer: TrackRecord) -> None:
        """Let another person's track go on where this one was."""
        self._renumber(record, newcomer.track_id)
        self._records[newcomer.track_id] = newcomer

    def rejoin_if_lost(self, record: TrackRecord) -> TrackRecord:
        """Let a track that shows the face of a lost one go on as that one."""
        earlier = None if record.face is None else self._lost.take_alike(record.face)
        if earlier is None:
            return record
        self._tally.add(rejoins=1)
        del self._records[record.track_id]
        self._renumber(record, earlier.track_id)
        if record.track_id in self.documents:
            self.documents[earlier.track_id] = self.documents.pop(record.track_id)
        earlier.carry_on(record, self._policy.shots)
        self._records[earlier.track_id] = earlier
        return earlier

    def take_scores(self) -> tuple[TrackScore, ...]:
        """Give up the scores of tracks that were forgotten."""
        taken, self._ended_scores = tuple(self._ended_scores), []
        return taken

    def _forget(self, records: Iterable[TrackRecord]) -> None:
        for record in records:
            self._ended_scores += record.top_scores.values()
            self.documents.pop(record.track_id, None)

    def _renumber(self, record: TrackRecord, number: int) -> None:
        self._trackers[record.camera_id].renumber(record.track_id, number)
        for known, current in self._renamed.items():
            if current == record.track_id:
                self._renamed[known] = number
        self._renamed.setdefault(record.track_id, number)

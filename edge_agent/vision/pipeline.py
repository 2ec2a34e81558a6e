"""Pure but for the networks: frames of one lane to tracks on the picture and effects."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from edge_agent.alerts.alerting import AlertBook, LaneIdentity, StandingAlert
from edge_agent.alerts.effects import Effect
from edge_agent.crossings.crossings import DocumentRead, OwnDocument
from edge_agent.vision.counters import PipelineCounters, Tally
from edge_agent.vision.face_look import FaceLook, InView, Measure
from edge_agent.vision.fusion import likeness_of
from edge_agent.vision.list_search import ListSearch, OnSearch, Question
from edge_agent.vision.pipeline_policy import PipelinePolicy
from edge_agent.vision.step_result import StepResult
from edge_agent.vision.track_book import TrackBook
from edge_agent.vision.track_record import Seen, TrackRecord, Versions
from edge_agent.vision.track_views import track_view
from edge_agent.vision.tracking import TrackedFace
from edge_agent.watchlists.watchlist import Watchlist
from hardware.frame import Frame
from models.engine import FaceEngine
from models.image_quality import measure_quality

__all__ = ["LaneIdentity", "LanePipeline", "PipelineCounters", "PipelinePolicy", "StepResult"]


class LanePipeline:
    """One per lane: its cameras share the crossings, each has its own tracker.

    Times are `Frame.stream_s`; the cameras of a lane are to share that clock, as live ones do. The
    same frames with the same ids give the same effects. Non-matches leave nothing behind.
    """

    def __init__(
        self,
        engine: FaceEngine,
        policy: PipelinePolicy,
        lane: LaneIdentity,
        new_id: Callable[[datetime], str],
        *,
        measure: Measure = measure_quality,
        on_search: OnSearch | None = None,
    ) -> None:
        self._engine = engine
        self._policy = policy
        same_face = engine.calibration.score_at_fmr(policy.alerts.same_face_fmr)
        self._book = AlertBook(lane, engine.pack, policy.alerts, new_id, same_face)
        self._standing: tuple[StandingAlert, ...] = ()
        self._likeness = likeness_of(engine.calibration)
        self._tally = Tally()
        self._tracks = TrackBook(policy, self._likeness, self._tally)
        self._faces = FaceLook(engine, policy, measure, self._tally)
        self._lists = ListSearch(self._book, policy.decision, self._tally, on_search)
        self._watchlists: tuple[Watchlist, ...] = ()

    @property
    def counters(self) -> PipelineCounters:
        """What has been done so far."""
        return self._tally.counters

    @property
    def tracks_now(self) -> int:
        """Faces being followed."""
        return len(self._tracks.records)

    @property
    def unusable_now(self) -> int:
        """Faces in view that the guard has been asked to look at, as of each camera's newest frame."""
        return sum(record.usability.is_unusable for record in self._tracks.records)

    @property
    def open_alerts(self) -> int:
        """Alerts whose crossing has not ended."""
        return self._book.open_alerts

    def resume(self, standing: Sequence[StandingAlert]) -> None:
        """Take up, with the next frame, the alerts that stood open when the edge was stopped."""
        self._standing = tuple(standing)

    def read_document(self, read: DocumentRead) -> StepResult:
        """Take in that a document was read; nobody's where a camera sees two faces or more."""
        records = self._tracks.records
        if len({record.camera_id for record in records}) < len(records):
            return StepResult((), ())
        tracks = [record.track_id for record in records]
        self._tracks.documents |= dict.fromkeys(tracks, read)
        effects = [effect for track in tracks for effect in self._book.read_document(track, read)]
        return StepResult((), tuple(effects), (), self._own_documents())

    def process(
        self, frame: Frame, watchlists: Sequence[Watchlist], late_at: datetime | None = None
    ) -> StepResult:
        """Take in one frame and search the lists in force.

        A frame that comes late is evidence like any other, but its time is no alert's time: `late_at` is.
        """
        self._watchlists = tuple(watchlists)
        self._tracks.begin_frame()
        at = late_at or frame.captured_at
        effects = self._restart_if_clock_ran_back(frame)
        self._take_up(frame.stream_s, at)
        detections = self._engine.detector.detect(frame.image)
        self._tally.add(frames=1, late=int(late_at is not None), faces=len(detections))
        step = self._tracks.follow(frame, detections)
        alerts: list[str] = []
        for face in step.seen:
            effects += self._look(face, frame, at)
            alerts += self._book.see(self._tracks.number(face), frame.stream_s)
        for track in step.ended:
            effects += self._end_track(track, frame.stream_s, at)
        self._tracks.forget_expired(frame.stream_s)
        effects += self._book.expire(frame.stream_s, at)
        views = tuple(track_view(self._tracks.record(face), face, frame) for face in step.seen)
        in_view, scores = tuple(dict.fromkeys(alerts)), self._tracks.take_scores()
        return StepResult(views, tuple(effects), in_view, self._own_documents(), scores)

    def pause(self, at: datetime) -> StepResult:
        """End every track and leave the crossings to whoever resumes them: the edge is being stopped."""
        effects: list[Effect] = []
        for camera_id in self._tracks.cameras:
            effects += self._end_camera(camera_id, at)
        return StepResult((), tuple(effects), track_scores=self._tracks.take_scores())

    def finish(self, at: datetime) -> StepResult:
        """End every track and crossing: the stream has ended; the pipeline can be used again."""
        self._take_up(0.0, at)
        paused = self.pause(at)
        effects = [*paused.effects, *self._book.finish(at)]
        self._watchlists = ()
        return replace(paused, effects=tuple(effects))

    def _restart_if_clock_ran_back(self, frame: Frame) -> list[Effect]:
        """End everything of a camera that began anew."""
        if not self._tracks.has_run_back(frame):
            return []
        self._tally.add(clock_jumps=1)
        at = frame.captured_at
        return [*self._end_camera(frame.camera_id, at), *self._book.finish(at)]

    def _end_camera(self, camera_id: str, at: datetime) -> list[Effect]:
        tracks, stream_s = self._tracks.drop_camera(camera_id)
        effects = [effect for track in tracks for effect in self._end_track(track, stream_s, at)]
        self._tracks.forget_lost()
        return effects

    def _take_up(self, stream_s: float, at: datetime) -> None:
        self._book.resume(self._standing, stream_s, at)
        self._standing = ()

    def _look(self, face: TrackedFace, frame: Frame, at: datetime) -> list[Effect]:
        record, now = self._tracks.note(face, frame), (face, frame)
        quality = self._faces.quality(record, now)
        if quality is None:
            return []
        self._faces.keep(record, now, quality, self._likeness)
        if record.has_newcomer(self._policy.search):
            return self._split(record, record.doubts, frame.stream_s, at)
        return self._search_if_due(record, frame.stream_s, at, now)

    def _end_track(self, track: int, stream_s: float, at: datetime) -> list[Effect]:
        """Search once more for a track that went out of sight, and remember it for a while."""
        record = self._tracks.take(track)
        if record is None:
            return []
        effects = self._search_if_due(record, stream_s, at, None)
        self._tracks.lose(record, stream_s)
        return effects

    def _split(self, record: TrackRecord, seen: Seen, stream_s: float, at: datetime) -> list[Effect]:
        """End a track that another person has taken over; that person gets one, searched like any other."""
        self._tracks.replace(record, self._tracks.newcomer(record, seen))
        effects = self._end_track(record.track_id, stream_s, at)
        for other in self._tracks.records:
            self._tracks.rejoin_if_lost(other)
        return effects

    def _split_at_end(self, record: TrackRecord, seen: Seen, stream_s: float, at: datetime) -> list[Effect]:
        newcomer = self._tracks.newcomer(record, seen)
        self._tracks.lose(newcomer, stream_s)
        return [e for each in (record, newcomer) for e in self._search_if_due(each, stream_s, at, None)]

    def _search_if_due(
        self, record: TrackRecord, stream_s: float, at: datetime, now: InView | None
    ) -> list[Effect]:
        """Search when there is better evidence; `now` is the face in view, None at the track's end."""
        if not self._watchlists:
            return []
        versions: Versions = tuple((w.list_id, w.version) for w in self._watchlists)
        if not record.is_due(self._policy.search, versions, is_ending=now is None):
            return []
        self._tally.add(extractions=record.extract(self._engine.extractor, self._policy.search))
        newcomer = record.newcomer(self._likeness)
        if newcomer:
            split = self._split_at_end if now is None else self._split
            return split(record, newcomer, stream_s, at)
        probe = record.probe(self._likeness)
        if now is not None and self._tracks.rejoin_if_lost(record) is not record:
            return []  # searched again with the next frame, if it has become better
        record.note_search(versions)
        document = self._tracks.documents.get(record.track_id)
        question = Question(record, probe, stream_s, at, document)
        return self._lists.ask(self._faces.with_attack_hint(question, now), self._watchlists)

    def _own_documents(self) -> tuple[OwnDocument, ...]:
        return tuple(
            OwnDocument(crossing_id, read.key)
            for track, read in self._tracks.documents.items()
            for crossing_id in self._book.crossings_of(track)
        )

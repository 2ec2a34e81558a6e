"""Pure but for the networks: frames of one lane to tracks on the picture and effects."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from itertools import count

from edge_agent.alerts.alerting import AlertBook, AlertPolicy, LaneIdentity, Sighting, StandingAlert
from edge_agent.alerts.effects import Effect, RaiseAlert
from edge_agent.crossings.crossings import DocumentRead, OwnDocument
from edge_agent.decision.identification import DecisionPolicy, Identification, identify
from edge_agent.decision.shadow import TrackScore
from edge_agent.vision.best_shot import BestShotPolicy, Sample
from edge_agent.vision.fusion import FusedTemplate, likeness_of
from edge_agent.vision.lost_tracks import LostTracks
from edge_agent.vision.probe_picture import cut_probe
from edge_agent.vision.quality import QualityGate
from edge_agent.vision.search_trace import SearchTrace, trace_of
from edge_agent.vision.track_record import SearchPolicy, Seen, TrackRecord, Versions
from edge_agent.vision.tracking import TrackedFace, Tracker, TrackerPolicy
from edge_agent.watchlists.watchlist import Watchlist
from hardware.frame import Frame, Image
from models.engine import FaceEngine
from models.face import FaceDetection
from models.image_quality import FaceQuality, measure_quality
from sync.lane_messages import TrackView
from sync.messages import Outcome

__all__ = ["LaneIdentity", "LanePipeline", "PipelineCounters", "PipelinePolicy", "StepResult"]

Measure = Callable[[Image, FaceDetection], FaceQuality]
OnSearch = Callable[[SearchTrace], None]

CANDIDATES = 2
"""The best subject and the second, for the margin."""


@dataclass(frozen=True, slots=True)
class PipelinePolicy:
    """Every number the pipeline decides by."""

    tracker: TrackerPolicy = field(default_factory=TrackerPolicy)
    gate: QualityGate = field(default_factory=QualityGate)
    shots: BestShotPolicy = field(default_factory=BestShotPolicy)
    search: SearchPolicy = field(default_factory=SearchPolicy)
    decision: DecisionPolicy = field(default_factory=DecisionPolicy)
    alerts: AlertPolicy = field(default_factory=AlertPolicy)
    rejoin_s: float = 2.5
    """For how long a track that was lost may be continued by whoever shows the same face."""


@dataclass(frozen=True, slots=True)
class PipelineCounters:
    """Since the pipeline was made."""

    frames: int = 0
    late: int = 0
    """Frames too old to time an alert."""
    faces: int = 0
    tracks: int = 0
    """Tracks seen in two frames or more; a single detection is no track."""
    rejoins: int = 0
    """Tracks among them that turned out to continue one that was lost from sight."""
    splits: int = 0
    """Tracks among them that began when another person took a track over."""
    gated: int = 0
    """Faces too poor to search."""
    extractions: int = 0
    searches: int = 0
    """Probes compared with the gallery of a list."""
    alerts: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class StepResult:
    """What one frame came to."""

    tracks: tuple[TrackView, ...]
    effects: tuple[Effect, ...]
    alerts_in_view: tuple[str, ...] = ()
    """Ids of the open alerts whose subject is in this very frame."""
    own_documents: tuple[OwnDocument, ...] = ()
    """Documents that are known to be a listed traveller's own, as long as the track lasts."""
    track_scores: tuple[TrackScore, ...] = ()
    """The best score in each list of the tracks that ended."""


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
        self._measure = measure
        self._on_search = on_search
        self._policy = policy
        same_face = engine.calibration.score_at_fmr(policy.alerts.same_face_fmr)
        self._book = AlertBook(lane, engine.pack, policy.alerts, new_id, same_face)
        self._standing: tuple[StandingAlert, ...] = ()
        self._documents: dict[int, DocumentRead] = {}
        self._next_track = count(1)
        self._trackers: dict[str, Tracker] = {}
        self._clocks: dict[str, float] = {}
        self._records: dict[int, TrackRecord] = {}
        self._likeness = likeness_of(engine.calibration)
        # Not beyond the crossing: who comes back after it is to be searched and raised anew.
        rejoin_s = min(policy.rejoin_s, policy.alerts.crossing_window_s - policy.tracker.lost_after_s)
        self._lost = LostTracks(rejoin_s, self._likeness.same_face)
        self._renamed: dict[int, int] = {}
        self._ended_scores: list[TrackScore] = []
        self._watchlists: tuple[Watchlist, ...] = ()
        self._counts = dict.fromkeys((counter.name for counter in fields(PipelineCounters)), 0)

    @property
    def counters(self) -> PipelineCounters:
        """What has been done so far."""
        return PipelineCounters(**self._counts)

    @property
    def tracks_now(self) -> int:
        """Faces being followed."""
        return len(self._records)

    @property
    def open_alerts(self) -> int:
        """Alerts whose crossing has not ended."""
        return self._book.open_alerts

    def resume(self, standing: Sequence[StandingAlert]) -> None:
        """Take up, with the next frame, the alerts that stood open when the edge was stopped."""
        self._standing = tuple(standing)

    def read_document(self, read: DocumentRead) -> StepResult:
        """Take in that a document was read; nobody's where a camera sees two faces or more."""
        cameras = [record.camera_id for record in self._records.values()]
        if len(set(cameras)) < len(cameras):
            return StepResult((), ())
        self._documents |= dict.fromkeys(self._records, read)
        effects = [effect for track in self._records for effect in self._book.read_document(track, read)]
        return StepResult((), tuple(effects), (), self._own_documents())

    def process(
        self, frame: Frame, watchlists: Sequence[Watchlist], late_at: datetime | None = None
    ) -> StepResult:
        """Take in one frame and search the lists in force.

        A frame that comes late is evidence like any other, but its time is no alert's time: `late_at` is.
        """
        self._watchlists = tuple(watchlists)
        self._renamed = {}
        at = late_at or frame.captured_at
        effects = self._restart_if_clock_ran_back(frame)
        self._take_up(frame.stream_s, at)
        self._clocks[frame.camera_id] = frame.stream_s
        detections = self._engine.detector.detect(frame.image)
        self._count(frames=1, late=int(late_at is not None), faces=len(detections))
        step = self._tracker(frame.camera_id).update(detections, frame.stream_s)
        alerts: list[str] = []
        for face in step.seen:
            effects += self._look(face, frame, at)
            alerts += self._book.see(self._number(face), frame.stream_s)
        for track in step.ended:
            effects += self._end_track(track, frame.stream_s, at)
        self._forget(self._lost.take_expired(frame.stream_s))
        effects += self._book.expire(frame.stream_s, at)
        in_view = tuple(dict.fromkeys(alerts))
        return StepResult(
            self._views(step.seen, frame), tuple(effects), in_view, self._own_documents(), self._take_scores()
        )

    def pause(self, at: datetime) -> StepResult:
        """End every track and leave the crossings to whoever resumes them: the edge is being stopped."""
        effects: list[Effect] = []
        for camera_id in tuple(self._trackers):
            effects += self._end_camera(camera_id, at)
        return StepResult((), tuple(effects), track_scores=self._take_scores())

    def finish(self, at: datetime) -> StepResult:
        """End every track and crossing: the stream has ended; the pipeline can be used again."""
        self._take_up(0.0, at)
        paused = self.pause(at)
        effects = [*paused.effects, *self._book.finish(at)]
        self._watchlists = ()
        return replace(paused, effects=tuple(effects))

    def _tracker(self, camera_id: str) -> Tracker:
        if camera_id not in self._trackers:
            self._trackers[camera_id] = Tracker(self._policy.tracker, self._next_track.__next__)
        return self._trackers[camera_id]

    def _restart_if_clock_ran_back(self, frame: Frame) -> list[Effect]:
        """End everything of a camera that began anew; its old times mean nothing any more."""
        if frame.stream_s >= self._clocks.get(frame.camera_id, frame.stream_s):
            return []
        at = frame.captured_at
        return [*self._end_camera(frame.camera_id, at), *self._book.finish(at)]

    def _end_camera(self, camera_id: str, at: datetime) -> list[Effect]:
        tracker = self._trackers.pop(camera_id)
        stream_s = self._clocks.pop(camera_id)
        effects = [effect for t in tracker.track_ids for effect in self._end_track(t, stream_s, at)]
        self._forget(self._lost.take_all())
        return effects

    def _look(self, face: TrackedFace, frame: Frame, at: datetime) -> list[Effect]:
        record = self._record(face, frame)
        quality = self._measure(frame.image, face.detection)
        record.reasons = self._policy.gate.reasons(quality)
        if record.reasons:
            self._count(gated=1)
            return []
        record.count_good(frame.stream_s)
        if record.wants(quality.unified, frame.stream_s, self._policy.shots):
            record.keep(self._sample(face, frame, quality.unified), self._policy.shots)
        if record.is_recheck_due(frame.stream_s, self._policy.search):
            sample = self._sample(face, frame, quality.unified)
            record.recheck(sample, self._engine.extractor, self._likeness)
            self._count(extractions=1)
            if record.has_newcomer(self._policy.search):
                return self._split(record, record.doubts, frame.stream_s, at)
        return self._search_if_due(record, frame.stream_s, at, (face, frame))

    def _record(self, face: TrackedFace, frame: Frame) -> TrackRecord:
        record = self._records.get(face.track_id)
        if record is None:
            record = TrackRecord(face.track_id, frame.camera_id, frame.captured_at)
            self._records[face.track_id] = record
        record.hits += 1
        if record.hits == 2:
            self._count(tracks=1)
        return record

    def _sample(self, face: TrackedFace, frame: Frame, quality: float) -> Sample:
        return Sample(
            frame.sequence,
            frame.stream_s,
            frame.captured_at,
            quality,
            self._engine.extractor.align(frame.image, face.detection),
            cut_probe(frame.image, face.detection.box),
        )

    def _end_track(self, track: int, stream_s: float, at: datetime) -> list[Effect]:
        """Search once more for a track that went out of sight, and remember it for a while."""
        record = self._records.pop(track, None)
        if record is None:
            return []
        effects = self._search_if_due(record, stream_s, at, None)
        self._lost.add(record, stream_s)
        return effects

    def _forget(self, records: Iterable[TrackRecord]) -> None:
        for record in records:
            self._ended_scores += record.top_scores.values()
            self._documents.pop(record.track_id, None)

    def _split(self, record: TrackRecord, seen: Seen, stream_s: float, at: datetime) -> list[Effect]:
        """End a track that another person has taken over; that person gets one, searched like any other."""
        newcomer = self._newcomer(record, seen)
        self._renumber(record, newcomer.track_id)
        self._records[newcomer.track_id] = newcomer
        effects = self._end_track(record.track_id, stream_s, at)
        for other in tuple(self._records.values()):
            self._rejoin_if_lost(other)
        return effects

    def _split_at_end(self, record: TrackRecord, seen: Seen, stream_s: float, at: datetime) -> list[Effect]:
        newcomer = self._newcomer(record, seen)
        self._lost.add(newcomer, stream_s)
        return [e for each in (record, newcomer) for e in self._search_if_due(each, stream_s, at, None)]

    def _newcomer(self, record: TrackRecord, seen: Seen) -> TrackRecord:
        self._count(tracks=1, splits=1)
        return record.split(seen, next(self._next_track))

    def _rejoin_if_lost(self, record: TrackRecord) -> TrackRecord:
        """Let a track that shows the face of a lost one go on as that one."""
        earlier = None if record.face is None else self._lost.take_alike(record.face)
        if earlier is None:
            return record
        self._count(rejoins=1)
        del self._records[record.track_id]
        self._renumber(record, earlier.track_id)
        if record.track_id in self._documents:
            self._documents[earlier.track_id] = self._documents.pop(record.track_id)
        earlier.carry_on(record, self._policy.shots)
        self._records[earlier.track_id] = earlier
        return earlier

    def _renumber(self, record: TrackRecord, number: int) -> None:
        self._trackers[record.camera_id].renumber(record.track_id, number)
        for known, current in self._renamed.items():
            if current == record.track_id:
                self._renamed[known] = number
        self._renamed.setdefault(record.track_id, number)

    def _number(self, face: TrackedFace) -> int:
        """Give the number that a face's track has by now."""
        return self._renamed.get(face.track_id, face.track_id)

    def _take_scores(self) -> tuple[TrackScore, ...]:
        taken, self._ended_scores = tuple(self._ended_scores), []
        return taken

    def _own_documents(self) -> tuple[OwnDocument, ...]:
        return tuple(
            OwnDocument(crossing_id, read.key)
            for track, read in self._documents.items()
            for crossing_id in self._book.crossings_of(track)
        )

    def _take_up(self, stream_s: float, at: datetime) -> None:
        self._book.resume(self._standing, stream_s, at)
        self._standing = ()

    def _search_if_due(
        self, record: TrackRecord, stream_s: float, at: datetime, now: tuple[TrackedFace, Frame] | None
    ) -> list[Effect]:
        """Search when there is better evidence; `now` is the face in view, None at the track's end."""
        if not self._watchlists:
            return []
        versions: Versions = tuple((w.list_id, w.version) for w in self._watchlists)
        if not record.is_due(self._policy.search, versions, is_ending=now is None):
            return []
        self._count(extractions=record.extract(self._engine.extractor, self._policy.search))
        newcomer = record.newcomer(self._likeness)
        if newcomer:
            split = self._split_at_end if now is None else self._split
            return split(record, newcomer, stream_s, at)
        probe = record.probe(self._likeness)
        if now is not None and self._rejoin_if_lost(record) is not record:
            return []  # searched again with the next frame, if it has become better
        record.note_search(versions)
        sightings = [self._search(record, probe, watchlist, stream_s, at) for watchlist in self._watchlists]
        return [e for s in sightings if s is not None for e in self._report(s, now)]

    def _search(
        self, record: TrackRecord, probe: FusedTemplate, watchlist: Watchlist, stream_s: float, at: datetime
    ) -> Sighting | None:
        """Ask one list; None for a non-match."""
        found = self._identify(record, probe, watchlist, (stream_s, at))
        record.note_outcome(found.outcome)
        if found.candidate is not None:
            record.note_score(_track_score(watchlist, found, found.candidate.comparison_score))
        if found.outcome is Outcome.NON_MATCH:
            return None
        best = record.shots[0]
        return Sighting(
            record.track_id,
            record.camera_id,
            found,
            watchlist,
            best.picture,
            best.quality,
            None,
            probe.used,
            record.first_seen_at,
            at,
            stream_s,
            probe.template,
            self._documents.get(record.track_id),
        )

    def _identify(
        self, record: TrackRecord, probe: FusedTemplate, watchlist: Watchlist, when: tuple[float, datetime]
    ) -> Identification:
        self._count(searches=1)
        decision = self._policy.decision
        is_supported = decision.supports_match(record.good_frames, record.good_span_s)
        candidates = watchlist.gallery.search(probe.template, CANDIDATES)
        likeness = watchlist.likeness(candidates)
        found = identify(
            candidates, watchlist.thresholds, decision, is_supported=is_supported, likeness=likeness
        )
        if self._on_search is not None:
            answer = (candidates, found)
            self._on_search(trace_of(record, probe.used, watchlist, answer, when, is_supported=is_supported))
        return found

    def _report(self, sighting: Sighting, now: tuple[TrackedFace, Frame] | None) -> tuple[Effect, ...]:
        attack_detector = self._engine.attack_detector
        if attack_detector is not None and now is not None:
            face, frame = now
            score = attack_detector.bona_fide_score(frame.image, face.detection)
            threshold = self._engine.attack_hint_threshold
            sighting = replace(sighting, bona_fide_score=score, attack_hint_threshold=threshold)
        effects = self._book.report(sighting)
        self._count(alerts=sum(isinstance(effect, RaiseAlert) for effect in effects))
        return effects

    def _views(self, faces: Sequence[TrackedFace], frame: Frame) -> tuple[TrackView, ...]:
        return tuple(_view(self._records[self._number(face)], face, frame) for face in faces)

    def _count(self, **more: int) -> None:
        for name, number in more.items():
            self._counts[name] += number


def _track_score(watchlist: Watchlist, found: Identification, score: float) -> TrackScore:
    return TrackScore(
        watchlist.list_id,
        watchlist.version,
        watchlist.contract.contract_id,
        watchlist.gallery.references,
        score,
        found.outcome is not Outcome.NON_MATCH,
        watchlist.thresholds.match,
    )


def _view(record: TrackRecord, face: TrackedFace, frame: Frame) -> TrackView:
    box = face.detection.box
    left, top = max(0.0, box.x / frame.width), max(0.0, box.y / frame.height)
    right = min(1.0, (box.x + box.width) / frame.width)
    bottom = min(1.0, (box.y + box.height) / frame.height)
    return TrackView(
        track_id=record.track_id,
        x=min(left, 1.0),
        y=min(top, 1.0),
        width=max(0.0, right - left),
        height=max(0.0, bottom - top),
        status=record.status,
        reasons=record.reasons if record.status == "too-poor" else (),
    )

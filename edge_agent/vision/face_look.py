"""Pure but for the networks: one look at one face: is it usable, and what of it is worth keeping."""

from collections.abc import Callable
from dataclasses import replace

from edge_agent.vision.best_shot import Sample
from edge_agent.vision.counters import Tally
from edge_agent.vision.fusion import Likeness
from edge_agent.vision.list_search import Question
from edge_agent.vision.pipeline_policy import PipelinePolicy
from edge_agent.vision.probe_picture import cut_probe
from edge_agent.vision.track_record import TrackRecord
from edge_agent.vision.tracking import TrackedFace
from edge_agent.vision.usability import hindrances
from hardware.frame import Frame, Image
from models.engine import FaceEngine
from models.face import FaceDetection
from models.image_quality import FaceQuality

Measure = Callable[[Image, FaceDetection], FaceQuality]
InView = tuple[TrackedFace, Frame]


class FaceLook:
    """Measures, gates, keeps best shots, and asks for signs of an attack."""

    def __init__(self, engine: FaceEngine, policy: PipelinePolicy, measure: Measure, tally: Tally) -> None:
        self._engine = engine
        self._policy = policy
        self._measure = measure
        self._tally = tally

    def quality(self, record: TrackRecord, now: InView) -> FaceQuality | None:
        """Measure a face and note what is wrong with it; None for one too poor to be searched."""
        face, frame = now
        quality = self._measure(frame.image, face.detection)
        record.reasons = self._policy.gate.reasons(quality)
        self._note_usability(record, quality, frame.stream_s)
        if record.reasons:
            self._tally.add(gated=1)
            return None
        record.count_good(frame.stream_s)
        return quality

    def keep(self, record: TrackRecord, now: InView, quality: FaceQuality, likeness: Likeness) -> None:
        """Keep what is among the best shots, and check now and then that it is still the same person."""
        stream_s = now[1].stream_s
        if record.wants(quality.unified, stream_s, self._policy.shots):
            record.keep(self._sample(now, quality.unified), self._policy.shots)
        if record.is_recheck_due(stream_s, self._policy.search):
            record.recheck(self._sample(now, quality.unified), self._engine.extractor, likeness)
            self._tally.add(extractions=1)

    def with_attack_hint(self, question: Question, now: InView | None) -> Question:
        """Ask once a search whether the face in view may be a picture; whoever it is, the guard is told."""
        detector, threshold = self._engine.attack_detector, self._engine.attack_hint_threshold
        if detector is None or now is None:
            return question
        face, frame = now
        score = detector.bona_fide_score(frame.image, face.detection)
        is_picture = threshold is not None and score < threshold
        question.record.usability = question.record.usability.judged(is_picture=is_picture)
        return replace(question, bona_fide_score=score, attack_hint_threshold=threshold)

    def _note_usability(self, record: TrackRecord, quality: FaceQuality, stream_s: float) -> None:
        policy = self._policy.usability
        reasons = hindrances(record.reasons, quality, policy)
        record.usability = record.usability.seen(reasons, stream_s, policy)
        if record.usability.is_new:
            self._tally.add_unusable(record.usability.hints)

    def _sample(self, now: InView, quality: float) -> Sample:
        face, frame = now
        return Sample(
            frame.sequence,
            frame.stream_s,
            frame.captured_at,
            quality,
            self._engine.extractor.align(frame.image, face.detection),
            cut_probe(frame.image, face.detection.box),
        )

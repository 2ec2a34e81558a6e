"""Pure: what a pipeline knows of one track while it lasts; forgotten with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from edge_agent.decision.shadow import TrackScore
from edge_agent.vision.best_shot import BestShotPolicy, Sample, Samples, admit, improves
from edge_agent.vision.fusion import FusedTemplate, Likeness, WeightedTemplate, face_change, fuse
from edge_agent.vision.usability import Usability
from models.ports import TemplateExtractor
from models.template import Template, comparison_score
from sync.messages import Outcome

Seen = tuple[tuple[Sample, Template], ...]
"""Samples with what was extracted of them, in the order of time."""
Versions = tuple[tuple[str, int], ...]
"""List ids with the versions in force."""


@dataclass(frozen=True, slots=True)
class SearchPolicy:
    """When a track is searched, and how much work it may cost."""

    first_good_frames: int = 3
    clearly_better: float = 1.4
    """The summed quality of the best shots must grow by this factor before the gallery is asked again."""
    max_extractions: int = 10
    """Of best shots, per person: one who lingers costs little more than one who passes."""
    recheck_s: float = 1.0
    """How often a track is checked for another person who has taken the place of the first."""
    doubt_s: float = 0.15
    """How soon a doubt is cleared up."""
    doubts: int = 3
    """Samples in a row that agree with each other and not with the track's face: another person."""


@dataclass(slots=True, eq=False)
class TrackRecord:
    """Best shots, templates and decisions of one track."""

    track_id: int
    camera_id: str
    first_seen_at: datetime
    hits: int = 0
    good_frames: int = 0
    first_good_s: float = 0.0
    last_good_s: float = 0.0
    reasons: tuple[str, ...] = ()
    """Why the newest face is too poor; empty when it is not."""
    usability: Usability = field(default_factory=Usability)
    shots: Samples = ()
    templates: dict[int, Template] = field(default_factory=dict)
    """By frame sequence, of samples among the best shots."""
    extractions: int = 0
    checked_s: float = 0.0
    """Stream time of the newest sample that was compared with the track's face."""
    agreed_s: float = 0.0
    """Stream time of the newest sample that showed the track's face for sure."""
    face: Template | None = None
    """The newest probe."""
    doubts: Seen = ()
    """The newest samples that looked like another person, if they did."""
    searched_strength: float = 0.0
    searched_versions: Versions = ()
    outcome: Outcome | None = None
    """The gravest so far; None until searched."""
    top_scores: dict[str, TrackScore] = field(default_factory=dict)
    """The best per list id, of every search so far."""

    @property
    def strength(self) -> float:
        """Evidence gathered: summed quality of the best shots."""
        return sum(shot.quality for shot in self.shots)

    @property
    def good_span_s(self) -> float:
        """Stream time between the first and the last usable frame."""
        return self.last_good_s - self.first_good_s

    def count_good(self, stream_s: float) -> None:
        """Note a usable frame."""
        if self.good_frames == 0:
            self.first_good_s = stream_s
        self.good_frames += 1
        self.last_good_s = stream_s

    def wants(self, quality: float, stream_s: float, policy: BestShotPolicy) -> bool:
        """Whether a face of this quality is worth cutting out."""
        return improves(self.shots, quality, stream_s, policy)

    def keep(self, sample: Sample, policy: BestShotPolicy) -> None:
        """Put a sample among the best shots; templates of samples that fell out are dropped."""
        self._keep_only(admit(self.shots, sample, policy))

    def is_due(self, policy: SearchPolicy, versions: Versions, *, is_ending: bool) -> bool:
        """Whether the gallery should be asked now."""
        can_extract = self.extractions < policy.max_extractions
        if not self.shots or self.hits < 2 or not (can_extract or self.templates):
            return False
        if versions != self.searched_versions:
            return is_ending or self.good_frames >= policy.first_good_frames
        factor = 1.0 if is_ending else policy.clearly_better
        return can_extract and self.strength > self.searched_strength * factor

    def extract(self, extractor: TemplateExtractor, policy: SearchPolicy) -> int:
        """Extract what is new among the best shots, within the track's allowance; returns how many."""
        new = [shot for shot in self.shots if shot.sequence not in self.templates]
        new = new[: max(0, policy.max_extractions - self.extractions)]
        for shot, template in zip(new, extractor.extract([shot.chip for shot in new]), strict=True):
            self.templates[shot.sequence] = template
            self.checked_s = max(self.checked_s, shot.stream_s)
        self.extractions += len(new)
        return len(new)

    def probe(self, likeness: Likeness) -> FusedTemplate:
        """Fuse what was extracted; raises `ModelError` when nothing was."""
        seen = self._extracted()
        fused = fuse([WeightedTemplate(template, shot.quality) for shot, template in seen], likeness)
        self.face, self.agreed_s = fused.template, max(self.agreed_s, seen[-1][0].stream_s)
        return fused

    def is_recheck_due(self, stream_s: float, policy: SearchPolicy) -> bool:
        """Whether to look again at who this is: every second, and soon after a doubt."""
        wait = policy.doubt_s if self.doubts else policy.recheck_s
        return self.face is not None and stream_s - self.checked_s >= wait

    def recheck(self, sample: Sample, extractor: TemplateExtractor, likeness: Likeness) -> None:
        """Compare a fresh sample with the track's face; what disagrees with it is a doubt."""
        [template] = extractor.extract([sample.chip])
        self.checked_s = sample.stream_s
        if self.face is None or comparison_score(template, self.face) >= likeness.other_face:
            self.agreed_s, self.doubts = sample.stream_s, ()
            return
        agrees = bool(self.doubts) and comparison_score(template, self.doubts[0][1]) >= likeness.outlier
        self.doubts = (*(self.doubts if agrees else ()), (sample, template))

    def has_newcomer(self, policy: SearchPolicy) -> bool:
        """Whether the doubts are as many as it takes for another person."""
        return len(self.doubts) >= policy.doubts

    def newcomer(self, likeness: Likeness) -> Seen:
        """Give what was extracted of another person who has slipped into the track; mostly nothing."""
        seen = self._extracted()
        start = face_change([template for _, template in seen], likeness)
        return seen[start:] if start > 0 else ()

    def split(self, seen: Seen, track_id: int) -> "TrackRecord":
        """Part with another person's samples and all that may be of either; return that person's track."""
        first, last = seen[0][0], seen[-1][0]
        others = {sample.sequence for sample, _ in seen}
        self._keep_only(
            shot
            for shot in self.shots
            if shot.stream_s < first.stream_s
            and shot.sequence not in others
            and (shot.sequence in self.templates or shot.stream_s <= self.agreed_s)
        )
        self.doubts = ()
        other = TrackRecord(track_id, self.camera_id, first.captured_at)
        other.hits = other.good_frames = other.extractions = len(seen)
        other.first_good_s, other.last_good_s = first.stream_s, last.stream_s
        other.checked_s = other.agreed_s = last.stream_s
        other.shots = tuple(sorted((sample for sample, _ in seen), key=lambda sample: -sample.quality))
        other.templates = {sample.sequence: template for sample, template in seen}
        return other

    def carry_on(self, later: "TrackRecord", policy: BestShotPolicy) -> None:
        """Take in a track of the same person, who was lost from sight in between."""
        self.camera_id, self.reasons = later.camera_id, later.reasons
        self.hits += later.hits
        self.good_frames += later.good_frames
        self.extractions += later.extractions
        self.last_good_s, self.checked_s, self.agreed_s = later.last_good_s, later.checked_s, later.agreed_s
        # Another camera counts its frames for itself.
        newer = {shot.sequence for shot in later.shots}
        self._keep_only(shot for shot in self.shots if shot.sequence not in newer)
        for shot in later.shots:
            self.shots = admit(self.shots, shot, policy)
        self.templates |= later.templates
        self._keep_only(self.shots)
        self.doubts = ()
        self.usability = later.usability.after(self.usability)
        if later.outcome is not None:
            self.note_outcome(later.outcome)
        for score in later.top_scores.values():
            self.note_score(score)

    def _extracted(self) -> Seen:
        shots = sorted(self.shots, key=lambda shot: shot.stream_s)
        return tuple((s, self.templates[s.sequence]) for s in shots if s.sequence in self.templates)

    def _keep_only(self, shots: Iterable[Sample]) -> None:
        self.shots = tuple(shots)
        kept = {shot.sequence for shot in self.shots}
        self.templates = {sequence: t for sequence, t in self.templates.items() if sequence in kept}

    def note_search(self, versions: Versions) -> None:
        """Remember what was asked, so that it is asked again only for better."""
        self.searched_strength, self.searched_versions = self.strength, versions

    def note_outcome(self, outcome: Outcome) -> None:
        """Keep the gravest outcome of this track."""
        gravity = (None, Outcome.NON_MATCH, Outcome.REVIEW, Outcome.MATCH)
        self.outcome = max(self.outcome, outcome, key=gravity.index)

    def note_score(self, score: TrackScore) -> None:
        """Keep the best score of a list."""
        known = self.top_scores.get(score.list_id)
        self.top_scores[score.list_id] = score if known is None else known.merged(score)

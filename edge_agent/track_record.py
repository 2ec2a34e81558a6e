"""Pure: what a pipeline knows of one track while it lasts; forgotten with it."""

from dataclasses import dataclass, field
from datetime import datetime

from edge_agent.best_shot import BestShotPolicy, Sample, Samples, admit, improves
from edge_agent.fusion import FusedTemplate, WeightedTemplate, fuse
from models.ports import TemplateExtractor
from models.template import Template
from sync.messages import Outcome

Versions = tuple[tuple[str, int], ...]
"""List ids with the versions in force."""


@dataclass(frozen=True, slots=True)
class SearchPolicy:
    """When a track is searched, and how much work it may cost."""

    first_good_frames: int = 3
    clearly_better: float = 1.4
    """The summed quality of the best shots must grow by this factor before the gallery is asked again."""
    max_extractions: int = 10
    """Per track, over its whole life: a person who lingers costs no more than one who passes."""


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
    shots: Samples = ()
    templates: dict[int, Template] = field(default_factory=dict)
    """By frame sequence, of samples among the best shots."""
    extractions: int = 0
    searched_strength: float = 0.0
    searched_versions: Versions = ()
    outcome: Outcome | None = None
    """The gravest so far; None until searched."""

    @property
    def strength(self) -> float:
        """Evidence gathered: summed quality of the best shots."""
        return sum(shot.quality for shot in self.shots)

    @property
    def good_span_s(self) -> float:
        """Stream time between the first and the last usable frame."""
        return self.last_good_s - self.first_good_s

    @property
    def status(self) -> str:
        """Word for the picture: searching, too-poor, non-match, review or match."""
        if self.outcome in {Outcome.MATCH, Outcome.REVIEW}:
            return str(self.outcome)
        if self.reasons:
            return "too-poor"
        return "searching" if self.outcome is None else str(self.outcome)

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
        self.shots = admit(self.shots, sample, policy)
        kept = {shot.sequence for shot in self.shots}
        self.templates = {sequence: t for sequence, t in self.templates.items() if sequence in kept}

    def is_due(self, policy: SearchPolicy, versions: Versions, *, is_ending: bool) -> bool:
        """Whether the gallery should be asked now."""
        if not self.shots or self.hits < 2:
            return False
        if versions != self.searched_versions:
            return is_ending or self.good_frames >= policy.first_good_frames
        if self.extractions >= policy.max_extractions:
            return False
        factor = 1.0 if is_ending else policy.clearly_better
        return self.strength > self.searched_strength * factor

    def probe(self, extractor: TemplateExtractor, policy: SearchPolicy) -> FusedTemplate:
        """Extract what is new among the best shots, within the track's allowance, and fuse."""
        new = [shot for shot in self.shots if shot.sequence not in self.templates]
        new = new[: max(0, policy.max_extractions - self.extractions)]
        for shot, template in zip(new, extractor.extract([shot.chip for shot in new]), strict=True):
            self.templates[shot.sequence] = template
        self.extractions += len(new)
        parts = [
            WeightedTemplate(self.templates[shot.sequence], shot.quality)
            for shot in self.shots
            if shot.sequence in self.templates
        ]
        return fuse(parts)

    def note_search(self, versions: Versions) -> None:
        """Remember what was asked, so that it is asked again only for better."""
        self.searched_strength, self.searched_versions = self.strength, versions

    def note_outcome(self, outcome: Outcome) -> None:
        """Keep the gravest outcome of this track."""
        gravity = (None, Outcome.NON_MATCH, Outcome.REVIEW, Outcome.MATCH)
        self.outcome = max(self.outcome, outcome, key=gravity.index)

"""How often a covered face is noticed, beside how often an uncovered one is taken for covered."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from edge_agent.commands.replay import random_id
from edge_agent.evaluation.rates import wilson
from edge_agent.vision.pace import Pace, PacePolicy
from edge_agent.vision.photo import read_photo
from edge_agent.vision.pipeline import LaneIdentity, LanePipeline, PipelineCounters, PipelinePolicy
from edge_agent.vision.quality import QualityGate
from hardware.frame import Frame, Image
from models.engine import FaceEngine, load_engine
from models.face import FaceDetection
from models.image_quality import measure_quality
from tests.benchmarks.face_pipeline import CLIP_NAMES, CLIPS, FACES, frames_of, scene_of
from tests.benchmarks.measurement import Measurement, not_measured
from tests.models.coverings import COVERINGS, covered
from tests.models.packs_here import is_here

NAME, UNIT, PACK = "face_usability", "share of faces called covered", "intel-0095"
GATE, LIMIT = QualityGate(), PipelinePolicy().usability.covering
IN_CLIPS = ("", "blue", "black", "dark-glasses")
"""Coverings of whole clips; none first."""


@dataclass(slots=True)
class Tally:
    """Faces looked at, and how many of them were called covered, by covering; '' for none."""

    seen: Counter[str] = field(default_factory=Counter)
    called: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    """Faces no detector finds once they are covered."""


def run() -> Measurement:
    """Look at every face of the pictures with and without coverings, then let covered people pass a lane."""
    paths = [path for name in CLIP_NAMES for path in CLIPS.glob(f"{name}.*")]
    if len(paths) < len(CLIP_NAMES) or not is_here(PACK):
        return not_measured(NAME, UNIT, f"needs pack {PACK} and clips in {CLIPS.name} beside the checkout")
    engine, tally = load_engine(PACK), Tally()
    for image in pictures():
        note(tally, engine, image)
    scene = scene_of(engine, {path.stem: frames_of(path) for path in paths})
    lanes = {covering: list(passed(scene.passages.values(), scene.engine, covering)) for covering in IN_CLIPS}
    bare, hidden = tally.seen[""], sum(tally.seen[each] for each in COVERINGS)
    noticed = sum(tally.called[each] for each in COVERINGS)
    spoken = ", ".join(f"{each} {tally.called[each]} of {tally.seen[each]}" for each in COVERINGS)
    notes = (
        f"pictures: covered {rate(noticed, hidden)}: {spoken}; not found any more {tally.lost.total()}; "
        f"uncovered {rate(tally.called[''], bare)}; clips: {'; '.join(map(told, lanes.items()))}; {PACK}"
    )
    return Measurement(NAME, UNIT, bare + hidden, noticed / hidden, tally.called[""] / bare, notes)


def pictures() -> Iterator[Image]:
    """Every press picture."""
    for folder in ("pairs", "portraits"):
        for path in sorted((FACES / folder).iterdir()):
            if path.suffix in {".jpg", ".png"}:
                yield read_photo(path)


def note(tally: Tally, engine: FaceEngine, image: Image) -> None:
    """Look at each face that may be searched, then cover it in every way and look again."""
    for face in engine.detector.detect(image):
        quality = measure_quality(image, face)
        if GATE.reasons(quality):
            continue
        tally.seen[""] += 1
        tally.called[""] += quality.covering >= LIMIT
        for covering in COVERINGS:
            hidden = covered(image, face, covering)
            found = [each for each in engine.detector.detect(hidden) if is_there(each, face)]
            tally.lost[covering] += not found
            if found:
                tally.seen[covering] += 1
                tally.called[covering] += measure_quality(hidden, found[0]).covering >= LIMIT


def is_there(one: FaceDetection, other: FaceDetection) -> bool:
    """Whether two boxes are about the same face."""
    a, b = one.box, other.box
    across = abs(a.x + a.width / 2 - b.x - b.width / 2)
    down = abs(a.y + a.height / 2 - b.y - b.height / 2)
    return across < 0.4 * b.width and down < 0.5 * b.height


def passed(
    passages: Iterable[Sequence[Frame]], engine: FaceEngine, covering: str
) -> Iterator[PipelineCounters]:
    """Let the people of each clip pass a lane, covered or not."""
    for passage in passages:
        lane = LanePipeline(engine, PipelinePolicy(), LaneIdentity("bench"), random_id)
        pace = Pace(PacePolicy())
        for frame in filter(pace.wants, passage):
            pace.looked(frame, lane.process(dressed(frame, engine, covering), ()).tracks)
        lane.finish(passage[-1].captured_at)
        yield lane.counters


def dressed(frame: Frame, engine: FaceEngine, covering: str) -> Frame:
    """Cover every face of a frame."""
    image = frame.image
    if covering:
        for face in engine.detector.detect(image):
            image = covered(image, face, covering)
    return replace(frame, image=image)


def told(lane: tuple[str, Sequence[PipelineCounters]]) -> str:
    """Say how many tracks were for the guard, and why."""
    covering, counters = lane
    reasons: Counter[str] = Counter()
    for each in counters:
        reasons.update(each.unusable_by_reason)
    tracks, unusable = sum(c.tracks for c in counters), sum(c.unusable for c in counters)
    why = ", ".join(f"{reason} {number}" for reason, number in sorted(reasons.items())) or "none"
    return f"{covering or 'uncovered'} {unusable} of {tracks} tracks for the guard ({why})"


def rate(count: int, of: int) -> str:
    """Word a share with its 95 % interval."""
    share = wilson(count, of)
    return f"{count} of {of} ({share.low:.3f} to {share.high:.3f})"

"""Names right and wrong at several thresholds, among many to choose from: the lane beside the plain loop."""

from collections.abc import Iterator, Sequence

import numpy as np

from edge_agent.commands.replay import random_id
from edge_agent.gallery.port import GalleryEntry
from edge_agent.vision.pace import Pace, PacePolicy
from edge_agent.vision.pipeline import LaneIdentity, LanePipeline, PipelinePolicy
from edge_agent.vision.search_trace import SearchTrace
from models.engine import FaceEngine, load_engine
from models.template import comparison_score
from tests.benchmarks.degraded_faces import SAME_PERSON, Sitter, sitters, views
from tests.benchmarks.face_pipeline import (
    CLIP_NAMES,
    CLIPS,
    SHOWN,
    Scene,
    entries_of,
    frames_of,
    pictures_of_shown,
    watchlist_of,
)
from tests.benchmarks.measurement import Measurement, not_measured
from tests.models.packs_here import is_here

NAME, UNIT, PACK = "face_names", "wrong names", "intel-0095"
THRESHOLDS = (0.35, 0.40, 0.45, 0.50, 0.55)
DISTRACTORS = 1000
"""Degraded views of the people on the pictures; one of another person of the same name is as wrong."""
Found = list[tuple[str, str, float]]
"""Clip, best subject and its score: of each search of the lane, or each face of the loop."""


def run() -> Measurement:
    """Let both search the same clips once; the thresholds are applied afterwards."""
    paths = [path for name in CLIP_NAMES for path in CLIPS.glob(f"{name}.*")]
    if len(paths) < len(CLIP_NAMES) or not is_here(PACK):
        return not_measured(NAME, UNIT, f"needs pack {PACK} and clips in {CLIPS.name} beside the checkout")
    passages = {path.stem: frames_of(path) for path in paths}
    engine = load_engine(PACK)
    shown = list(entries_of(engine, pictures_of_shown(engine, passages).items()))
    others = list(distractors(engine, shown))
    scene = Scene(engine, watchlist_of(engine, [*shown, *others]), passages)
    lane, loop = searched_by_lane(scene), searched_plainly(scene)
    told = "; ".join(f"{t:.2f}: ours {words(lane, t)}, loop {words(loop, t)}" for t in THRESHOLDS)
    notes = (
        f"{len(shown) + len(others)} references, {len(lane)} searches of the lane, {len(loop)} of the loop "
        f"in {scene.frames} frames; right names of {sum(map(len, SHOWN.values()))}, wrong names and searches "
        f"that gave them, by threshold: {told}; {PACK}"
    )
    wrong = [sum(len(names(found, t) - right()) for t in THRESHOLDS) for found in (lane, loop)]
    return Measurement(NAME, UNIT, len(THRESHOLDS), float(wrong[0]), float(wrong[1]), notes)


def distractors(engine: FaceEngine, shown: Sequence[GalleryEntry]) -> Iterator[GalleryEntry]:
    """Enrol many views of everybody on the pictures whom no clip shows."""
    random = np.random.default_rng(5)
    people = [sitter for sitter in sitters(engine) if not is_shown(sitter, shown)]
    each = -(-DISTRACTORS // len(people))
    for sitter in people:
        for number, view in enumerate(views(engine, sitter, each, random)):
            name = f"{sitter.name}-{number}"
            yield GalleryEntry(name, name, view)


def is_shown(sitter: Sitter, shown: Sequence[GalleryEntry]) -> bool:
    """Whether this face is one of those enrolled by name."""
    return any(comparison_score(sitter.template, entry.template) >= SAME_PERSON for entry in shown)


def searched_by_lane(scene: Scene) -> Found:
    """Let a lane of its own look at each clip."""
    found: Found = []
    for clip, passage in scene.passages.items():
        traces: list[SearchTrace] = []
        lane = LanePipeline(
            scene.engine, PipelinePolicy(), LaneIdentity("bench"), random_id, on_search=traces.append
        )
        pace = Pace(PacePolicy())
        for frame in filter(pace.wants, passage):
            pace.looked(frame, lane.process(frame, (scene.watchlist,)).tracks)
        lane.finish(passage[-1].captured_at)
        bests = [trace.candidates[0] for trace in traces]
        found += [(clip, best.subject_id, best.comparison_score) for best in bests]
    return found


def searched_plainly(scene: Scene) -> Found:
    """Search every face of every frame."""
    found: Found = []
    extractor = scene.engine.extractor
    for clip, passage in scene.passages.items():
        for frame in passage:
            for face in scene.engine.detector.detect(frame.image):
                [template] = extractor.extract([extractor.align(frame.image, face)])
                best = scene.watchlist.gallery.search(template, 1)[0]
                found.append((clip, best.subject_id, best.comparison_score))
    return found


def right() -> set[tuple[str, str]]:
    """Every name that a clip should give."""
    return {(clip, subject) for clip, subjects in SHOWN.items() for subject in subjects}


def names(found: Found, threshold: float) -> set[tuple[str, str]]:
    """Every name that a clip did give."""
    return {(clip, subject) for clip, subject, score in found if score >= threshold}


def words(found: Found, threshold: float) -> str:
    """Count names right and wrong, and the searches that gave a wrong one."""
    named, correct = names(found, threshold), right()
    wrong = sum(score >= threshold and (clip, subject) not in correct for clip, subject, score in found)
    return f"{len(named & correct)}/{len(named - correct)}/{wrong}"

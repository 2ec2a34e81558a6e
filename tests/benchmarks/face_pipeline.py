"""Frames handled per CPU-second by the lane beside the plain loop that extracts and searches every face."""

import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from edge_agent.alerts.effects import RaiseAlert
from edge_agent.commands.replay import random_id
from edge_agent.decision.calibration import FalseAlarmBudget, Thresholds, thresholds_for
from edge_agent.gallery.faiss_gallery import FaissGallery
from edge_agent.gallery.port import GalleryEntry
from edge_agent.vision.pace import Pace, PacePolicy
from edge_agent.vision.photo import largest_face, read_photo
from edge_agent.vision.pipeline import LaneIdentity, LanePipeline, PipelinePolicy
from edge_agent.watchlists.watchlist import Watchlist
from hardware.camera_source import open_camera
from hardware.frame import Frame, Image
from models.engine import FaceEngine, load_engine
from models.image_quality import measure_quality
from models.template import unit_template
from tests.benchmarks.measurement import Measurement, interleaved, not_measured
from tests.models.packs_here import is_here
from tests.resources import SHARED

NAME, UNIT, PACK = "face_pipeline", "frames per CPU-second", "intel-0095"
FACES = SHARED / "data" / "faces"
CLIPS = FACES / "clips"
FEMALE, MALE = "head-pose-face-detection-female", "head-pose-face-detection-male"
BOTH, PAUSE = "head-pose-face-detection-female-and-male", "face-demographics-walking-and-pause"
PERFORMER, CONCERT = "lin-manuel-miranda", "short_hamilton_clip"
CLIP_NAMES = (PAUSE, "face-demographics-walking", BOTH, FEMALE, MALE, CONCERT)
SHOWN = {FEMALE: {FEMALE}, MALE: {MALE}, BOTH: {FEMALE, MALE}, PAUSE: {FEMALE}, CONCERT: {PERFORMER}}
"""Who is enrolled and in which clip; every other name is wrong. Two from a clip's clearest face."""
GALLERY = 1000
NAMED_FROM = 0.45
"""Cosine from which both sides name a subject; about one comparison of strangers in 17,000."""

Names = set[tuple[str, str]]  # of clip and subject


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What both sides get: the same decoded frames, networks and gallery."""

    engine: FaceEngine
    watchlist: Watchlist
    passages: dict[str, Sequence[Frame]]

    @property
    def frames(self) -> int:
        """Of all clips."""
        return sum(map(len, self.passages.values()))


def run(n: int = 2) -> Measurement:
    """Measure both by turns and note whom each of them named."""
    paths = [path for name in CLIP_NAMES for path in CLIPS.glob(f"{name}.*")]
    if len(paths) < len(CLIP_NAMES) or not is_here(PACK):
        return not_measured(NAME, UNIT, f"needs pack {PACK} and clips in {CLIPS.name} beside the checkout")
    scene = scene_of(load_engine(PACK), {path.stem: frames_of(path) for path in paths})
    by_lane, looked = named_by_lane(scene)
    by_plain = named_plainly(scene)
    seconds = interleaved(
        lambda: named_by_lane(scene), lambda: named_plainly(scene), n, clock=time.process_time
    )
    notes = (
        f"{len(paths)} clips, gallery of {scene.watchlist.gallery.references}, {PACK}, decoding not counted; "
        f"the lane looked at {looked} of {scene.frames} frames; {spoken('ours', by_lane)}; "
        f"{spoken('reference', by_plain)}"
    )
    return Measurement(NAME, UNIT, n, scene.frames / seconds[0], scene.frames / seconds[1], notes)


def named_by_lane(scene: Scene) -> tuple[Names, int]:
    """Do what a lane does; returns whom it named and how many frames it looked at."""
    names, looked = Names(), 0
    for clip, passage in scene.passages.items():
        lane = LanePipeline(scene.engine, PipelinePolicy(), LaneIdentity("bench"), random_id)
        pace, steps = Pace(PacePolicy()), []
        for frame in filter(pace.wants, passage):
            steps.append(lane.process(frame, (scene.watchlist,)))
            pace.looked(frame, steps[-1].tracks)
        looked += len(steps)
        steps.append(lane.finish(passage[-1].captured_at))
        effects = chain.from_iterable(step.effects for step in steps)
        names |= {(clip, effect.alert.subject_id) for effect in effects if isinstance(effect, RaiseAlert)}
    return names, looked


def named_plainly(scene: Scene) -> Names:
    """Do what a plain loop does: no track, no gate, no best shot; returns whom it named."""
    names, gallery = Names(), scene.watchlist.gallery
    for clip, passage in scene.passages.items():
        for frame in passage:
            for face in scene.engine.detector.detect(frame.image):
                chip = scene.engine.extractor.align(frame.image, face)
                best = gallery.search(scene.engine.extractor.extract([chip])[0], 1)[0]
                if best.comparison_score >= NAMED_FROM:
                    names.add((clip, best.subject_id))
    return names


def spoken(side: str, names: Names) -> str:
    """Say how many names were right and wrong."""
    right = {(clip, subject) for clip, subjects in SHOWN.items() for subject in subjects}
    return f"{side} named {len(names & right)} of {len(right)} shown, {len(names - right)} wrong"


def scene_of(engine: FaceEngine, passages: dict[str, Sequence[Frame]]) -> Scene:
    """Enrol who is shown, everybody on the other pictures, and random directions up to the gallery's size."""
    known = pictures_of_shown(engine, passages)
    others = {path.stem: read_photo(path) for path in sorted((FACES / "pairs").glob("*.jpg"))}
    entries = [*entries_of(engine, (known | others).items())]
    contract = engine.extractor.contract
    vectors = np.random.default_rng(1).standard_normal((GALLERY - len(entries), contract.dimension))
    entries += [GalleryEntry(f"s{i}", f"r{i}", unit_template(v, contract)) for i, v in enumerate(vectors)]
    return Scene(engine, watchlist_of(engine, entries), passages)


def pictures_of_shown(engine: FaceEngine, passages: dict[str, Sequence[Frame]]) -> dict[str, Image]:
    """Choose what those are enrolled by whom a clip shows."""
    known = {name: clearest(engine, passages[name]) for name in (FEMALE, MALE)}
    return known | {PERFORMER: read_photo(FACES / "portraits" / f"{PERFORMER}.png")}


def clearest(engine: FaceEngine, passage: Sequence[Frame]) -> Image:
    """Choose the frame with the best face, as whoever enrols would."""

    def quality(frame: Frame) -> float:
        faces = engine.detector.detect(frame.image)
        return max((measure_quality(frame.image, face).unified for face in faces), default=0.0)

    return max(passage, key=quality).image


def entries_of(engine: FaceEngine, pictures: Iterable[tuple[str, Image]]) -> Iterable[GalleryEntry]:
    """Enrol the largest face of each picture that has one."""
    for name, image in pictures:
        face = largest_face(engine.detector.detect(image))
        if face is not None:
            [template] = engine.extractor.extract([engine.extractor.align(image, face)])
            yield GalleryEntry(name, name, template)


def watchlist_of(engine: FaceEngine, entries: Sequence[GalleryEntry]) -> Watchlist:
    """Make the list, at the score from which both sides name."""
    contract = engine.extractor.contract
    usual = thresholds_for(FalseAlarmBudget(0.2, 2000), len(entries), engine.calibration)
    thresholds = Thresholds(
        NAMED_FROM,
        NAMED_FROM,
        usual.expected_false_alarms_per_day,
        usual.expected_reviews_per_day,
        is_extrapolated=usual.is_extrapolated,
    )
    return Watchlist("bench", "bench", 1, contract, {}, FaissGallery(contract, entries), thresholds)


def frames_of(path: Path) -> Sequence[Frame]:
    """Decode a clip beforehand."""
    with closing(open_camera(f"replay:{path}", path.stem, paced=False)) as camera:
        camera.open()
        return list(iter(camera.read, None))

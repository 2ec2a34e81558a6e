"""Frames per CPU-second of the pipeline beside the plain loop that extracts and searches every face."""

import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from edge_agent.calibration import FalseAlarmBudget, thresholds_for
from edge_agent.faiss_gallery import FaissGallery
from edge_agent.gallery import GalleryEntry
from edge_agent.pipeline import LaneIdentity, LanePipeline, PipelinePolicy
from edge_agent.replay import random_id
from edge_agent.watchlist import Watchlist
from hardware.camera_source import open_camera
from hardware.frame import Frame
from models.engine import FaceEngine, load_engine
from models.template import unit_template
from tests.benchmarks.measurement import Measurement, interleaved, not_measured
from tests.models.packs_here import is_here
from tests.resources import SHARED

NAME, UNIT, PACK = "face_pipeline", "frames per CPU-second", "intel-0095"
CLIPS = SHARED / "data" / "faces" / "clips"
GALLERY = 1000


def run(n: int = 3) -> Measurement:
    """Both sides see the same decoded frames, networks and gallery."""
    paths = sorted(CLIPS.glob("*.gif"))
    if not (paths and is_here(PACK)):
        return not_measured(NAME, UNIT, f"needs pack {PACK} and clips in {CLIPS.name} beside the checkout")
    engine = load_engine(PACK)
    watchlist = random_watchlist(engine)
    passages = [frames_of(path) for path in paths]
    frames = sum(map(len, passages))

    def ours() -> None:
        for passage in passages:
            lane = LanePipeline(engine, PipelinePolicy(), LaneIdentity("bench"), random_id)
            for frame in passage:
                lane.process(frame, (watchlist,))
            lane.finish(passage[-1].captured_at)

    def plain() -> None:
        for passage in passages:
            for frame in passage:
                search_every_face(engine, watchlist, frame)

    seconds = interleaved(ours, plain, n, clock=time.process_time)
    height, width = passages[0][0].image.shape[:2]
    notes = f"{frames} frames of {width}x{height}, gallery of {GALLERY}, {PACK}; decoding not counted"
    return Measurement(NAME, UNIT, n, frames / seconds[0], frames / seconds[1], notes)


def search_every_face(engine: FaceEngine, watchlist: Watchlist, frame: Frame) -> None:
    """Do what a plain loop does: no track, no gate, no best shot."""
    for face in engine.detector.detect(frame.image):
        chip = engine.extractor.align(frame.image, face)
        watchlist.gallery.search(engine.extractor.extract([chip])[0], 2)


def frames_of(path: Path) -> Sequence[Frame]:
    """Decode a clip beforehand."""
    with closing(open_camera(f"replay:{path}", path.stem, paced=False)) as camera:
        camera.open()
        return list(iter(camera.read, None))


def random_watchlist(engine: FaceEngine) -> Watchlist:
    """Make a list of random directions, none of which is anybody."""
    contract = engine.extractor.contract
    vectors = np.random.default_rng(1).standard_normal((GALLERY, contract.dimension))
    entries = [GalleryEntry(f"s{i}", f"r{i}", unit_template(v, contract)) for i, v in enumerate(vectors)]
    thresholds = thresholds_for(FalseAlarmBudget(0.2, 2000), GALLERY, engine.calibration)
    return Watchlist("bench", "bench", 1, contract, {}, FaissGallery(contract, entries), thresholds)

"""Enrol a person from three photos with the real networks: examine, compare, propose, approve."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

from hub.bootstrap import Services
from hub.store.database import writing
from hub.watchlist.enrolment import answered, prepare_enrolment
from hub.watchlist.photos import Photo
from hub.watchlist.proposals import approve, propose
from models.engine import FaceEngine, best_available_pack, load_engine
from models.errors import PackError
from tests.benchmarks.measurement import Measurement, interleaved, not_measured
from tests.hub.builders import LIST, make_hub, record_of
from tests.hub.watchlist.test_real_faces import portrait

NAME = "enrolment"
PHOTOS = 3


def photos() -> list[Photo]:
    """Three photos of one person that differ in margin and light."""
    return [portrait(0), portrait(0, margin=0.45, gain=0.85), portrait(0, margin=0.55, gain=1.1)]


def enrolling(services: Services, handed_in: list[Photo], number: Callable[[], int]) -> Callable[[], None]:
    """Make the work of one enrolment, two officers included."""

    def work() -> None:
        prepared = prepare_enrolment(services, LIST, record_of(f"Person {number()}"), handed_in)
        if prepared.content is None:
            raise AssertionError(f"refused: {[one.reasons for one in prepared.reports]}")
        content = answered(prepared.content, "other")
        with writing(services.engine) as connection:
            made = propose(services, connection, LIST, content, actor="first")
        with writing(services.engine) as connection:
            approve(services, connection, made.proposal_id, actor="second")

    return work


def bare(engine: FaceEngine, handed_in: list[Photo]) -> Callable[[], None]:
    """Only the networks, on photos that are decoded already."""
    import cv2
    import numpy as np

    images = [
        np.asarray(cv2.imdecode(np.frombuffer(one.content, np.uint8), cv2.IMREAD_COLOR)) for one in handed_in
    ]

    def work() -> None:
        for image in images:
            (face, *_) = engine.detector.detect(image)
            engine.extractor.extract([engine.extractor.align(image, face)])

    return work


def run(n: int = 7) -> Measurement:
    """Time whole enrolments beside the bare networks on the same photos."""
    try:
        engine = load_engine(best_available_pack())
    except PackError as reason:
        return not_measured(NAME, "s", str(reason))
    handed_in, numbers = photos(), count()
    with tempfile.TemporaryDirectory() as folder:
        hub = make_hub(Path(folder))
        services = replace(hub.services, face_engine_loader=lambda: engine)
        ours, reference = interleaved(
            enrolling(services, handed_in, lambda: next(numbers)), bare(engine, handed_in), n
        )
    notes = (
        f"{PHOTOS} photos with {engine.pack}: examined, compared, proposed, approved; beside networks only"
    )
    return Measurement(NAME, "s", n, ours, reference, notes)

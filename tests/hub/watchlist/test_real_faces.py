"""Enrolment with a real network: the same person's photos agree, others' do not, a crowd is refused."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from hub.store.database import reading
from hub.watchlist.enrolment import Enrolment, enrol
from hub.watchlist.photos import Photo
from hub.watchlist.publishing import publish
from hub.watchlist.stored_packages import package_bytes
from models.engine import FaceEngine, best_available_pack, load_engine
from models.errors import PackError
from models.face import Box
from models.ports import Image
from sync.codec import decode_package
from tests.hub.builders import LIST, Hub, encoded, make_hub, record_of
from tests.resources import group_picture

SCALE = 2.0
"""The group stands far away: its faces are enlarged to what a photo for enrolment shows."""


@cache
def real_engine() -> FaceEngine:
    try:
        return load_engine(best_available_pack())
    except PackError as reason:
        pytest.skip(f"no face networks on this machine: {reason}")


@cache
def group() -> Image:
    image = cv2.imread(str(group_picture()))
    assert image is not None
    return np.asarray(cv2.resize(image, None, fx=SCALE, fy=SCALE, interpolation=cv2.INTER_CUBIC), np.uint8)


@cache
def people() -> tuple[Box, ...]:
    """Boxes from left to right."""
    return tuple(sorted((face.box for face in real_engine().detector.detect(group())), key=lambda box: box.x))


def portrait(number: int, *, margin: float = 0.35, gain: float = 1.0) -> Photo:
    box = people()[number]
    across, down = box.width * margin, box.height * margin
    left, top = max(0, round(box.x - across)), max(0, round(box.y - down))
    cut = group()[top : round(box.y + box.height + down), left : round(box.x + box.width + across)]
    return Photo(f"person-{number}.jpg", encoded(np.asarray(cv2.convertScaleAbs(cut, alpha=gain), np.uint8)))


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    return replace(made, services=replace(made.services, face_engine_loader=real_engine))


def enrolled(hub: Hub, *photos: Photo) -> Enrolment:
    return enrol(hub.services, LIST, record_of(), photos, actor="test")


def test_two_photos_of_one_person_enrol_and_are_published_under_the_packs_contract(hub: Hub) -> None:
    done = enrolled(hub, portrait(0), portrait(0, margin=0.45, gain=0.85))
    assert done.subject_id is not None, done.photos
    publish(hub.services, LIST, actor="test")
    with reading(hub.services.engine) as connection:
        package = decode_package(package_bytes(hub.services, connection, LIST, 1))
    assert package.contract.sha256 == real_engine().extractor.contract.sha256
    first, second = (np.frombuffer(one.vector, "<f4") for one in package.subjects[0].references)
    assert float(first @ second) > 0.8


def test_photos_of_two_people_are_refused_by_name(hub: Hub) -> None:
    done = enrolled(hub, portrait(0), portrait(1))
    assert done.subject_id is None
    assert [one.reasons for one in done.photos] == [("unlike-the-others",)] * 2


def test_a_crowd_is_refused(hub: Hub) -> None:
    done = enrolled(hub, Photo("group.jpg", encoded(group())))
    assert (done.subject_id, done.photos[0].reasons) == (None, ("several-faces",))

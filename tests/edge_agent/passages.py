"""Builders: drawn passages past a lane, watchlists of drawn people, ids in order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import cv2
import numpy as np

from edge_agent.decision.calibration import FalseAlarmBudget
from edge_agent.watchlists.watchlist import Watchlist, build_watchlist
from hardware.frame import Frame, Image
from models.face import Box
from models.fakes import FAKE_CALIBRATION, FAKE_CONTRACT, draw_fake_face, fake_engine
from models.template import Template
from sync.watchlist_package import (
    PackagedContract,
    PackagedReference,
    PackagedSubject,
    WatchlistPackage,
)

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
BUDGET = FalseAlarmBudget(0.2, 2000)


@dataclass(frozen=True, slots=True)
class Walk:
    """A drawn person walking left to right."""

    identity: int
    first: int = 0
    """Frame numbers, both included."""
    last: int = 29
    top: float = 60.0
    width: float = 96.0
    speed: float = 6.0
    """Pixels per frame."""
    blur: int = 0
    """Side of a Gaussian kernel over the whole picture; 0 is sharp."""


def passage(
    walks: Sequence[Walk],
    frames: int = 60,
    *,
    rate: float = 15.0,
    camera_id: str = "c1",
    start_s: float = 0.0,
) -> Iterator[Frame]:
    """Frames of 640x360 with the walkers in them."""
    for number in range(frames):
        stream_s = start_s + number / rate
        at = START + timedelta(seconds=stream_s)
        yield Frame(_picture(walks, number), camera_id, number, at, stream_s)


def template_of(identity: int) -> Template:
    """Extract a drawn identity from a clear view."""
    image = np.full((200, 200, 3), 120, np.uint8)
    draw_fake_face(image, identity, Box(40, 40, 120, 120))
    engine = fake_engine()
    chip = engine.extractor.align(image, engine.detector.detect(image)[0])
    return engine.extractor.extract([chip])[0]


def package_of(identities: Mapping[str, Sequence[int]], *, version: int = 1) -> WatchlistPackage:
    """Pack a complete version: subject ids with the drawn identities enrolled under them."""
    contract = PackagedContract(
        model_id=FAKE_CONTRACT.model_id,
        sha256=FAKE_CONTRACT.sha256,
        alignment=FAKE_CONTRACT.alignment,
        colour_order=FAKE_CONTRACT.colour_order,
        dimension=FAKE_CONTRACT.dimension,
    )
    subjects = tuple(packaged_subject(name, *faces) for name, faces in identities.items())
    return WatchlistPackage(
        list_id="wanted",
        version=version,
        base_version=None,
        title="Wanted",
        contract=contract,
        subjects=subjects,
    )


def packaged_subject(
    subject_id: str, *identities: int, expires_at: datetime | None = None
) -> PackagedSubject:
    """One subject with a reference per drawn identity."""
    references = tuple(
        PackagedReference(
            reference_id=f"{subject_id}-{number}",
            vector=template_of(identity).vector.astype("<f4").tobytes(),
            photo=b"",
            quality=80.0,
            captured_on="",
        )
        for number, identity in enumerate(identities)
    )
    return PackagedSubject(
        subject_id=subject_id,
        display_name="Example Person",
        category="criminal-charges",
        severity=2,
        legal_basis="",
        authority="",
        instructions="",
        expires_at=expires_at,
        references=references,
    )


def watchlist_of(identities: Mapping[str, Sequence[int]], *, version: int = 1) -> Watchlist:
    """Build a list of drawn people."""
    package = package_of(identities, version=version)
    return build_watchlist(package, FAKE_CALIBRATION, BUDGET, START, contract=FAKE_CONTRACT)


def ids_in_order() -> Callable[[datetime], str]:
    """Ids 1, 2, 3 instead of random ones."""
    numbers = count(1)
    return lambda _at: f"id-{next(numbers)}"


def _picture(walks: Sequence[Walk], number: int) -> Image:
    image = np.full((360, 640, 3), 120, np.uint8)
    for walk in walks:
        if walk.first <= number <= walk.last:
            left = 20 + (number - walk.first) * walk.speed
            draw_fake_face(image, walk.identity, Box(left, walk.top, walk.width, walk.width))
        if walk.blur:
            image = np.asarray(cv2.GaussianBlur(image, (walk.blur, walk.blur), 0), np.uint8)
    return image

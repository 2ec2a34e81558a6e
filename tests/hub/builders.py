"""Builds a hub on a temporary folder, with a fake face engine and a clock that stands still."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256, shake_256
from pathlib import Path

import cv2
import numpy as np
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.bootstrap import Services
from hub.fleet.devices import DeviceIdentity, register_device
from hub.people.access import Role, User
from hub.people.tables import users
from hub.settings import resolve_paths
from hub.settings_tree import HubSettings, StoreSettings
from hub.store.database import open_engine, writing
from hub.store.sealing import StoreKey
from hub.store.tables import store_info
from hub.watchlist.enrolment import enrol
from hub.watchlist.photos import Photo
from hub.watchlist.records import SubjectRecord
from hub.watchlist.subjects import create_list
from models.face import Box
from models.fakes import draw_fake_face, fake_engine
from sync.messages import (
    AlertRaised,
    AlertUpdated,
    Answer,
    DecisionMade,
    EventBody,
    EvidenceCaptured,
    Message,
    MessageLane,
    Outcome,
)
from tests.hub.store.stores import new_sqlite_store

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
DEVICE = DeviceIdentity("lane-1-edge", "alat", "lane-1")
DEVICE_TOKEN = "d" * 64
EVENTS = f"kechid/{DEVICE.site_id}/{DEVICE.device_id}/events"
STATE = f"kechid/{DEVICE.site_id}/{DEVICE.device_id}/state"
LIST = "wanted"
PASSWORD = "a long password"
SUPERVISOR = User("leyla", "Leyla Əliyeva", Role.SUPERVISOR)
GUARD = User("tural", "Tural Həsənov", Role.GUARD)
OFFICER = User("nigar", "Nigar Quliyeva", Role.WATCHLIST_OFFICER)
ADMINISTRATOR = User("root", "Administrator", Role.ADMINISTRATOR)
AUDITOR = User("audit", "Auditor", Role.AUDITOR)
ANALYST = User("analyst", "Analyst", Role.ANALYST)


@dataclass(slots=True)
class Clock:
    """Stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


@dataclass(slots=True)
class Counting:
    """Randomness that never repeats and is the same in every run."""

    drawn: int = 0

    def __call__(self, count: int) -> bytes:
        self.drawn += 1
        seed = str(self.drawn).encode()
        return sha256(seed).digest()[:count] if count <= 32 else shake_256(seed).digest(count)


@dataclass(frozen=True, slots=True)
class Hub:
    """Make a hub and the clock it goes by."""

    services: Services
    clock: Clock = field(default_factory=Clock)


def make_hub(folder: Path, *, epoch: str = "hub-epoch-1", url: str | None = None) -> Hub:
    """Make a hub with a store, one list and one registered device; `url`: a store of its own elsewhere."""
    store = StoreSettings(url=url or new_sqlite_store(folder / "hub.db"))
    settings, clock = resolve_paths(HubSettings(store=store), folder), Clock()
    services = Services(
        settings=settings,
        engine=open_engine(settings.store.url),
        store_key=StoreKey(b"k" * 32),
        face_engine_loader=fake_engine,
        signing_key_loader=lambda: Ed25519PrivateKey.from_private_bytes(b"s" * 32),
        clock=clock,
        randomness=Counting(),
    )
    with writing(services.engine) as connection:
        is_epoch = store_info.c.name == "hub_epoch"
        connection.execute(store_info.update().where(is_epoch).values(value=epoch))
        create_list(connection, LIST, "Wanted persons", NOW)
        register_device(connection, DEVICE, token=DEVICE_TOKEN, actor="test", now=NOW)
    return Hub(services, clock)


@cache
def _password_hash() -> str:
    """Hash the password once for all tests: argon2 is slow on purpose."""
    return PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)


def add_users(services: Services, *people: User) -> None:
    """Let people in, all with the same password."""
    with writing(services.engine) as connection:
        for user in people:
            facts = {"user_id": user.user_id, "display_name": user.display_name, "role": user.role}
            connection.execute(users.insert().values(**facts, password_hash=_password_hash(), created_at=NOW))


def record_of(
    name: str = "Rəşad Məmmədov", *, severity: int = 2, expires_at: datetime | None = None
) -> SubjectRecord:
    """Make a record that enrolment accepts."""
    return SubjectRecord(
        display_name=name,
        category="criminal-charges",
        severity=severity,
        legal_basis="Court order 12/2026",
        authority="Baku city court",
        case_number="12-345",
        instructions="Call the shift supervisor.",
        expires_at=expires_at,
    )


def picture(*identities: int, width: int = 160, format: str = ".jpg") -> bytes:
    """Make an encoded picture with these fake faces side by side."""
    side = width * 2
    image = np.full((side, side * max(1, len(identities)), 3), 128, np.uint8)
    for place, identity in enumerate(identities):
        draw_fake_face(image, identity, Box(place * side + width / 2, width / 2, width, width))
    return encoded(image, format)


def encoded(image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], format: str = ".jpg") -> bytes:
    """Make a picture's bytes."""
    return cv2.imencode(format, image, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()


def photo(identity: int, name: str = "front.jpg", captured_on: str = "2025-11-02") -> Photo:
    """Make a good photo of one identity."""
    return Photo(name, picture(identity), captured_on)


def enrolled(services: Services, identity: int = 1, name: str = "Rəşad Məmmədov") -> str:
    """Enrol a subject and return its id."""
    done = enrol(services, LIST, record_of(name), [photo(identity)], actor="test")
    assert done.subject_id is not None, done.photos
    return done.subject_id


def alert(
    alert_id: str = "alert-1",
    *,
    subject_id: str = "subject-1",
    raised_at: datetime = NOW,
    evidence: str = "probe-1",
) -> AlertRaised:
    """Make a match at the device."""
    return AlertRaised(
        alert_id=alert_id,
        crossing_id="crossing-1",
        lane_id=DEVICE.lane_id,
        camera_id="camera-1",
        list_id=LIST,
        list_version=1,
        subject_id=subject_id,
        outcome=Outcome.MATCH,
        comparison_score=0.71,
        threshold=0.55,
        review_threshold=0.47,
        margin=0.4,
        expected_false_alarms_per_day=0.2,
        contract_id="0123456789abcdef",
        pack="fake",
        gallery_size=2,
        quality=80.0,
        bona_fide_score=None,
        frames_used=3,
        first_seen_at=raised_at - timedelta(seconds=2),
        raised_at=raised_at,
        raised_stream_s=12.5,
        probe_evidence_id=evidence,
    )


def alert_update(
    alert_id: str = "alert-1", *, score: float = 0.8, after_s: float = 3.0, is_ended: bool = False
) -> AlertUpdated:
    """Better evidence for an alert."""
    return AlertUpdated(
        alert_id=alert_id,
        outcome=Outcome.MATCH,
        comparison_score=score,
        quality=90.0,
        frames_used=6,
        probe_evidence_id=None,
        is_ended=is_ended,
        updated_at=NOW + timedelta(seconds=after_s),
    )


def guard_answer(
    alert_id: str = "alert-1",
    *,
    answer: Answer = Answer.SAME,
    role: str = "guard",
    decision_id: str = "decision-1",
) -> DecisionMade:
    """Make what the guard answered at the lane."""
    return DecisionMade(
        decision_id=decision_id,
        alert_id=alert_id,
        answer=answer,
        officer_id="guard-7",
        role=role,
        decided_at=NOW + timedelta(seconds=5),
        seconds_to_answer=4.0,
    )


def evidence_of(
    alert_id: str = "alert-1", *, evidence_id: str = "probe-1", content: bytes | None = None
) -> EvidenceCaptured:
    """Make a probe picture."""
    content = picture(1) if content is None else content
    return EvidenceCaptured(
        evidence_id=evidence_id,
        alert_id=alert_id,
        media_type="image/jpeg",
        sha256=sha256(content).hexdigest(),
        content=content,
        captured_at=NOW,
    )


def message(
    body: EventBody,
    seq: int = 1,
    *,
    lane: MessageLane = MessageLane.ALERT,
    epoch: str = "epoch-1",
    message_id: str = "",
) -> Message:
    """Make an envelope of the registered device."""
    return Message(
        message_id=message_id or f"{epoch}-{lane}-{seq}",
        device_id=DEVICE.device_id,
        epoch=epoch,
        lane=lane,
        seq=seq,
        occurred_at=NOW,
        body=body,
    )


def numbered(
    bodies: Sequence[EventBody], *, lane: MessageLane = MessageLane.ALERT, first: int = 1
) -> list[Message]:
    """Envelopes with rising sequence numbers."""
    return [message(body, seq, lane=lane) for seq, body in enumerate(bodies, start=first)]

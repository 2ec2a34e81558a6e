"""A small hub with invented people and cartoon faces, for tests and for looking at the pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from sqlalchemy import Connection, select, update

from hub.api.application import create_app
from hub.bootstrap import Services
from hub.cases.tables import alerts, decisions, evidence
from hub.fleet.devices import DeviceIdentity, register_device
from hub.fleet.tables import device_watchlists, devices
from hub.origin.issuing.settings import IssuingSettings
from hub.origin.settings import OriginSettings
from hub.people.access import Role, User, open_session, session_of
from hub.people.users import add_user
from hub.people.web_session import SESSION_COOKIE
from hub.settings_tree import HubSettings, StoreSettings
from hub.store.database import open_engine, writing
from hub.store.pictures import keep_probe
from hub.store.schema import create_schema
from hub.store.sealing import StoreKey
from hub.watchlist.records import SubjectRecord
from hub.watchlist.subjects import create_list, insert_subject
from hub.watchlist.tables import contracts, reference_photos, watchlist_versions
from models.fakes import FAKE_CONTRACT, fake_engine
from models.template import EmbeddingContract
from sync.messages import Answer
from tests.hub.console.browser import Browser
from tests.hub.console.cartoons import cartoon_jpeg
from tests.hub.origin.issuing.authority import PLACE

ORIGIN = OriginSettings(registry_chain_id=PLACE.chain_id, registry_address="0x" + PLACE.address.hex())
ISSUING = IssuingSettings(state="GE")
NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
LIST_ID = "criminal-charges"
PASSWORD = "correct-horse-9"
USERS = (
    User("leyla", "Leyla Həsənova", Role.SUPERVISOR),
    User("rashad", "Rəşad Quliyev", Role.WATCHLIST_OFFICER),
    User("admin", "Aynur Səfərli", Role.ADMINISTRATOR),
    User("guard1", "Elçin Abbasov", Role.GUARD),
)


@dataclass
class SampleHub:
    """Services on a store of its own, and a clock that the test moves."""

    folder: Path
    now: datetime = NOW
    counter: int = 0
    services: Services = field(init=False)
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        engine = open_engine(f"sqlite:///{self.folder / 'hub.db'}")
        is_new = create_schema(engine, hub_epoch="sample", now=self.now)
        signing = Ed25519PrivateKey.generate()
        self.services = Services(
            settings=HubSettings(
                store=StoreSettings(evidence=self.folder / "evidence"), origin=ORIGIN, origin_issuing=ISSUING
            ),
            engine=engine,
            store_key=StoreKey(bytes(range(32))),
            face_engine_loader=fake_engine,
            signing_key_loader=lambda: signing,
            clock=lambda: self.now,
            # The same at every run: what is drawn by lot on a page is drawn alike.
            randomness=Random(f"sample {is_new}").randbytes,
        )
        self.app = create_app(self.services)
        if is_new:
            self._begin()

    def _begin(self) -> None:
        title = "Criminal charges, frequent crossers"
        with writing(self.services.engine) as connection:
            create_list(connection, LIST_ID, title, self.now - timedelta(days=9))
            for user in USERS:
                add_user(connection, user, PASSWORD, self.now)

    def browser(self, user_id: str | None = None, **cookies: str) -> Browser:
        """Open a browser, signed in when a user is named; extra cookies are preferences."""
        if user_id is not None:
            cookies[SESSION_COOKIE] = self.session_token(user_id)
        return Browser(self.app, cookies)

    def session_token(self, user_id: str) -> str:
        """Open a session without the cost of a password."""
        token = self.services.new_token()
        with writing(self.services.engine) as connection:
            session = session_of(connection, user_id, token, self.now + self.services.session_lifetime)
            assert session is not None
            open_session(connection, session, self.now)
        return token

    def add_subject(
        self, identity: int, name: str, *, severity: int = 2, photos: int = 2, days_ago: int = 5
    ) -> str:
        """List an invented person with cartoon photos."""
        subject_id = f"s-{identity}"
        enrolled_at = self.now - timedelta(days=days_ago)
        entry = SubjectRecord(
            display_name=name,
            category="criminal-charges",
            severity=severity,
            legal_basis="Criminal Code, article 206",
            authority="State Customs Committee",
            case_number=f"2026/{1400 + identity}",
            instructions="Ask the person to step aside and call the duty officer, extension 214.",
            expires_at=self.now + timedelta(days=180 + identity),
        )
        with writing(self.services.engine) as connection:
            insert_subject(
                connection, subject_id, LIST_ID, entry, enrolled_at=enrolled_at, enrolled_by="rashad"
            )
            self._add_photos(connection, identity, photos, enrolled_at)
        return subject_id

    def _add_photos(self, connection: Connection, identity: int, photos: int, enrolled_at: datetime) -> None:
        known = select(contracts.c.contract_id).where(contracts.c.contract_id == FAKE_CONTRACT.contract_id)
        if connection.scalar(known) is None:
            facts = {name: getattr(FAKE_CONTRACT, name) for name in EmbeddingContract.__dataclass_fields__}
            connection.execute(contracts.insert().values(contract_id=FAKE_CONTRACT.contract_id, **facts))
        for position in range(photos):
            reference_id = f"r-{identity}-{position}"
            photo = cartoon_jpeg(identity, position)
            connection.execute(
                reference_photos.insert().values(
                    reference_id=reference_id,
                    subject_id=f"s-{identity}",
                    contract_id=FAKE_CONTRACT.contract_id,
                    sealed_photo=self.services.seal("reference-photo", reference_id, photo),
                    sealed_template=self.services.seal("template", reference_id, bytes(256)),
                    quality=86.0 - 9 * position,
                    face_width=210.0,
                    captured_on="2024-03-12" if position == 0 else "",
                    position=position,
                    enrolled_at=enrolled_at,
                )
            )

    def add_device(self, device_id: str, lane: str, **state: object) -> None:
        """Register a device and give it the state it last reported."""
        with writing(self.services.engine) as connection:
            register_device(
                connection,
                DeviceIdentity(device_id, "astara", lane),
                token=self.services.new_token(),
                actor="cli",
                now=self.now,
            )
            if state:
                connection.execute(update(devices).where(devices.c.device_id == device_id).values(**state))

    def add_alert(
        self, number: int, identity: int, *, device_id: str = "edge-astara-1", has_picture: bool = True
    ) -> str:
        """Raise an alert on a listed person with one probe picture, `number` quarter hours ago."""
        alert_id = f"0193a7c0-0000-7000-8000-{number:012d}"
        raised_at = self.now - timedelta(minutes=15 * number + 1)
        with writing(self.services.engine) as connection:
            connection.execute(alerts.insert().values(**_alert(alert_id, identity, device_id, raised_at)))
        if has_picture:
            self._add_probe(alert_id, f"e-{number}", cartoon_jpeg(identity, pose=7), device_id)
        return alert_id

    def _add_probe(self, alert_id: str, evidence_id: str, content: bytes, device_id: str) -> None:
        with writing(self.services.engine) as connection:
            connection.execute(
                evidence.insert().values(
                    evidence_id=evidence_id,
                    alert_id=alert_id,
                    device_id=device_id,
                    media_type="image/jpeg",
                    sha256="0" * 64,
                    size=len(content),
                    file=keep_probe(self.services, device_id, evidence_id, content),
                    captured_at=self.now,
                )
            )

    def add_answer(self, alert_id: str, answer: Answer, *, role: str = "guard", reason: str = "") -> None:
        """Answer an alert as a guard at the lane, or as a supervisor at the hub."""
        self.counter += 1
        with writing(self.services.engine) as connection:
            connection.execute(
                decisions.insert().values(
                    decision_id=f"d-{self.counter}",
                    alert_id=alert_id,
                    device_id="edge-astara-1" if role == "guard" else None,
                    answer=answer,
                    officer_id="guard1" if role == "guard" else "leyla",
                    role=role,
                    decided_at=self.now - timedelta(minutes=1 if role == "guard" else 0),
                    seconds_to_answer=6.4,
                    reason=reason,
                )
            )
            if role == "supervisor":
                connection.execute(
                    update(alerts).where(alerts.c.alert_id == alert_id).values(status="answered")
                )

    def add_version(self, version: int, people: int, *, hours_ago: float) -> None:
        """Store a published version."""
        at = self.now - timedelta(hours=hours_ago)
        with writing(self.services.engine) as connection:
            connection.execute(
                watchlist_versions.insert().values(
                    list_id=LIST_ID,
                    version=version,
                    contract_id=FAKE_CONTRACT.contract_id,
                    subjects=people,
                    references=people * 2,
                    package_sha256="0" * 64,
                    package_size=1,
                    manifest=b"",
                    published_at=at,
                    published_by="rashad",
                    expires_at=at + timedelta(days=30),
                )
            )

    def add_confirmation(self, device_id: str, version: int | None, *, refused: int | None = None) -> None:
        """Store what a device says of the list."""
        with writing(self.services.engine) as connection:
            connection.execute(
                device_watchlists.insert().values(
                    device_id=device_id,
                    list_id=LIST_ID,
                    version=version,
                    applied_at=self.now - timedelta(minutes=2) if version else None,
                    rejected_version=refused,
                    rejected_reason="signature does not verify" if refused else None,
                )
            )


@contextmanager
def sample_hub(folder: Path) -> Iterator[SampleHub]:
    """Open an empty sample hub and close its store at the end."""
    hub = SampleHub(folder)
    try:
        yield hub
    finally:
        hub.services.engine.dispose()


def fill(hub: SampleHub) -> None:
    """Fill with people, devices, versions and cases as on a working day."""
    people = (
        (1, "Tural Məmmədov", 3),
        (2, "Nigar Əliyeva", 1),
        (3, "Олег Савченко", 2),
        (4, "Giorgi Beridze", 2),
        (5, "Şəhla Cəfərova", 3),
    )
    for identity, name, severity in people:
        hub.add_subject(identity, name, severity=severity, days_ago=6 - identity)
    fresh = {"version": "0.1.0", "pack": "intel-0095", "provider": "CPUExecutionProvider", "queue_depth": 0}
    seen = {"is_online": True, "last_seen_at": hub.now - timedelta(seconds=12), "state_at": hub.now}
    hub.add_device("edge-astara-1", "lane-1", **fresh, **seen)
    hub.add_device(
        "edge-astara-2", "lane-2", **fresh, **seen, warnings=["camera-blind", "disk-low"], is_degraded=True
    )
    hub.add_device(
        "edge-astara-3",
        "lane-3",
        **(fresh | {"queue_depth": 1240}),
        is_online=False,
        last_seen_at=hub.now - timedelta(hours=7),
    )
    hub.add_device("edge-astara-4", "lane-4")
    for version, hours in ((1, 120), (2, 48), (3, 0.1)):
        hub.add_version(version, 2 + version, hours_ago=hours)
    hub.add_confirmation("edge-astara-1", 3)
    hub.add_confirmation("edge-astara-2", 2, refused=3)
    hub.add_confirmation("edge-astara-3", 2)
    cases = [hub.add_alert(number, identity) for number, identity in ((1, 1), (2, 4), (3, 3), (4, 5), (5, 2))]
    hub.add_answer(cases[0], Answer.SAME, reason="Scar above the left brow")
    hub.add_answer(cases[2], Answer.NOT_SAME)
    hub.add_answer(cases[2], Answer.NOT_SAME, role="supervisor", reason="Ears differ")
    hub.add_answer(cases[3], Answer.UNSURE)
    hub.add_answer(cases[3], Answer.SAME, role="supervisor")
    hub.add_answer(cases[4], Answer.NOT_SAME)
    hub.add_answer(cases[4], Answer.NOT_SAME, role="supervisor")


def _alert(alert_id: str, identity: int, device_id: str, raised_at: datetime) -> dict[str, object]:
    return {
        "alert_id": alert_id,
        "device_id": device_id,
        "crossing_id": f"crossing-{identity}",
        "lane_id": "lane-1",
        "camera_id": "camera-1",
        "list_id": LIST_ID,
        "list_version": 2,
        "subject_id": f"s-{identity}",
        "outcome": "match" if identity % 2 else "review",
        "comparison_score": 0.7137 - identity / 100,
        "threshold": 0.6218,
        "review_threshold": 0.5431,
        "margin": 0.2149,
        "expected_false_alarms_per_day": 0.25,
        "contract_id": FAKE_CONTRACT.contract_id,
        "pack": "intel-0095",
        "gallery_size": 10,
        "quality": 78.4,
        "bona_fide_score": None,
        "frames_used": 4,
        "first_seen_at": raised_at - timedelta(seconds=2),
        "raised_at": raised_at,
        "updated_at": raised_at + timedelta(seconds=1),
        "received_at": raised_at + timedelta(seconds=1),
        "is_ended": True,
        "is_test": False,
        "status": "open",
    }

"""What a busy hub has besides cases and devices: drafts, proposals, a verified log, days of alerts."""

from datetime import timedelta

import numpy as np
from sqlalchemy import update

from hub.carriers.counting import Measure, add_counts
from hub.carriers.registry import NewCarrier, add_carrier, suspend_carrier
from hub.cases.counting import policy_of, recount
from hub.cases.tables import alerts
from hub.fleet.devices import DeviceIdentity, register_device
from hub.fleet.places import Site, put_site
from hub.fleet.rollouts import NewRollout, start_rollout
from hub.fleet.scope import Scope, ScopeKind
from hub.jobs.worker import Worker
from hub.machines.clients import NewClient, add_client, revoke_client
from hub.people.access import Permission, Role, User
from hub.people.audit_walk import start_verification
from hub.people.upkeep import handlers as audit_jobs
from hub.people.users import add_user
from hub.store.database import writing
from hub.watchlist.policy import set_two_person_acts
from hub.watchlist.proposal_content import Enrol, ProposedFace, ProposedSubject, Remove
from hub.watchlist.proposals import keep_draft, propose
from hub.watchlist.records import SubjectRecord
from hub.webhooks.subscriptions import NewWebhook, add_webhook, note_delivery
from models.fakes import DIMENSION, FAKE_CONTRACT
from sync.messages import Answer
from tests.hub.console.authority import ISSUER, add_issued
from tests.hub.console.cartoons import cartoon_jpeg
from tests.hub.console.certified import add_checks
from tests.hub.console.lodged import add_declarations
from tests.hub.console.profiled import add_profiles
from tests.hub.console.sample_hub import LIST_ID, PASSWORD, USERS, SampleHub

AUDITOR = User("nigar", "Nigar Rzayeva", Role.AUDITOR)
CUSTOMS = User("samir", "Samir Hüseynov", Role.CUSTOMS_OFFICER)
READERS = (*USERS, AUDITOR, CUSTOMS, ISSUER)
CHECKPOINTS = (
    ("astara", "Astara", 38.44, 48.87),
    ("bilasuvar", "Biləsuvar", 39.40, 48.35),
    ("samur", "Samur", 41.63, 48.43),
    ("red-bridge", "Qırmızı Körpü", 41.33, 45.07),
)
"""Site, title, degrees north and east."""
JOURNEY = (
    (500, "astara", "in"),
    (380, "bilasuvar", "out"),
    (190, "samur", "in"),
    (90, "red-bridge", "out"),
    (20, "astara", "in"),
)
"""How many hours ago, where, which way."""


def furnish(hub: SampleHub) -> None:
    """Fill what `sample_hub.fill` leaves empty."""
    services, scope = hub.services, Scope(ScopeKind.SITE, "astara")
    with writing(services.engine) as connection:
        for user in (AUDITOR, CUSTOMS):
            add_user(connection, user, PASSWORD, hub.now)
        set_two_person_acts(services, connection, LIST_ID, ("enrol", "remove", "publish"), actor="rashad")
        keep_draft(services, connection, LIST_ID, _newcomer(hub, 11, "Kamran Orucov"), actor="rashad")
        propose(services, connection, LIST_ID, _newcomer(hub, 12, "Ülviyyə Nağıyeva"), actor="leyla")
        removal = Remove(subject_id="s-2", reason="The court lifted the order on 20 November.")
        propose(services, connection, LIST_ID, removal, actor="rashad")
        rollout = NewRollout("intel-0095", scope, "Newer networks tell masks apart")
        start_rollout(services, connection, rollout, actor="admin", now=hub.now)
    _add_machines(hub)
    _add_carriers(hub)
    add_declarations(services, CUSTOMS)
    add_profiles(services)
    add_checks(services, CUSTOMS, next(user for user in USERS if user.role is Role.ADMINISTRATOR))
    add_issued(services)
    start_verification(services, AUDITOR.user_id)
    Worker(services, audit_jobs(), name="w1").drain()


def _add_machines(hub: SampleHub) -> None:
    """Let two programs in and one out again; tell two systems, of which one does not answer."""
    services = hub.services
    seen = frozenset({Permission.VIEW_CASES, Permission.VIEW_STATISTICS})
    with writing(services.engine) as connection:
        for client_id, title, scopes in (
            ("customs-desk", "Case desk of the customs", seen),
            ("old-exporter", "Exporter of last year", frozenset({Permission.VIEW_SUBJECTS})),
        ):
            client = NewClient(client_id, title, scopes)
            add_client(connection, client, secret=client_id, actor="admin", now=hub.now)
        revoke_client(connection, "old-exporter", hub.now)
        for title, status in (("Duty desk", 204), ("Archive", 503)):
            url = f"https://{title.split()[0].lower()}.agency.example/kechid"
            wanted = NewWebhook(title, url, ("case", "watchlist"))
            webhook_id, _ = add_webhook(services, connection, wanted, "admin")
            note_delivery(connection, webhook_id, status, hub.now - timedelta(hours=3))


def _add_carriers(hub: SampleHub) -> None:
    """Take three carriers on: one that works, one that tries things out, one that is suspended."""
    scopes = frozenset({Permission.DECLARE})
    with writing(hub.services.engine) as connection:
        for client_id, name, quota, is_sandbox in (
            ("swift", "Swift Parcels MMC", 5_000, False),
            ("swift-trial", "Swift Parcels MMC (trial)", 100, True),
            ("caspian-post", "Caspian Mail LLC", None, False),
        ):
            add_client(connection, NewClient(client_id, name, scopes), secret="s", actor="admin", now=hub.now)
            wanted = NewCarrier(
                client_id, name, "AZ", ("air", "road"), "+994 12 555 01 02", quota, is_sandbox=is_sandbox
            )
            add_carrier(connection, wanted, actor="admin", now=hub.now)
        suspend_carrier(connection, "caspian-post", "Its contract has ended.", hub.now)
        for month, declared in (("2026-09", 3120), ("2026-10", 4015), ("2026-11", 3870)):
            add_counts(connection, month, {"swift": _month_of_counts(declared)})


def _month_of_counts(declared: int) -> dict[tuple[Measure, str], int]:
    """Make a plausible month: one in fifty is rejected, one in ten has a doubt."""
    return {
        (Measure.DECLARED, ""): declared,
        (Measure.ERROR, ""): declared // 50,
        (Measure.ERROR, "country-unknown"): declared // 60,
        (Measure.ERROR, "description-short"): declared // 200,
        (Measure.DOUBT, ""): declared // 10,
        (Measure.DOUBT, "value-per-kg-low"): declared // 12,
        (Measure.DOUBT, "person-number-missing"): declared // 25,
        (Measure.LATE, ""): declared // 90,
        (Measure.REPEATED, ""): declared // 30,
        (Measure.AMENDED, ""): declared // 150,
    }


def add_days(hub: SampleHub) -> None:
    """Add two weeks of answered alerts and count them, so that the drawings have a shape."""
    for day, count in enumerate((3, 1, 4, 2, 6, 5, 2, 3, 7, 4, 2, 5, 3), start=1):
        for one in range(count):
            identity = 1 + (day + one) % 5
            case_id = hub.add_alert(96 * day + 3 * one, identity, has_picture=False)
            answer = Answer.SAME if identity in {1, 5} else Answer.NOT_SAME
            for role in ("guard", "supervisor"):
                hub.add_answer(case_id, answer, role=role)
    with writing(hub.services.engine) as connection:
        recount(connection, policy_of(hub.services.settings.cases))


def add_journey(hub: SampleHub) -> str:
    """Confirm one listed person at four checkpoints within a month, and return the newest case."""
    services = hub.services
    with writing(services.engine) as connection:
        for site_id, title, latitude, longitude in CHECKPOINTS:
            put_site(connection, Site(site_id, title, latitude=latitude, longitude=longitude))
            device = DeviceIdentity(f"edge-{site_id}-1", site_id, "lane-1")
            if site_id != "astara":
                register_device(connection, device, token=device.device_id, actor="admin", now=hub.now)
    for hours_ago, site_id, direction in JOURNEY:
        case_id = hub.add_alert(4 * hours_ago + 2, 1, device_id=f"edge-{site_id}-1", has_picture=False)
        hub.add_answer(case_id, Answer.SAME, role="supervisor")
        with writing(services.engine) as connection:
            facts = {"direction": direction, "crossing_id": f"crossing-{hours_ago}"}
            connection.execute(update(alerts).where(alerts.c.alert_id == case_id).values(**facts))
    with writing(services.engine) as connection:
        recount(connection, policy_of(services.settings.cases))
    return case_id


def _newcomer(hub: SampleHub, identity: int, name: str) -> Enrol:
    entry = SubjectRecord(
        display_name=name,
        category="criminal-charges",
        severity=2,
        legal_basis="Criminal Code, article 206",
        authority="State Customs Committee",
        case_number=f"2026/{1400 + identity}",
        instructions="Ask the person to step aside and call the duty officer, extension 214.",
        expires_at=hub.now + timedelta(days=365),
    )
    vector = np.zeros(DIMENSION, np.float32)
    vector[identity] = 1.0
    face = ProposedFace(
        jpeg=cartoon_jpeg(identity, 0),
        vector=vector.tobytes(),
        contract=FAKE_CONTRACT,
        quality=84.0,
        face_width=220.0,
        captured_on="2025-06-02",
        components={},
        photo_sha256=f"{identity:064x}",
    )
    return Enrol(subjects=(ProposedSubject(subject_id=f"s-{identity}", entry=entry, faces=(face,)),))

"""What a busy hub has besides cases and devices: draft, proposal, roll-out, auditor, days of alerts."""

from datetime import timedelta

import numpy as np

from hub.cases.counting import policy_of, recount
from hub.fleet.rollouts import NewRollout, start_rollout
from hub.fleet.scope import Scope, ScopeKind
from hub.people.access import Role, User
from hub.people.users import add_user
from hub.store.database import writing
from hub.watchlist.policy import set_two_person_acts
from hub.watchlist.proposal_content import Enrol, ProposedFace, ProposedSubject, Remove
from hub.watchlist.proposals import keep_draft, propose
from hub.watchlist.records import SubjectRecord
from models.fakes import DIMENSION, FAKE_CONTRACT
from sync.messages import Answer
from tests.hub.console.cartoons import cartoon_jpeg
from tests.hub.console.sample_hub import LIST_ID, PASSWORD, USERS, SampleHub

AUDITOR = User("nigar", "Nigar Rzayeva", Role.AUDITOR)
READERS = (*USERS, AUDITOR)


def furnish(hub: SampleHub) -> None:
    """Fill what `sample_hub.fill` leaves empty."""
    services, scope = hub.services, Scope(ScopeKind.SITE, "astara")
    with writing(services.engine) as connection:
        add_user(connection, AUDITOR, PASSWORD, hub.now)
        set_two_person_acts(services, connection, LIST_ID, ("enrol", "remove", "publish"), actor="rashad")
        keep_draft(services, connection, LIST_ID, _newcomer(hub, 11, "Kamran Orucov"), actor="rashad")
        propose(services, connection, LIST_ID, _newcomer(hub, 12, "Ülviyyə Nağıyeva"), actor="leyla")
        removal = Remove(subject_id="s-2", reason="The court lifted the order on 20 November.")
        propose(services, connection, LIST_ID, removal, actor="rashad")
        rollout = NewRollout("intel-0095", scope, "Newer networks tell masks apart")
        start_rollout(services, connection, rollout, actor="admin", now=hub.now)


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

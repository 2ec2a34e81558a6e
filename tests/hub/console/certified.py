"""Checks of certificates of a working day, and a trial."""

import json
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import and_, delete

from hub.bootstrap import Services
from hub.declarations.assessing.assess import Assessor
from hub.declarations.batches import BatchForm
from hub.declarations.intake import take_batch
from hub.fleet.places import Site, list_sites, put_site
from hub.origin.checking.checks import Opening, decide, open_check, record_truth, verify_check
from hub.origin.checking.drawing import DrawState
from hub.origin.checking.receiving import certificate_id_of
from hub.origin.checking.tables import origin_draws
from hub.origin.checking.trial import TrialPlan
from hub.origin.checking.trials import draw_trial
from hub.origin.checking.values import Decided, LaterTruth, Method, OfficerDecision, Truth
from hub.origin.verifying.verdict import Ground
from hub.people.access import User
from hub.store.database import writing
from tests.hub.declarations.evidences import item
from tests.hub.declarations.parcels import parcel
from tests.hub.origin.checking.issued import GENUINE, OTHER, Chain, altered, cut_off, verifier_for

TRIAL = "spring"
SITES = ("astara", "samur")
WINE = item(
    description="Dry red wine in bottles",
    hs_code="220421",
    gross_kg="600",
    net_kg="540",
    origin="GE",
    preference="200",
    certificates=[GENUINE.certificate.number],
)


def with_chain(services: Services) -> Services:
    """Verify by a chain that has the certificates of these tests."""
    return replace(services, origin_verifier_loader=lambda: verifier_for(GENUINE, OTHER))


def add_checks(services: Services, officer: User, planner: User) -> list[str]:
    """Check four: one accepted, one that is to be refused, one nobody could say of, one just opened."""
    as_of = services.clock() - timedelta(minutes=4)
    chain = verifier_for(GENUINE, OTHER, chain=Chain({}, at=as_of))
    with writing(services.engine) as connection:
        known = {one.site_id for one in list_sites(connection)}
        for name in sorted(set(SITES) - known):
            put_site(connection, Site(name, name.title()))
    row = parcel(90, items=[WINE], consignee=parcel()["consignee"] | {"id": "1700000001"})
    taken = take_batch(services, "client:swift", json.dumps([row]).encode(), BatchForm.JSON)
    Assessor(services).assess_waiting()
    declared = taken.rows[0].declaration_id
    ids = []
    for document, verifier in ((GENUINE, chain), (altered(), chain), (OTHER, cut_off()), (None, None)):
        with writing(services.engine) as connection:
            opening = Opening(method=Method.CODE_ONLINE, site_id="astara", declaration_id=declared)
            check = open_check(services, connection, opening, officer)
        ids.append(check.check_id)
        if document is not None and verifier is not None:
            verify_check(services, verifier, check.check_id, document, officer)
    with writing(services.engine) as connection:
        accepted = Decided(decision=OfficerDecision.ACCEPT)
        decide(services, connection, ids[0], accepted, officer=officer)
        said = LaterTruth(Truth.GENUINE, "reply 2026/118")
        record_truth(services, connection, ids[0], said, by=officer)
        refused = Decided(decision=OfficerDecision.REFUSE, reason="The mass was altered.")
        decide(services, connection, ids[1], refused, officer=officer)
        first = services.clock().date() - timedelta(days=3)
        plan = TrialPlan(sites=SITES, first=first, days=7, periods=4)
        draw_trial(services, connection, TRIAL, plan, by=planner)
        use = {"certificate_id": certificate_id_of(GENUINE), "line": 1, "declaration_id": declared}
        state = {"parts": 250_000_000, "state": DrawState.REFUSED.value, "note": Ground.QUANTITY_USED.value}
        # Planned when it was assessed; others were first.
        same = and_(*(origin_draws.c[name] == value for name, value in use.items()))
        connection.execute(delete(origin_draws).where(same))
        connection.execute(origin_draws.insert().values(**use, **state, changed_at=as_of))
    return ids

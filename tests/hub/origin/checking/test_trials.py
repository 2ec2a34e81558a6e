"""Trials kept: drawn once, counted by post and day, compared pair by pair."""

from datetime import date, timedelta

import pytest

from hub.errors import ConflictError, InvalidInputError, NotFoundError
from hub.fleet.places import Site, put_site
from hub.origin.checking.checks import Opening, decide, open_check, record_truth, verify_check
from hub.origin.checking.trial import Arm, Expected, TrialPlan, TrialReport
from hub.origin.checking.trials import draw_trial, trial_names, trial_periods, trial_report
from hub.origin.checking.values import Decided, LaterTruth, Method, OfficerDecision, Truth
from hub.store.database import reading, writing
from tests.hub.builders import ADMINISTRATOR, NOW, Hub
from tests.hub.origin.checking.issued import GENUINE, verifier_for
from tests.hub.origin.checking.test_checks import OFFICER

PLAN = TrialPlan(sites=("alat", "samur"), first=NOW.date(), days=7, periods=4)


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    with writing(hub_on_each.services.engine) as connection:
        for name in ("alat", "samur"):
            put_site(connection, Site(name, name.title()))
    return hub_on_each


def draw(hub: Hub, trial: str = "spring", plan: TrialPlan = PLAN) -> None:
    with writing(hub.services.engine) as connection:
        draw_trial(hub.services, connection, trial, plan, by=ADMINISTRATOR)


def checked(hub: Hub, site_id: str, method: Method, truth: Truth) -> None:
    """Accept a certificate, and learn what it was."""
    services, stated = hub.services, GENUINE.certificate
    paper = {"state": stated.state, "number": stated.number, "form": stated.form}
    with writing(services.engine) as connection:
        opening = Opening(method=method, site_id=site_id, **(paper if method is Method.PAPER else {}))
        check = open_check(services, connection, opening, OFFICER)
    if method is not Method.PAPER:
        verify_check(services, verifier_for(GENUINE), check.check_id, GENUINE, OFFICER)
    with writing(services.engine) as connection:
        said = Decided(decision=OfficerDecision.ACCEPT)
        decide(services, connection, check.check_id, said, officer=OFFICER)
        later = LaterTruth(truth, "reply 12")
        record_truth(services, connection, check.check_id, later, by=OFFICER)


def report(hub: Hub, trial: str = "spring") -> TrialReport:
    with reading(hub.services.engine) as connection:
        return trial_report(hub.services, connection, trial, Expected())


def test_a_trial_is_drawn_once(hub: Hub) -> None:
    draw(hub)
    with reading(hub.services.engine) as connection:
        drawn = trial_periods(connection, "spring")
    assert [one.site_id for one in drawn] == ["alat"] * 4 + ["samur"] * 4
    with pytest.raises(ConflictError, match="spring"):
        draw(hub)
    with reading(hub.services.engine) as connection:
        assert trial_periods(connection, "spring") == drawn


def test_the_newest_trial_comes_first(hub: Hub) -> None:
    draw(hub)
    hub.clock.advance(timedelta(days=1))
    draw(hub, "autumn")
    with reading(hub.services.engine) as connection:
        assert trial_names(connection) == ("autumn", "spring")


@pytest.mark.parametrize(
    ("trial", "plan", "error"),
    [
        ("a/name", PLAN, InvalidInputError),
        ("x", TrialPlan(sites=("nowhere",), first=NOW.date(), days=7, periods=4), NotFoundError),
        ("x", TrialPlan(sites=("alat",), first=NOW.date(), days=92, periods=4), InvalidInputError),
    ],
)
def test_what_cannot_be_tried_is_refused(
    hub: Hub, trial: str, plan: TrialPlan, error: type[Exception]
) -> None:
    with pytest.raises(error):
        draw(hub, trial, plan)


def test_an_unknown_trial_has_no_report(hub: Hub) -> None:
    with pytest.raises(NotFoundError):
        report(hub)


def test_each_post_counts_for_the_way_it_works(hub: Hub) -> None:
    draw(hub)
    with reading(hub.services.engine) as connection:
        today = {
            one.arm: one.site_id
            for one in trial_periods(connection, "spring")
            if one.first <= hub.clock.now.date() <= one.last
        }
    checked(hub, today[Arm.BEFORE], Method.PAPER, Truth.FALSE)
    checked(hub, today[Arm.AFTER], Method.CODE_ONLINE, Truth.GENUINE)
    found = report(hub)
    assert (found.before.known, found.before.accepted_false) == (1, 1)
    assert (found.after.known, found.after.accepted_false) == (1, 0)
    assert (found.difference, found.needed, found.is_reached) == (1.0, 285, False)
    # The same certificate, wrong by eye and right by its code.
    assert (found.pairs.only_before, found.pairs.only_after) == (1, 0)


def test_what_was_checked_outside_its_time_or_posts_is_no_part_of_it(hub: Hub) -> None:
    draw(hub, plan=TrialPlan(sites=("alat",), first=date(2026, 4, 1), days=7, periods=2))
    checked(hub, "alat", Method.PAPER, Truth.FALSE)
    found = report(hub)
    assert (found.before.known, found.after.known, found.pairs.only_before) == (0, 0, 0)

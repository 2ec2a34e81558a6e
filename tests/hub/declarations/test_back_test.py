"""Back-tests of drafts on stored declarations: as a job, in portions, kept with the draft."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import msgspec
import pytest

from hub.declarations.act_values import DeskAct, FoundKind, Inspection
from hub.declarations.acts import act_as_officer
from hub.declarations.assessing.assess import Assessor
from hub.declarations.assessing.back_test import KIND, run_back_test, start_back_test
from hub.declarations.assessing.back_test_runs import BackTestPeriod, BackTestRun, back_test_run
from hub.declarations.assessing.back_test_tally import (
    BackTestResult,
    BackTestTally,
    DayTally,
    ReplayedCase,
    read_result,
    result_of,
    with_cases,
)
from hub.declarations.assessing.conditions import Comparison, Operator
from hub.declarations.assessing.evidence import Channel
from hub.declarations.assessing.profiles import (
    NewProfile,
    activate_profile,
    draft_profile,
    profile_version,
    retire_profile,
)
from hub.declarations.lifecycle import Event
from hub.errors import ConflictError, InvalidInputError, NotFoundError
from hub.jobs.worker import Handler, Worker
from hub.people.audit import latest
from hub.store.database import reading, writing
from tests.hub.builders import NOW, Hub
from tests.hub.declarations.evidences import item
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_assessing import WANTED, activate, lodged
from tests.hub.declarations.test_intake import OFFICER

TODAY = NOW.date()
PERIOD = BackTestPeriod(TODAY - timedelta(days=2), TODAY)
HEAVY = Comparison("gross-kg", Operator.AT_LEAST, "10")


def draft(hub: Hub, **changes: Any) -> NewProfile:
    wanted = msgspec.structs.replace(WANTED, **({"profile_id": "heavy", "condition": HEAVY} | changes))
    with writing(hub.services.engine) as connection:
        draft_profile(connection, wanted, actor="author", now=NOW)
    return wanted


def work(hub: Hub, *, rows_a_portion: int = 3, portions_a_turn: int = 100) -> Worker:
    job = partial(run_back_test, rows_a_portion=rows_a_portion, portions_a_turn=portions_a_turn)
    worker = Worker(hub.services, {KIND: Handler(job)}, name="w1")
    worker.drain()
    return worker


def run_of(hub: Hub, profile_id: str = "heavy") -> BackTestRun:
    with reading(hub.services.engine) as connection:
        found = back_test_run(connection, profile_id, 1)
    assert found is not None
    return found


def result(hub: Hub, profile_id: str = "heavy") -> BackTestResult:
    with reading(hub.services.engine) as connection:
        kept = profile_version(connection, profile_id, 1).back_test
    assert kept is not None
    return read_result(kept)


def inspected(*, is_found: bool) -> DeskAct:
    kinds = (FoundKind.VALUE_DIFFERS,) if is_found else ()
    return DeskAct("a-inspect", Event.INSPECT, "It was opened.", inspection=Inspection(is_found, kinds))


def weighing(number: int, kg: str) -> dict[str, Any]:
    return parcel(number, gross_kg=kg, items=[item(gross_kg=kg, net_kg=kg)])


def two_days(hub: Hub) -> list[str]:
    """Store five parcels the day before and four on the day: every third is heavy; all are released."""
    hub.clock.now = NOW - timedelta(days=1)
    ids = lodged(hub, *(weighing(number, "12.0" if number % 3 == 0 else "0.9") for number in range(5)))
    hub.clock.now = NOW
    ids += lodged(hub, *(weighing(number, "12.0" if number % 3 == 0 else "0.9") for number in range(5, 9)))
    Assessor(hub.services).assess_waiting()
    return ids


@pytest.mark.parametrize("rows_a_portion", [1, 3, 9, 100])
def test_a_draft_is_tested_on_every_declaration_of_the_period_once(
    hub_on_each: Hub, rows_a_portion: int
) -> None:
    ids = two_days(hub_on_each)
    draft(hub_on_each)
    start_back_test(hub_on_each.services, "heavy", 1, PERIOD, actor="author")
    work(hub_on_each, rows_a_portion=rows_a_portion)
    found = result(hub_on_each)
    assert (found.tested, found.matched, found.selected, found.newly_selected) == (9, 3, 3, 3)
    assert (found.is_cut, found.newly_inspected, found.extra_inspections_a_day) == (False, 3, 1.0)
    assert found.channels == {"release": 3}
    assert set(found.examples) == {ids[0], ids[3], ids[6]}
    assert found.days == {
        "2026-03-12": DayTally(),
        "2026-03-13": DayTally(5, 2, 2, 2),
        "2026-03-14": DayTally(4, 1, 1, 1),
    }


def test_days_outside_the_period_are_not_read(hub_on_each: Hub) -> None:
    two_days(hub_on_each)
    draft(hub_on_each)
    start_back_test(hub_on_each.services, "heavy", 1, BackTestPeriod(TODAY, TODAY), actor="author")
    assert run_of(hub_on_each).upto == 4
    work(hub_on_each)
    assert (result(hub_on_each).tested, result(hub_on_each).matched) == (4, 1)


def test_a_test_that_is_bounded_reads_the_newest_and_says_so(hub_on_each: Hub) -> None:
    two_days(hub_on_each)
    draft(hub_on_each)
    bounded = BackTestPeriod(PERIOD.first, PERIOD.last, most=4)
    start_back_test(hub_on_each.services, "heavy", 1, bounded, actor="author")
    work(hub_on_each)
    found = result(hub_on_each)
    assert (found.is_cut, found.tested, found.first, list(found.days)) == (True, 4, TODAY, ["2026-03-14"])


def test_what_was_decided_already_is_not_new_and_what_was_not_decided_is_not_tested(
    hub_on_each: Hub,
) -> None:
    activate(hub_on_each)
    lodged(hub_on_each, weighing(1, "12.0"), weighing(2, "12.0") | {"export_country": "TR"})
    Assessor(hub_on_each.services).assess_waiting()
    lodged(hub_on_each, weighing(3, "12.0"))
    draft(hub_on_each)
    start_back_test(hub_on_each.services, "heavy", 1, PERIOD, actor="author")
    work(hub_on_each)
    found = result(hub_on_each)
    assert (found.tested, found.selected, found.newly_selected) == (2, 2, 1)
    assert found.channels == {"inspection": 1, "release": 1}


def test_what_inspections_found_is_told_of_the_selected_ones(hub_on_each: Hub) -> None:
    ids = two_days(hub_on_each)
    with writing(hub_on_each.services.engine) as connection:
        for place, is_found in ((0, True), (3, False), (1, True)):
            acts = (DeskAct("a-present", Event.PRESENT), inspected(is_found=is_found))
            for one in acts:
                act_as_officer(connection, ids[place], one, officer=OFFICER, now=NOW)
    draft(hub_on_each)
    start_back_test(hub_on_each.services, "heavy", 1, PERIOD, actor="author")
    work(hub_on_each)
    assert result(hub_on_each).outcomes == {"found": 1, "nothing": 1}


def test_the_share_leaves_a_control_group_that_a_repeated_test_draws_again(hub_on_each: Hub) -> None:
    lodged(hub_on_each, *(weighing(number, "12.0") for number in range(60)))
    Assessor(hub_on_each.services).assess_waiting()
    draft(hub_on_each, share=0.5)
    seen = []
    for _ in range(2):
        start_back_test(hub_on_each.services, "heavy", 1, PERIOD, actor="author")
        work(hub_on_each, rows_a_portion=50)
        seen.append(result(hub_on_each))
    assert seen[0] == seen[1]
    assert seen[0].matched == 60
    assert 15 < seen[0].selected < 45
    assert run_of(hub_on_each).run == 2


def test_what_the_assessment_rested_on_is_what_the_draft_is_asked_of(hub_on_each: Hub) -> None:
    two_days(hub_on_each)
    draft(hub_on_each, condition=Comparison("value-usd", Operator.EQUALS, "19.90"))
    start_back_test(hub_on_each.services, "heavy", 1, PERIOD, actor="author")
    work(hub_on_each)
    assert result(hub_on_each).matched == 9


def test_progress_is_kept_between_turns_and_both_ends_are_in_the_audit_log(hub_on_each: Hub) -> None:
    two_days(hub_on_each)
    draft(hub_on_each)
    start_back_test(hub_on_each.services, "heavy", 1, PERIOD, actor="author")
    start_back_test(hub_on_each.services, "heavy", 1, PERIOD, actor="second")
    job = partial(run_back_test, rows_a_portion=4, portions_a_turn=1)
    worker = Worker(hub_on_each.services, {KIND: Handler(job)}, name="w1")
    seen = []
    while worker.step():
        run = run_of(hub_on_each)
        seen.append((run.seen, run.upto, run.finished_at is not None))
    assert seen == [(4, 9, False), (8, 9, False), (9, 9, False), (9, 9, True)]
    with reading(hub_on_each.services.engine) as connection:
        noted = [(row.actor, row.action, row.detail) for row in latest(connection, 2)]
    assert noted == [
        ("author", "profile-tested", {"version": 1, "tested": 9, "selected": 3}),
        (
            "author",
            "profile-test-asked",
            {"version": 1, "first": "2026-03-12", "last": "2026-03-14", "upto": 9},
        ),
    ]


def test_a_version_in_use_is_not_tested_and_keeps_the_test_it_was_activated_on(hub_on_each: Hub) -> None:
    draft(hub_on_each)
    start_back_test(hub_on_each.services, "heavy", 1, PERIOD, actor="author")
    work(hub_on_each)
    kept = result(hub_on_each)
    two_days(hub_on_each)
    start_back_test(hub_on_each.services, "heavy", 1, PERIOD, actor="author")
    with writing(hub_on_each.services.engine) as connection:
        activate_profile(connection, "heavy", 1, actor="second", now=NOW)
    work(hub_on_each)
    assert run_of(hub_on_each).finished_at is not None
    assert result(hub_on_each) == kept
    with pytest.raises(ConflictError):
        start_back_test(hub_on_each.services, "heavy", 1, PERIOD, actor="author")
    with pytest.raises(NotFoundError):
        start_back_test(hub_on_each.services, "heavy", 2, PERIOD, actor="author")
    with writing(hub_on_each.services.engine) as connection:
        retire_profile(connection, "heavy", actor="second", now=NOW)


@pytest.mark.parametrize(
    ("first", "last", "most", "pointer"),
    [
        (date(2026, 3, 14), date(2026, 3, 13), 10, "/first"),
        (date(2025, 3, 13), date(2026, 3, 14), 10, "/first"),
        (date(2026, 3, 14), date(2026, 3, 14), 0, "/most"),
        (date(2026, 3, 14), date(2026, 3, 14), 200_001, "/most"),
    ],
)
def test_a_period_that_cannot_be_tested_is_refused_by_its_field(
    first: date, last: date, most: int, pointer: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        BackTestPeriod(first, last, most)
    assert [one.pointer for one in caught.value.problems] == [pointer]


def test_new_ones_come_first_among_ten_examples() -> None:
    def cases(start: int, channel: Channel) -> list[ReplayedCase]:
        chosen = {"is_matched": True, "is_selected": True}
        return [ReplayedCase(f"d-{start + at}", "2026-03-14", channel, **chosen) for at in range(8)]

    tally = with_cases(BackTestTally(), cases(0, Channel.HOLD), Channel.INSPECTION)
    tally = with_cases(tally, cases(10, Channel.DOCUMENTARY_CHECK), Channel.INSPECTION)
    found = result_of(tally, TODAY, TODAY, is_cut=False)
    assert found.examples == (*(f"d-{at}" for at in range(10, 18)), "d-0", "d-1")
    assert (found.newly_selected, found.newly_inspected) == (8, 8)
    check = with_cases(BackTestTally(), cases(0, Channel.RELEASE), Channel.DOCUMENTARY_CHECK)
    assert (check.newly_inspected, check.new_examples) == (0, 8)

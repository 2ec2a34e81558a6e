"""Counts of assessments, on both engines: kept with each, the same as a scan would find."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from hub.bootstrap import Services
from hub.cases.figures import Period
from hub.declarations.act_values import DeskAct
from hub.declarations.acts import act_as_officer
from hub.declarations.assessing.assess import Assessor
from hub.declarations.assessing.counting import Measure, counted_of
from hub.declarations.assessing.evidence import Channel
from hub.declarations.assessing.figures import (
    DeclarationFigures,
    ProfileMonth,
    declaration_figures,
    profile_months,
)
from hub.declarations.assessing.tables import assessment_counts, declaration_assessments
from hub.declarations.lifecycle import Event
from hub.store.database import reading, writing
from tests.hub.builders import NOW, Hub
from tests.hub.declarations.evidences import item
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_assessing import WANTED, activate, lodged
from tests.hub.declarations.test_back_test import inspected
from tests.hub.declarations.test_intake import OFFICER

TODAY = NOW.date()


def figures(hub: Hub, days: int = 2) -> DeclarationFigures:
    with reading(hub.services.engine) as connection:
        return declaration_figures(connection, Period(TODAY - timedelta(days=days - 1), TODAY))


def months(hub: Hub) -> Any:
    with reading(hub.services.engine) as connection:
        return profile_months(connection, TODAY)


def inspect(hub: Hub, declaration_id: str, *, is_found: bool) -> None:
    with writing(hub.services.engine) as connection:
        for act in (DeskAct("a-present", Event.PRESENT), inspected(is_found=is_found)):
            act_as_officer(connection, declaration_id, act, officer=OFFICER, now=NOW)


def taking_all(services: Services) -> Services:
    """Let the random share be everything."""
    declarations = msgspec.structs.replace(services.settings.declarations, random_share=1.0)
    settings = msgspec.structs.replace(services.settings, declarations=declarations)
    return Services(**{**vars(services), "settings": settings})


def test_a_day_has_its_channels_rejections_times_and_arrivals(hub_on_each: Hub) -> None:
    activate(hub_on_each, msgspec.structs.replace(WANTED, channel=Channel.DOCUMENTARY_CHECK))
    hub_on_each.clock.now = NOW - timedelta(seconds=90)
    late = (NOW - timedelta(hours=1)).isoformat()
    lodged(
        hub_on_each,
        parcel(1),
        parcel(2, export_country="TR", arrives_at=late),
        parcel(3, export_country="TR", arrives_at=None),
        parcel(4, items=[item(description="gift", hs_code="999999")]),
    )
    hub_on_each.clock.now = NOW
    Assessor(hub_on_each.services).assess_waiting()
    found = figures(hub_on_each)
    assert (found.decided, found.rejected, len(found.days)) == (3, 1, 2)
    today = found.days[1]
    assert (today.day, today.rejected, today.channels[Channel.DOCUMENTARY_CHECK]) == (TODAY, 1, 1)
    assert (found.before_arrival.count, found.before_arrival.total, found.arrival_unknown) == (1, 2, 1)
    assert [(one.over_s, one.decided) for one in found.times if one.decided] == [(60, 3)]
    assert found.half_within_s == pytest.approx(90, rel=0.026)
    assert figures(hub_on_each, days=1).decided == 3


def test_the_kept_counts_are_what_a_scan_finds_whoever_writes_them(hub_on_each: Hub) -> None:
    lodged(hub_on_each, *(parcel(number) for number in range(450)))
    assessor = Assessor(hub_on_each.services)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: assessor.assess_waiting(), range(3)))
    found = figures(hub_on_each)
    columns = declaration_assessments.c
    with reading(hub_on_each.services.engine) as connection:
        rows = connection.execute(select(columns.channel, func.count()).group_by(columns.channel)).all()
        scanned: dict[str, int] = {str(channel): int(count) for channel, count in rows}
        random = connection.scalar(select(func.count()).where(columns.is_random))
    assert {one.value: count for one, count in found.days[1].channels.items() if count} == scanned
    assert found.random_selected == random
    assert sum(one.decided for one in found.times) == found.decided == 450


def test_the_random_share_has_a_yield_of_those_that_were_inspected(hub_on_each: Hub) -> None:
    hub = Hub(taking_all(hub_on_each.services), hub_on_each.clock)
    ids = lodged(hub, *(parcel(number) for number in range(4)))
    Assessor(hub.services).assess_waiting()
    inspect(hub, ids[0], is_found=True)
    inspect(hub, ids[1], is_found=False)
    found = figures(hub)
    assert found.random_selected == 4
    assert (found.random_yield.count, found.random_yield.total) == (1, 2)


def test_a_profile_has_hits_and_a_yield_by_month_and_version(hub_on_each: Hub) -> None:
    activate(hub_on_each, msgspec.structs.replace(WANTED, share=0.5))
    ids = lodged(hub_on_each, *(parcel(number) for number in range(40)))
    Assessor(hub_on_each.services).assess_waiting()
    with reading(hub_on_each.services.engine) as connection:
        columns = declaration_assessments.c
        query = select(columns.declaration_id).where(
            columns.channel == Channel.INSPECTION, columns.is_random.is_(False)
        )
        selected = list(connection.scalars(query))
    assert 0 < len(selected) < len(ids)
    inspect(hub_on_each, selected[0], is_found=True)
    inspect(hub_on_each, selected[1], is_found=False)
    (month,) = months(hub_on_each)["from-china 1"]
    assert isinstance(month, ProfileMonth)
    assert (month.month, month.matched, month.selected) == ("2026-03", 40, len(selected))
    assert (month.found.count, month.found.total) == (1, 2)


def test_a_day_has_few_rows_however_much_is_decided(hub_on_each: Hub) -> None:
    lodged(hub_on_each, *(parcel(number) for number in range(100)))
    Assessor(hub_on_each.services).assess_waiting()
    with reading(hub_on_each.services.engine) as connection:
        rows = connection.scalar(select(func.count()).select_from(assessment_counts))
    assert rows is not None
    assert 0 < rows < 10


def test_what_a_control_group_was_spared_counts_as_matched_only() -> None:
    reasons = [{"code": "profile", "profile_id": "p", "version": 2, "is_selected": False}]
    decision = {"channel": "release", "is_random": False, "reasons": reasons}
    counted = set(counted_of(decision, 5.0, NOW, NOW))
    assert (Measure.PROFILE_MATCHED, "p 2") in counted
    assert (Measure.PROFILE_SELECTED, "p 2") not in counted
    assert (Measure.ARRIVAL, "before") in counted

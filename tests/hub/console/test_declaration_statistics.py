"""The page of the statistics of declarations."""

import re
from gettext import NullTranslations
from html import unescape

import pytest

from hub.console.declaration_statistics_view import STEPS
from hub.console.language import NAMES
from hub.console.navigation import menu_of
from hub.declarations.assessing.figures import STEPS_S
from hub.people.access import ROLE_PERMISSIONS, Permission, Role, User
from hub.people.users import add_user
from hub.store.database import writing
from tests.hub.console.furnished import AUDITOR, CUSTOMS
from tests.hub.console.lodged import add_declarations
from tests.hub.console.sample_hub import PASSWORD, SampleHub

PATH = "/console/declaration-statistics"


@pytest.fixture
def desk(hub: SampleHub) -> SampleHub:
    with writing(hub.services.engine) as connection:
        for user in (CUSTOMS, AUDITOR):
            add_user(connection, user, PASSWORD, hub.now)
    add_declarations(hub.services, CUSTOMS)
    return hub


@pytest.mark.parametrize("code", NAMES)
def test_the_page_speaks_every_language(desk: SampleHub, code: str) -> None:
    page = unescape(desk.browser("samir", kechid_language=code).get(PATH).text)
    assert f'<html lang="{code}"' in page
    assert not re.search(r"%\(|\{\{|\{%|Undefined", page)
    assert {"channels-by-day-title", "decision-times-title"} <= set(re.findall(r'id="([^"]+)"', page))


def test_the_figures_are_those_of_the_period(desk: SampleHub) -> None:
    page = unescape(desk.browser("samir", kechid_language="en").get(PATH).text)
    numbers = re.findall(r'tile-number number">([^<]+)', page)
    assert numbers[:2] == ["6", "1"]
    before = desk.browser("samir", kechid_language="en").get(f"{PATH}?first=2026-01-01&last=2026-01-31")
    assert re.findall(r'tile-number number">([^<]+)', before.text)[:2] == ["0", "0"]
    assert "Nothing was decided in this period." in before.text


def test_a_period_that_cannot_be_is_said_and_the_default_shown(desk: SampleHub) -> None:
    page = desk.browser("samir", kechid_language="en").get(f"{PATH}?first=soon")
    assert "This is not a date." in page.text
    assert page.text.count('tile-number number">6') == 1


@pytest.mark.parametrize(("user_id", "status"), [("samir", 200), ("nigar", 200), ("admin", 403)])
def test_who_decides_or_sees_statistics_may_open_it(desk: SampleHub, user_id: str, status: int) -> None:
    assert desk.browser(user_id).get(PATH).status_code == status


def test_whoever_may_open_it_finds_it_in_the_menu(desk: SampleHub) -> None:
    for role in Role:
        menu = menu_of(User("a", "A", role), NullTranslations())
        names = {item.name for group in menu for item in group.items}
        allowed = {Permission.DECIDE_DECLARATIONS, Permission.VIEW_STATISTICS} & ROLE_PERMISSIONS[role]
        assert ("declaration-statistics" in names) is bool(allowed), role


def test_every_step_of_the_distribution_has_words() -> None:
    assert set(STEPS) == {*STEPS_S, None}

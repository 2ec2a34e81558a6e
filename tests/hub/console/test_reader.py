from datetime import UTC, datetime

import pytest

from hub.console.language import load_languages
from hub.console.reader import Reader, is_local_address, make_reader
from hub.people.access import Permission, Role, User

LANGUAGES = load_languages()


def reader(role: Role | None, **cookies: str) -> Reader:
    user = User("u", "U", role) if role else None
    return make_reader(user, cookies, LANGUAGES, accepted="en", here="/console", zone=UTC)


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        (Role.SUPERVISOR, ["cases", "watchlists", "devices"]),
        (Role.WATCHLIST_OFFICER, ["cases", "watchlists", "devices"]),
        (Role.GUARD, ["cases", "devices"]),
        (Role.ADMINISTRATOR, ["devices"]),
        (Role.ANALYST, ["devices"]),
        (None, []),
    ],
)
def test_the_menu_offers_pages_of_the_role(role: Role | None, pages: list[str]) -> None:
    offered = {item.name for group in reader(role).navigation for item in group.items}

    assert set(pages) <= offered if role else not offered


def test_the_menu_leaves_out_what_the_role_may_not_open() -> None:
    offered = {item.name for group in reader(Role.GUARD).navigation for item in group.items}

    assert "watchlists" not in offered


def test_preferences_that_nobody_offers_count_as_absent() -> None:
    made = reader(Role.GUARD, kechid_theme="<script>", kechid_faces="no", kechid_language="tlh")

    assert (made.theme, made.is_masked, made.language.code) == ("auto", False, "en")


def test_nobody_may_anything() -> None:
    assert not any(reader(None).may(permission) for permission in Permission)


def test_a_moment_carries_words_and_the_machines_form() -> None:
    moment = reader(Role.GUARD).moment(datetime(2026, 11, 23, 8, 5, tzinfo=UTC))

    assert (moment.text, moment.iso) == ("23 Nov 2026, 08:05", "2026-11-23T08:05:00+00:00")


@pytest.mark.parametrize(
    ("address", "is_local"),
    [
        ("/console", True),
        ("/console/cases?status=all", True),
        ("/console?x=1", True),
        ("/consolation", False),
        ("//evil.example/console/", False),
        ("https://evil.example/console/", False),
        ("/console/\\evil.example", False),
        ("/console/\r\nSet-Cookie: a=b", False),
        ("", False),
    ],
)
def test_coming_back_never_leaves_the_console(address: str, is_local: bool) -> None:
    assert is_local_address(address) is is_local

"""Machines that signed in a moment ago: how long a token is believed without asking the store."""

from datetime import timedelta

import pytest

from hub.machines.recent import KEPT_FOR, MOST_TOKENS, RecentMachines
from hub.machines.tokens import KnownToken
from hub.people.access import Role, User
from tests.hub.builders import NOW

CERTIFICATE = "c" * 64
FEED = User("client:feed", "Feed", Role.MACHINE)
MOMENT = timedelta(milliseconds=1)
QUARTER = timedelta(minutes=15)


def kept(expires_in: timedelta = QUARTER, certificate: str | None = None) -> RecentMachines:
    recent = RecentMachines()
    recent.keep("token", KnownToken(FEED, NOW + expires_in, certificate), recent.mark, NOW)
    return recent


@pytest.mark.parametrize(
    ("expires_in", "later", "is_believed"),
    [
        (QUARTER, timedelta(), True),
        (QUARTER, KEPT_FOR - MOMENT, True),
        (QUARTER, KEPT_FOR, False),
        (timedelta(seconds=1), timedelta(seconds=1) - MOMENT, True),
        (timedelta(seconds=1), timedelta(seconds=1), False),
        (QUARTER, -MOMENT, False),
    ],
)
def test_a_token_is_believed_for_a_moment_and_never_beyond_its_end(
    expires_in: timedelta, later: timedelta, is_believed: bool
) -> None:
    found = kept(expires_in).user("token", None, NOW + later)
    assert found == (FEED if is_believed else None)


def test_another_token_is_not_known() -> None:
    assert kept().user("other", None, NOW) is None


@pytest.mark.parametrize(("shown", "is_good"), [(CERTIFICATE, True), ("d" * 64, False), (None, False)])
def test_a_bound_token_needs_its_certificate_each_time(shown: str | None, is_good: bool) -> None:
    assert kept(certificate=CERTIFICATE).user("token", shown, NOW) == (FEED if is_good else None)


def test_a_revocation_ends_what_is_known_and_what_was_being_looked_up() -> None:
    recent = kept()
    mark = recent.mark
    recent.forget_all()
    assert recent.user("token", None, NOW) is None
    recent.keep("token", KnownToken(FEED, NOW + QUARTER, None), mark, NOW)
    assert recent.user("token", None, NOW) is None
    recent.keep("token", KnownToken(FEED, NOW + QUARTER, None), recent.mark, NOW)
    assert recent.user("token", None, NOW) == FEED


def test_the_oldest_give_way() -> None:
    recent = kept()
    for number in range(MOST_TOKENS):
        recent.keep(str(number), KnownToken(FEED, NOW + QUARTER, None), recent.mark, NOW)
    assert recent.user("token", None, NOW) is None
    assert recent.user("0", None, NOW) == FEED

"""Who is met again and again beside a subject, told by pseudonym."""

from datetime import datetime, timedelta

import pytest

from hub.cases.co_travellers import Meeting, often_met
from tests.hub.builders import NOW


def at(*days: float) -> list[datetime]:
    return [NOW - timedelta(days=day) for day in days]


@pytest.mark.parametrize(
    ("times", "is_found"),
    [
        (at(0, 1, 2), True),
        (at(0, 1), False),
        (at(0, 0.1, 0.2, 1), False),
        (at(0, 0, 1), False),
        (at(0, 0, 1, 5), True),
    ],
)
def test_three_occasions_over_three_days_make_company(times: list[datetime], is_found: bool) -> None:
    assert bool(often_met([Meeting("b", one) for one in times], salt="hub")) is is_found


def test_a_pseudonym_is_the_hubs_own_and_names_nobody() -> None:
    meetings = [Meeting("wanted\nsubject-2", one) for one in at(0, 1, 2)]
    (here,), (there,) = often_met(meetings, salt="a"), often_met(meetings, salt="b")
    assert here.pseudonym != there.pseudonym
    assert "subject-2" not in here.pseudonym
    assert (here.times, here.days, here.last_at) == (3, 3, NOW)

from datetime import UTC, date, timedelta

import pytest

from hub.console.home_figures import DAYS, home_figures
from hub.people.access import Role, User
from hub.store.database import reading
from tests.hub.console.sample_hub import SampleHub


def test_nobody_signed_in_is_asked_to(hub: SampleHub) -> None:
    answer = hub.browser().get("/console")

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in?back=%2Fconsole")


@pytest.mark.parametrize(
    ("user_id", "shown", "hidden"),
    [
        ("leyla", ("Open cases", "They wait for your answer.", "Alerts by day"), ()),
        ("guard1", ("Open cases", "Devices offline"), ("They wait for your answer.", "Listings that end")),
        ("admin", ("Devices that need a look",), ("Open cases", "Waiting approvals", "Alerts by day")),
    ],
)
def test_everybody_sees_what_waits_for_the_role(
    day: SampleHub, user_id: str, shown: tuple[str, ...], hidden: tuple[str, ...]
) -> None:
    text = day.browser(user_id, kechid_language="en").get("/console").text

    assert [part for part in shown if part not in text] == []
    assert [part for part in hidden if part in text] == []


def test_the_start_page_names_nobody(day: SampleHub) -> None:
    text = day.browser("leyla").get("/console").text

    assert "Məmmədov" not in text
    assert "Beridze" not in text


def test_alerts_are_counted_by_the_day_of_the_wall_clock(day: SampleHub) -> None:
    viewer = User("leyla", "Leyla", Role.SUPERVISOR)

    with reading(day.services.engine) as connection:
        figures = home_figures(connection, viewer, day.now, UTC).cases

    assert figures is not None
    assert [begin.date() for begin, _ in figures.by_day] == [
        day.now.date() - timedelta(days=back) for back in reversed(range(DAYS))
    ]
    assert (figures.by_day[-1][0].date(), figures.by_day[-1][1]) == (date(2026, 11, 23), 5)
    assert sum(count for _, count in figures.by_day[:-1]) == 0


def test_somebody_bound_to_other_sites_counts_nothing(day: SampleHub) -> None:
    viewer = User("leyla", "Leyla", Role.SUPERVISOR, frozenset({"nowhere"}))

    with reading(day.services.engine) as connection:
        figures = home_figures(connection, viewer, day.now, UTC)

    assert figures.cases is not None
    assert figures.devices is not None
    assert (figures.cases.open, sum(count for _, count in figures.cases.by_day)) == (0, 0)
    assert (figures.devices.all, figures.devices.offline, figures.devices.longest_queue) == (0, 0, 0)

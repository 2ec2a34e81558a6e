"""A person's own parcels: where each stands, what customs asks, what it will cost."""

import re
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from hub.console.language import NAMES
from hub.declarations.act_values import AnswerKind, DeskAct, Question
from hub.declarations.acts import act_as_officer
from hub.declarations.duty_files import read_duty_tables
from hub.declarations.lifecycle import Event, State
from hub.declarations.registry import declaration
from hub.people.access import Role, User
from hub.public_app.pages import load_languages
from hub.public_app.reader import AppReader
from hub.public_app.status_words import status_of
from hub.store.database import reading, writing
from tests.hub.public_app.app_kit import LEYLA, TURAL, App
from tests.hub.public_app.forms import hidden, send, typed

OFFICER = User("samir", "Samir Hüseynov", Role.CUSTOMS_OFFICER)
PARCEL_USD = Decimal("24.10")
"""Goods and delivery of the form."""
EN = {"Accept-Language": "en"}
QUESTIONS = (
    Question("/items/0/value", AnswerKind.NUMBER, "What did you pay?"),
    Question("/items/0/description", AnswerKind.YES_NO, "Are they new?"),
)


def sent_by(client: httpx.Client, **changes: str) -> str:
    return send(client, typed(**changes)).headers["location"].partition("?")[0]


def ask(app: App, path: str) -> None:
    now = app.services.clock()
    act = DeskAct(
        act_id="ask-1",
        event=Event.REQUEST_INFORMATION,
        reason="the value is unclear",
        deadline=now + timedelta(days=2),
        questions=QUESTIONS,
    )
    with writing(app.services.engine) as connection:
        act_as_officer(connection, path.rpartition("/")[2], act, officer=OFFICER, now=now)


def state_of(app: App, path: str) -> State:
    with reading(app.services.engine) as connection:
        return declaration(connection, path.rpartition("/")[2], OFFICER).summary.state


def answers(page: str) -> dict[str, str]:
    return {
        "act_id": hidden(page, "act_id"),
        "answer-0": "19,90",
        "number-0": "yes",
        "answer-1": "no",
    }


def test_a_question_is_shown_with_its_deadline_and_answered_once(app_on_each: App) -> None:
    client = app_on_each.signed_in(LEYLA)
    path = sent_by(client)
    ask(app_on_each, path)
    page = client.get(path, headers=EN).text
    assert "What did you pay?" in page
    assert "Please answer until" in page
    for _ in range(2):
        assert client.post(f"{path}/answer", data=answers(page)).headers["location"] == path
    assert state_of(app_on_each, path) is not State.INFORMATION_REQUESTED
    assert "What did you pay?" not in client.get(path).text


@pytest.mark.parametrize("change", [{"answer-0": "much"}, {"answer-1": ""}, {"answer-0": "x" * 900}])
def test_an_answer_that_does_not_fit_comes_back(app: App, change: dict[str, str]) -> None:
    client = app.signed_in(LEYLA)
    path = sent_by(client)
    ask(app, path)
    form = answers(client.get(path).text) | change
    answer = client.post(f"{path}/answer", data=form, headers=EN)
    assert answer.status_code == 400
    assert "Please answer every question" in answer.text
    assert state_of(app, path) is State.INFORMATION_REQUESTED


def test_nobody_answers_for_somebody_else(app: App) -> None:
    path = sent_by(app.signed_in(LEYLA))
    ask(app, path)
    answer = app.signed_in(TURAL).post(f"{path}/answer", data=answers(""))
    assert answer.status_code == 404


def limit_left(page: str) -> Decimal:
    found = re.search(r"US\$([0-9.]+)|\$([0-9.]+)", page)
    assert found is not None
    return Decimal(found.group(1) or found.group(2))


def test_the_estimate_counts_what_other_parcels_have_used(app_on_each: App) -> None:
    client = app_on_each.signed_in(LEYLA)
    limits = {one.amount_usd for one in read_duty_tables().limits}
    first = limit_left(client.post("/app/declare", data=typed(), headers=EN).text)
    sent_by(client)
    second = limit_left(client.post("/app/declare", data=typed(reference="C-2"), headers=EN).text)
    assert first - second == PARCEL_USD
    assert first + PARCEL_USD in limits


@pytest.mark.parametrize("code", NAMES)
def test_every_state_has_words_in_every_language(code: str) -> None:
    reader = AppReader(None, load_languages()[code], "/app/")
    said = [status_of(state, None, reader) for state in State]
    assert all(one.title and one.text for one in said)
    assert len({one.title for one in said}) == len(State)

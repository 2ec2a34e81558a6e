"""Signing in with a code: once, in time, few guesses, and strangers learn nothing of who is known."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from hub.errors import InvalidInputError
from hub.public_app.activity import active_in_month
from hub.public_app.citizens import register_citizen, tidy_number
from hub.public_app.devices import device_pass, network_of, source_of
from hub.public_app.identity import Caller, Citizen, IdentityRefusal
from hub.public_app.one_time_codes import (
    CODES_ALLOWED,
    CODES_TO_STRANGERS,
    FAILURES_ALLOWED,
    FAILURES_OF_STRANGERS,
    LIFETIME,
    WINDOW,
    OneTimeCodes,
)
from hub.public_app.outbox import NOBODY as NOBODY_FILE
from hub.public_app.outbox import CodeOutbox
from hub.public_app.sessions import open_session
from hub.public_app.tables import citizen_codes, citizen_marks, citizen_sessions
from hub.store.database import reading, writing
from tests.hub.public_app.app_kit import LEYLA, NOBODY, TURAL, App

HERE = Caller("192.0.2.1")


def provider(app: App) -> OneTimeCodes:
    return OneTimeCodes(app.services, CodeOutbox(app.outbox))


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_the_right_code_tells_who_it_is_once(app_on_each: App) -> None:
    codes = provider(app_on_each)
    challenge = codes.begin(LEYLA[0], HERE)
    answers = [codes.finish(challenge, app_on_each.code_of(LEYLA)) for _ in range(2)]
    assert isinstance(answers[0], Citizen)
    assert (answers[0].number, answers[0].name) == LEYLA
    assert answers[1] is IdentityRefusal.WRONG


def test_a_code_counts_for_its_own_challenge_only(app_on_each: App) -> None:
    codes = provider(app_on_each)
    codes.begin(LEYLA[0], HERE)
    stranger = codes.begin(TURAL[0], HERE)
    assert codes.finish(stranger, app_on_each.code_of(LEYLA)) is IdentityRefusal.WRONG
    assert codes.finish("made up", app_on_each.code_of(LEYLA)) is IdentityRefusal.WRONG


def test_an_old_code_is_refused(app_on_each: App) -> None:
    codes = provider(app_on_each)
    challenge = codes.begin(LEYLA[0], HERE)
    app_on_each.hub.clock.advance(LIFETIME)
    assert codes.finish(challenge, app_on_each.code_of(LEYLA)) is IdentityRefusal.WRONG


@pytest.mark.parametrize("number", [LEYLA[0], NOBODY], ids=["known", "unknown"])
def test_guesses_lock_their_source_whichever_of_its_codes_they_are_for(app_on_each: App, number: str) -> None:
    codes = provider(app_on_each)
    challenges = [codes.begin(number, HERE) for _ in range(3)]
    wrong = [codes.finish(challenges[guess % 3], "none") for guess in range(FAILURES_ALLOWED)]
    assert wrong == [IdentityRefusal.WRONG] * FAILURES_ALLOWED
    assert codes.finish(challenges[0], "none") is IdentityRefusal.TOO_MANY


def test_a_locked_number_is_free_after_the_window(app_on_each: App) -> None:
    codes = provider(app_on_each)
    challenge = codes.begin(LEYLA[0], HERE)
    for _ in range(FAILURES_ALLOWED):
        codes.finish(challenge, other_than(app_on_each.code_of(LEYLA)))
    assert codes.finish(challenge, app_on_each.code_of(LEYLA)) is IdentityRefusal.TOO_MANY
    app_on_each.hub.clock.advance(WINDOW)
    again = codes.begin(LEYLA[0], HERE)
    assert isinstance(codes.finish(again, app_on_each.code_of(LEYLA)), Citizen)


def caller_known_as(app: App, person: tuple[str, str], address: str = "192.0.2.1") -> Caller:
    return Caller(address, device_pass(app.services.store_key, app.key_of(person), "device-1"))


def guess(codes: OneTimeCodes, number: str, caller: Caller) -> IdentityRefusal | Citizen:
    challenge = codes.begin(number, caller)
    return [codes.finish(challenge, "none") for _ in range(FAILURES_ALLOWED + 1)][-1]


@pytest.mark.parametrize("address", ["198.51.100.7", "2001:db8:0:2::1"])
def test_who_knows_a_number_locks_nobody_out_who_is_elsewhere(app_on_each: App, address: str) -> None:
    codes = provider(app_on_each)
    assert guess(codes, LEYLA[0], HERE) is IdentityRefusal.TOO_MANY
    challenge = codes.begin(LEYLA[0], Caller(address))
    assert isinstance(codes.finish(challenge, app_on_each.code_of(LEYLA)), Citizen)


def test_from_many_places_guesses_are_few_and_the_persons_own_phone_is_not_locked(app_on_each: App) -> None:
    codes = provider(app_on_each)
    for place in range(40):
        guess(codes, LEYLA[0], Caller(f"198.51.100.{place}"))
    with reading(app_on_each.services.engine) as connection:
        assert connection.scalar(select(func.sum(citizen_codes.c.failures))) == FAILURES_OF_STRANGERS
    own = caller_known_as(app_on_each, LEYLA)
    challenge = codes.begin(LEYLA[0], own)
    assert isinstance(codes.finish(challenge, app_on_each.code_of(LEYLA)), Citizen)
    assert guess(codes, LEYLA[0], own) is IdentityRefusal.TOO_MANY


def test_asking_for_codes_keeps_none_from_the_persons_own_phone(app_on_each: App) -> None:
    codes = provider(app_on_each)
    for place in range(CODES_TO_STRANGERS + 3):
        codes.begin(LEYLA[0], Caller(f"198.51.100.{place}"))
    last = app_on_each.code_of(LEYLA)
    codes.begin(LEYLA[0], Caller("203.0.113.1"))
    assert app_on_each.code_of(LEYLA) == last
    codes.begin(LEYLA[0], caller_known_as(app_on_each, LEYLA))
    assert app_on_each.code_of(LEYLA) != last


@pytest.mark.parametrize("kept", ["", "device-1.", "device-1.00ff", ".", "ə.ə"])
def test_another_persons_phone_or_a_made_up_one_is_a_stranger(app_on_each: App, kept: str) -> None:
    key, own = app_on_each.services.store_key, app_on_each.key_of(LEYLA)
    tural = caller_known_as(app_on_each, TURAL).kept
    sources = [source_of(key, own, address="192.0.2.1", kept=one) for one in ("", kept, tural)]
    assert len(set(sources)) == 1
    assert not sources[0].is_own


def test_addresses_of_one_household_are_one_source() -> None:
    assert network_of("2001:db8:0:1:aaaa::1") == network_of("2001:db8:0:1:bbbb::2")
    assert network_of("2001:db8:0:1::1") != network_of("2001:db8:0:2::1")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of("testclient") == "testclient"


def test_guesses_at_once_are_counted_one_by_one(app_on_each: App) -> None:
    codes = provider(app_on_each)
    challenges = [codes.begin(LEYLA[0], HERE) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda guess: codes.finish(challenges[guess % 4], "none"), range(12)))
    assert answers.count(IdentityRefusal.WRONG) == FAILURES_ALLOWED


def test_further_codes_are_not_sent_and_nobody_is_told(app_on_each: App) -> None:
    codes = provider(app_on_each)
    for _ in range(CODES_ALLOWED):
        codes.begin(LEYLA[0], HERE)
    last = app_on_each.code_of(LEYLA)
    assert len(codes.begin(LEYLA[0], HERE)) == len(codes.begin(NOBODY, HERE))
    assert app_on_each.code_of(LEYLA) == last


def test_a_code_lies_where_only_the_hub_reads_and_a_strangers_nowhere(app: App) -> None:
    codes = provider(app)
    codes.begin(LEYLA[0], HERE)
    codes.begin(NOBODY, HERE)
    file, nobody = sorted(app.outbox.iterdir(), key=lambda one: one.name.startswith("."))
    assert nobody.name == NOBODY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(app.outbox.stat().st_mode) == 0o700
    assert not any(word in file.name + file.read_text() for word in LEYLA)


def test_a_known_and_an_unknown_number_leave_the_same_rows(app_on_each: App) -> None:
    codes = provider(app_on_each)
    codes.begin(LEYLA[0], HERE)
    codes.begin(NOBODY, HERE)
    with reading(app_on_each.services.engine) as connection:
        rows = connection.execute(select(citizen_codes)).all()
    shapes = {(len(row.citizen_key), len(row.code_hmac), row.failures, row.used_at) for row in rows}
    assert len(rows) == 2
    assert len(shapes) == 1


def test_numbers_names_and_codes_stand_in_no_row(app: App) -> None:
    client = app.signed_in(LEYLA)
    code = app.code_of(LEYLA)
    with reading(app.services.engine) as connection:
        for table in ("citizens", "citizen_codes", "citizen_sessions", "citizen_marks", "audit"):
            stored = str(connection.execute(text(f"SELECT * FROM {table}")).all())
            assert not any(word in stored for word in (*LEYLA, f"'{code}'", str(client.cookies)))


def test_a_person_counts_once_a_month_and_is_another_mark_in_the_next(app_on_each: App) -> None:
    services, clock = app_on_each.services, app_on_each.hub.clock
    counts, marks = [], set()
    for _ in range(2):
        for person in (LEYLA, LEYLA, TURAL):
            open_session(services, app_on_each.citizen(person))
        with reading(services.engine) as connection:
            counts.append(active_in_month(connection, clock.now))
            marks |= set(connection.scalars(select(citizen_marks.c.mark)))
            kept = connection.scalar(select(func.count()).select_from(citizen_marks))
        clock.advance(timedelta(days=31))
    assert counts == [2, 2]
    assert (len(marks), kept) == (4, 2)


def test_sessions_that_are_over_are_forgotten(app_on_each: App) -> None:
    open_session(app_on_each.services, app_on_each.citizen(LEYLA))
    app_on_each.hub.clock.advance(timedelta(hours=3))
    open_session(app_on_each.services, app_on_each.citizen(TURAL))
    with reading(app_on_each.services.engine) as connection:
        keys = connection.scalars(select(citizen_sessions.c.citizen_key)).all()
    assert keys == [app_on_each.key_of(TURAL)]


def test_a_number_is_tidied_and_one_that_is_none_is_not_repeated() -> None:
    assert tidy_number(" 5abc 12d ") == "5ABC12D"
    with pytest.raises(InvalidInputError) as refusal:
        tidy_number("5ABC12")
    assert "5ABC12" not in str(refusal.value)


@pytest.mark.parametrize("name", ["", "  ", "1234", "x" * 200])
def test_a_name_that_is_none_is_refused(app: App, name: str) -> None:
    with writing(app.services.engine) as connection, pytest.raises(InvalidInputError, match="/name"):
        register_citizen(app.services, connection, LEYLA[0], name)

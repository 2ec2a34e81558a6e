"""Officers, passwords, sessions."""

from datetime import timedelta
from pathlib import Path

import pytest

from edge_agent.errors import AccessDeniedError, ConflictError, EdgeError, StoreError, TooManyFailuresError
from edge_agent.officers.access import Officer
from edge_agent.officers.login_failures import MAX_FAILURES, WINDOW
from sync.lane_messages import LoginRequest
from tests.edge_agent.shell_builders import GUARD, NOW, PASSWORD, opened_store

RIGHT = LoginRequest(GUARD.officer_id, PASSWORD)
WRONG = LoginRequest(GUARD.officer_id, "wrong horse")


def test_the_right_password_opens_a_session(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.access.add_officer(GUARD, PASSWORD, NOW)
        reply = edge.access.login(RIGHT, NOW)
        assert (reply.officer_id, reply.role, reply.display_name) == ("guard-1", "guard", "Aysel Q.")
        assert edge.access.session(reply.token, NOW).officer == GUARD


@pytest.mark.parametrize(
    "request_", [WRONG, LoginRequest("nobody", PASSWORD), LoginRequest("guard-1", "x" * 9999)]
)
def test_any_other_pair_is_refused_in_the_same_words(tmp_path: Path, request_: LoginRequest) -> None:
    with opened_store(tmp_path) as edge:
        edge.access.add_officer(GUARD, PASSWORD, NOW)
        with pytest.raises(AccessDeniedError, match=r"^officer or password is wrong$"):
            edge.access.login(request_, NOW)


def test_a_session_ends_after_its_time(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.access.add_officer(GUARD, PASSWORD, NOW)
        token = edge.access.login(RIGHT, NOW).token
        edge.access.session(token, NOW + timedelta(hours=11, minutes=59))
        with pytest.raises(AccessDeniedError, match="expired"):
            edge.access.session(token, NOW + timedelta(hours=12))


def test_logging_out_ends_the_session_at_once(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.access.add_officer(GUARD, PASSWORD, NOW)
        token = edge.access.login(RIGHT, NOW).token
        edge.access.logout(token, NOW)
        with pytest.raises(AccessDeniedError, match="not logged in"):
            edge.access.session(token, NOW)


def test_sessions_survive_a_restart_and_lie_hashed_on_the_disk(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.access.add_officer(GUARD, PASSWORD, NOW)
        token = edge.access.login(RIGHT, NOW).token
    with opened_store(tmp_path) as edge:
        assert edge.access.session(token, NOW).officer == GUARD
        stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert token.encode() not in stored
    assert PASSWORD.encode() not in stored
    assert b"$argon2id$" in stored


def test_too_many_wrong_passwords_make_even_the_right_one_wait(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.access.add_officer(GUARD, PASSWORD, NOW)
        for _ in range(MAX_FAILURES):
            with pytest.raises(AccessDeniedError, match="wrong"):
                edge.access.login(WRONG, NOW)
        with pytest.raises(TooManyFailuresError, match="wait 300 seconds"):
            edge.access.login(RIGHT, NOW)
        assert edge.access.login(RIGHT, NOW + WINDOW).officer_id == "guard-1"


def test_logins_and_failures_are_audited_without_the_password(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.access.add_officer(GUARD, PASSWORD, NOW)
        with pytest.raises(AccessDeniedError):
            edge.access.login(WRONG, NOW)
        edge.access.logout(edge.access.login(RIGHT, NOW).token, NOW)
        actions = edge.store.read(lambda c: c.execute("SELECT action FROM audit ORDER BY seq").fetchall())
        assert [row[0] for row in actions] == ["officer-added", "login-refused", "login", "logout"]


@pytest.mark.parametrize(
    ("officer", "password", "reason"),
    [
        (Officer("a b", "Name", "guard"), PASSWORD, "officer 'a b'"),
        (Officer("a", "Name", "king"), PASSWORD, "role 'king'"),
        (Officer("a", " ", "guard"), PASSWORD, "name is empty"),
        (Officer("a", "Name", "guard"), "short", "8 to 256"),
    ],
)
def test_a_bad_officer_is_refused(tmp_path: Path, officer: Officer, password: str, reason: str) -> None:
    with opened_store(tmp_path) as edge, pytest.raises(EdgeError, match=reason):
        edge.access.add_officer(officer, password, NOW)


def test_an_officer_is_added_once(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.access.add_officer(GUARD, PASSWORD, NOW)
        with pytest.raises(ConflictError, match="already there"):
            edge.access.add_officer(GUARD, PASSWORD, NOW)


def test_a_broken_store_does_not_log_out_who_was_seen(tmp_path: Path) -> None:
    with opened_store(tmp_path) as edge:
        edge.access.add_officer(GUARD, PASSWORD, NOW)
        token = edge.access.login(RIGHT, NOW).token
        edge.access.session(token, NOW)
        edge.store.write(lambda c: c.execute("DROP TABLE session"))
        assert edge.access.session(token, NOW).officer == GUARD
        with pytest.raises(AccessDeniedError, match="expired"):
            edge.access.session(token, NOW + timedelta(hours=13))
        with pytest.raises(StoreError):
            edge.access.session("never seen", NOW)

"""Carriers' accounts at the broker, on both engines, and the files they stand in."""

from pathlib import Path

import pytest

from hub.carrier_stream.accounts import (
    Secret,
    account_since,
    accounts_of_carriers,
    put_account,
    withdraw_account,
)
from hub.carrier_stream.broker_files import write_broker_files
from hub.carriers.registry import resume_carrier, suspend_carrier
from hub.errors import ConflictError, HubError, NotFoundError
from hub.machines.clients import revoke_client
from hub.store.database import reading, writing
from sync.broker_accounts import BrokerAccount, access_of
from tests.hub.builders import NOW, Hub
from tests.hub.carrier_stream.streams import stream
from tests.hub.carriers.carriers import let_in, onboard

SECRET = Secret("x" * 64, b"0" * 12)


def listed(hub: Hub) -> list[str]:
    with reading(hub.services.engine) as connection:
        return [one.name for one in accounts_of_carriers(connection)]


def test_an_account_reaches_its_own_two_topics_and_keeps_no_password(hub_on_each: Hub) -> None:
    assert stream(hub_on_each) == "carrier@swift"
    with reading(hub_on_each.services.engine) as connection:
        (account,) = accounts_of_carriers(connection)
        assert account_since(connection, "swift") == NOW
    assert account.publish == ("kechid/carriers/swift/declarations",)
    assert account.subscribe == ("kechid/carriers/swift/answers",)
    assert account.is_hashed
    assert account.password.startswith("$7$")


def test_a_new_password_takes_the_place_of_the_old_one_and_an_account_is_withdrawn(hub_on_each: Hub) -> None:
    stream(hub_on_each)
    with writing(hub_on_each.services.engine) as connection:
        (before,) = accounts_of_carriers(connection)
        put_account(connection, "swift", SECRET, actor="test", now=NOW)
        (after,) = accounts_of_carriers(connection)
        assert before.password != after.password
        assert withdraw_account(connection, "swift")
        assert not withdraw_account(connection, "swift")
        assert account_since(connection, "swift") is None
    assert listed(hub_on_each) == []


def test_a_suspended_or_shut_out_carrier_is_not_let_in(hub_on_each: Hub) -> None:
    for name in ("swift", "other"):
        stream(hub_on_each, name)
    with writing(hub_on_each.services.engine) as connection:
        suspend_carrier(connection, "swift", "no contract", NOW)
    assert listed(hub_on_each) == ["carrier@other"]
    with writing(hub_on_each.services.engine) as connection:
        resume_carrier(connection, "swift")
        revoke_client(connection, "other", NOW)
    assert listed(hub_on_each) == ["carrier@swift"]


def test_only_a_carrier_whose_id_a_topic_bears_gets_an_account(hub_on_each: Hub) -> None:
    let_in(hub_on_each)
    onboard(hub_on_each, "swift-")
    with writing(hub_on_each.services.engine) as connection:
        with pytest.raises(NotFoundError):
            put_account(connection, "swift", SECRET, actor="test", now=NOW)
        with pytest.raises(ConflictError, match="letters, digits"):
            put_account(connection, "swift-", SECRET, actor="test", now=NOW)


def test_a_brokers_files_name_the_carriers_and_leave_others_alone(tmp_path: Path) -> None:
    passwords, access = tmp_path / "passwords", tmp_path / "access"
    passwords.write_text("lane-1:$7$x")
    passwords.chmod(0o640)
    access.write_text("user lane-1\ntopic write a\n")
    swift, other = (
        BrokerAccount(f"carrier@{name}", "$7$y", ("d",), ("a",), is_hashed=True)
        for name in ("swift", "other")
    )
    assert write_broker_files(passwords, access, [swift, other])
    assert not write_broker_files(passwords, access, [swift, other])
    assert write_broker_files(passwords, access, [other])
    assert passwords.read_text() == "lane-1:$7$x\ncarrier@other:$7$y\n"
    assert access.read_text() == f"user lane-1\ntopic write a\n{access_of(other)}"
    assert passwords.stat().st_mode & 0o777 == 0o640


def test_new_files_are_private_and_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    write_broker_files(tmp_path / "passwords", tmp_path / "access", [])
    assert (tmp_path / "passwords").stat().st_mode & 0o077 == 0
    with pytest.raises(HubError, match="nowhere"):
        write_broker_files(tmp_path / "nowhere" / "p", tmp_path / "nowhere" / "a", [])

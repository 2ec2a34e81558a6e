"""A list is withdrawn from a site: taken once when signed for it, and nothing older brings the list back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync import topics
from sync.codec import decode_announcement, encode_manifest, encode_withdrawal
from sync.errors import MessageError, SignatureError
from sync.fakes import InMemoryBroker
from sync.messages import WatchlistManifest, WatchlistRejected, WatchlistWithdrawal
from sync.package_client import packages_of
from sync.package_queue import Downloaded
from sync.signing import key_id, sign_manifest, sign_withdrawal, verify_withdrawal
from sync.status import received_versions
from sync.watchlist_reception import WATCHLIST, WITHDRAWAL, WatchlistReception
from tests.sync.checkpoint import DEVICE, HUB_KEY, SITE, Checkpoint, manifest, relay_running
from tests.sync.hub_stand_in import eventually

NOW = datetime.now(UTC)
TRUSTED = {key_id(HUB_KEY.public_key()): HUB_KEY.public_key()}
STRANGER = Ed25519PrivateKey.generate()


def unsigned(issued_at: datetime = NOW, **changes: object) -> WatchlistWithdrawal:
    value = WatchlistWithdrawal(list_id="charges", site_id=SITE, version=3, issued_at=issued_at)
    return msgspec.structs.replace(value, **changes)


def withdrawal(issued_at: datetime = NOW, **changes: object) -> WatchlistWithdrawal:
    return sign_withdrawal(unsigned(issued_at, **changes), HUB_KEY)


def announced(version: int, issued_at: datetime) -> WatchlistManifest:
    return sign_manifest(msgspec.structs.replace(manifest(version), issued_at=issued_at), HUB_KEY)


BEFORE = announced(3, NOW - timedelta(days=1))
AFTER = announced(3, NOW + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("list_id", "others"),
        ("site_id", "elsewhere"),
        ("version", 4),
        ("issued_at", NOW + timedelta(days=1)),
        ("schema", "kechid.watchlist-withdrawal/2"),
        ("signature", b""),
    ],
)
def test_any_changed_field_breaks_a_withdrawals_signature(field: str, value: object) -> None:
    verify_withdrawal(withdrawal(), TRUSTED, SITE)
    with pytest.raises(SignatureError, match="does not hold"):
        verify_withdrawal(msgspec.structs.replace(withdrawal(), **{field: value}), TRUSTED, SITE)


def test_every_field_of_a_withdrawal_but_the_key_is_in_that_table() -> None:
    marks = test_any_changed_field_breaks_a_withdrawals_signature.pytestmark  # type: ignore[attr-defined]
    covered = {field for field, _ in marks[0].args[1]}
    assert covered == set(WatchlistWithdrawal.__struct_fields__) - {"key_id"}


def test_a_withdrawal_of_another_site_is_refused() -> None:
    with pytest.raises(SignatureError, match="signed for site 'elsewhere', this is 'red-bridge'"):
        verify_withdrawal(withdrawal(site_id="elsewhere"), TRUSTED, SITE)


def test_a_manifest_topic_holds_a_manifest_or_a_withdrawal() -> None:
    assert decode_announcement(encode_manifest(BEFORE)) == BEFORE
    assert decode_announcement(encode_withdrawal(withdrawal())) == withdrawal()


@pytest.mark.parametrize("version", [0, -1, 1 << 31])
def test_a_withdrawal_of_an_impossible_version_is_no_message(version: int) -> None:
    with pytest.raises(MessageError, match="version"):
        decode_announcement(encode_withdrawal(unsigned(version=version)))


@pytest.fixture
def checkpoint(tmp_path: Path) -> Iterator[Checkpoint]:
    place = Checkpoint(tmp_path)
    yield place
    place.connection.close()


@pytest.fixture
def reception(checkpoint: Checkpoint) -> WatchlistReception:
    ids = iter(range(1, 100))
    return WatchlistReception(
        checkpoint.connection,
        checkpoint.inbox,
        checkpoint.outbox,
        TRUSTED,
        lambda now: f"00000000-0000-7000-8000-{next(ids):012d}",
    )


def receive(reception: WatchlistReception, tmp_path: Path, value: WatchlistManifest) -> bool:
    wanted = reception.consider(value, NOW)
    return wanted is not None and reception.store(Downloaded(wanted, tmp_path / "a.package"), NOW)


def reasons(checkpoint: Checkpoint) -> list[str]:
    bodies = [message.body for message in checkpoint.outbox.pending(1 << 20)]
    return [body.reason for body in bodies if isinstance(body, WatchlistRejected)]


def test_a_replayed_manifest_does_not_bring_a_withdrawn_list_back(
    reception: WatchlistReception, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    assert receive(reception, tmp_path, BEFORE)
    assert reception.withdraw(withdrawal(), SITE, NOW)
    assert received_versions(checkpoint.inbox) == {}
    for _ in range(2):
        assert not receive(reception, tmp_path, BEFORE)
    (reason,) = reasons(checkpoint)
    assert "issued before the list was withdrawn" in reason


@pytest.mark.parametrize("back", [AFTER, announced(4, NOW + timedelta(seconds=1))], ids=["same", "next"])
def test_a_version_issued_later_brings_the_list_back(
    reception: WatchlistReception, checkpoint: Checkpoint, tmp_path: Path, back: WatchlistManifest
) -> None:
    receive(reception, tmp_path, BEFORE)
    reception.withdraw(withdrawal(), SITE, NOW)
    assert receive(reception, tmp_path, back)
    assert not receive(reception, tmp_path, back)
    assert len(checkpoint.inbox.received(WATCHLIST)) == 2
    assert received_versions(checkpoint.inbox) == {"charges": back.version}
    assert reasons(checkpoint) == []


def test_a_replayed_withdrawal_does_not_take_a_list_away_that_came_back(
    reception: WatchlistReception, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    receive(reception, tmp_path, BEFORE)
    reception.withdraw(withdrawal(), SITE, NOW)
    receive(reception, tmp_path, AFTER)
    assert not reception.withdraw(withdrawal(), SITE, NOW)
    assert len(checkpoint.inbox.received(WITHDRAWAL)) == 1


def test_a_withdrawal_that_was_missed_is_outdated_by_the_return_that_was_seen(
    reception: WatchlistReception, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    receive(reception, tmp_path, BEFORE)
    assert not receive(reception, tmp_path, AFTER)
    assert not reception.withdraw(withdrawal(), SITE, NOW)
    assert checkpoint.inbox.received(WITHDRAWAL) == []


def test_a_download_that_ends_after_the_withdrawal_is_deleted(
    reception: WatchlistReception, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    package = tmp_path / "charges-3.package"
    package.write_bytes(b"names and photos")
    wanted = reception.consider(BEFORE, NOW)
    assert wanted is not None
    reception.withdraw(withdrawal(), SITE, NOW)
    assert not reception.store(Downloaded(wanted, package), NOW)
    assert (package.exists(), checkpoint.inbox.received(WATCHLIST)) == (False, [])


@pytest.mark.parametrize(
    ("forged", "reason"),
    [
        (unsigned(), "not trusted here"),
        (sign_withdrawal(unsigned(), STRANGER), "not trusted here"),
        (msgspec.structs.replace(withdrawal(), issued_at=NOW + timedelta(days=1)), "does not hold"),
        (withdrawal(site_id="elsewhere"), "signed for site 'elsewhere'"),
    ],
    ids=["unsigned", "another key", "changed", "another site"],
)
def test_a_forged_withdrawal_is_refused_and_the_hub_is_told_once(
    reception: WatchlistReception,
    checkpoint: Checkpoint,
    tmp_path: Path,
    forged: WatchlistWithdrawal,
    reason: str,
) -> None:
    receive(reception, tmp_path, BEFORE)
    for _ in range(2):
        assert not reception.withdraw(forged, SITE, NOW)
    (message,) = checkpoint.outbox.pending(1 << 20)
    assert isinstance(message.body, WatchlistRejected)
    assert message.body.reason.startswith("withdrawal of charges: ")
    assert reason in message.body.reason
    assert (message.body.version, message.body.kept_version) == (3, 3)
    assert checkpoint.inbox.received(WITHDRAWAL) == []


def test_a_withdrawal_on_the_sites_topic_reaches_the_edge_once(
    checkpoint: Checkpoint, tmp_path: Path
) -> None:
    broker = InMemoryBroker()
    office = broker.transport("office")
    office.connect()
    topic = topics.site_manifest(SITE, "charges")
    office.publish(topic, encode_manifest(BEFORE), is_retained=True)
    with relay_running(checkpoint.path, broker.transport(DEVICE), fetch=lambda _: tmp_path / "a.package"):
        assert eventually(lambda: len(checkpoint.inbox.unprocessed(WATCHLIST)) == 1)
        for _ in range(2):
            office.publish(topic, encode_withdrawal(withdrawal()), is_retained=True)
        office.publish(topic, encode_manifest(BEFORE))
        assert eventually(lambda: len(reasons(checkpoint)) == 1)
    assert len(checkpoint.inbox.received(WITHDRAWAL)) == 1
    assert len(checkpoint.inbox.received(WATCHLIST)) == 1


def test_packages_of_a_list_are_told_from_those_of_a_list_with_a_longer_name(tmp_path: Path) -> None:
    for name in ("a-1.package", "a-12.package", "a-2-1.package", "b-1.package", "a-1.part"):
        (tmp_path / name).touch()
    assert [path.name for path in packages_of(tmp_path, "a")] == ["a-1.package", "a-12.package"]
    assert packages_of(tmp_path / "missing", "a") == []

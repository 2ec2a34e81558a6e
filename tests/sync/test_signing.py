"""Only what the hub signed, unchanged and in time, is believed."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.codec import decode_manifest, encode_manifest
from sync.errors import SignatureError, SyncError
from sync.messages import Command, WatchlistManifest
from sync.signing import (
    create_key_pair,
    key_id,
    load_private_key,
    load_public_key,
    sign_command,
    sign_manifest,
    verify_command,
    verify_manifest,
)
from tests.sync.checkpoint import manifest

NOW = datetime.now(UTC)
# RFC 8032, section 7.1, test 1.
RFC_SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
KEY = Ed25519PrivateKey.from_private_bytes(RFC_SECRET)
TRUSTED = {key_id(KEY.public_key()): KEY.public_key()}


def test_a_key_is_named_by_the_digest_of_its_public_bytes() -> None:
    # First 16 digits of SHA-256 over the public key that RFC 8032 gives for this secret.
    assert key_id(KEY.public_key()) == "21fe31dfa154a261"


def test_a_signed_manifest_verifies_also_after_the_wire() -> None:
    signed = sign_manifest(manifest(), KEY)
    verify_manifest(signed, TRUSTED, NOW)
    verify_manifest(decode_manifest(encode_manifest(signed)), TRUSTED, NOW)


def test_a_time_zone_does_not_change_what_was_signed() -> None:
    baku = timezone(timedelta(hours=4))
    local = msgspec.structs.replace(manifest(), expires_at=(NOW + timedelta(days=1)).astimezone(baku))
    signed = sign_manifest(local, KEY)
    utc = msgspec.structs.replace(signed, expires_at=signed.expires_at.astimezone(UTC))
    verify_manifest(utc, TRUSTED, NOW)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("list_id", "other"),
        ("version", 2),
        ("base_version", 1),
        ("contract_id", "d"),
        ("package_sha256", "1" * 64),
        ("package_size", 8),
        ("subjects", 2),
        ("references", 2),
        ("issued_at", NOW),
        ("expires_at", NOW + timedelta(days=999)),
        ("schema", "kechid.watchlist-manifest/2"),
        ("signature", b""),
        ("signature", bytes(64)),
    ],
)
def test_any_changed_field_breaks_the_signature(field: str, value: object) -> None:
    tampered = msgspec.structs.replace(sign_manifest(manifest(), KEY), **{field: value})
    with pytest.raises(SignatureError, match="does not hold"):
        verify_manifest(tampered, TRUSTED, NOW)


def test_every_field_but_the_key_is_in_that_table() -> None:
    marks = test_any_changed_field_breaks_the_signature.pytestmark  # type: ignore[attr-defined]
    covered = {field for field, _ in marks[0].args[1]}
    assert covered == set(WatchlistManifest.__struct_fields__) - {"key_id"}


def test_an_unknown_key_is_named() -> None:
    stranger = Ed25519PrivateKey.generate()
    with pytest.raises(SignatureError, match=f"'{key_id(stranger.public_key())}', which is not trusted"):
        verify_manifest(sign_manifest(manifest(), stranger), TRUSTED, NOW)


def test_a_key_cannot_pass_for_another() -> None:
    stranger = Ed25519PrivateKey.generate()
    forged = msgspec.structs.replace(sign_manifest(manifest(), stranger), key_id=key_id(KEY.public_key()))
    with pytest.raises(SignatureError, match="does not hold"):
        verify_manifest(forged, TRUSTED, NOW)


def test_an_expired_manifest_is_refused() -> None:
    expired = sign_manifest(manifest(days=0), KEY)
    with pytest.raises(SignatureError, match="expired at"):
        verify_manifest(expired, TRUSTED, expired.expires_at)


def test_a_created_pair_signs_and_verifies_and_keeps_the_private_half_private(tmp_path: Path) -> None:
    private, public = tmp_path / "hub.pem", tmp_path / "hub-public.pem"
    create_key_pair(private, public)
    assert private.stat().st_mode & 0o777 == 0o600
    key = load_public_key(public)
    verify_manifest(sign_manifest(manifest(), load_private_key(private)), {key_id(key): key}, NOW)


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    private, public = tmp_path / "hub.pem", tmp_path / "hub-public.pem"
    public.write_text("mine")
    with pytest.raises(SyncError, match=r"hub-public\.pem: exists already"):
        create_key_pair(private, public)
    assert not private.exists()
    private.write_text("mine too")
    public.unlink()
    with pytest.raises(SyncError, match=r"hub\.pem: exists already"):
        create_key_pair(private, public)


@pytest.mark.parametrize("content", [None, "", "not a key"])
def test_a_file_that_is_no_key_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "some.pem"
    if content is not None:
        path.write_text(content)
    for load in (load_private_key, load_public_key):
        with pytest.raises(SyncError, match=r"some\.pem: "):
            load(path)


def command() -> Command:
    return Command(
        command_id="c1",
        device_id="lane-1",
        name="restart",
        arguments={"a": "b"},
        issued_at=NOW - timedelta(minutes=1),
        expires_at=NOW + timedelta(minutes=5),
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("command_id", "c2"),
        ("device_id", "lane-2"),
        ("name", "configure"),
        ("arguments", {}),
        ("issued_at", NOW),
        ("expires_at", NOW + timedelta(days=999)),
        ("schema", "kechid.command/2"),
        ("signature", b""),
    ],
)
def test_any_changed_field_breaks_a_commands_signature(field: str, value: object) -> None:
    verify_command(sign_command(command(), KEY), TRUSTED, NOW)
    tampered = msgspec.structs.replace(sign_command(command(), KEY), **{field: value})
    with pytest.raises(SignatureError, match="does not hold"):
        verify_command(tampered, TRUSTED, NOW)


def test_every_field_of_a_command_but_the_key_is_in_that_table() -> None:
    marks = test_any_changed_field_breaks_a_commands_signature.pytestmark  # type: ignore[attr-defined]
    covered = {field for field, _ in marks[0].args[1]}
    assert covered == set(Command.__struct_fields__) - {"key_id"}


def test_a_command_that_is_over_is_refused() -> None:
    signed = sign_command(command(), KEY)
    with pytest.raises(SignatureError, match="expired at"):
        verify_command(signed, TRUSTED, signed.expires_at)

"""Sealed rows and the key file."""

import stat
from pathlib import Path

import pytest

from edge_agent.alerts.evidence import EvidenceVault, create_key_file, read_key_file
from edge_agent.errors import EvidenceError
from edge_agent.store.edge_store import open_edge_store, open_vault
from sync.sealing import RowSeal
from tests.edge_agent.shell_builders import KEY

VAULT = EvidenceVault(RowSeal(KEY), "store-1")


def test_what_was_sealed_opens_again() -> None:
    assert VAULT.open("row", "probe", VAULT.seal("row", "probe", b"picture")) == b"picture"


@pytest.mark.parametrize(
    ("vault", "row", "kind"),
    [
        (VAULT, "another", "probe"),
        (VAULT, "row", "reference"),
        (EvidenceVault(RowSeal(KEY), "store-2"), "row", "probe"),
        (EvidenceVault(RowSeal(bytes(32)), "store-1"), "row", "probe"),
    ],
    ids=["row", "kind", "store", "key"],
)
def test_a_row_opens_nowhere_but_in_its_place(vault: EvidenceVault, row: str, kind: str) -> None:
    sealed = VAULT.seal("row", "probe", b"picture")
    with pytest.raises(EvidenceError, match="wrong key or altered row"):
        vault.open(row, kind, sealed)


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(100)])
def test_bytes_that_were_never_sealed_do_not_open(sealed: bytes) -> None:
    with pytest.raises(EvidenceError):
        VAULT.open("row", "probe", sealed)


def test_sealing_twice_gives_different_bytes() -> None:
    assert VAULT.seal("row", "probe", b"picture") != VAULT.seal("row", "probe", b"picture")


def test_a_key_file_is_its_owners_alone_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "store.key"
    create_key_file(path, lambda count: KEY[:count])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key_file(path) == KEY


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "store.key"
    create_key_file(path)
    before = path.read_bytes()
    with pytest.raises(EvidenceError, match="exists"):
        create_key_file(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "mode", "reason"),
    [
        (KEY.hex(), 0o644, "others may read it"),
        ("abcd", 0o600, "2 bytes, want 32"),
        ("not hex", 0o600, "not hex"),
        ("", 0o600, "0 bytes"),
    ],
)
def test_a_bad_key_file_is_named_with_its_reason(
    tmp_path: Path, content: str, mode: int, reason: str
) -> None:
    path = tmp_path / "store.key"
    path.write_text(content)
    path.chmod(mode)
    with pytest.raises(EvidenceError, match=reason) as refused:
        read_key_file(path)
    assert str(path) in str(refused.value)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="No such file"):
        read_key_file(tmp_path / "none.key")


def test_a_store_refuses_another_key(tmp_path: Path) -> None:
    path = tmp_path / "edge.db"
    with open_edge_store(path) as store:
        open_vault(store, KEY)
    with open_edge_store(path) as store, pytest.raises(EvidenceError, match="written with another key"):
        open_vault(store, bytes(32))

"""Sealed rows open with their own key in their own place, and nowhere else."""

from pathlib import Path

import pytest

from sync.errors import SyncError
from sync.sealing import RowSeal, read_seal


def test_a_row_opens_where_it_was_sealed() -> None:
    seal = RowSeal(bytes(32))
    assert seal.open(seal.seal(b"content", b"m1"), b"m1") == b"content"


def test_equal_rows_look_different() -> None:
    seal = RowSeal(bytes(32))
    assert seal.seal(b"content", b"m1") != seal.seal(b"content", b"m1")


@pytest.mark.parametrize(
    ("key", "context", "damage"),
    [(b"\1" * 32, b"m1", b""), (bytes(32), b"m2", b""), (bytes(32), b"m1", b"x")],
)
def test_another_key_place_or_content_does_not_open(key: bytes, context: bytes, damage: bytes) -> None:
    sealed = RowSeal(bytes(32)).seal(b"content", b"m1") + damage
    with pytest.raises(SyncError, match="does not open"):
        RowSeal(key).open(sealed, context)


def test_too_short_a_row_does_not_open() -> None:
    with pytest.raises(SyncError, match="does not open"):
        RowSeal(bytes(32)).open(b"short", b"m1")


def test_a_key_file_holds_64_digits(tmp_path: Path) -> None:
    path = tmp_path / "store.key"
    path.write_text("00" * 32 + "\n")
    assert read_seal(path).open(RowSeal(bytes(32)).seal(b"x", b""), b"") == b"x"


@pytest.mark.parametrize("content", [None, "", "00" * 31, "zz" * 32, "ə" * 64])
def test_a_bad_key_file_is_named_without_its_content(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "store.key"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SyncError, match=r"store\.key: ") as caught:
        read_seal(path)
    assert not content or content not in str(caught.value)

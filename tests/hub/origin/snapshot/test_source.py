"""A snapshot is one registry's, may be replaced while it is read, and where it is unusable it is silent."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.chain.facts import ChainUnavailableError, Provenance, Silence
from hub.origin.chain.fake_chain import FakeChain, FakeNode
from hub.origin.snapshot.copying import copy_snapshot
from hub.origin.snapshot.indexer import Indexer, IndexTerms
from hub.origin.snapshot.opening import SnapshotError
from hub.origin.snapshot.source import SnapshotSource
from hub.origin.snapshot.store import SnapshotStore
from tests.hub.origin.snapshot.told import BEGINS, REGISTRY, anchored, asked, contents_of, listed

OTHER = RegistryPlace(1, REGISTRY.address)
TERMS = IndexTerms(chain_id=9441, agree=1, final=False)


def indexed(path: Path, *numbers: int) -> Path:
    """Write a snapshot of a chain with these batches."""
    chain = FakeChain(BEGINS)
    chain.mine(listed(), *[anchored(number) for number in numbers])
    store = SnapshotStore(path, REGISTRY)
    indexer = Indexer(store, [FakeNode(chain, "a")], TERMS)
    indexer.catch_up()
    indexer.close()
    store.close()
    return path


def nothing(_: Path) -> None:
    return


def of_another_registry(path: Path) -> None:
    SnapshotStore(path, OTHER).close()


def of_another_version(path: Path) -> None:
    indexed(path, 1)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE about SET value = '7' WHERE name = 'version'")
    connection.close()


def no_database(path: Path) -> None:
    path.write_bytes(b"nothing of the kind" * 100)


def without_blocks(path: Path) -> None:
    SnapshotStore(path, REGISTRY).close()


def damaged(path: Path) -> None:
    indexed(path, *range(400))
    copy_snapshot(path, REGISTRY, path)
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (nothing, "no snapshot"),
        (of_another_registry, "another registry"),
        (of_another_version, "version is 7"),
        (no_database, "not a database"),
        (without_blocks, "nothing has been indexed"),
        (damaged, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_silence(
    tmp_path: Path, prepare: Callable[[Path], None], reason: str
) -> None:
    path = tmp_path / "snapshot.db"
    prepare(path)
    source = SnapshotSource(path, REGISTRY)
    with pytest.raises(ChainUnavailableError, match=reason) as refusal:
        source.ask(asked(1))
    assert refusal.value.silence is Silence.NO_SNAPSHOT
    source.close()


def test_a_question_about_another_registry_is_not_answered(tmp_path: Path) -> None:
    source = SnapshotSource(indexed(tmp_path / "snapshot.db", 1), REGISTRY)
    with pytest.raises(ChainUnavailableError) as refusal:
        source.ask(msgspec.structs.replace(asked(1), registry=OTHER))
    assert refusal.value.silence is Silence.NOT_CONFIGURED
    source.close()


def test_a_file_of_another_registry_is_not_written(tmp_path: Path) -> None:
    path = indexed(tmp_path / "snapshot.db", 1)
    before = contents_of(path)
    with pytest.raises(SnapshotError, match="another registry"):
        SnapshotStore(path, OTHER)
    assert contents_of(path) == before


def test_a_copy_says_the_same_in_one_file_that_nobody_writes(tmp_path: Path) -> None:
    path, folder = indexed(tmp_path / "snapshot.db", 1, 2), tmp_path / "post"
    folder.mkdir()
    made = copy_snapshot(path, REGISTRY, folder / "copy.db")
    assert contents_of(folder / "copy.db") == contents_of(path)
    folder.chmod(0o500)
    source = SnapshotSource(folder / "copy.db", REGISTRY)
    facts = source.ask(asked(2))
    source.close()
    folder.chmod(0o700)
    assert (facts.block.number, facts.provenance) == (made.block, Provenance.SNAPSHOT)
    assert [one.name for one in folder.iterdir()] == ["copy.db"]


def test_a_copy_in_the_place_of_an_older_one_is_read_from_then_on(tmp_path: Path) -> None:
    kept = tmp_path / "kept.db"
    copy_snapshot(indexed(tmp_path / "old.db", 1), REGISTRY, kept)
    source = SnapshotSource(kept, REGISTRY)
    assert source.ask(asked(2)).anchor is None
    copy_snapshot(indexed(tmp_path / "new.db", 1, 2), REGISTRY, kept)
    assert source.ask(asked(2)).anchor is not None
    kept.unlink()
    with pytest.raises(ChainUnavailableError, match="no snapshot"):
        source.ask(asked(2))


def test_a_copy_of_nothing_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.db"
    SnapshotStore(path, REGISTRY).close()
    with pytest.raises(SnapshotError, match="nothing has been indexed"):
        copy_snapshot(path, REGISTRY, tmp_path / "copy.db")
    with pytest.raises(SnapshotError, match="unable to open"):
        copy_snapshot(indexed(tmp_path / "full.db", 1), REGISTRY, tmp_path / "nowhere" / "copy.db")
    assert not list(tmp_path.glob("*copy*"))


def test_what_a_snapshot_holds_is_counted(tmp_path: Path) -> None:
    source = SnapshotSource(indexed(tmp_path / "snapshot.db", 1, 2, 3), REGISTRY)
    assert msgspec.structs.astuple(source.counts()) == (3, 0, 0, 1)
    tip = source.tip()
    assert tip is not None
    assert tip.number == 1
    source.close()

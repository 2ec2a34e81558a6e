"""Galleries on the disk: sealed, whole, and refused with a reason when they are not what they should be."""

import resource
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from edge_agent.alerts.evidence import EvidenceVault
from edge_agent.errors import GalleryError
from edge_agent.gallery.faiss_gallery import FaissGallery
from edge_agent.gallery.rows import rows_of
from edge_agent.gallery.shelf import BLOCK_ROWS, FORMAT, GalleryShelf
from edge_agent.gallery.sketch import SearchPlan
from models.template import EmbeddingContract
from sync.sealing import RowSeal
from tests.edge_agent.synthetic_templates import mated_probes, synthetic_rows

CONTRACT = EmbeddingContract("net", "0" * 64, "square", "bgr", 24)
OTHER = EmbeddingContract("other-net", "1" * 64, "square", "bgr", 24)
TWO_STAGES = SearchPlan(exact_rows=100, least_candidates=50)
ROWS = synthetic_rows(BLOCK_ROWS + 1000, CONTRACT.dimension)


def vault(key: int = 1) -> EvidenceVault:
    return EvidenceVault(RowSeal(bytes([key]) * 32), "store")


def shelf(folder: Path, key: int = 1) -> GalleryShelf:
    return GalleryShelf(folder / "galleries", vault(key), plan=TWO_STAGES)


def gallery() -> FaissGallery:
    return FaissGallery.of_parts(CONTRACT, [(ROWS, None)], plan=TWO_STAGES)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    shelf(tmp_path).save("wanted", 3, gallery())
    return shelf(tmp_path).path("wanted")


def test_a_stored_gallery_finds_what_it_found_before(tmp_path: Path) -> None:
    changed = gallery().changed(removed=["subject-00000001"], added=rows_of(CONTRACT, []))
    shelf(tmp_path).save("wanted", 3, changed)
    again = shelf(tmp_path).load("wanted", 3, CONTRACT)
    assert (again.references, again.subjects) == (changed.references, changed.subjects)
    for probe in mated_probes(ROWS.vectors, CONTRACT, 20, 1, 0.5, 0.9):
        assert again.search(probe, 5) == changed.search(probe, 5)


def test_an_empty_gallery_can_be_stored(tmp_path: Path) -> None:
    shelf(tmp_path).save("wanted", 1, FaissGallery(CONTRACT))
    assert shelf(tmp_path).load("wanted", 1, CONTRACT).references == 0


@pytest.mark.usefixtures("stored")
def test_a_newer_version_takes_the_place_of_the_older(tmp_path: Path) -> None:
    shelf(tmp_path).save("wanted", 4, gallery())
    assert shelf(tmp_path).load("wanted", 4, CONTRACT).references == len(ROWS)
    assert len(list((tmp_path / "galleries").iterdir())) == 1


def test_nothing_of_the_people_in_it_can_be_read_on_the_disk(stored: Path) -> None:
    content = stored.read_bytes()
    assert b"subject-" not in content
    assert ROWS.vectors[0].tobytes()[:8] not in content
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600


def cut(content: bytes) -> bytes:
    return content[:-1]


def cut_to_nothing(content: bytes) -> bytes:
    return b""


def with_more(content: bytes) -> bytes:
    return content + b"x"


def flipped(at: int) -> Callable[[bytes], bytes]:
    def flip(content: bytes) -> bytes:
        changed = bytearray(content)
        changed[at] ^= 1
        return bytes(changed)

    return flip


def of_another_list(content: bytes) -> bytes:
    return content.replace(b'"list_id":"wanted"', b'"list_id":"wished"')


def of_another_version(content: bytes) -> bytes:
    return content.replace(b'"version":3', b'"version":4')


def with_a_huge_block(content: bytes) -> bytes:
    return FORMAT + b"\xff\xff\xff\xff" + content[len(FORMAT) + 4 :]


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (cut, "is cut short"),
        (cut_to_nothing, "is not of format kechid.sealed-gallery/1"),
        (with_more, "goes on after its last block"),
        (flipped(0), "is not of format"),
        (flipped(len(FORMAT) + 4), "its header is damaged"),
        (flipped(-1), "block 2 does not open: damaged"),
        (flipped(100_000), "block 1 does not open: damaged"),
        (of_another_list, "holds wished version 3, not wanted version 3"),
        (of_another_version, "holds wanted version 4, not wanted version 3"),
        (with_a_huge_block, "is damaged: a block of 4294967295 bytes"),
    ],
)
def test_a_damaged_file_is_refused_with_its_reason(
    stored: Path, tmp_path: Path, damage: Callable[[bytes], bytes], reason: str
) -> None:
    stored.write_bytes(damage(stored.read_bytes()))
    with pytest.raises(GalleryError, match=f"^sealed gallery .*wanted.gallery: {reason}"):
        shelf(tmp_path).load("wanted", 3, CONTRACT)


@pytest.mark.usefixtures("stored")
def test_another_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(GalleryError, match="block 0 does not open: written with another key"):
        shelf(tmp_path, key=2).load("wanted", 3, CONTRACT)


@pytest.mark.usefixtures("stored")
def test_another_networks_templates_are_not_compared(tmp_path: Path) -> None:
    with pytest.raises(GalleryError, match=r"holds templates of net .*other-net .*not comparable"):
        shelf(tmp_path).load("wanted", 3, OTHER)


def test_an_older_file_that_says_it_is_newer_does_not_open(stored: Path, tmp_path: Path) -> None:
    stored.write_bytes(of_another_version(stored.read_bytes()))
    with pytest.raises(GalleryError, match="block 0 does not open"):
        shelf(tmp_path).load("wanted", 4, CONTRACT)


def test_blocks_of_two_files_of_one_version_do_not_mix(stored: Path, tmp_path: Path) -> None:
    first = stored.read_bytes()
    shelf(tmp_path).save("wanted", 3, gallery())
    second = stored.read_bytes()
    stored.write_bytes(first[: len(first) // 2] + second[len(first) // 2 :])
    with pytest.raises(GalleryError, match="does not open: damaged"):
        shelf(tmp_path).load("wanted", 3, CONTRACT)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GalleryError, match="No such file"):
        shelf(tmp_path).load("wanted", 3, CONTRACT)


def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GalleryError, match=r"list '\.\./wanted'"):
        shelf(tmp_path).save("../wanted", 3, gallery())


def test_a_full_disk_leaves_the_gallery_before(stored: Path, tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(GalleryError, match=r"sealed gallery .*wanted.gallery: File too large"):
            shelf(tmp_path).save("wanted", 4, gallery())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert shelf(tmp_path).load("wanted", 3, CONTRACT).references == len(ROWS)
    assert list(stored.parent.iterdir()) == [stored]

"""A gallery in a folder."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edge_agent.errors import GalleryError
from edge_agent.gallery.folder import META_FILE, add_to_gallery, read_gallery
from edge_agent.gallery.port import GalleryEntry
from models.fakes import FAKE_CONTRACT
from tests.edge_agent.passages import template_of


def entry(subject_id: str, identity: int) -> GalleryEntry:
    return GalleryEntry(subject_id, f"photo-{identity}", template_of(identity))


@pytest.fixture
def gallery(tmp_path: Path) -> Path:
    folder = tmp_path / "gallery"
    add_to_gallery(folder, FAKE_CONTRACT, [entry("a", 1), entry("b", 2)])
    return folder


def ids(folder: Path) -> list[tuple[str, str]]:
    return [(e.subject_id, e.reference_id) for e in read_gallery(folder, FAKE_CONTRACT)]


def edit_meta(folder: Path, **changes: object) -> None:
    path = folder / META_FILE
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


def test_what_was_added_is_read_back_bit_for_bit(gallery: Path) -> None:
    found = read_gallery(gallery, FAKE_CONTRACT)
    assert [(e.subject_id, e.reference_id) for e in found] == [("a", "photo-1"), ("b", "photo-2")]
    np.testing.assert_array_equal(found[1].template.vector, template_of(2).vector)


def test_adding_keeps_what_is_there_and_leaves_one_vector_file(gallery: Path) -> None:
    add_to_gallery(gallery, FAKE_CONTRACT, [entry("a", 3)])
    assert ids(gallery) == [("a", "photo-1"), ("b", "photo-2"), ("a", "photo-3")]
    assert len(list(gallery.iterdir())) == 2


def test_adding_the_same_photo_twice_is_harmless(gallery: Path) -> None:
    before = (gallery / META_FILE).read_bytes()
    add_to_gallery(gallery, FAKE_CONTRACT, [entry("a", 1)])
    assert (gallery / META_FILE).read_bytes() == before


def test_files_are_for_their_owner_alone(gallery: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in gallery.iterdir()} == {0o600}


def _remove_vectors(folder: Path) -> None:
    next(folder.glob("vectors-*")).unlink()


def _flip_a_bit(folder: Path) -> None:
    path = next(folder.glob("vectors-*"))
    content = bytearray(path.read_bytes())
    content[7] ^= 1
    path.write_bytes(bytes(content))


def _make_foreign(folder: Path) -> None:
    (folder / META_FILE).rename(folder / "notes.txt")


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (_remove_vectors, r"vectors-\w+\.f32: No such file"),
        (_flip_a_bit, "damaged"),
        (_make_foreign, "a foreign folder, it has no gallery.json"),
        (lambda folder: (folder / META_FILE).write_text("{", encoding="utf-8"), "gallery.json: "),
        (lambda folder: (folder / META_FILE).write_text("[]", encoding="utf-8"), "gallery.json: Expected"),
        (lambda folder: edit_meta(folder, format="other/9"), "format 'other/9' is not kechid.gallery/1"),
        (lambda folder: edit_meta(folder, vectors="../secret"), "outside the folder"),
        (lambda folder: edit_meta(folder, entries=[]), "damaged"),
        (lambda folder: edit_meta(folder, extra=1), "unknown field"),
    ],
)
def test_a_damaged_or_foreign_folder_is_refused_by_name(
    gallery: Path, damage: Callable[[Path], object], reason: str
) -> None:
    damage(gallery)
    with pytest.raises(GalleryError, match=reason) as caught:
        read_gallery(gallery, FAKE_CONTRACT)
    assert str(gallery) in str(caught.value)


def test_a_foreign_folder_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(GalleryError, match="foreign folder"):
        add_to_gallery(tmp_path, FAKE_CONTRACT, [entry("a", 1)])
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


def test_templates_of_another_contract_are_refused_and_nothing_changes(gallery: Path) -> None:
    other = replace(FAKE_CONTRACT, sha256="1" * 64)
    before = sorted((path.name, path.read_bytes()) for path in gallery.iterdir())
    with pytest.raises(GalleryError, match=r"holds templates of fake-squares .*not comparable"):
        read_gallery(gallery, other)
    with pytest.raises(GalleryError, match="not comparable"):
        add_to_gallery(gallery, other, [])
    assert sorted((path.name, path.read_bytes()) for path in gallery.iterdir()) == before


def test_a_missing_and_an_empty_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(GalleryError, match="no such folder"):
        read_gallery(tmp_path / "nowhere", FAKE_CONTRACT)
    with pytest.raises(GalleryError, match="empty, enrol a subject first"):
        read_gallery(tmp_path, FAKE_CONTRACT)


def test_a_file_in_the_gallerys_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gallery").write_text("x", encoding="utf-8")
    with pytest.raises(GalleryError, match="File exists"):
        add_to_gallery(tmp_path / "gallery", FAKE_CONTRACT, [entry("a", 1)])

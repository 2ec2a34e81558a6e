"""Enrolling and searching photos with a gallery folder."""

import json
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_agent.__main__ import main
from edge_agent.commands import enrol as enrol_command
from edge_agent.commands.enrol import enrol
from edge_agent.commands.search import search_photos
from edge_agent.decision.calibration import FalseAlarmBudget
from edge_agent.errors import GalleryError, PhotoError
from edge_agent.gallery.folder import read_gallery
from models.face import Box
from models.fakes import FAKE_CONTRACT, draw_fake_face, fake_engine
from sync.messages import Outcome
from tests.edge_agent.photos import photo

BUDGET = FalseAlarmBudget(0.2, 2000)


def test_enrolled_photos_are_found_again(tmp_path: Path) -> None:
    gallery = tmp_path / "gallery"
    report = enrol(
        fake_engine(), gallery, "a", [photo(tmp_path / "1.png", 1), photo(tmp_path / "2.png", 1, shift=9)]
    )
    enrol(fake_engine(), gallery, "b", [photo(tmp_path / "3.png", 2)])
    assert (report.references, report.subjects) == (2, 1)
    found = search_photos(fake_engine(), gallery, [photo(tmp_path / "probe.png", 2, shift=5)], BUDGET)
    assert found.strongest.identification.outcome is Outcome.MATCH
    assert [candidate.subject_id for candidate in found.strongest.candidates] == ["b", "a"]


def test_a_stranger_is_a_non_match_with_the_candidate_list_shown(tmp_path: Path) -> None:
    enrol(fake_engine(), tmp_path / "gallery", "a", [photo(tmp_path / "1.png", 1)])
    found = search_photos(fake_engine(), tmp_path / "gallery", [photo(tmp_path / "2.png", 9)], BUDGET)
    assert found.strongest.identification.outcome is Outcome.NON_MATCH
    assert [candidate.subject_id for candidate in found.strongest.candidates] == ["a"]


def test_each_photo_is_searched_by_itself_and_the_strongest_is_named(tmp_path: Path) -> None:
    enrol(fake_engine(), tmp_path / "gallery", "a", [photo(tmp_path / "1.png", 1)])
    probes = [photo(tmp_path / "stranger.png", 9), photo(tmp_path / "listed.png", 1, shift=4)]
    found = search_photos(fake_engine(), tmp_path / "gallery", probes, BUDGET)
    assert [p.identification.outcome for p in found.photos] == [Outcome.NON_MATCH, Outcome.MATCH]
    assert found.strongest.path.name == "listed.png"


def test_the_same_photo_twice_is_one_reference(tmp_path: Path) -> None:
    picture = photo(tmp_path / "1.png", 1)
    enrol(fake_engine(), tmp_path / "gallery", "a", [picture, picture])
    assert enrol(fake_engine(), tmp_path / "gallery", "a", [picture]).references == 1


def test_photos_of_one_file_name_from_two_folders_are_two_references(tmp_path: Path) -> None:
    pictures = [photo(tmp_path / name / "face.png", 1, shift=number) for number, name in enumerate("xy")]
    assert enrol(fake_engine(), tmp_path / "gallery", "a", pictures).references == 2


def test_a_person_who_is_enrolled_under_another_name_already_is_told(tmp_path: Path) -> None:
    for subject_id, identity in (("a", 1), ("b", 9)):
        report = enrol(fake_engine(), tmp_path / "gallery", subject_id, [photo(tmp_path / "1.png", identity)])
        assert report.looks_like == ()
    again = photo(tmp_path / "2.png", 1, shift=4)
    assert enrol(fake_engine(), tmp_path / "gallery", "c", [again]).looks_like == ("a",)
    assert enrol(fake_engine(), tmp_path / "gallery", "b", [photo(tmp_path / "3.png", 9)]).looks_like == ()


def unreadable(path: Path) -> Path:
    path.write_bytes(b"no picture at all")
    return path


def bomb(path: Path) -> None:
    """Write a thousand bytes that claim to be 3600 million pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nobody.png", "no face found"),
        ("couple.png", "2 faces found"),
        ("far.png", "face of 30 pixels is too small, 40 are needed"),
        ("text.png", "not a picture that can be decoded"),
        ("bomb.png", "too large to be decoded"),
        ("missing.png", "No such file"),
    ],
)
def test_a_photo_that_cannot_be_enrolled_is_named_and_nothing_is_written(
    tmp_path: Path, name: str, reason: str
) -> None:
    photo(tmp_path / "nobody.png")
    photo(tmp_path / "couple.png", 1, 2)
    photo(tmp_path / "far.png", 1, width=30)
    unreadable(tmp_path / "text.png")
    bomb(tmp_path / "bomb.png")
    good = photo(tmp_path / "good.png", 1)
    with pytest.raises(PhotoError, match=rf"{name}: .*{reason}"):
        enrol(fake_engine(), tmp_path / "gallery", "a", [good, tmp_path / name])
    assert not (tmp_path / "gallery").exists()
    enrol(fake_engine(), tmp_path / "gallery", "a", [good])
    with pytest.raises(PhotoError, match=rf"{name}: .*{reason}"):
        search_photos(fake_engine(), tmp_path / "gallery", [tmp_path / name], BUDGET)


def test_a_foreign_folder_is_told_before_the_photos_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "gallery").mkdir()
    (tmp_path / "gallery" / "diary.txt").write_text("x", encoding="utf-8")
    with pytest.raises(GalleryError, match="foreign folder"):
        enrol(fake_engine(), tmp_path / "gallery", "a", [tmp_path / "missing.png"])


def test_a_small_bystander_does_not_count(tmp_path: Path) -> None:
    image = np.full((260, 460, 3), 120, np.uint8)
    draw_fake_face(image, 1, Box(40, 40, 120, 120))
    draw_fake_face(image, 5, Box(300, 60, 40, 40))
    cv2.imwrite(str(tmp_path / "1.png"), image)
    report = enrol(fake_engine(), tmp_path / "gallery", "a", [tmp_path / "1.png"])
    assert report.photos[0].quality.face_width == pytest.approx(120, abs=2)


@pytest.mark.parametrize("subject", ["", "a b", "../x", "a" * 65])
def test_a_subject_id_that_is_no_name_is_refused(
    subject: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["enrol", "--gallery", str(tmp_path / "g"), "--subject", subject, str(tmp_path / "x.png")])
    error = capsys.readouterr().err
    assert (code, error.count("\n")) == (2, 1)
    assert error.startswith("kechid-edge: subject ")


def test_the_command_prints_one_json_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrol_command, "load_chosen_engine", lambda _arguments: fake_engine())
    picture = photo(tmp_path / "1.png", 1)
    gallery = tmp_path / "g"
    assert main(["enrol", "--gallery", str(gallery), "--subject", "a", str(picture), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["subject_id"], result["enrolled"], result["references"], result["pack"]) == (
        "a",
        1,
        1,
        "fake",
    )
    assert len(read_gallery(gallery, FAKE_CONTRACT)) == 1

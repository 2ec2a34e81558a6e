"""Labelled pictures to figures and a report."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from edge_agent import evaluate as evaluate_command
from edge_agent.__main__ import main
from edge_agent.errors import EvaluationError
from edge_agent.evaluate import evaluate, result_of
from edge_agent.evaluation_data import read_data_set
from models.fakes import fake_engine
from tests.edge_agent.photos import photo, photos_of
from tests.models.packs_here import needs_dlib, needs_intel
from tests.resources import SHARED, needs_shared

PAIRS = SHARED / "data" / "faces" / "pairs"
STABLE_KEYS = {
    *("pack", "n_images", "n_pairs", "failure_to_acquire", "accuracy", "accuracy_ci"),
    *("tar_at_fmr", "tpir_at_fpir", "thresholds", "ms_per_image"),
}


def pairs_folder(folder: Path, rows: str = "") -> Path:
    """Two photos each of three people, and a CSV of pairs."""
    for identity, name in enumerate("abc", start=1):
        photo(folder / f"{name}1.png", identity)
        photo(folder / f"{name}2.png", identity, shift=6)
    mated = "a1.png,a2.png,Yes\nb1.png,b2.png,Yes\nc1.png,c2.png,Yes\n"
    strangers = "a1.png,b1.png,No\na1.png,c1.png,No\nb2.png,c2.png,No\n"
    text = "file_x,file_y,Decision\n" + (rows or mated + strangers)
    (folder / "pairs.csv").write_text(text, encoding="utf-8")
    return folder


def test_pairs_of_a_csv_are_found_and_judged(tmp_path: Path) -> None:
    result = result_of(evaluate(fake_engine(), read_data_set(pairs_folder(tmp_path), None)), "fake")
    assert (result["n_images"], result["n_pairs"], result["n_subjects"]) == (6, 6, 3)
    assert (result["accuracy"], result["failure_to_acquire"]) == (1.0, 0)
    assert result["tar_at_fmr"] == {"0.01": None, "0.001": None}
    assert "tar_at_fmr 0.01" in result["insufficient_data"]  # type: ignore[operator]


def test_a_folder_per_person_is_all_pairs_and_searches(tmp_path: Path) -> None:
    photos_of(tmp_path, range(1, 13), each=3)
    data_set = read_data_set(tmp_path, None)
    result = result_of(evaluate(fake_engine(), data_set), "fake")
    assert (result["n_images"], result["n_mated"], result["n_non_mated"]) == (36, 36, 36 * 33 // 2)
    assert (result["accuracy"], result["equal_error_rate"]) == (1.0, 0.0)
    assert result["tpir_at_fpir"] == {"0.1": 1.0, "0.01": None, "0.001": None}
    assert result["tar_at_fmr"] == {"0.01": 1.0, "0.001": None}


def test_lfw_pairs_keep_their_folds(tmp_path: Path) -> None:
    for identity, name in enumerate(("Ada_B", "Carl"), start=1):
        for number in (1, 2):
            photo(tmp_path / name / f"{name}_{number:04d}.png", identity, shift=number)
    lines = ["Ada_B\t1\t2", "Ada_B\t1\tCarl\t2", "Carl\t1\t2", "Carl\t1\tAda_B\t2"]
    (tmp_path / "pairs.txt").write_text("2\t1\n" + "\n".join(lines) + "\n", encoding="utf-8")
    data_set = read_data_set(tmp_path, None)
    assert [(pair.is_mated, pair.fold) for pair in data_set.pairs] == [
        (True, 0),
        (False, 0),
        (True, 1),
        (False, 1),
    ]
    assert result_of(evaluate(fake_engine(), data_set), "fake")["accuracy"] == 1.0


def test_a_picture_that_cannot_be_acquired_is_counted_and_its_mated_pair_missed(tmp_path: Path) -> None:
    folder = pairs_folder(tmp_path)
    photo(folder / "a2.png")
    (folder / "b2.png").write_bytes(b"no picture")
    result = result_of(evaluate(fake_engine(), read_data_set(folder, None)), "fake")
    assert (result["failure_to_acquire"], result["failures"]) == (2, ["a2.png", "b2.png"])
    assert result["accuracy"] == pytest.approx(4 / 6)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("a1.png,a2.png,Perhaps\n", "pairs.csv, line 2: Decision 'Perhaps' is not Yes or No"),
        ("a1.png,,Yes\n", "pairs.csv, line 2: no file_y"),
        ("a1.png,a2.png,Yes\n", "1 mated and 0 non-mated pairs, 2 of each"),
        (
            "a1.png,a2.png,Yes\nb1.png,zz.png,Yes\na1.png,b1.png,No\na1.png,c1.png,No\n",
            "no such picture .*zz.png",
        ),
    ],
)
def test_a_protocol_that_cannot_be_used_is_named_with_its_line(
    tmp_path: Path, rows: str, reason: str
) -> None:
    with pytest.raises(EvaluationError, match=reason):
        read_data_set(pairs_folder(tmp_path, rows), None)


@pytest.mark.parametrize(
    ("prepare", "protocol", "reason"),
    [
        (lambda folder: folder.rmdir(), None, "no such folder"),
        (lambda folder: None, None, "fewer than two folders"),
        (lambda folder: None, "missing.csv", "missing.csv: No such file"),
        (lambda folder: (folder / "p.txt").write_text("hello\n"), "p.txt", "line 1: neither a CSV header"),
        (lambda folder: (folder / "p.txt").write_text("2\t1\nAda\n"), "p.txt", "line 2: wants NAME N N"),
        (lambda folder: (folder / "p.csv").write_bytes(b"\xff\xfe\x00"), "p.csv", "not UTF-8"),
    ],
)
def test_a_data_set_that_cannot_be_used_is_named(
    tmp_path: Path, prepare: Callable[[Path], object], protocol: str | None, reason: str
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    prepare(folder)
    with pytest.raises(EvaluationError, match=reason):
        read_data_set(folder, folder / protocol if protocol else None)


def test_pictures_without_any_face_are_an_error(tmp_path: Path) -> None:
    folder = pairs_folder(tmp_path)
    for path in folder.glob("*.png"):
        photo(path)
    with pytest.raises(EvaluationError, match="no face on any of 6 pictures"):
        evaluate(fake_engine(), read_data_set(folder, None))


@pytest.fixture
def on_fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate_command, "load_chosen_engine", lambda _arguments: fake_engine())


@pytest.mark.usefixtures("on_fake_engine")
def test_the_command_prints_the_keys_that_stay_put_and_writes_a_report_without_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos_of(tmp_path / "data", range(1, 7), each=3)
    report = tmp_path / "report.html"
    arguments = ["evaluate", "--dataset", str(tmp_path / "data"), "--report", str(report), "--json"]
    assert main(arguments) == 0
    result = json.loads(capsys.readouterr().out)
    assert result.keys() >= STABLE_KEYS
    assert set(result["ms_per_image"]) == {"detect", "align", "extract"}
    page = report.read_text(encoding="utf-8")
    assert "<img" not in page
    assert "base64" not in page
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawings) == 2
    assert all(ElementTree.fromstring(drawing).find("polyline") is not None for drawing in drawings)


@pytest.mark.usefixtures("on_fake_engine")
def test_a_report_that_cannot_be_written_is_one_line_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = pairs_folder(tmp_path / "data")
    assert main(["evaluate", "--dataset", str(folder), "--report", str(tmp_path / "no" / "r.html")]) == 2
    assert "no/r.html: No such file" in capsys.readouterr().err


@needs_shared
@needs_intel
def test_the_default_pack_tells_the_labelled_pairs_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.html"
    arguments = [
        "evaluate",
        "--dataset",
        str(PAIRS),
        "--pack",
        "intel-0095",
        "--report",
        str(report),
        "--json",
    ]
    assert main(arguments) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["n_pairs"] == 300
    assert result["accuracy"] >= 0.99


@pytest.mark.exhaustive
@needs_shared
@needs_dlib
def test_the_fallback_pack_tells_the_labelled_pairs_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.html"
    arguments = [
        "evaluate",
        "--dataset",
        str(PAIRS),
        "--pack",
        "dlib-pypi",
        "--report",
        str(report),
        "--json",
    ]
    assert main(arguments) == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] >= 0.97

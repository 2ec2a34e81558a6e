"""Labelled pictures to figures and a report."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from edge_agent.__main__ import main
from edge_agent.commands import evaluate as evaluate_command
from edge_agent.commands.evaluate import Task, evaluate, read_task
from edge_agent.errors import EvaluationError
from edge_agent.evaluation.data import read_data_set, read_protocol
from edge_agent.evaluation.protocol import Protocol
from edge_agent.evaluation.result import result_of
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
    result = result_of(evaluate(fake_engine(), read_task(pairs_folder(tmp_path), None)))
    assert (result["n_images"], result["n_pairs"], result["n_subjects"]) == (6, 6, 3)
    assert (result["accuracy"], result["failure_to_acquire"]) == (1.0, 0)
    assert result["tar_at_fmr"] == {"0.01": None, "0.001": None}
    assert "tar_at_fmr 0.01" in result["insufficient_data"]  # type: ignore[operator]


def test_a_folder_per_person_is_all_pairs_and_searches(tmp_path: Path) -> None:
    photos_of(tmp_path, range(1, 13), each=3)
    result = result_of(evaluate(fake_engine(), read_task(tmp_path, None)))
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
    assert result_of(evaluate(fake_engine(), Task(data_set)))["accuracy"] == 1.0


def test_a_picture_that_cannot_be_acquired_is_counted_and_its_mated_pair_missed(tmp_path: Path) -> None:
    folder = pairs_folder(tmp_path)
    photo(folder / "a2.png")
    (folder / "b2.png").write_bytes(b"no picture")
    result = result_of(evaluate(fake_engine(), read_task(folder, None)))
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
        evaluate(fake_engine(), read_task(folder, None))


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


OPEN_SET = 'kind = "identification"\ndraws = 4\nfpir = [0.2, 0.001]\n'


def protocol(folder: Path, text: str = OPEN_SET) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "protocol.toml"
    path.write_text(text, encoding="utf-8")
    return path


def open_set(folder: Path, file: Path, distractors: Path | None = None) -> dict[str, object]:
    result = result_of(evaluate(fake_engine(), read_task(folder, file, distractors)))["open_set"]
    assert isinstance(result, dict)
    return result


def test_an_identification_protocol_enrols_half_and_searches_everybody(tmp_path: Path) -> None:
    photos_of(tmp_path / "data", range(1, 13), each=3)
    found = open_set(tmp_path / "data", protocol(tmp_path))
    assert (found["enrolled_subjects"], found["draws"]) == (6, 4)
    assert (found["mated_searches"], found["non_mated_searches"]) == (4 * 6 * 2, 4 * 6 * 3)
    points = found["points"]
    assert isinstance(points, dict)
    assert points["0.2"]["tpir"] == 1.0
    assert points["0.2"]["fpir"] <= 0.2
    assert points["0.001"] is None


def test_a_face_not_acquired_is_missed_by_searches_too(tmp_path: Path) -> None:
    photos_of(tmp_path / "data", range(1, 13), each=2)
    for person in range(1, 13):
        photo(tmp_path / "data" / f"person-{person}" / "2.png")
    found = open_set(tmp_path / "data", protocol(tmp_path))
    points = found["points"]
    assert isinstance(points, dict)
    # Of three pictures one has no face: it is the enrolled one, and both probes miss, or one of both probes.
    assert points["0.2"]["fnir"] == pytest.approx(2 / 3, abs=0.2)


def test_distractors_are_enrolled_beside_the_subjects(tmp_path: Path) -> None:
    photos_of(tmp_path / "data", range(1, 7), each=2)
    photos_of(tmp_path / "others", range(20, 30), each=1)
    photo(tmp_path / "others" / "nobody.png")
    found = open_set(tmp_path / "data", protocol(tmp_path), tmp_path / "others")
    assert (found["gallery_subjects"], found["distractors"]) == (3 + 10, 10)
    assert found["distractors_not_acquired"] == 1
    few = open_set(tmp_path / "data", protocol(tmp_path, OPEN_SET + "distractors = 4\n"), tmp_path / "others")
    assert few["gallery_subjects"] == 3 + 4


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('kind = "guess"', "protocol.toml: line 1, kind"),
        ("draw = 3", "line 1, draw: .*unknown field"),
        ('kind = "identification"\nenrol_images = 0', "enrol_images is 0, want 1 or more"),
        ("fmr = [2.0]", "a rate of 2.0 is outside 0..1"),
        ('kind = "identification"\nenrol_images = 3', "0 of 6 have more pictures than that"),
        ('kind = "identification"\nsubjects = 6', "6 subjects to enrol"),
        ('groups = "people.csv"', "people.csv: No such file"),
        ('pairs = "none.csv"', "none.csv: No such file"),
    ],
)
def test_a_protocol_file_that_cannot_be_followed_is_named_with_its_key(
    tmp_path: Path, text: str, reason: str
) -> None:
    photos_of(tmp_path / "data", range(1, 7), each=3)
    with pytest.raises(EvaluationError, match=reason):
        evaluate(fake_engine(), read_task(tmp_path / "data", protocol(tmp_path, text)))


def test_the_documented_protocol_is_the_default_but_for_its_kind(tmp_path: Path) -> None:
    document = Path(__file__).parents[3] / "docs" / "evaluation.md"
    example = document.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    assert read_protocol(protocol(tmp_path, example)) == Protocol(kind="identification")


def test_distractors_without_searches_or_without_pictures_are_an_error(tmp_path: Path) -> None:
    photos_of(tmp_path / "data", range(1, 7), each=3)
    (tmp_path / "empty").mkdir()
    with pytest.raises(EvaluationError, match='needs kind = "identification"'):
        read_task(tmp_path / "data", None, tmp_path / "empty")
    with pytest.raises(EvaluationError, match="no picture there"):
        read_task(tmp_path / "data", protocol(tmp_path), tmp_path / "empty")


def grouped(folder: Path, *rows: str) -> Path:
    """Four people, and who belongs to which group."""
    photos_of(folder, range(1, 5), each=3)
    (folder / "groups.csv").write_text("\n".join(["person,group", *rows]) + "\n", encoding="utf-8")
    return folder


def test_groups_beside_the_data_are_judged_apart_at_one_threshold(tmp_path: Path) -> None:
    folder = grouped(tmp_path, "person-1,a", "person-2,a", "person-3,b", "person-4,b")
    groups = result_of(evaluate(fake_engine(), read_task(folder, None)))["groups"]
    assert isinstance(groups, dict)
    assert set(groups["rates"]) == {"a", "b"}
    assert (groups["rates"]["a"]["fnmr_n"], groups["rates"]["a"]["fmr_n"]) == (6, 9)
    assert groups["rest_on_few"] == ["a", "b"]
    assert groups["worst_fnmr_ratio"] is None


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (["person-1,a", "person-1,b"], "groups.csv, line 3: person-1 is in two groups"),
        (["person-1,"], "groups.csv, line 2: person and group are both needed"),
        (["somebody,a"], "no person of .* is named"),
    ],
)
def test_groups_that_cannot_be_used_are_named_with_their_line(
    tmp_path: Path, rows: list[str], reason: str
) -> None:
    with pytest.raises(EvaluationError, match=reason):
        read_task(grouped(tmp_path, *rows), None)


@pytest.mark.usefixtures("on_fake_engine")
def test_two_packs_are_compared_on_the_same_protocol_in_one_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = grouped(tmp_path / "data", "person-1,a", "person-2,<b>")
    report = tmp_path / "report.html"
    arguments = ["evaluate", "--dataset", str(folder), "--protocol", str(protocol(tmp_path))]
    assert main([*arguments, "--against", "other", "--report", str(report), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["against"].keys() >= STABLE_KEYS
    assert result["comparison"] == {
        "accuracy_difference": 0.0,
        "only_first_right": 0,
        "only_second_right": 0,
        "p_value": 1.0,
    }
    page = report.read_text(encoding="utf-8")
    assert page.index("decides") < page.index("<h2>")
    assert "&lt;b&gt; (few)" in page
    assert "<img" not in page
    assert len(re.findall(r"<svg", page)) == 3
    assert "@media print" in page


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

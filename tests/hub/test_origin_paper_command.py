"""`kechid-hub origin paper`: the verdict on a scan and where the paper says otherwise."""

import json
import random
from pathlib import Path

import cv2
import pytest

from hub.__main__ import main
from hub.origin.issuing.printing import print_certificate
from tests.benchmarks.origin_paper import NEEDED
from tests.hub.origin.paper.altering import altered, drawn, sheets_of
from tests.hub.origin.papers import TEMPLATES

DOCUMENT = drawn("form-a", "eng", random.Random(4))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from hub.documents.tesseract import TesseractReader

    if missing := NEEDED - TesseractReader().languages:
        pytest.skip(f"no trained data for {', '.join(sorted(missing))}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_printed_certificate_says_what_its_code_says(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "scan.pdf").write_bytes(print_certificate(DOCUMENT, TEMPLATES["form-a"]))
    assert main(["origin", "paper", "scan.pdf", "--json"]) == 2  # no registry is set up
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["paper"]) == ("CANNOT_TELL", "matches")
    assert told["cells"] == {"matches": len(told["findings"])}
    assert {"sheet", "box", "row", "fields", "outcome", "expected", "printed", "at"} == set(
        told["findings"][0]
    )


def test_a_changed_figure_is_named_with_both_values(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = altered(DOCUMENT.certificate, "mass", "eng", random.Random(1))
    (sheet,) = sheets_of(DOCUMENT, other)
    cv2.imwrite("scan.png", sheet)
    assert main(["origin", "paper", "scan.png"]) == 1
    told = capsys.readouterr().out
    stated, printed = (one.fields["items.1.gross_mass_kg"] for one in (DOCUMENT.certificate, other))
    assert f"differs: box 9, row 1: {stated} kg | {printed} kg" in told


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.png", None, "none.png"),
        ("text.txt", b"no picture", "/0"),
        ("empty.pdf", b"%PDF-1.7", "no PDF"),
    ],
)
def test_bad_input_is_one_line(
    here: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (here / name).write_bytes(content)
    assert main(["origin", "paper", name]) in {1, 2}
    assert said in capsys.readouterr().err

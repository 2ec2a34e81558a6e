"""Papers read back: genuine ones pass, altered ones never do, and what cannot be read is looked at."""

import random

import cv2
import numpy as np
import pytest

from hub.documents.fakes import SaidReader
from hub.documents.tesseract import TesseractReader
from hub.errors import InvalidInputError
from hub.origin.certificate.layout import MARKS
from hub.origin.paper.checking_paper import PaperChecker
from hub.origin.paper.comparing import Outcome
from tests.benchmarks.origin_paper import NEEDED, case_of, name_of, outcome_of, run
from tests.hub.origin.paper.altering import ALTERATIONS, DPI, altered, drawn, sheets_of
from tests.hub.origin.paper.handling import stamped
from tests.hub.origin.papers import TEMPLATES


@pytest.fixture(scope="module")
def checker() -> PaperChecker:
    reader = TesseractReader()
    missing = NEEDED - reader.languages
    if missing:
        pytest.skip(f"no trained data for {', '.join(sorted(missing))}")
    return PaperChecker(reader, TEMPLATES)


@pytest.mark.parametrize("seed", range(8))
def test_worn_papers_are_judged_right(checker: PaperChecker, seed: int) -> None:
    case = case_of(seed)
    check = checker.check(case.pictures)
    if case.alteration:
        assert outcome_of(check, ALTERATIONS[case.alteration]) is not Outcome.MATCHES, name_of(case)
    else:
        assert check.outcome is not Outcome.DIFFERS, name_of(case)
    assert check.document.certificate == case.stated


def test_every_sheet_is_checked_against_its_own_items(checker: PaperChecker) -> None:
    document = drawn("guam", "eng", random.Random(4), items=7)
    check = checker.check(sheets_of(document)[::-1])
    assert check.outcome is Outcome.MATCHES
    assert {finding.row for finding in check.findings if finding.sheet == 1} == {None, *range(6, 11)}
    assert sorted(check.sheets) == [0, 1]


def test_a_missing_sheet_is_said() -> None:
    document = drawn("guam", "eng", random.Random(4), items=7)
    with pytest.raises(InvalidInputError, match="sheet 2 of 2 is missing"):
        PaperChecker(SaidReader(), TEMPLATES).check(sheets_of(document)[:1])


def test_a_form_that_is_not_known_is_said() -> None:
    with pytest.raises(InvalidInputError) as caught:
        PaperChecker(SaidReader(), {}).check(sheets_of(drawn("guam", "eng", random.Random(4))))
    assert caught.value.problems[0].code == "unknown-form"


def test_a_sheet_that_cannot_be_laid_straight_is_looked_at() -> None:
    (sheet,) = sheets_of(drawn("ct-1", "rus", random.Random(4)))
    for x, y in MARKS[:2]:
        left, top = round(x / 25.4 * DPI), round(y / 25.4 * DPI)
        sheet[top - 20 : top + 20, left - 20 : left + 20] = 255
    check = PaperChecker(SaidReader(), TEMPLATES).check([sheet])
    assert {finding.outcome for finding in check.findings} == {Outcome.LOOK}
    assert check.sheets == {}
    assert all(finding.at is None for finding in check.findings)


def test_words_added_to_an_empty_box_are_seen(checker: PaperChecker) -> None:
    document = drawn("form-a", "eng", random.Random(4))
    (sheet,) = sheets_of(document)
    left, top = round(48 / 25.4 * DPI), round(192 / 25.4 * DPI)
    cv2.putText(sheet, "3. Canned fish 160413", (left, top), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2)
    check = checker.check([sheet])
    assert {
        (finding.box, finding.row) for finding in check.findings if finding.outcome is not Outcome.MATCHES
    } == {("7", 4)}


@pytest.mark.parametrize("place", [("12", (20, 15)), ("10", (8, 20)), ("8", (40, 90))])
@pytest.mark.parametrize("is_altered", [False, True])
def test_a_stamp_neither_speaks_against_a_paper_nor_hides_what_was_altered(
    checker: PaperChecker, place: tuple[str, tuple[int, int]], is_altered: bool
) -> None:
    rng = random.Random(7)
    document = drawn("ct-1", "rus", rng)
    printed = altered(document.certificate, "mass", "rus", rng) if is_altered else None
    (sheet,) = sheets_of(document, printed)
    box = next(box for box in TEMPLATES["ct-1"].boxes if box.number == place[0])
    middle = tuple((start + more) / 25.4 * DPI for start, more in zip(box.at, place[1], strict=False))
    check = checker.check([stamped(sheet, (middle[0], middle[1]), rng)])
    if is_altered:
        assert outcome_of(check, ALTERATIONS["mass"]) is not Outcome.MATCHES
    else:
        assert check.outcome is not Outcome.DIFFERS


@pytest.mark.parametrize(("seed", "strength"), [(0, 0.4), (2, 0.4), (3, 0.4), (4, 0.6), (1, 0.8), (3, 1.0)])
def test_figures_written_over_others_are_seen_in_light_ink_and_in_dark(
    checker: PaperChecker, seed: int, strength: float
) -> None:
    rng = random.Random(seed)
    document = drawn("ct-1", "rus", rng)
    (sheet,) = sheets_of(document)
    (other,) = sheets_of(document, altered(document.certificate, "mass", "rus", rng))
    written = np.minimum(sheet, 255 - strength * (255.0 - other)).astype(np.uint8)
    assert outcome_of(checker.check([written]), ALTERATIONS["mass"]) is not Outcome.MATCHES


def test_a_value_that_was_rubbed_out_differs(checker: PaperChecker) -> None:
    document = drawn("form-a", "eng", random.Random(4))
    template = TEMPLATES["form-a"]
    (sheet,) = sheets_of(document)
    box = next(box for box in template.boxes if box.number == "3")
    x, y, width, height = (round(one / 25.4 * DPI) for one in box.at)
    sheet[y + 40 : y + height - 8, x + 8 : x + width - 8] = 255
    (finding,) = [one for one in checker.check([sheet]).findings if one.outcome is Outcome.DIFFERS]
    assert (finding.box, finding.fields, finding.printed) == ("3", ("transport",), "")


def test_a_finding_says_where_to_look(checker: PaperChecker) -> None:
    document = drawn("eur-1", "ron", random.Random(4))
    check = checker.check(sheets_of(document))
    finding = next(one for one in check.findings if one.box == "9" and one.row == 1)
    assert finding.at is not None
    left, top, width, height = finding.at
    crop = check.sheets[0][top : top + height, left : left + width]
    assert finding.printed == document.certificate.fields["items.1.gross_mass_kg"] + " kg"
    assert int(crop.min()) < 100 < int(np.median(crop))


@pytest.mark.exhaustive
@pytest.mark.timeout(1200)
def test_no_altered_paper_passes_and_few_genuine_ones_raise_an_alarm() -> None:
    measured = run()
    assert ", 0 missed" in measured.notes, measured.notes
    assert measured.ours is not None
    assert measured.ours >= 1 - 0.05 / 2, measured.notes

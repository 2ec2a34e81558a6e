"""Laying sheets straight: where marks end up, whatever was done to the paper."""

import random

import cv2
import numpy as np
import pytest

from hub.documents.reader import GreyPicture
from hub.origin.certificate.layout import MARK_MM, MARKS, cells_of
from hub.origin.paper.boxes import cut, evenly_lit, inked, lines_of
from hub.origin.paper.code_image import find_codes
from hub.origin.paper.registering import PX_PER_MM, Registered, register
from tests.hub.origin.paper.altering import DPI, drawn, sheets_of
from tests.hub.origin.paper.degrading import phone, scanner, worn
from tests.hub.origin.papers import FORMS, TEMPLATES


def sheet(form: str = "ct-1", seed: int = 1) -> GreyPicture:
    return sheets_of(drawn(form, "kat", random.Random(seed)))[0]


def laid(picture: GreyPicture, form: str = "ct-1") -> Registered | None:
    (code,) = find_codes(picture)
    return register(picture, code, TEMPLATES[form])


def marks_off_mm(picture: GreyPicture) -> float:
    """How far the worst mark's middle lies from its place."""
    worst = 0.0
    for x, y in MARKS:
        reach = MARK_MM * 0.9
        left, top, right, bottom = (
            round(one * PX_PER_MM) for one in (x - reach, y - reach, x + reach, y + reach)
        )
        ys, xs = np.nonzero(picture[top:bottom, left:right] < 128)
        middle = np.array([xs.mean() + left, ys.mean() + top]) / PX_PER_MM
        worst = max(worst, float(np.abs(middle - (x, y)).max()))
    return worst


@pytest.mark.parametrize("seed", range(6))
def test_marks_end_up_in_their_places(seed: int) -> None:
    rng = random.Random(seed)
    form = FORMS[seed % 5]
    registered = laid(worn(sheet(form, seed), (scanner, phone)[seed % 2](rng), rng), form)
    assert registered is not None
    assert registered.marks == 4
    assert marks_off_mm(registered.picture) < 0.25


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_sheet_is_laid_straight_whichever_way_it_was_put_in(turns: int) -> None:
    registered = laid(np.ascontiguousarray(np.rot90(sheet(), turns)))
    assert registered is not None
    assert marks_off_mm(registered.picture) < 0.25


def without(picture: GreyPicture, *marks: int) -> GreyPicture:
    torn = picture.copy()
    for number in marks:
        x, y = (round(one / 25.4 * DPI) for one in MARKS[number])
        torn[y - 20 : y + 20, x - 20 : x + 20] = 255
    return torn


@pytest.mark.parametrize("missing", range(4))
def test_three_marks_suffice(missing: int) -> None:
    whole = sheet()
    registered = laid(without(whole, missing))
    assert registered is not None
    assert registered.marks == 3
    complete = laid(whole)
    assert complete is not None
    shift = cv2.phaseCorrelate(registered.picture.astype(np.float32), complete.picture.astype(np.float32))[0]
    assert max(map(abs, shift)) < 2


def test_another_square_where_a_mark_was_cut_off_is_not_taken_for_it() -> None:
    torn = without(sheet(), 1)
    x, y = (round(one / 25.4 * DPI) for one in MARKS[1])
    torn[y + 70 : y + 94, x - 60 : x - 36] = 0
    registered = laid(torn)
    complete = laid(sheet())
    assert registered is not None
    assert complete is not None
    assert registered.marks == 3
    shift = cv2.phaseCorrelate(registered.picture.astype(np.float32), complete.picture.astype(np.float32))[0]
    assert max(map(abs, shift)) < 2


def test_two_marks_do_not() -> None:
    assert laid(without(sheet(), 0, 1)) is None


def test_cells_have_ink_where_values_are_and_none_where_nothing_is() -> None:
    document = drawn("form-a", "ukr", random.Random(2))
    template = TEMPLATES["form-a"]
    rng = random.Random(3)
    registered = laid(worn(sheets_of(document)[0], phone(rng), rng), "form-a")
    assert registered is not None
    lit = evenly_lit(registered.picture)
    for cell in cells_of(document.certificate, template):
        crop = cut(lit, cell, template)
        assert crop.has_ink == bool(cell.lines), cell
        assert len(lines_of(crop.picture)) == len(cell.lines), cell


def test_a_shadow_is_taken_away() -> None:
    light = np.linspace(1, 0.4, 900)[None, :]
    shaded = (np.full((600, 900), 250.0) * light).astype(np.uint8)
    lit = evenly_lit(shaded)
    assert int(lit[20:-20, 20:-20].min()) > 225


def test_a_speck_is_no_ink_and_a_comma_beside_letters_is_kept() -> None:
    white = np.full((80, 300), 255, dtype=np.uint8)
    speck = white.copy()
    speck[10:12, 250:252] = 0
    assert lines_of(speck) == ()
    text = white.copy()
    text[20:45, 20:26] = 0
    text[42:46, 30:33] = 0
    assert inked(text, 1.0).shape[1] >= 33 - 20 + 24

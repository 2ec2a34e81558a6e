"""Codes as pictures: written, worn, read back with their corners."""

import random

import cv2
import numpy as np
import pytest
import zxingcpp

from hub.errors import InvalidInputError
from hub.origin.paper.code import code_of, read_code
from hub.origin.paper.code_image import decode_picture, find_codes, modules_of
from tests.benchmarks.origin_codes import run
from tests.hub.origin.paper.degrading import Wear, drawn_code, phone, scanner, worn
from tests.hub.origin.paper.handling import stamped
from tests.hub.origin.papers import FORMS, anchored_paper, paper


@pytest.mark.parametrize("seed", range(10))
def test_worn_codes_are_read(seed: int) -> None:
    rng = random.Random(seed)
    document = anchored_paper(paper(FORMS[seed % 5], "kat", rng), rng)
    wear = (scanner, phone)[seed % 2](rng)
    (found,) = find_codes(worn(drawn_code(code_of(document)[0]), wear, rng))
    assert read_code([found.text]) == document


@pytest.mark.parametrize("seed", [0, 6, 8, 17, 29])
def test_a_code_under_a_stamp_is_read_from_the_print_alone(seed: int) -> None:
    rng = random.Random(seed)
    document = anchored_paper(paper(FORMS[seed % 5], "kat", rng), rng)
    code = drawn_code(code_of(document)[0])
    height, width = code.shape
    over = stamped(code, (rng.uniform(0.5, 1) * width, rng.uniform(0.1, 0.6) * height), rng)
    picture = worn(over, scanner(rng), rng)
    assert not zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    )
    (found,) = find_codes(picture)
    assert read_code([found.text]) == document


def test_corners_are_the_codes_own_wherever_it_is_turned() -> None:
    picture = drawn_code("KCO1:" + "A" * 400)
    upright = find_codes(picture)[0].corners
    turned = find_codes(np.ascontiguousarray(np.rot90(picture)))[0].corners
    height = picture.shape[1]
    assert np.allclose([(y, height - 1 - x) for x, y in upright], turned, atol=3)


def test_several_codes_are_read_from_the_top() -> None:
    picture = np.concatenate([drawn_code("KCO1:AAAA"), drawn_code("KCO1:BBBB")])
    assert [code.text for code in find_codes(picture)] == ["KCO1:AAAA", "KCO1:BBBB"]


def test_paper_without_a_code_has_none() -> None:
    assert find_codes(np.full((900, 600), 255, dtype=np.uint8)) == ()


def test_a_torn_code_is_none_rather_than_another() -> None:
    picture = drawn_code("KCO1:" + "A" * 800)
    picture[200:380, 200:380] = 255
    assert find_codes(picture) == ()


def test_a_text_that_no_code_holds_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no code can hold it"):
        modules_of("A" * 5000)


def test_a_picture_is_read_from_bytes_grey() -> None:
    picture = drawn_code("KCO1:AAAA")
    content = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR))[1].tobytes()
    assert np.array_equal(decode_picture(content), picture)


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty-file"), (b"%PDF-1.7", "unsupported-kind"), (b"\xff\xd8\xff\xe0 nothing", "truncated")],
)
def test_what_is_no_picture_is_refused_by_name(content: bytes, code: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        decode_picture(content)
    assert caught.value.problems[0].code == code


def test_no_wear_leaves_the_picture_readable() -> None:
    nothing = Wear(0, 0, 0, 0, 0, 95)
    assert find_codes(worn(drawn_code("KCO1:AAAA"), nothing, random.Random(1)))[0].text == "KCO1:AAAA"


@pytest.mark.exhaustive
@pytest.mark.timeout(600)
def test_no_worn_code_of_three_hundred_is_lost() -> None:
    assert run(300).ours == 1.0

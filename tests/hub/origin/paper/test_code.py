"""The text of the code on paper: there and back, and every hostile code refused by name."""

import random
import zlib
from collections.abc import Callable, Sequence

import base45
import cbor2
import pytest
from hypothesis import given, settings
from hypothesis.strategies import binary, characters, dictionaries, integers, sampled_from, text

from hub.errors import InvalidInputError
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.paper.code import MOST_BYTES, MOST_SIGNS, code_of, read_code, sheets_needed
from tests.hub.origin.certificate.samples import anchored, certificate
from tests.hub.origin.papers import FORMS, anchored_paper, paper


def drawn(form: str = "ct-1", language: str = "kat", seed: int = 1, items: int = 2) -> AnchoredCertificate:
    rng = random.Random(seed)
    return anchored_paper(paper(form, language, rng, items), rng)


@settings(deadline=None)
@given(form=sampled_from(FORMS), seed=integers(0, 999), items=integers(1, 20), order=integers(0, 99))
def test_a_certificate_comes_back_from_its_sheets_in_any_order(
    form: str, seed: int, items: int, order: int
) -> None:
    document = drawn(form, "ukr", seed, items)
    texts = list(code_of(document, sheets_needed(document)))
    random.Random(order).shuffle(texts)
    assert read_code(texts) == document
    assert all(len(one) <= MOST_SIGNS + 40 for one in texts)


@settings(deadline=None)
@given(
    dictionaries(
        sampled_from(("remarks", "own.field", "items.1.marks", "items.3.marks", "items.1.colour", "x")),
        text(characters(categories=("L", "Nd")), min_size=1, max_size=50).filter(str.isascii),
        min_size=1,
    )
)
def test_fields_of_a_sites_own_form_are_carried_too(fields: dict[str, str]) -> None:
    one = certificate(**{path.replace(".", "__"): value for path, value in fields.items()})
    document = anchored_paper(one, random.Random(3))
    assert read_code(code_of(document)) == document


@settings(deadline=None)
@given(seed=integers(0, 9999), parts=integers(1, 20))
def test_no_code_begins_or_ends_with_a_space_so_that_its_text_may_be_typed(seed: int, parts: int) -> None:
    document = drawn(seed=seed)
    texts = code_of(document, parts)
    assert [text.strip() for text in texts] == list(texts)
    assert read_code(texts) == document


def test_a_certificate_of_two_items_fits_one_code() -> None:
    assert all(sheets_needed(drawn(form, items=2)) == 1 for form in FORMS)


def test_one_that_is_too_long_for_its_sheets_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"has|room"):
        code_of(drawn(items=60))


def packed(change: Callable[[list[object]], object]) -> str:
    """Write the sample's code with its values changed."""
    values = cbor2.loads(zlib.decompress(base45.b45decode(code_of(anchored()[0])[0][5:])))
    return wrapped(cbor2.dumps(change(values), canonical=True))


def wrapped(data: bytes) -> str:
    return f"KCO1:{base45.b45encode(zlib.compress(data, 9)).decode()}"


def put(place: int, value: object) -> Callable[[list[object]], object]:
    return lambda values: [*values[:place], value, *values[place + 1 :]]


def put_field(number: object, value: object) -> Callable[[list[object]], object]:
    return lambda values: [*values[:10], values[10] | {number: value}]  # type: ignore[operator]


GOOD = packed(lambda values: values)
SHEETS = code_of(drawn(items=12), 3)
OTHERS = code_of(drawn(items=12, seed=2), 3)


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ([], "not-a-code"),
        (["https://example.org/"], "not-a-code"),
        (["KCO2:ABC"], "not-a-code"),
        (["KCO1:"], "not-a-code"),
        (["KCO1:abc"], "not-a-code"),
        (["ЛСЩ1ЖФИС"], "other-keyboard"),
        (["KCO1IABC"], "other-keyboard"),
        (["KCO1ş1ş2şABCDEF01IABC"], "other-keyboard"),
        (["kco1:abc"], "other-keyboard"),
        (["KCO1:A"], "damaged"),
        (["KCO1::::"], "damaged"),
        ([GOOD[:-3]], "damaged"),
        ([wrapped(b"")], "invalid"),
        ([wrapped(b"\x81" * 5000)], "invalid"),
        ([wrapped(b"\x5b\x00\x00\x00\x08\x00\x00\x00\x00")], "invalid"),
        ([wrapped(b"\xd8\x1c\x81\xd8\x1d\x00")], "invalid"),
        ([wrapped(bytes(MOST_BYTES + 1))], "too-long"),
        (["KCO1:" + base45.b45encode(zlib.compress(b"\x80") + b"more").decode()], "damaged"),
        ([packed(lambda values: values[:-1])], "invalid"),
        ([packed(lambda values: [*values, 1])], "invalid"),
        ([packed(put(0, 2))], "other-version"),
        ([packed(put(0, "1"))], "invalid"),
        ([packed(put(2, "GEO"))], "invalid"),
        ([packed(put(4, 10**9))], "invalid"),
        ([packed(put(4, -(10**6)))], "invalid"),
        ([packed(put(5, b"short"))], "out-of-range"),
        ([packed(put(6, 2**70))], "invalid"),
        ([packed(put(6, 0))], "invalid"),
        ([packed(put(7, bytes(19)))], "invalid"),
        ([packed(put(8, 2**30))], "out-of-range"),
        ([packed(put(9, bytes(33)))], "invalid"),
        ([packed(put(10, {}))], "out-of-range"),
        ([packed(put_field(500, "x"))], "invalid"),
        ([packed(put_field(-1, "x"))], "invalid"),
        ([packed(put_field("transport", "Rail"))], "not-canonical"),
        ([packed(put_field("not a path", "x"))], "invalid"),
        ([packed(put_field(0, ["a"]))], "not-canonical"),
        ([packed(put_field(16, ["a", None]))], "not-canonical"),
        ([packed(put_field(16, []))], "not-canonical"),
        ([packed(put_field(16, "a"))], "invalid"),
        ([packed(put_field(16, ["a"] * 500))], "out-of-range"),
        (
            [wrapped(cbor2.dumps(cbor2.loads(zlib.decompress(base45.b45decode(GOOD[5:])))) + b"\x00")],
            "not-canonical",
        ),
        ([GOOD, packed(put(3, "GE-0009"))], "several-certificates"),
        ([GOOD, SHEETS[0]], "several-certificates"),
        ([SHEETS[0], OTHERS[1], SHEETS[2]], "several-certificates"),
        (SHEETS[:2], "missing-sheet"),
        ([SHEETS[0], SHEETS[1], SHEETS[2][:-3] + "000"], "damaged"),
        ([SHEETS[0], SHEETS[1], SHEETS[2].replace("KCO1.3.", "KCO1.4.")], "missing-sheet"),
    ],
)
def test_a_hostile_code_is_refused_by_name(texts: Sequence[str], code: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_code(texts)
    assert code in [problem.code for problem in caught.value.problems]


def test_the_same_code_read_twice_is_one() -> None:
    assert read_code([GOOD, GOOD, "https://example.org/"]) == anchored()[0]


@settings(deadline=None)
@given(binary(max_size=200))
def test_noise_is_refused_and_nothing_else(noise: bytes) -> None:
    with pytest.raises(InvalidInputError):
        read_code([wrapped(noise)])
    with pytest.raises(InvalidInputError):
        read_code(["KCO1:" + base45.b45encode(noise).decode()])


def test_one_altered_field_leads_to_another_root() -> None:
    altered = read_code([packed(put_field(4, "Another street"))])
    assert altered.root != anchored()[0].root

"""JSON of declarations: what is refused, and where."""

import json
from collections.abc import Callable
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis.strategies import booleans, characters, lists, sampled_from, text, tuples

from hub.declarations.json_form import JsonReader
from hub.declarations.low_value import LowValueDeclaration, facts_of_low_value
from hub.errors import InvalidInputError
from tests.hub.declarations.parcels import parcel

READER = JsonReader(LowValueDeclaration)
GOOD = json.dumps(parcel()).encode()
STORABLE = characters(exclude_characters="\0")


def problem(sent: bytes) -> tuple[str, str]:
    with pytest.raises(InvalidInputError) as caught:
        READER.read(sent)
    (only,) = caught.value.problems
    return only.pointer, only.code


def test_a_parcel_is_read() -> None:
    facts = facts_of_low_value(READER.read(GOOD))
    assert facts.reference == "P-1"
    assert facts.items[0].value is not None
    assert facts.items[0].value.amount == Decimal("19.90")
    assert facts.destination_country == "AZ"


@pytest.mark.parametrize(
    ("old", "new", "pointer", "code"),
    [
        (b'"mode": "4"', b'"mode": "4", "mode": "5"', "/mode", "repeated-name"),
        (b'"mode": "4"', b'"mode" : "4", "mode": "5"', "/mode", "repeated-name"),
        (b'"mode": "4"', b'"mode": "4", "m\\u006fde": "5"', "/mode", "repeated-name"),
        (b'"country": "CN"', b'"country": "CN", "country": "CN"', "/consignor/country", "repeated-name"),
        (b'"mode": "4"', b'"mode": "4", "colour": "red"', "/colour", "unknown-field"),
        (b'"origin": "CN"', b'"origin": "CN", "a/b~": 1', "/items/0/a~1b~0", "unknown-field"),
        (b'"mode": "4", ', b"", "/mode", "missing"),
        (b'"quantity": "2"', b'"quantity": NaN', "", "malformed-json"),
        (b'"quantity": "2"', b'"quantity": "NaN"', "/items/0", "invalid"),
        (b'"quantity": "2"', b'"quantity": "-Infinity"', "/items/0", "invalid"),
        (b'"quantity": "2"', b'"quantity": 1e400', "/items/0", "invalid"),
        (b'"quantity": "2"', b'"quantity": "0E-999999"', "/items/0", "invalid"),
        (b'"quantity": "2"', b'"quantity": "0.00000000000000000000001"', "/items/0", "invalid"),
        (b'"quantity": "2"', b'"quantity": true', "/items/0/quantity", "invalid"),
        (b'"quantity": "2"', b'"quantity": "two"', "/items/0/quantity", "invalid"),
        (b'"value": "19.90"', b'"value": "1e16"', "/items/0/value", "invalid"),
        (b'"is_personal": false', b'"is_personal": 0', "/is_personal", "invalid"),
        (b'"export_country": "CN"', b'"export_country": "China"', "/export_country", "invalid"),
        (b'T08:00:00Z"', b'T08:00:00"', "", "invalid"),
        (b'"P-1"', b'"P 1"', "/reference", "invalid"),
        (b"Leyla", b"Le\xffyla", "", "not-utf-8"),
        (GOOD, GOOD[:-1], "", "malformed-json"),
        (GOOD, b"", "", "malformed-json"),
        (GOOD, b"null", "", "invalid"),
        (GOOD, b"[" * 100_000, "", "invalid"),
        (GOOD, GOOD.decode().encode("utf-16"), "", "malformed-json"),
    ],
)
def test_a_bad_field_is_named(old: bytes, new: bytes, pointer: str, code: str) -> None:
    assert old in GOOD
    assert problem(GOOD.replace(old, new, 1)) == (pointer, code)


def test_nesting_deeper_than_the_interpreter_goes_is_refused() -> None:
    deep = GOOD.replace(b'"mode": "4"', b'"mode": ' + b"[" * 100_000 + b"]" * 100_000, 1)
    assert problem(deep)[0] in {"/mode", ""}


@given(lists(tuples(sampled_from("abcdefgh"), text(STORABLE, max_size=8)), max_size=8), booleans())
def test_a_name_is_refused_exactly_when_it_stands_twice(
    pairs: list[tuple[str, str]], is_escaped: bool
) -> None:
    reader = JsonReader(dict[str, str])
    body = ",".join(f"{json.dumps(k)} : {json.dumps(v, ensure_ascii=is_escaped)}" for k, v in pairs)
    sent = f"{{{body}}}".encode("utf-8", "surrogatepass")
    if len({name for name, _ in pairs}) == len(pairs):
        assert reader.read(sent) == dict(pairs)
    else:
        with pytest.raises(InvalidInputError):
            reader.read(sent)


@pytest.mark.parametrize("kind", [bytes, memoryview, msgspec.Raw])
def test_what_is_refused_does_not_depend_on_how_it_is_handed_over(kind: Callable[[bytes], bytes]) -> None:
    assert READER.read(kind(GOOD)) == READER.read(GOOD)
    assert problem(kind(GOOD.replace(b"Shenzhen", b"Shen\\u0000zhen"))) == ("/consignor/city", "zero-byte")

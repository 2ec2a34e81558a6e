"""One file at a time: what is read, is valid, comes back the same."""

import json

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from hub.declarations.checking import check
from hub.declarations.declaration import Declaration
from hub.declarations.json_form import JsonReader
from hub.declarations.low_value import LowValueDeclaration
from hub.declarations.wco.parsing import MOST_BYTES, Parsed
from hub.errors import FieldProblem, InvalidInputError
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.wco.documents import DECLARATION, RESPONSE, with_text
from tests.hub.declarations.wco.generated import any_value

quick = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
FULL = {
    "function_code": "9",
    "functional_reference_id": "AZ-0001",
    "invoice_amount": {"value": "120.50", "currency_id": "USD"},
    "currency_exchange": [{"rate_numeric": "1.7"}],
    "goods_shipment": {
        "government_agency_goods_item": [
            {"sequence_numeric": 1, "commodity": {"duty_tax_fee": [{"tax_rate_numeric": "15"}]}}
        ]
    },
}
ITEM = "/goods_shipment/government_agency_goods_item/0"
FULL_BYTES = json.dumps(FULL).encode()


def refuse_the_type(parsed: Parsed) -> list[FieldProblem]:
    return [FieldProblem("/type_code", "against-schema", "line 11: too long")]


@pytest.mark.parametrize(
    "sent",
    [DECLARATION, RESPONSE, b"\xef\xbb\xbf" + DECLARATION, json.dumps(parcel()).encode(), FULL_BYTES],
    ids=["declaration", "response", "byte-order-mark", "low-value", "full"],
)
def test_a_good_file_is_valid_and_comes_back(sent: bytes) -> None:
    verdict = check(sent, None)
    assert verdict.problems == ()
    assert (verdict.is_valid, verdict.round_trips, verdict.is_validated) == (True, True, False)


def test_what_is_against_the_schema_comes_back_all_the_same() -> None:
    verdict = check(DECLARATION, refuse_the_type)
    assert [one.pointer for one in verdict.problems] == ["/type_code"]
    assert (verdict.is_valid, verdict.round_trips, verdict.is_validated) == (False, True, True)


def test_a_number_that_is_written_otherwise_does_not_come_back() -> None:
    verdict = check(with_text(">120.50<", ">+0120.50<"), None)
    assert [(one.pointer, one.code) for one in verdict.problems] == [("/invoice_amount", "different")]
    assert (verdict.is_valid, verdict.round_trips) == (True, False)


@pytest.mark.parametrize(
    ("sent", "pointer", "code"),
    [
        (b"", "", "malformed-xml"),
        (b" " * (MOST_BYTES + 1), "", "too-large"),
        (b"{" + b" " * MOST_BYTES, "", "too-large"),
        (b"[]", "", "invalid"),
        (b"{", "", "malformed-json"),
        (b'{"items": []}', "/items", "invalid"),
        (b"[" * 100_000, "", "invalid"),
        (FULL_BYTES.decode().encode("utf-16"), "", "not-utf-8"),
    ],
    ids=["nothing", "blanks", "blank-json", "list", "cut", "low-value", "deep", "utf-16"],
)
def test_a_bad_file_is_neither_valid_nor_does_it_come_back(sent: bytes, pointer: str, code: str) -> None:
    verdict = check(sent, None)
    assert [(one.pointer, one.code) for one in verdict.problems] == [(pointer, code)]
    assert (verdict.is_valid, verdict.round_trips) == (False, False)


@pytest.mark.parametrize(
    ("old", "new", "pointer", "code"),
    [
        ('{"function', '{"function_code": "9", "function', "/function_code", "repeated-name"),
        ('"function_code": "9"', '"colour": "red"', "/colour", "unknown-field"),
        ('"120.50"', "NaN", "", "malformed-json"),
        ('"120.50"', '"NaN"', "/invoice_amount", "invalid"),
        ('"120.50"', "1e400", "/invoice_amount", "invalid"),
        ('"1.7"', "1e400", "/currency_exchange/0", "invalid"),
        ('"15"', '"Infinity"', f"{ITEM}/commodity/duty_tax_fee/0", "invalid"),
        ('"sequence_numeric": 1', '"sequence_numeric": "1"', f"{ITEM}/sequence_numeric", "invalid"),
        ('"sequence_numeric": 1', '"sequence_numeric": 1, "a/b": 2', f"{ITEM}/a~1b", "unknown-field"),
        ("AZ-0001", "AZ-\\u0000", "/functional_reference_id", "zero-byte"),
        ("AZ-0001", "\\ud800", "", "malformed-json"),
    ],
)
def test_a_bad_field_of_the_full_set_is_named(old: str, new: str, pointer: str, code: str) -> None:
    sent = FULL_BYTES.decode()
    assert sent.count(old) == 1
    (problem,) = check(sent.replace(old, new).encode(), None).problems
    assert (problem.pointer, problem.code) == (pointer, code)


def test_bytes_that_are_not_utf_8_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="not UTF-8"):
        JsonReader(Declaration).read(FULL_BYTES.replace(b"AZ", b"\xff"))


@quick
@given(any_value(Declaration))
def test_any_declaration_is_read_back_from_its_json(declaration: Declaration) -> None:
    assert JsonReader(Declaration).read(msgspec.json.encode(declaration)) == declaration


def test_the_data_sets_share_no_name_that_tells_them_apart() -> None:
    assert set(Declaration.__struct_fields__).isdisjoint({"reference", "items", "consignor", "consignee"})
    assert {"reference", "items"} <= set(LowValueDeclaration.__struct_fields__)

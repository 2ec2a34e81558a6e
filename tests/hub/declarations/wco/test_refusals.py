"""What no declaration needs is refused, with its place in the model's terms and its line."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis.strategies import DataObject, data, integers, sampled_from

from hub.declarations.wco import parsing
from hub.declarations.wco.reading import read_document
from hub.errors import InvalidInputError
from tests.hub.declarations.wco.documents import DECLARATION, RESPONSE, with_text

ITEM = "/goods_shipment/government_agency_goods_item/0"
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LAUGHS = b"<!DOCTYPE a [" + b"".join(
    b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol") for n in range(10)
)
LAUGHS += b"]>"


def problem(sent: bytes) -> tuple[str, str, str]:
    with pytest.raises(InvalidInputError) as caught:
        read_document(sent)
    (only,) = caught.value.problems
    return only.pointer, only.code, only.detail


@pytest.mark.parametrize(
    ("sent", "code", "said"),
    [
        (
            HEAD + b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Declaration/>',
            "document-type",
            "2",
        ),
        (HEAD + b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><Declaration/>', "document-type", "line 2"),
        (HEAD + b'<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///x"> %x;]><Declaration/>', "document-type", "2"),
        (HEAD + LAUGHS + b"<Declaration>&l9;</Declaration>", "document-type", "line 2"),
        (HEAD + b"<Declaration>&secret;</Declaration>", "malformed-xml", "not defined"),
        (DECLARATION.decode().encode("utf-16"), "not-utf-8", "UTF-16"),
        (DECLARATION.decode().encode("utf-16-be"), "not-utf-8", "UTF-16"),
        (DECLARATION.decode().encode("utf-32"), "not-utf-8", "UTF-16"),
        (DECLARATION.replace(b"UTF-8", b"ISO-8859-1"), "not-utf-8", "ISO-8859-1"),
        (DECLARATION.replace(b"UTF-8", b"UTF-7"), "not-utf-8", "UTF-7"),
        (DECLARATION.replace(b"Cotton", b"C\xff"), "not-utf-8", "line 20"),
        (DECLARATION.replace(b"Cotton", b"C\xed\xa0\x80"), "not-utf-8", "line 20"),
        (DECLARATION.replace(b"Cotton", b"C\0"), "malformed-xml", "line 20"),
        (DECLARATION.replace(b"Cotton", b"C&#0;"), "malformed-xml", "line 20"),
        (b"", "malformed-xml", "line"),
        (b"{}", "malformed-xml", "line 1"),
        (DECLARATION[:-20], "malformed-xml", "line"),
        (b"<Declaration>" + b"<a>" * 100_000, "malformed-xml", "depth"),
        (b"<Declaration>" + b"<a/>" * 400_001 + b"</Declaration>", "too-large", "tags"),
        (b"<Declaration " + b" ".join(b'a%d=">"' % n for n in range(300_000)) + b"/>", "too-large", "attrib"),
        (
            b"<Declaration " + b" ".join(b"xmlns:a%d='u'" % n for n in range(601)) + b"/>",
            "too-large",
            "attrib",
        ),
        (b"<Declaration>" + b" " * (10 * 1024 * 1024) + b"</Declaration>", "too-large", "bytes"),
        (b"<html/>", "not-a-document", "html"),
        (b'<Declaration xmlns="urn:wco:datamodel:WCO:DEC-DMS:3"/>', "not-a-document", "DEC-DMS:3"),
        (DECLARATION.replace(b"DocumentMetaData-DMS:2", b"DocumentMetaData"), "not-a-document", "line 4"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_bytes_are_refused_at_once(sent: bytes, code: str, said: str) -> None:
    began = time.process_time()
    pointer, found, detail = problem(sent)
    assert (pointer, found) == ("", code)
    assert said in detail
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("old", "new", "pointer", "code"),
    [
        ("<TypeCode>IMA<", "<Colour>red</Colour><TypeCode>IMA<", "/colour", "unknown-field"),
        ("<Description>", "<LPCOKind/><Description>", f"{ITEM}/commodity/lpco_kind", "unknown-field"),
        ("<CountryCode>TR", '<CountryCode x="y">TR', f"{ITEM}/origin/1/country_code/@x", "unknown-field"),
        ("<CountryCode>TR</", "<CountryCode>TÜRK1</", f"{ITEM}/origin/1/country_code", "invalid"),
        ("<UNDGID>1263", "<UNDGID>1263x", f"{ITEM}/commodity/dangerous_goods/0/undg_id", "invalid"),
        ("<FunctionCode>9<", "<FunctionCode> <", "/function_code", "invalid"),
        ("<GoodsItemQuantity>1<", "<GoodsItemQuantity>1e2<", "/goods_item_quantity", "invalid"),
        ("<GoodsItemQuantity>1<", "<GoodsItemQuantity>-1<", "/goods_item_quantity", "invalid"),
        ('"USD">120.50<', '"USD">NaN<', "/invoice_amount", "invalid"),
        ('"USD">120.50<', '"USD">1e400<', "/invoice_amount", "invalid"),
        ('"USD">120.50<', '"USD">INF<', "/invoice_amount", "invalid"),
        ('"USD">120.50<', '"USD">1٢<', "/invoice_amount", "invalid"),
        ('"USD">120.50<', f'"USD">{"9" * 400}<', "/invoice_amount", "invalid"),
        ('currencyID="USD"', 'currencyID="US"', "/invoice_amount/currency_id", "invalid"),
        ('currencyID="USD"', 'unitCode="KGM"', "/invoice_amount/@unitCode", "unknown-field"),
        ('formatCode="304"', 'formatCode="3"', "/issue_date_time/format_code", "invalid"),
        ("<TypeCode>", "<TypeCode>IM</TypeCode><TypeCode>", "/type_code", "repeated-name"),
        ("<TypeCode>IMA</TypeCode>", "<TypeCode>IMA</TypeCode><ID>1</ID>", "/id", "wrong-order"),
        ("<TypeCode>IMA</TypeCode>", "<TypeCode><b>IMA</b></TypeCode>", "/type_code/b", "unknown-field"),
        ("<TypeCode>IMA</TypeCode>", "stray<TypeCode>IMA</TypeCode>", "", "invalid"),
        ("<TypeCode>IMA</TypeCode>", "<?php x?>", "", "unknown-field"),
        ("<TypeCode>IMA<", '<TypeCode xmlns="urn:other">IMA<', "/type_code", "unknown-field"),
        ("<GoodsShipment>", f'<GoodsShipment xmlns:i="{XSI}" i:nil="true">', "/goods_shipment/@nil",
         "unknown-field"),
        ("<md:WCOTypeName>DEC<", "<md:WCOTypeName x='1'>DEC<", "/wco_type_name/@x", "unknown-field"),
    ],
)  # fmt: skip
def test_a_bad_field_is_named_with_its_line(old: str, new: str, pointer: str, code: str) -> None:
    line = DECLARATION[: DECLARATION.index(old.encode())].count(b"\n") + 1
    found = problem(with_text(old, new))
    assert found[:2] == (pointer, code)
    # What stands between elements belongs to the one around them.
    assert found[2].startswith(f"line {line}: " if pointer else "line 7: ")


def test_a_bad_field_of_a_response_is_pointed_to_from_the_envelope() -> None:
    sent = with_text("<NameCode>39</NameCode>", "<Name>39</Name>", RESPONSE)
    assert problem(sent)[:2] == ("/response/0/status/0/name", "unknown-field")
    sent = with_text("<ID>26AZ0001</ID>", "<ID></ID>", RESPONSE)
    assert problem(sent)[:2] == ("/response/0/declaration/id", "invalid")


def test_a_refusal_repeats_codes_and_no_numbers_of_persons() -> None:
    assert "'TURK1'" in problem(with_text(">TR<", ">TURK1<"))[2]
    number = "5ABC12D" * 11
    assert "5ABC12D" not in problem(with_text("<ID>GE1<", f"<ID>{number}<"))[2]


@given(data())
def test_a_damaged_document_is_read_or_refused_and_never_fails(draw: DataObject) -> None:
    sent = bytearray(DECLARATION)
    for _ in range(draw.draw(integers(1, 3))):
        start = draw.draw(integers(0, len(sent) - 1))
        part = draw.draw(
            sampled_from([b"", b"<", b">", b"&", b"/", b"\0", b"<ID>", b"</ID>", b"x", b"\xff", b"="])
        )
        sent[start : start + draw.draw(integers(0, 12))] = part
    with contextlib.suppress(InvalidInputError):
        read_document(bytes(sent))


def test_an_envelope_around_nothing_or_both_is_refused() -> None:
    empty = b"<MetaData><WCOTypeName>DEC</WCOTypeName></MetaData>"
    assert "belong into the envelope" in problem(empty)[2]
    both = RESPONSE.replace(b"<Response>", b"<Declaration/><Response>")
    assert "belong into the envelope" in problem(both)[2]


def test_too_many_items_are_refused() -> None:
    items = b"<GovernmentAgencyGoodsItem/>" * 1000
    pointer, code, _ = problem(b"<Declaration><GoodsShipment>" + items + b"</GoodsShipment></Declaration>")
    assert (pointer, code) == ("/goods_shipment/government_agency_goods_item", "invalid")


def test_the_parser_itself_expands_no_entity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "_check_bytes", lambda data: None)
    sent = b'<!DOCTYPE Declaration [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    sent += b"<Declaration><ID>&x;</ID></Declaration>"
    assert problem(sent)[:2] == ("/id", "unknown-field")

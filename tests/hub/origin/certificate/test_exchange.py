"""Certificates in the names of the reference model: what comes back, what is lost and said to be."""

import json
import random
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis.strategies import binary, integers, sampled_from

from hub.errors import InvalidInputError
from hub.origin.certificate.exchange import from_exchange, to_exchange
from tests.hub.origin.certificate.samples import certificate
from tests.hub.origin.papers import FORMS, paper


@settings(deadline=None)
@given(form=sampled_from(FORMS), seed=integers(0, 999), items=integers(1, 9))
def test_all_comes_back_but_what_was_said_to_be_lost(form: str, seed: int, items: int) -> None:
    drawn = paper(form, "ukr", random.Random(seed), items)
    sent = to_exchange(drawn)
    received = from_exchange(sent.text)
    kept = {path: value for path, value in drawn.fields.items() if path not in sent.lost}
    assert received.certificate == msgspec.structs.replace(drawn, fields=kept)
    assert received.ignored == ()


def test_what_has_no_place_there_is_listed() -> None:
    one = certificate(retrospective="ISSUED RETROSPECTIVELY", invoices__2__number="SO-2")
    lost = to_exchange(one).lost
    assert lost == (
        "declaration.place",
        "invoices.2.number",
        "items.1.net_mass_kg",
        "items.1.quantity",
        "items.1.unit",
        "retrospective",
    )


def test_names_are_the_schemas() -> None:
    written: Any = json.loads(to_exchange(certificate()).text)
    assert written["iD"] == "GE-0001"
    consignment = written["supplyChainConsignment"]
    assert consignment["importer"]["postalAddress"]["line1"] == "Nümunə küçəsi 2, Bakı"
    (line,) = consignment["includedConsignmentItems"][0]["tradeLineItems"]
    assert line["tradeProduct"]["harmonisedTariffCode"] == {"classCode": "080810"}
    assert line["transportPackages"] == [{"iD": "SO 1-400", "grossWeight": "8400"}]


def document(**changes: object) -> Any:
    return json.loads(to_exchange(certificate()).text) | changes


def test_what_we_have_no_field_for_is_listed() -> None:
    sent = document(
        status="issued", secondSignatoryAuthentication={"signature": "data:,"}, freeNames=[1, None]
    )
    received = from_exchange(json.dumps(sent).encode())
    assert received.ignored == (
        "/freeNames/0",
        "/freeNames/1",
        "/secondSignatoryAuthentication/signature",
        "/status",
    )


def test_the_time_of_a_day_is_not_carried_and_is_said_so() -> None:
    received = from_exchange(json.dumps(document(issueDateTime="2026-09-20T10:30:00+04:00")).encode())
    assert received.certificate.issued_on == date(2026, 9, 20)
    assert received.ignored == ("/issueDateTime",)


def with_items(*items: object) -> Any:
    sent = document()
    sent["supplyChainConsignment"]["includedConsignmentItems"] = list(items)
    return sent


def line(number: int, origin: str = "GE") -> Any:
    product = {"description": f"Goods {number}", "originCountry": {"code": origin}}
    return {"tradeLineItems": [{"sequenceNumber": number, "tradeProduct": product}]}


@pytest.mark.parametrize(
    ("sent", "pointer", "code"),
    [
        ([], "", "invalid"),
        (document(iD=""), "/iD", "missing"),
        (document(iD=7), "/iD", "missing"),
        (document(issueDateTime="yesterday"), "/issueDateTime", "invalid"),
        (document(issueDateTime="2026-02-30T10:00:00Z"), "/issueDateTime", "invalid"),
        (document(freeTradeAgreement="Free Trade!"), "/freeTradeAgreement", "invalid"),
        (document(freeTradeAgreement="cafe\u0301"), "/freeTradeAgreement", "invalid"),
        (with_items(line(1), line(1)), "", "repeated"),
        (with_items(line(1), line(2, "AZ")), "", "repeated"),
        (document(more=list(range(5000))), "", "too-long"),
    ],
)
def test_bad_input_is_named(sent: object, pointer: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        from_exchange(json.dumps(sent).encode())
    found = [(problem.pointer, problem.code) for problem in caught.value.problems]
    assert any(one.startswith(pointer) and what == code for one, what in found), found


@settings(deadline=None)
@given(binary(max_size=300))
def test_noise_is_bad_input_and_nothing_else(noise: bytes) -> None:
    with pytest.raises(InvalidInputError):
        from_exchange(noise)

"""Declarations of the full data set over HTTP: as JSON or as a WCO document, back as either."""

from typing import Any

import msgspec
from httpx import Client

from hub.declarations.goods import PreviousDocument
from hub.declarations.wco.documents import read_declaration
from tests.hub.api.test_declarations import ONE, hub, officer, problem, swift
from tests.hub.declarations.full import full, full_json, full_xml
from tests.hub.declarations.parcels import parcel

FULL = {"Content-Type": "application/vnd.kechid.declaration+json"}
XML = {"Content-Type": "application/xml; charset=utf-8"}
UCR = "6GB123456789012-AB/7"
__all__ = ["hub", "officer", "swift"]


def test_a_full_declaration_is_the_same_one_as_json_and_as_xml(swift: Client, officer: Client) -> None:
    declared = full()
    first = swift.post(ONE, content=full_json(declared), headers=FULL)
    again = swift.post(ONE, content=full_xml(declared), headers=XML)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"is_repeated": True}
    assert first.json()["channel"] == "release"
    own = f"{ONE}/{first.json()['declaration_id']}"
    seen = officer.get(own).json()
    assert (seen["summary"]["form"], seen["summary"]["reference"]) == ("full", "P-1")
    assert seen["summary"]["tracking_number"] == "RB000000001CN"
    assert seen["content"] == msgspec.json.decode(full_json(declared))
    document = officer.get(own, headers={"Accept": "application/xml"})
    assert document.headers["content-type"].startswith("application/xml")
    assert read_declaration(document.content) == declared


def test_a_parcel_is_not_given_as_a_document_that_nobody_lodged(swift: Client) -> None:
    own = swift.post(ONE, json=parcel()).json()["declaration_id"]
    answer = swift.get(f"{ONE}/{own}", headers={"Accept": "application/xml"})
    assert (answer.status_code, answer.json()["code"]) == (406, "other-form")


def test_another_form_is_refused_by_name(swift: Client) -> None:
    answer = swift.post(ONE, content=b"a,b", headers={"Content-Type": "text/csv"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unknown-form")


def test_a_document_that_would_fetch_something_is_refused(swift: Client) -> None:
    evil = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + full_xml(full())
    assert problem(swift.post(ONE, content=evil, headers=XML)) == (
        422,
        "invalid-input",
        [("", "document-type")],
    )


def test_a_full_declaration_without_its_senders_number_is_refused(swift: Client) -> None:
    nameless = msgspec.structs.replace(full(), functional_reference_id=None)
    answer = swift.post(ONE, content=full_json(nameless), headers=FULL)
    assert problem(answer)[2] == [("/functional_reference_id", "missing")]


def test_declarations_are_found_by_their_ucr_and_what_is_none_is_refused(
    swift: Client, officer: Client
) -> None:
    swift.post(ONE, json=parcel(1, ucr=UCR))
    swift.post(ONE, content=full_json(full(2, ucr=UCR)), headers=FULL)
    swift.post(ONE, json=parcel(3))
    found = officer.get(ONE, params={"ucr": UCR}).json()["items"]
    assert {one["reference"] for one in found} == {"P-1", "P-2"}
    bad: Any = swift.post(ONE, json=parcel(4, ucr="order 17"))
    assert problem(bad)[2] == [("/ucr", "ucr-form")]
    bad = swift.post(ONE, content=full_json(full(5, ucr="order 17")), headers=FULL)
    assert problem(bad)[2] == [("/goods_shipment/ucr/id", "ucr-form")]


def test_a_previous_document_may_bear_a_reference_of_another_form_but_none_that_is_too_long(
    swift: Client,
) -> None:
    for number, reference, status in ((1, "DUCRGB553202734852-1", 201), (2, "D" * 36, 422)):
        declared = full(number)
        assert declared.goods_shipment is not None
        document = PreviousDocument(id=reference, type_code="DCR")
        shipment = msgspec.structs.replace(declared.goods_shipment, previous_document=(document,))
        content = full_json(msgspec.structs.replace(declared, goods_shipment=shipment))
        answer = swift.post(ONE, content=content, headers=FULL)
        assert answer.status_code == status
        if status == 422:
            assert problem(answer)[2] == [("/goods_shipment/previous_document/0/id", "too-long")]

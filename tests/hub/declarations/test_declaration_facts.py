"""The facts of the full data set: which place counts, and that pointers lead to it."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from hub.declarations.declaration import Declaration
from hub.declarations.declaration_facts import facts_of_declaration, pointers_of_declaration
from hub.declarations.facts import DeclarationFacts, Money
from hub.declarations.low_value import LOW_VALUE_POINTERS
from tests.hub.declarations.wco.generated import any_value

ITEMS = "/goods_shipment/government_agency_goods_item"
quick = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def declared(shipment: dict[str, Any] | None = None, **fields: Any) -> Declaration:
    if shipment is not None:
        fields["goods_shipment"] = shipment
    return msgspec.convert(fields, Declaration)


def with_item(**fields: Any) -> Declaration:
    return declared({"government_agency_goods_item": [{}, fields]})


def at(pointer: str, declaration: Declaration) -> Any:
    found: Any = msgspec.to_builtins(declaration, builtin_types=(Decimal,))
    for part in pointer.split("/")[1:]:
        found = found[int(part)] if isinstance(found, list | tuple) else found[part]
    return found


def fact(facts: DeclarationFacts, name: str) -> Any:
    found: Any = facts
    for part in name.split("."):
        found = getattr(found, part)
    return found


@pytest.mark.parametrize(
    ("declaration", "name", "value", "pointer"),
    [
        (declared(functional_reference_id="AZ-1"), "reference", "AZ-1", "/functional_reference_id"),
        (declared({"ucr": {"id": "5GE1"}}), "ucr", "5GE1", "/goods_shipment/ucr/id"),
        (
            declared({"ucr": {"trader_assigned_reference_id": "5GE2"}}),
            "ucr",
            "5GE2",
            "/goods_shipment/ucr/trader_assigned_reference_id",
        ),
        (
            declared({"previous_document": [{"id": "x"}, {"type_code": "DCR", "id": "5GE3"}]}),
            "ucr",
            "5GE3",
            "/goods_shipment/previous_document/1/id",
        ),
        (
            declared(border_transport_means={"mode_code": "4"}),
            "mode",
            "4",
            "/border_transport_means/mode_code",
        ),
        (
            declared({"consignment": {"arrival_transport_means": {"mode_code": "5"}}}),
            "mode",
            "5",
            "/goods_shipment/consignment/arrival_transport_means/mode_code",
        ),
        (declared({}, exporter={"name": "Tea Ltd"}), "consignor.name", "Tea Ltd", "/exporter/name"),
        (
            declared({"consignor": {"name": "A"}}, exporter={"name": "B"}),
            "consignor.name",
            "A",
            "/goods_shipment/consignor/name",
        ),
        (
            declared({"importer": {"address": {"city_name": "Bakı"}}}),
            "consignee.city",
            "Bakı",
            "/goods_shipment/importer/address/city_name",
        ),
        (
            declared({"consignee": {"communication": {"id": "+994", "type_code": "TE"}}}),
            "consignee.phone",
            "+994",
            "/goods_shipment/consignee/communication/id",
        ),
        (
            declared({"export_country": {"id": "GE"}}),
            "export_country",
            "GE",
            "/goods_shipment/export_country/id",
        ),
        (
            with_item(destination={"country_code": "AZ"}),
            "destination_country",
            "AZ",
            f"{ITEMS}/1/destination/country_code",
        ),
    ],
)
def test_a_fact_is_found_with_its_place(
    declaration: Declaration, name: str, value: str, pointer: str
) -> None:
    assert fact(facts_of_declaration(declaration), name) == value
    assert pointers_of_declaration(declaration).to(name) == pointer
    assert at(pointer, declaration) == value


@pytest.mark.parametrize(
    ("document", "number"),
    [
        ({"type_code": "740", "id": "AWB"}, "AWB"),
        ({"type_code": "N741", "id": "MAWB"}, "MAWB"),
        ({"type_code": "CN22", "id": "RB1CN"}, "RB1CN"),
        ({"type_code": "CN23", "id": "CP1CN"}, "CP1CN"),
        ({"type_code": "380", "id": "invoice"}, ""),
        ({"type_code": "740"}, ""),
    ],
)
def test_the_transport_document_gives_the_tracking_number(document: dict[str, str], number: str) -> None:
    for declaration in (
        declared({"previous_document": [document]}),
        declared({}, additional_document=[document]),
        with_item(additional_document=[document]),
    ):
        assert facts_of_declaration(declaration).tracking_number == number


def test_the_document_nearest_to_the_parcel_counts() -> None:
    kinds = ("741", "740", "703", "CN23")
    declaration = declared({"previous_document": [{"type_code": kind, "id": f"of {kind}"} for kind in kinds]})
    assert facts_of_declaration(declaration).tracking_number == "of CN23"
    assert pointers_of_declaration(declaration).to("tracking_number").endswith("/previous_document/3/id")


@pytest.mark.parametrize(
    ("item", "name", "value", "place"),
    [
        (
            {"commodity": {"classification": [{"identification_type_code": "TSP", "id": "61091000"}]}},
            "hs_code",
            "61091000",
            "commodity/classification/0/id",
        ),
        (
            {
                "commodity": {
                    "classification": [
                        {"identification_type_code": "GN", "id": "VATZ"},
                        {"identification_type_code": "TSP", "id": "61091000"},
                        {"identification_type_code": "TRC", "id": "10"},
                    ]
                }
            },
            "hs_code",
            "6109100010",
            "commodity/classification/1/id",
        ),
        (
            {"commodity": {"classification": [{"identification_type_code": "GN", "id": "VATZ"}]}},
            "hs_code",
            "",
            "commodity/classification/0/id",
        ),
        (
            {"statistical_value_amount": {"value": "7", "currency_id": "AZN"}},
            "value",
            Money(Decimal(7), "AZN"),
            "statistical_value_amount",
        ),
        (
            {"origin": [{"country_code": "TR", "type_code": "1"}, {"country_code": "GE", "type_code": "2"}]},
            "origin",
            "GE",
            "origin/1/country_code",
        ),
        (
            {
                "origin": [
                    {"country_code": "1011", "type_code": "2"},
                    {"country_code": "GE", "type_code": "1"},
                ]
            },
            "origin",
            "GE",
            "origin/1/country_code",
        ),
        (
            {"commodity": {"duty_tax_fee": [{}, {"duty_regime_code": "300"}]}},
            "preference",
            "300",
            "commodity/duty_tax_fee/1/duty_regime_code",
        ),
        (
            {
                "additional_document": [
                    {"type_code": "935", "id": "invoice"},
                    {"category_code": "N", "type_code": "954", "id": "EUR.1"},
                    {"category_code": "U", "type_code": "110", "id": "statement"},
                ]
            },
            "certificates",
            ("EUR.1", "statement"),
            "additional_document/1/id",
        ),
    ],
)
def test_a_fact_of_an_item_is_found_with_its_place(
    item: dict[str, Any], name: str, value: object, place: str
) -> None:
    declaration = with_item(**item)
    assert getattr(facts_of_declaration(declaration).items[1], name) == value
    assert pointers_of_declaration(declaration).to(f"items.{name}", 1) == f"{ITEMS}/1/{place}"


@pytest.mark.parametrize(
    ("mass", "kilograms"),
    [
        ({"value": "2.5"}, Decimal("2.5")),
        ({"value": "2.5", "unit_code": "KGM"}, Decimal("2.5")),
        ({"value": "2500", "unit_code": "GRM"}, Decimal("2.5")),
        ({"value": "2.5", "unit_code": "TNE"}, Decimal(2500)),
        ({"value": "2.5", "unit_code": "LTR"}, None),
    ],
)
def test_masses_are_kilograms(mass: dict[str, str], kilograms: Decimal | None) -> None:
    declaration = declared(total_gross_mass_measure=mass)
    assert facts_of_declaration(declaration).gross_kg == kilograms


def test_an_amount_without_currency_is_in_that_of_the_invoice() -> None:
    shipment = {"government_agency_goods_item": [{"customs_value_amount": {"value": "7"}}]}
    invoice = {"value": "7", "currency_id": "GEL"}
    for declaration, currency in (
        (declared(shipment, invoice_amount=invoice), "GEL"),
        (declared(shipment, currency_exchange=[{"currency_type_code": "UAH"}]), "UAH"),
        (declared(shipment), ""),
    ):
        assert facts_of_declaration(declaration).items[0].value == Money(Decimal(7), currency)


def test_goods_from_one_private_person_to_another_are_personal() -> None:
    assert facts_of_declaration(with_item(government_procedure=[{"current_code": "C08"}])).is_personal
    assert not facts_of_declaration(with_item(government_procedure=[{"current_code": "40"}])).is_personal


def test_every_fact_of_the_low_value_set_that_the_full_set_has_is_pointed_to() -> None:
    places = pointers_of_declaration(Declaration()).places
    assert set(LOW_VALUE_POINTERS.places) - set(places) == {"arrives_at", "insurance"}
    assert set(places) <= set(LOW_VALUE_POINTERS.places)


@quick
@given(any_value(Declaration))
def test_every_text_stands_where_its_pointer_says(declaration: Declaration) -> None:
    facts, pointers = facts_of_declaration(declaration), pointers_of_declaration(declaration)
    names = ["reference", "ucr", "tracking_number", "mode", "export_country", "destination_country"]
    names += [
        f"{who}.{what}" for who in ("consignor", "consignee") for what in ("name", "id", "city", "phone")
    ]
    for name in names:
        if stated := fact(facts, name):
            assert at(pointers.to(name), declaration) == stated
    for index, item in enumerate(facts.items):
        for name in ("hs_code", "origin", "preference", "description"):
            if stated := getattr(item, name):
                assert stated.startswith(at(pointers.to(f"items.{name}", index), declaration))

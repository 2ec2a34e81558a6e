"""The low-value data set to the full one and back. Pure.

Back goes what `hub.declarations.facts` reads, so a converted declaration is judged by the same facts.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from hub.declarations.conversion import Conversion, Note, Raw, defaulted
from hub.declarations.declaration import Declaration
from hub.declarations.declaration_facts import PRIVATE, facts_of_declaration
from hub.declarations.declaration_places import TARIC
from hub.declarations.facts import DeclarationFacts, ItemFacts, Money, PartyFacts
from hub.declarations.json_form import JsonReader
from hub.declarations.low_value import LowValueDeclaration, LowValueItem, LowValueParty
from hub.declarations.quantities import UNIT_CODE

POST = "5"
PARCEL_NOTE, HOUSE_WAYBILL = "750", "703"
"""Transport documents of a parcel, by post and by others (UN/EDIFACT 1001)."""
CERTIFICATE_OF_ORIGIN = "861"
_UNIT = re.compile(UNIT_CODE)
_INTO_FULL = {
    "arrives_at": "the full data set has no place for the time the goods are expected",
    "insurance": "the full data set has no code for insurance apart from freight",
    "unit": "the unit is no code of UN/ECE recommendation 20",
    "email": "a party has one way to be reached there: the telephone number is kept",
    "is_personal": "it is written as procedure C08",
}
_FROM_FULL = {
    "destination": "the low-value data set takes the receiver's country for the destination",
    "sequence_numeric": "items are numbered by their order",
}


def to_full(declared: LowValueDeclaration) -> Raw:
    """Turn the low-value data set into the full one."""
    country = declared.consignee.country
    values = {
        "functional_reference_id": declared.reference,
        "total_gross_mass_measure": _value(declared.gross_kg),
        "border_transport_means": {"mode_code": declared.mode},
        "goods_shipment": {
            "consignee": _party(declared.consignee),
            "consignor": _party(declared.consignor),
            "customs_valuation": {"freight_charge_amount": declared.freight},
            "destination": {"country_code": country},
            "export_country": {"id": declared.export_country},
            "government_agency_goods_item": [
                _item(number, item, is_personal=declared.is_personal)
                for number, item in enumerate(declared.items, 1)
            ],
            "previous_document": list(_transport_document(declared)),
            "ucr": {"id": declared.ucr},
        },
    }
    note = defaulted("/goods_shipment/destination/country_code", country, "the receiver's country")
    return Raw(values, (note,))


def to_low_value(declared: Declaration) -> Raw:
    """Turn the full data set into the low-value one, by its facts."""
    facts = facts_of_declaration(declared)
    return Raw(_low_value(facts), tuple(_given(facts)))


INTO_FULL = Conversion(
    to_full, to_low_value, JsonReader(Declaration), "the full data set has no place for it", _INTO_FULL
)
FROM_FULL = Conversion(
    to_low_value,
    to_full,
    JsonReader(LowValueDeclaration),
    "the low-value data set has no place for it",
    _FROM_FULL,
)


def _transport_document(declared: LowValueDeclaration) -> Iterator[dict[str, str]]:
    if declared.tracking_number:
        kind = PARCEL_NOTE if declared.mode == POST else HOUSE_WAYBILL
        yield {"id": declared.tracking_number, "type_code": kind}


def _party(party: LowValueParty) -> dict[str, Any]:
    number, kind = (party.phone, "TE") if party.phone else (party.email, "EM")
    return {
        "name": party.name,
        "id": party.id,
        "address": {
            "city_name": party.city,
            "country_code": party.country,
            "line": party.line,
            "postcode_id": party.postcode,
        },
        "communication": {"id": number, "type_code": kind if number else ""},
    }


def _item(number: int, item: LowValueItem, *, is_personal: bool) -> dict[str, Any]:
    unit = item.unit if _UNIT.match(item.unit) else ""
    return {
        "sequence_numeric": number,
        "additional_document": [{"id": one, "type_code": CERTIFICATE_OF_ORIGIN} for one in item.certificates],
        "commodity": {
            "description": item.description,
            "classification": list(_codes(item.hs_code)),
            "duty_tax_fee": [{"duty_regime_code": item.preference}] if item.preference else [],
            "goods_measure": {
                "gross_mass_measure": _value(item.gross_kg),
                "net_net_weight_measure": _value(item.net_kg),
                "tariff_quantity": {"value": item.quantity, "unit_code": unit},
            },
            "invoice_line": {"item_charge_amount": item.value},
        },
        "government_procedure": [{"current_code": PRIVATE}] if is_personal else [],
        "origin": [{"country_code": item.origin}] if item.origin else [],
    }


def _codes(code: str) -> Iterable[dict[str, str]]:
    """Part a tariff's code: eight digits of the nomenclature, two that follow them."""
    if not code:
        return
    if len(code) == 10:
        yield {"id": code[:8], "identification_type_code": "TSP"}
        yield {"id": code[8:], "identification_type_code": TARIC}
    else:
        yield {"id": code, "identification_type_code": "TSP" if len(code) == 8 else "HS"}


def _value(number: object) -> dict[str, object]:
    return {"value": number}


def _low_value(facts: DeclarationFacts) -> dict[str, Any]:
    return {
        "reference": facts.reference,
        "ucr": facts.ucr,
        "tracking_number": facts.tracking_number,
        "mode": facts.mode,
        "is_personal": None if facts.is_personal else False,
        "consignor": _low_value_party(facts.consignor),
        "consignee": _low_value_party(facts.consignee),
        "export_country": facts.export_country,
        "freight": _amount(facts.freight),
        "gross_kg": facts.gross_kg,
        "items": [_low_value_item(item) for item in facts.items],
    }


def _low_value_party(party: PartyFacts) -> dict[str, str]:
    return {name: getattr(party, name) for name in PartyFacts.__struct_fields__}


def _low_value_item(item: ItemFacts) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in ItemFacts.__struct_fields__}
    quantity = 1 if item.quantity is None else item.quantity
    return values | {"quantity": quantity, "value": _amount(item.value)}


def _amount(money: Money | None) -> dict[str, object] | None:
    return None if money is None else {"value": money.amount, "currency_id": money.currency}


def _given(facts: DeclarationFacts) -> Iterator[Note]:
    for index, item in enumerate(facts.items):
        if item.quantity is None:
            yield defaulted(f"/items/{index}/quantity", 1, "no quantity is stated: one")

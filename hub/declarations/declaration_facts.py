"""The facts of a declaration of the full data set, and where each of them stands. Pure.

The model has several places for most facts; `hub.declarations.declaration_places` says which one counts.
"""

from decimal import Decimal

from hub.declarations.declaration import Declaration
from hub.declarations.declaration_places import (
    ITEMS,
    buyer_side,
    certificates_of,
    commodity_of,
    destination_of,
    export_country_of,
    hs_code_of,
    mode_of,
    origin_of,
    preference_of,
    seller_side,
    shipment_of,
    tracking_number_of,
    ucr_of,
    value_of,
)
from hub.declarations.facts import DeclarationFacts, ItemFacts, Money, PartyFacts, Pointers
from hub.declarations.goods import GoodsItem, GoodsMeasure
from hub.declarations.parties import Address, Party
from hub.declarations.quantities import Amount, Measure

PRIVATE = "C08"
"""Additional procedure: from one private person to another. Source: EU code list for data element 11 10."""
KILOGRAMS = {"KGM": 0, "GRM": -3, "TNE": 3}
"""Units of mass and their power of ten in kilograms (UN/ECE recommendation 20)."""
_NOBODY = Party()
_NOWHERE = Address()
_UNMEASURED = GoodsMeasure()
_PARTY_PLACES = {
    "name": "name",
    "id": "id",
    "country": "address/country_code",
    "city": "address/city_name",
    "line": "address/line",
    "postcode": "address/postcode_id",
    "phone": "communication/id",
    "email": "communication/id",
}
_PLACES = {
    "reference": "/functional_reference_id",
    "freight": "/goods_shipment/customs_valuation/freight_charge_amount",
    "invoice_total": "/invoice_amount",
    "gross_kg": "/total_gross_mass_measure",
    "items": ITEMS,
    "items.description": ITEMS + "/{}/commodity/description",
    "items.quantity": ITEMS + "/{}/commodity/goods_measure/tariff_quantity",
    "items.unit": ITEMS + "/{}/commodity/goods_measure/tariff_quantity/unit_code",
    "items.gross_kg": ITEMS + "/{}/commodity/goods_measure/gross_mass_measure",
    "items.net_kg": ITEMS + "/{}/commodity/goods_measure/net_net_weight_measure",
}
_BY_ITEM = {
    "hs_code": hs_code_of,
    "value": value_of,
    "origin": origin_of,
    "preference": preference_of,
    "certificates": certificates_of,
}


def facts_of_declaration(declared: Declaration) -> DeclarationFacts:
    """Read the facts; a mass in an unknown unit is not stated."""
    shipment = shipment_of(declared)
    currency = _currency_of(declared)
    valuation = shipment.customs_valuation
    items = shipment.government_agency_goods_item
    return DeclarationFacts(
        reference=declared.functional_reference_id or "",
        ucr=ucr_of(declared)[0] or "",
        tracking_number=tracking_number_of(declared)[0] or "",
        mode=mode_of(declared)[0] or "",
        is_personal=any(one.current_code == PRIVATE for item in items for one in item.government_procedure),
        consignor=_party(seller_side(declared)[0] or _NOBODY),
        consignee=_party(buyer_side(declared)[0] or _NOBODY),
        export_country=export_country_of(declared)[0] or "",
        destination_country=destination_of(declared)[0] or "",
        freight=None if valuation is None else _money(valuation.freight_charge_amount, currency),
        invoice_total=_money(declared.invoice_amount, currency),
        gross_kg=_kilograms(declared.total_gross_mass_measure),
        items=tuple(_item(one, currency) for one in items),
    )


def pointers_of_declaration(declared: Declaration) -> Pointers:
    """Say where this declaration keeps each fact, or where it should be when it is not stated."""
    places = {
        **_PLACES,
        "ucr": ucr_of(declared)[1],
        "tracking_number": tracking_number_of(declared)[1],
        "mode": mode_of(declared)[1],
        "export_country": export_country_of(declared)[1],
        "destination_country": destination_of(declared)[1],
    }
    for role, found in (("consignor", seller_side(declared)), ("consignee", buyer_side(declared))):
        places |= {f"{role}.{name}": f"{found[1]}/{place}" for name, place in _PARTY_PLACES.items()}
    elsewhere = {}
    for name, find in _BY_ITEM.items():
        places[f"items.{name}"] = f"{ITEMS}/{{}}/{find(GoodsItem())[1]}"
        for index, item in enumerate(shipment_of(declared).government_agency_goods_item):
            elsewhere[f"items.{name}", index] = f"{ITEMS}/{index}/{find(item)[1]}"
    return Pointers(places, elsewhere)


def _item(item: GoodsItem, currency: str) -> ItemFacts:
    commodity = commodity_of(item)
    measured = commodity.goods_measure or _UNMEASURED
    quantity = measured.tariff_quantity
    return ItemFacts(
        description=commodity.description or "",
        hs_code=hs_code_of(item)[0] or "",
        quantity=None if quantity is None else quantity.value,
        unit="" if quantity is None else quantity.unit_code or "",
        gross_kg=_kilograms(measured.gross_mass_measure),
        net_kg=_kilograms(measured.net_net_weight_measure),
        value=_money(value_of(item)[0], currency),
        origin=origin_of(item)[0] or "",
        preference=preference_of(item)[0] or "",
        certificates=certificates_of(item)[0] or (),
    )


def _party(party: Party) -> PartyFacts:
    address = party.address or _NOWHERE
    reached = party.communication
    number = "" if reached is None else reached.id or ""
    return PartyFacts(
        name=party.name or "",
        id=party.id or "",
        country=address.country_code or "",
        city=address.city_name or "",
        line=address.line or "",
        postcode=address.postcode_id or "",
        phone=number if reached is not None and reached.type_code == "TE" else "",
        email=number if reached is not None and reached.type_code == "EM" else "",
    )


def _currency_of(declared: Declaration) -> str:
    """Name the currency of amounts that name none."""
    if declared.invoice_amount is not None and declared.invoice_amount.currency_id is not None:
        return declared.invoice_amount.currency_id
    return next((one.currency_type_code for one in declared.currency_exchange if one.currency_type_code), "")


def _money(amount: Amount | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount.value, amount.currency_id or currency)


def _kilograms(measure: Measure | None) -> Decimal | None:
    power = None if measure is None else KILOGRAMS.get(measure.unit_code or "KGM")
    return None if measure is None or power is None else measure.value.scaleb(power)

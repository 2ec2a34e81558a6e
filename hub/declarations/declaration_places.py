"""Where in the full data set a fact is looked for, in which order. Pure.

Each function returns what it found, or None, with the place: a JSON pointer from the top, or, of an item's
facts, from the item. Where nothing is stated, the place is the one that comes first.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TypeAlias, TypeVar

from hub.declarations.declaration import Declaration, GoodsShipment
from hub.declarations.goods import AdditionalDocument, Commodity, GoodsItem, PreviousDocument
from hub.declarations.parties import Party
from hub.declarations.quantities import Amount

Found = TypeVar("Found")
Place: TypeAlias = tuple[Found | None, str]
ITEMS = "/goods_shipment/government_agency_goods_item"
TRANSPORT_DOCUMENTS = ("CN23", "CN22", "750", "703", "740", "741")
"""Postal forms, despatch note of parcels, house, air and master air waybill: the nearest to the parcel first.

Source: UPU forms; UN/EDIFACT 1001.
"""
UCR_DOCUMENT = "DCR"
"""The consignment's reference among the previous documents. Source: HMRC, codes of data element 2/1."""
CERTIFICATE_CATEGORY = "U"
CERTIFICATES = frozenset({"861", "862", "864", "865", "954"})
"""Certificate and declaration of origin, preference certificate, form A, EUR.1 (UN/EDIFACT 1001)."""
HS_LISTS = ("TSP", "HS")
"""Lists whose codes begin with the six digits of the Harmonized System."""
TARIC = "TRC"
"""The two digits that follow the eight of the combined nomenclature."""
PREFERENTIAL = "2"
"""Type of an origin that a preference rests on."""
_NO_SHIPMENT = GoodsShipment()
_NO_COMMODITY = Commodity()


def shipment_of(declared: Declaration) -> GoodsShipment:
    """Return the shipment, an empty one for none."""
    return declared.goods_shipment or _NO_SHIPMENT


def commodity_of(item: GoodsItem) -> Commodity:
    """Return an item's commodity, an empty one for none."""
    return item.commodity or _NO_COMMODITY


def ucr_of(declared: Declaration) -> Place[str]:
    """Find the consignment's reference."""
    shipment = shipment_of(declared)
    ucr = shipment.ucr
    documents = enumerate(shipment.previous_document)
    return _first(
        (None if ucr is None else ucr.id, "/goods_shipment/ucr/id"),
        (
            None if ucr is None else ucr.trader_assigned_reference_id,
            "/goods_shipment/ucr/trader_assigned_reference_id",
        ),
        *(
            (one.id, f"/goods_shipment/previous_document/{index}/id")
            for index, one in documents
            if one.type_code == UCR_DOCUMENT
        ),
    )


def tracking_number_of(declared: Declaration) -> Place[str]:
    """Find the number of the transport document that is nearest to the parcel."""
    ranked = sorted(
        (
            (TRANSPORT_DOCUMENTS.index(kind), document.id, f"{place}/{index}/id")
            for place, documents in _documents(declared)
            for index, document in enumerate(documents)
            if document.id and (kind := _document_type(document)) in TRANSPORT_DOCUMENTS
        ),
        key=lambda one: one[0],
    )
    return next(((number, place) for _, number, place in ranked), (None, "/goods_shipment/previous_document"))


def mode_of(declared: Declaration) -> Place[str]:
    """Find how the goods cross the border."""
    border, consignment = declared.border_transport_means, shipment_of(declared).consignment
    arrival = None if consignment is None else consignment.arrival_transport_means
    return _first(
        (None if border is None else border.mode_code, "/border_transport_means/mode_code"),
        (
            None if arrival is None else arrival.mode_code,
            "/goods_shipment/consignment/arrival_transport_means/mode_code",
        ),
    )


def seller_side(declared: Declaration) -> Place[Party]:
    """Find who sends the goods."""
    shipment, carriage = shipment_of(declared), declared.consignment
    return _first(
        (shipment.consignor, "/goods_shipment/consignor"),
        *((one.consignor, f"{ITEMS}/{at}/consignor") for at, one in _items(declared)),
        (None if carriage is None else carriage.consignor, "/consignment/consignor"),
        (declared.exporter, "/exporter"),
        (shipment.seller, "/goods_shipment/seller"),
    )


def buyer_side(declared: Declaration) -> Place[Party]:
    """Find who receives the goods."""
    shipment = shipment_of(declared)
    return _first(
        (shipment.consignee, "/goods_shipment/consignee"),
        *((one.consignee, f"{ITEMS}/{at}/consignee") for at, one in _items(declared)),
        (shipment.importer, "/goods_shipment/importer"),
        (shipment.buyer, "/goods_shipment/buyer"),
    )


def export_country_of(declared: Declaration) -> Place[str]:
    """Find the country the goods leave."""
    top = shipment_of(declared).export_country
    inside = ((one.export_country, at) for at, one in _items(declared))
    return _first(
        (None if top is None else top.id, "/goods_shipment/export_country/id"),
        *((one.id, f"{ITEMS}/{at}/export_country/id") for one, at in inside if one is not None),
    )


def destination_of(declared: Declaration) -> Place[str]:
    """Find the country the goods go to."""
    top = shipment_of(declared).destination
    inside = ((one.destination, at) for at, one in _items(declared))
    return _first(
        (None if top is None else top.country_code, "/goods_shipment/destination/country_code"),
        *((one.country_code, f"{ITEMS}/{at}/destination/country_code") for one, at in inside if one),
    )


def hs_code_of(item: GoodsItem) -> Place[str]:
    """Find an item's code, six to ten digits: combined nomenclature and TARIC are put together."""
    codes = commodity_of(item).classification
    at = next((at for at, one in enumerate(codes) if one.identification_type_code in HS_LISTS), 0)
    place = f"commodity/classification/{at}/id"
    if at >= len(codes) or codes[at].identification_type_code not in (*HS_LISTS, None):
        return None, place
    code = codes[at].id or ""
    added = next((one.id for one in codes if one.identification_type_code == TARIC), None)
    return (code + added if added and len(code) == 8 else code) or None, place


def value_of(item: GoodsItem) -> Place[Amount]:
    """Find what an item is worth: its price, else its customs or statistical value."""
    line = commodity_of(item).invoice_line
    return _first(
        (None if line is None else line.item_charge_amount, "commodity/invoice_line/item_charge_amount"),
        (item.customs_value_amount, "customs_value_amount"),
        (item.statistical_value_amount, "statistical_value_amount"),
    )


def origin_of(item: GoodsItem) -> Place[str]:
    """Find the country of an item's origin: the one a preference rests on, else the first; never a group."""
    countries = [(at, one) for at, one in enumerate(item.origin) if len(one.country_code or "") == 2]
    countries.sort(key=lambda found: found[1].type_code != PREFERENTIAL)
    found = ((one.country_code, f"origin/{at}/country_code") for at, one in countries)
    return _first(*found, (None, "origin/0/country_code"))


def preference_of(item: GoodsItem) -> Place[str]:
    """Find the duty regime an item asks for."""
    duties = enumerate(commodity_of(item).duty_tax_fee)
    found = ((one.duty_regime_code, f"commodity/duty_tax_fee/{at}/duty_regime_code") for at, one in duties)
    return _first(*found, (None, "commodity/duty_tax_fee/0/duty_regime_code"))


def certificates_of(item: GoodsItem) -> Place[tuple[str, ...]]:
    """Find the numbers of an item's certificates of origin; the place is the first one's."""
    found = [
        (document.id, f"additional_document/{at}/id")
        for at, document in enumerate(item.additional_document)
        if document.id
        and (document.category_code == CERTIFICATE_CATEGORY or _document_type(document) in CERTIFICATES)
    ]
    if not found:
        return None, "additional_document"
    return tuple(number for number, _ in found), found[0][1]


def _first(*candidates: tuple[Found | None, str]) -> Place[Found]:
    return next((one for one in candidates if one[0]), (None, candidates[0][1]))


def _items(declared: Declaration) -> Iterable[tuple[int, GoodsItem]]:
    return enumerate(shipment_of(declared).government_agency_goods_item)


def _documents(
    declared: Declaration,
) -> Iterator[tuple[str, tuple[PreviousDocument | AdditionalDocument, ...]]]:
    shipment = shipment_of(declared)
    yield "/goods_shipment/previous_document", shipment.previous_document
    yield "/additional_document", declared.additional_document
    yield from chain.from_iterable(
        (
            (f"{ITEMS}/{at}/previous_document", item.previous_document),
            (f"{ITEMS}/{at}/additional_document", item.additional_document),
        )
        for at, item in _items(declared)
    )


def _document_type(document: PreviousDocument | AdditionalDocument) -> str:
    """Return the type without the N that marks codes of UN/EDIFACT in European lists."""
    code = document.type_code or ""
    return code[1:] if len(code) == 4 and code.startswith("N") else code

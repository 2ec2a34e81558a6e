"""A declaration in the standards' forms, and a report of everything changed, wrong or doubtful. Pure."""

from datetime import date, datetime

import msgspec

from hub.declarations.cleansing.codes import cleanse_country, cleanse_money, cleanse_unit
from hub.declarations.cleansing.descriptions import cleanse_description
from hub.declarations.cleansing.hs_codes import cleanse_hs_code, doubt_words
from hub.declarations.cleansing.notes import Notes
from hub.declarations.cleansing.parties import cleanse_party
from hub.declarations.cleansing.plausibility import check_item, check_whole
from hub.declarations.cleansing.reference import ReferenceData
from hub.declarations.facts import DeclarationFacts, ItemFacts, Pointers
from hub.declarations.findings import CleansingReport, report_of


def cleanse(
    facts: DeclarationFacts, pointers: Pointers, reference: ReferenceData, now: datetime
) -> tuple[DeclarationFacts, CleansingReport]:
    """Return the facts in the standards' forms, and what was found; cleansing them again changes nothing.

    Nothing is refused here: errors stand in the report. `now` tells which words count on the day.
    """
    notes = Notes(pointers)
    cleansed = DeclarationFacts(
        reference=facts.reference,
        ucr=facts.ucr,
        tracking_number=facts.tracking_number,
        mode=facts.mode,
        is_personal=facts.is_personal,
        consignor=cleanse_party(facts.consignor, "consignor", notes, reference, is_person=False),
        consignee=cleanse_party(facts.consignee, "consignee", notes, reference, is_person=facts.is_personal),
        export_country=cleanse_country(facts.export_country, "export_country", None, notes, reference),
        destination_country=_destination(facts, notes, reference),
        arrives_at=facts.arrives_at,
        freight=cleanse_money(facts.freight, "freight", None, notes, reference),
        insurance=cleanse_money(facts.insurance, "insurance", None, notes, reference),
        invoice_total=cleanse_money(facts.invoice_total, "invoice_total", None, notes, reference),
        gross_kg=facts.gross_kg,
        items=_items(facts, notes, reference, now.date()),
    )
    check_whole(cleansed, notes, reference)
    return cleansed, report_of(notes.findings, reference.edition)


def _destination(facts: DeclarationFacts, notes: Notes, reference: ReferenceData) -> str:
    return cleanse_country(facts.destination_country, "destination_country", None, notes, reference)


def _items(
    facts: DeclarationFacts, notes: Notes, reference: ReferenceData, day: date
) -> tuple[ItemFacts, ...]:
    return tuple(_item(item, index, notes, reference, day) for index, item in enumerate(facts.items))


def _item(item: ItemFacts, index: int, notes: Notes, reference: ReferenceData, day: date) -> ItemFacts:
    cleansed = msgspec.structs.replace(
        item,
        description=cleanse_description(item.description, index, notes, reference, day),
        hs_code=cleanse_hs_code(item.hs_code, index, notes, reference.hs),
        unit=cleanse_unit(item.unit, index, notes, reference),
        value=cleanse_money(item.value, "items.value", index, notes, reference),
        origin=cleanse_country(item.origin, "items.origin", index, notes, reference),
    )
    doubt_words(cleansed.description, cleansed.hs_code, index, notes, reference)
    check_item(cleansed, index, notes, reference)
    return cleansed

"""What goods will have cost when they are here, told before they are bought. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, localcontext
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from hub.declarations.cleansing.cleanse import cleanse
from hub.declarations.cleansing.reference import ReferenceData
from hub.declarations.duty.assessing import assess_duty
from hub.declarations.duty.assessment import DutyAssessment
from hub.declarations.duty.rounding import CENT, EXACT, rounded
from hub.declarations.duty.rules import DutyTables, Rounding
from hub.declarations.duty.showing import shown
from hub.declarations.facts import DeclarationFacts
from hub.declarations.low_value import (
    LOW_VALUE_POINTERS,
    MOST_ITEMS,
    LowValueDeclaration,
    LowValueItem,
    LowValueParty,
    facts_of_low_value,
)
from hub.declarations.quantities import Amount, CountryCode, Value
from hub.errors import FieldProblem, InvalidInputError

_ASKED = ("/items", "/freight", "/insurance", "/destination_country")
_NOBODY = "-"


class LandedCostQuery(Value, frozen=True, kw_only=True):
    """A purchase that is thought of."""

    items: Annotated[tuple[LowValueItem, ...], Meta(min_length=1, max_length=MOST_ITEMS)]
    freight: Amount | None = None
    insurance: Amount | None = None
    destination_country: CountryCode
    mode: Annotated[str, Meta(pattern=r"^[1-9]\Z")] = "4"
    """4 air, 5 post … (UN/ECE recommendation 19)."""
    is_personal: bool = True
    person_id: Annotated[str, Meta(max_length=35)] = ""
    """The buyer's own number: what is used of the limit counts, for who may see it."""


class LandedCost(msgspec.Struct, frozen=True, kw_only=True):
    """What it will have cost on the day it was asked."""

    goods: Decimal | None
    """Prices, freight and insurance in the national currency; null: `duties` says what is missing."""
    total: Decimal | None
    """With duties and taxes."""
    total_usd: Decimal | None
    limit_left_usd: Decimal | None
    """Of the buyer's month before this purchase; null: nobody's month was looked up."""
    duties: Mapping[str, Any]
    """Line by line; where nobody's month was looked up, as if nothing were used of it."""


def facts_of_query(query: LandedCostQuery, reference: ReferenceData, now: datetime) -> DeclarationFacts:
    """Read the facts in the standards' forms; raises `InvalidInputError` naming every field that is wrong."""
    consignor = LowValueParty(name=_NOBODY, country=query.destination_country)
    declared = LowValueDeclaration(
        reference="landed-cost",
        mode=query.mode,
        is_personal=query.is_personal,
        consignor=consignor,
        consignee=consignor,
        export_country=query.destination_country,
        freight=query.freight,
        insurance=query.insurance,
        items=query.items,
    )
    facts, report = cleanse(facts_of_low_value(declared), LOW_VALUE_POINTERS, reference, now)
    problems = [
        FieldProblem(pointer, one.code, f"{one.detail}; {one.fix}" if one.fix else one.detail)
        for one in report.errors
        for pointer in [one.pointer.replace("/consignee/country", "/destination_country")]
        if pointer.startswith(_ASKED)
    ]
    if problems:
        raise InvalidInputError(*problems)
    return facts


def landed_cost(
    facts: DeclarationFacts, tables: DutyTables, used_usd: Decimal | None, day: date
) -> LandedCost:
    """Work it out; `used_usd`: of the buyer's month, None: it was not looked up."""
    found = assess_duty(facts, tables, used_usd or Decimal(0), day, {})
    goods = None if found.total is None else sum((one.customs_value for one in found.items), Decimal(0))
    total = None if found.total is None or goods is None else goods + found.total
    return LandedCost(
        goods=goods,
        total=total,
        total_usd=_in_usd(total, found),
        limit_left_usd=_left(found, used_usd),
        duties=shown(found, with_limit=True),
    )


def _in_usd(total: Decimal | None, found: DutyAssessment) -> Decimal | None:
    if total is None or found.usd_rate is None:
        return None
    with localcontext(EXACT):
        return rounded(total / found.usd_rate, CENT, Rounding.HALF_UP)


def _left(found: DutyAssessment, used_usd: Decimal | None) -> Decimal | None:
    if used_usd is None or found.limit is None:
        return None
    return max(Decimal(0), found.limit.limit_usd - used_usd)

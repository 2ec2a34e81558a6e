"""Whether masses, quantities and values can be so, each and together. Pure."""

from decimal import Decimal

from hub.declarations.cleansing.notes import Notes
from hub.declarations.cleansing.reference import ReferenceData, ValueBounds
from hub.declarations.facts import DeclarationFacts, ItemFacts, Money

_PIECES = frozenset(("", "H87", "C62", "NAR"))
_ZERO = Decimal(0)
_MASS_SLACK = Decimal("1.02")
_MASS_GRAIN = Decimal("0.1")
_VALUE_SLACK = Decimal("0.01")
_CENT = Decimal("0.01")
_LOWEST_PART = Decimal("0.5")
"""Packing weighs; still, items that weigh less than half of the whole are doubted."""


def check_item(item: ItemFacts, index: int, notes: Notes, reference: ReferenceData) -> None:
    """Check an item's numbers against zero, against each other and against what its chapter's goods cost."""
    _positive(item.quantity, "quantity-not-positive", "items.quantity", index, notes)
    _positive(item.gross_kg, "mass-not-positive", "items.gross_kg", index, notes)
    _positive(item.net_kg, "mass-not-positive", "items.net_kg", index, notes)
    if item.value is not None:
        _positive(item.value.amount, "value-not-positive", "items.value", index, notes)
    if item.gross_kg is not None and item.net_kg is not None and item.net_kg > item.gross_kg:
        net, gross = f"{item.net_kg:f}", f"{item.gross_kg:f}"
        notes.say("mass-net-over-gross", "items.net_kg", index, net=net, gross=gross)
    bounds = reference.bounds.get(item.hs_code[:2])
    if bounds is not None and item.value is not None and item.value.amount > _ZERO:
        _check_value(item, item.value, bounds, index, notes, reference)


def check_whole(facts: DeclarationFacts, notes: Notes, reference: ReferenceData) -> None:
    """Check the sums of the items against what is said of the whole, and the mass against the transport."""
    _positive(facts.gross_kg, "mass-not-positive", "gross_kg", None, notes)
    for name, charge in (("freight", facts.freight), ("insurance", facts.insurance)):
        if charge is not None and charge.amount < _ZERO:
            notes.say("charge-negative", name, None, value=f"{charge.amount:f}")
    if facts.invoice_total is not None:
        _positive(facts.invoice_total.amount, "value-not-positive", "invoice_total", None, notes)
        _check_invoice(facts, facts.invoice_total, notes)
    _check_masses(facts, notes)
    most = reference.most_kg.get(facts.mode)
    if most is not None and facts.gross_kg is not None and facts.gross_kg > most:
        shown = {"value": f"{facts.gross_kg:f}", "most": f"{most:f}", "mode": facts.mode}
        notes.say("mass-over-mode", "gross_kg", None, **shown)


def _positive(number: Decimal | None, code: str, fact: str, item: int | None, notes: Notes) -> None:
    if number is not None and number <= _ZERO:
        notes.say(code, fact, item, value=f"{number:f}")


def _check_value(
    item: ItemFacts, value: Money, bounds: ValueBounds, index: int, notes: Notes, reference: ReferenceData
) -> None:
    currency = reference.currencies.get(value.currency)
    if currency is None or currency.rough_usd is None:
        return
    usd = value.amount * currency.rough_usd
    mass = item.net_kg or item.gross_kg
    if mass is not None and mass > _ZERO:
        _within(usd / mass, (bounds.kg_low, bounds.kg_high), "kg", item, index, notes)
    if item.quantity is not None and item.quantity > _ZERO and item.unit in _PIECES:
        _within(usd / item.quantity, (bounds.piece_low, bounds.piece_high), "piece", item, index, notes)


def _within(
    usd: Decimal, bounds: tuple[Decimal, Decimal], per: str, item: ItemFacts, index: int, notes: Notes
) -> None:
    low, high = bounds
    if low <= usd <= high:
        return
    end, limit = ("low", low) if usd < low else ("high", high)
    shown = {"usd": f"{usd:.3g}", "limit": f"{limit:f}", "chapter": item.hs_code[:2]}
    notes.say(f"value-per-{per}-{end}", "items.value", index, **shown)


def _check_invoice(facts: DeclarationFacts, total: Money, notes: Notes) -> None:
    values = [item.value for item in facts.items if item.value is not None]
    is_comparable = len(values) == len(facts.items) and all(one.currency == total.currency for one in values)
    if not values or not is_comparable:
        return
    summed = sum((one.amount for one in values), _ZERO)
    if abs(summed - total.amount) > max(_CENT, abs(total.amount) * _VALUE_SLACK):
        shown = {"sum": f"{summed:f}", "total": f"{total.amount:f}", "currency": total.currency}
        notes.say("value-sum-differs", "invoice_total", None, **shown)


def _check_masses(facts: DeclarationFacts, notes: Notes) -> None:
    total = facts.gross_kg
    if total is None or total <= _ZERO:
        return
    masses = [item.gross_kg or item.net_kg for item in facts.items]
    known = [mass for mass in masses if mass is not None]
    summed = sum(known, _ZERO)
    code = ""
    if summed > total * _MASS_SLACK + _MASS_GRAIN:
        code = "mass-sum-over-total"
    elif masses and len(known) == len(masses) and summed < total * _LOWEST_PART - _MASS_GRAIN:
        code = "mass-sum-under-total"
    if code:
        notes.say(code, "gross_kg", None, sum=f"{summed:f}", total=f"{total:f}")

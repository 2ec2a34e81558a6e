"""What is due on a declaration: by item and tax, with every rule and rate that applied. Pure."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from hub.declarations.duty.rules import Tax


class PreferenceAnswer(StrEnum):
    """What became of a preference."""

    NOT_ASKED = "not-asked"
    GRANTED = "granted"
    NO_REGIME = "no-regime-for-origin"
    NO_CERTIFICATE = "no-certificate"
    NOT_VALID = "certificate-not-valid"
    NOT_CONFIRMED = "certificate-not-confirmed"
    """Nobody has said yet that it is valid."""


class Remark(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A step of the reckoning, or why there is none: a stable code and what a sentence needs."""

    code: str
    values: dict[str, str] = {}
    item: int | None = None
    """From 0."""


class DutyLine(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One tax of one item, in the national currency."""

    tax: Tax
    base: Decimal
    """What it is levied on, to two places, before anything is free."""
    amount: Decimal
    rule: str
    """File and line of the rule."""
    source: str
    percent: Decimal | None = None
    specific: str = ""
    """Such as ``0.70 USD/KGM``."""
    regime: str = ""


class ItemDuty(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One item: its value, what of it is free, its taxes."""

    item: int
    """From 0."""
    price: Decimal
    currency: str
    rate: Decimal
    """National currency for one unit."""
    rate_day: date
    customs_value: Decimal
    """Price, freight and insurance in the national currency."""
    free_value: Decimal
    """What of it the person's limit frees."""
    preference: PreferenceAnswer
    lines: tuple[DutyLine, ...]


class LimitUse(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A person's limit in a calendar month, in US dollars."""

    limit_usd: Decimal
    used_usd: Decimal
    """Before this declaration."""
    counted_usd: Decimal
    """What this declaration adds."""
    rule: str
    source: str

    @property
    def used_after_usd(self) -> Decimal:
        """With this declaration."""
        return self.used_usd + self.counted_usd

    @property
    def left_usd(self) -> Decimal:
        """What is left with this declaration."""
        return max(Decimal(0), self.limit_usd - self.used_after_usd)

    @property
    def is_over(self) -> bool:
        """Whether it is more than the limit."""
        return self.used_after_usd > self.limit_usd


class DutyAssessment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What is due; without totals where `problems` says why."""

    edition: str
    """Of the tables."""
    day: date
    currency: str = ""
    items: tuple[ItemDuty, ...] = ()
    charges: Decimal = Decimal(0)
    """Freight and insurance in the national currency, within the items' values."""
    goods_usd: Decimal | None = None
    """Price of all items without charges; None: a value or a rate is missing."""
    total: Decimal | None = None
    """The sum of all lines."""
    total_usd: Decimal | None = None
    usd_rate: Decimal | None = None
    limit: LimitUse | None = None
    """None: no limit of a person is for it."""
    problems: tuple[Remark, ...] = ()

    @property
    def counted_usd(self) -> Decimal:
        """What it adds to the person's month."""
        return Decimal(0) if self.limit is None else self.limit.counted_usd


def explain(found: DutyAssessment) -> tuple[Remark, ...]:
    """Say line by line how it was worked out."""
    return tuple(_steps(found))


def _steps(found: DutyAssessment) -> Iterator[Remark]:
    if found.charges:
        yield Remark("charges-shared", {"amount": f"{found.charges:.2f}", "currency": found.currency})
    limit = found.limit
    if limit is not None:
        values = {"limit_usd": limit.limit_usd, "used_usd": limit.used_usd, "counted_usd": limit.counted_usd}
        left = {"left_usd": str(limit.left_usd), "rule": limit.rule, "source": limit.source}
        yield Remark("limit", {name: str(value) for name, value in values.items()} | left)
    for item in found.items:
        yield from _of_item(item, found.currency)
    yield from found.problems
    if found.total is not None:
        total = {"amount": str(found.total), "currency": found.currency, "usd": str(found.total_usd)}
        yield Remark("total", total)


def _of_item(item: ItemDuty, national: str) -> Iterator[Remark]:
    value = {"price": item.price, "currency": item.currency, "rate": item.rate, "rate_day": item.rate_day}
    texts = {name: str(one) for name, one in value.items()}
    yield Remark("value", texts | {"amount": str(item.customs_value), "national": national}, item.item)
    if item.free_value:
        yield Remark("free", {"amount": str(item.free_value), "national": national}, item.item)
    if item.preference is not PreferenceAnswer.NOT_ASKED:
        yield Remark(f"preference-{item.preference}", {}, item.item)
    for line in item.lines:
        by = {"percent": "" if line.percent is None else str(line.percent), "specific": line.specific}
        of = {"base": str(line.base), "amount": str(line.amount), "national": national}
        yield Remark(line.tax.value, by | of | {"rule": line.rule, "source": line.source}, item.item)

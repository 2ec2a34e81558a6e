"""What is due on a declaration, in words: by item and tax, with the rule's source. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from hub.console.formatting import format_number
from hub.console.presenting import Fact
from hub.console.reader import Reader
from hub.console.wording import mark, word
from hub.declarations.duty.assessment import DutyAssessment, DutyLine

TAXES = {
    "duty": mark("Customs duty"),
    "excise": mark("Excise"),
    "vat": mark("Value added tax"),
}


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One tax of one item."""

    item: str
    tax: str
    source: str
    base: str
    rate: str
    amount: str


@dataclass(frozen=True, slots=True)
class Duties:
    """Everything that is due; an empty total: it could not be reckoned."""

    total: str
    lines: tuple[DutyRow, ...]
    facts: tuple[Fact, ...]


def present_duties(due: DutyAssessment, reader: Reader) -> Duties:
    """Word what is due, in the national currency."""
    return Duties(
        total="" if due.total is None else f"{_amount(due.total, reader)} {due.currency}",
        lines=tuple(_row(one.item, line, reader) for one in due.items for line in one.lines),
        facts=tuple(_facts(due, reader)),
    )


def _row(item: int, line: DutyLine, reader: Reader) -> DutyRow:
    percent = "" if line.percent is None else f"{line.percent} %"
    return DutyRow(
        item=str(item + 1),
        tax=word(TAXES, line.tax.value, reader.language.words),
        source=line.source,
        base=_amount(line.base, reader),
        rate=", ".join(part for part in (percent, line.specific) if part),
        amount=_amount(line.amount, reader),
    )


def _facts(due: DutyAssessment, reader: Reader) -> Iterator[Fact]:
    words = reader.language.words
    if due.total_usd is not None:
        yield Fact(words.gettext("Duties in US dollars"), _amount(due.total_usd, reader))
    limit = due.limit
    if limit is not None:
        yield Fact(
            words.gettext("The person's limit in a month, US dollars"), _amount(limit.limit_usd, reader)
        )
        yield Fact(words.gettext("Used of it with this declaration"), _amount(limit.used_after_usd, reader))
    yield Fact(words.gettext("By the tables"), due.edition)


def _amount(amount: Decimal, reader: Reader) -> str:
    return format_number(float(amount), reader.language, 2)

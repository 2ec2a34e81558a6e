"""Reads the tables of duties from a folder of CSV files; a bad row is named with file and line."""

import csv
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from threading import Lock
from typing import TypeVar

from hub.declarations.duty.rates import Rate, rates_of
from hub.declarations.duty.rules import (
    DutyTables,
    PersonLimit,
    Regime,
    Rounding,
    Tax,
    TaxRule,
    TaxRules,
    Territory,
)
from hub.errors import HubError

EXAMPLES = Path(__file__).parent / "data" / "duty"
"""Values to show the form; a site names a folder of its own."""
FILES = (
    "territory.csv",
    "duty.csv",
    "excise.csv",
    "vat.csv",
    "regimes.csv",
    "limits.csv",
    "exchange_rates.csv",
)
MOST = Decimal("1e6")
"""No percent, amount or rate comes near."""
Parsed = TypeVar("Parsed")
_log = logging.getLogger(__name__)


class DutyTablesError(HubError):
    """A file of the folder cannot be used; the message names file, line and reason."""


class DutyFolder:
    """The newest tables of a folder, read again when a file changes; for several threads."""

    def __init__(self, folder: Path | None = None) -> None:
        """Without a folder the packaged examples count."""
        self._folder = EXAMPLES if folder is None else folder
        self._lock = Lock()
        self._state: tuple[object, ...] = ()
        self._tables: DutyTables | None = None

    def current(self) -> DutyTables:
        """Return the tables; raises `DutyTablesError` when they were never good.

        A file that turns bad later is logged, and the tables before it count on.
        """
        with self._lock:
            state = _state_of(self._folder)
            if self._tables is None:
                self._tables = read_duty_tables(self._folder)
            elif state != self._state:
                self._tables = _newer(self._folder, self._tables)
            self._state = state
            return self._tables


@cache
def duty_folder(folder: Path | None) -> DutyFolder:
    """Return the one view of a folder in this process; None: the packaged examples."""
    return DutyFolder(folder)


def read_duty_tables(folder: Path = EXAMPLES) -> DutyTables:
    """Read every file of a folder; raises `DutyTablesError`."""
    contents = {name: _content(folder / name) for name in FILES}
    rows = {name: list(_rows(folder / name, content)) for name, content in contents.items()}
    digest = sha256(b"\0".join(contents.values())).hexdigest()[:12]
    territories = [_territory(row) for row in rows["territory.csv"]]
    _refuse_overlaps(folder, territories)
    return DutyTables(
        edition=f"{folder.name}-{digest}",
        territories=tuple(territories),
        taxes={tax: _tax_rules(folder, rows[f"{tax}.csv"]) for tax in Tax},
        regimes=tuple(map(_regime, rows["regimes.csv"])),
        limits=tuple(map(_limit, rows["limits.csv"])),
        rates=rates_of(map(_rate, rows["exchange_rates.csv"])),
    )


class _Row:
    """One line of a file."""

    def __init__(self, path: Path, line: int, cells: Mapping[str, str | None]) -> None:
        self.rule = f"{path.name}:{line}"
        self._path, self._line, self._cells = path, line, cells

    def text(self, name: str) -> str:
        value = self._cells.get(name)
        if value is None:
            raise self.wrong(f"there is no {name!r}")
        return value.strip()

    def number(self, name: str) -> Decimal:
        return self.parsed(name, _number)

    def number_or_none(self, name: str) -> Decimal | None:
        return self.number(name) if self.text(name) else None

    def last_day(self) -> date:
        return self.parsed("valid_to", date.fromisoformat) if self.text("valid_to") else date.max

    def first_day(self) -> date:
        first = self.parsed("valid_from", date.fromisoformat)
        if first > self.last_day():
            raise self.wrong(f"valid_from {first} is after valid_to")
        return first

    def parsed(self, name: str, parse: Callable[[str], Parsed]) -> Parsed:
        try:
            return parse(self.text(name))
        except (ValueError, InvalidOperation) as error:
            raise self.wrong(f"{name} {self.text(name)[:40]!r} cannot be") from error

    def wrong(self, reason: str) -> DutyTablesError:
        return DutyTablesError(f"{self._path}: line {self._line}: {reason}")


def _newer(folder: Path, before: DutyTables) -> DutyTables:
    try:
        return read_duty_tables(folder)
    except DutyTablesError as error:
        _log.error("new duty tables are not used, those of %s count on: %s", before.edition, error)
        return before


def _state_of(folder: Path) -> tuple[object, ...]:
    try:
        found = [(folder / name).stat() for name in FILES]
    except OSError as error:
        # The files that are read say it better.
        return (str(error),)
    return tuple((one.st_mtime_ns, one.st_size, one.st_ino) for one in found)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DutyTablesError(f"{path}: {error.strerror}") from error


def _rows(path: Path, content: bytes) -> Iterator[_Row]:
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise DutyTablesError(f"{path}: byte {error.start} is not UTF-8") from error
    reader = csv.DictReader(lines)
    for cells in reader:
        yield _Row(path, reader.line_num, cells)


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or not 0 <= number <= MOST:
        raise ValueError(f"{text} is not from 0 to {MOST}")
    return number


def _positive(text: str) -> Decimal:
    number = _number(text)
    if not number:
        raise ValueError("zero")
    return number


def _prefix(text: str) -> str:
    if text and not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise ValueError("no prefix of a commodity code")
    return text


def _territory(row: _Row) -> Territory:
    return Territory(
        rule=row.rule,
        country=row.text("country"),
        currency=row.text("currency"),
        unit=row.parsed("unit", _positive),
        rounding=row.parsed("rounding", Rounding),
        valid_from=row.first_day(),
        valid_to=row.last_day(),
        source=row.text("source"),
    )


def _tax_rule(row: _Row) -> TaxRule:
    rule = TaxRule(
        rule=row.rule,
        hs_prefix=row.parsed("hs_prefix", _prefix),
        regime=row.text("regime"),
        percent=row.number_or_none("percent"),
        amount=row.number_or_none("amount"),
        currency=row.text("currency"),
        unit=row.text("unit"),
        valid_from=row.first_day(),
        valid_to=row.last_day(),
        source=row.text("source"),
    )
    if rule.percent is None and rule.amount is None:
        raise row.wrong("there is neither a percent nor an amount")
    if (rule.amount is None) != (not rule.currency) or (rule.amount is None) != (not rule.unit):
        raise row.wrong("amount, currency and unit go together")
    return rule


def _tax_rules(folder: Path, rows: Sequence[_Row]) -> TaxRules:
    found: dict[tuple[str, str], list[TaxRule]] = {}
    for row in rows:
        rule = _tax_rule(row)
        found.setdefault((rule.regime, rule.hs_prefix), []).append(rule)
    for rules in found.values():
        _refuse_overlaps(folder, rules)
    lengths = sorted({len(prefix) for _, prefix in found}, reverse=True)
    return TaxRules({key: tuple(rules) for key, rules in found.items()}, tuple(lengths))


def _refuse_overlaps(folder: Path, rules: Iterable[TaxRule | Territory]) -> None:
    """Refuse two rules for the same on the same day: which one held would be chance."""
    pairs: Iterable[tuple[TaxRule | Territory, TaxRule | Territory]] = combinations(rules, 2)
    for one, other in pairs:
        if one.valid_from <= other.valid_to and other.valid_from <= one.valid_to:
            raise DutyTablesError(f"{folder}: {one.rule} and {other.rule} hold on the same days")


def _regime(row: _Row) -> Regime:
    return Regime(
        rule=row.rule,
        regime=row.text("regime"),
        countries=frozenset(row.text("countries").split()),
        valid_from=row.first_day(),
        valid_to=row.last_day(),
        source=row.text("source"),
    )


def _limit(row: _Row) -> PersonLimit:
    return PersonLimit(
        rule=row.rule,
        amount_usd=row.number("amount_usd"),
        modes=frozenset(row.text("modes").split()),
        excluded=tuple(map(_prefix, row.text("excluded").split())),
        valid_from=row.first_day(),
        valid_to=row.last_day(),
        source=row.text("source"),
    )


def _rate(row: _Row) -> tuple[str, Rate]:
    value = row.parsed("rate", _positive) / row.parsed("units", _positive)
    return row.text("currency"), Rate(value, row.parsed("day", date.fromisoformat))

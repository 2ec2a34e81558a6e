"""Keeps what score-cards are made of, in the transactions that take and assess declarations."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from hub.carriers.tables import carrier_counts, carriers
from hub.declarations.cleansing.catalogue import FOR_OFFICERS
from hub.machines.tokens import ACTOR_PREFIX
from hub.store.insertion import insert_or_add_many


class Measure(StrEnum):
    """What is counted of a carrier in a month; every one counts declarations."""

    DECLARED = "declared"
    LATE = "late"
    """The goods had arrived when it was sent, by its own time of arrival."""
    REPEATED = "repeated"
    """The same came before."""
    CONFLICT = "conflict"
    """Another one stood under its number."""
    AMENDED = "amended"
    ERROR = "error"
    """Rejected, counted once without a code and once for each code."""
    DOUBT = "doubt"
    """There was a doubt; counted in the same way."""


Counts = Mapping[tuple[Measure, str], int]
"""By measure and code of a finding; the code is empty for the declaration as such."""
_KEYS = ("client_id", "month", "measure", "code")


def month_of(now: datetime, zone: str) -> str:
    """Name the calendar month of a zone, such as ``2026-11``."""
    return now.astimezone(ZoneInfo(zone)).strftime("%Y-%m")


def add_counts(connection: Connection, month: str, counted: Mapping[str, Counts]) -> None:
    """Add to a month's counts, by the carrier's client id, within the caller's write transaction.

    Last in it: the rows stay locked until it ends.
    """
    # Always in the same order: nobody holds a row that another waits for while waiting for the other's.
    rows = [
        {"client_id": own, "month": month, "measure": measure.value, "code": code, "number": number}
        for own in sorted(counted)
        for (measure, code), number in sorted(counted[own].items())
        if number
    ]
    insert_or_add_many(connection, carrier_counts, rows, _KEYS)


def count_assessed(
    connection: Connection, assessed: Iterable[tuple[str, int, Mapping[str, Any]]], month: str
) -> None:
    """Count what was found in declarations: of each its sender, its version and its cleansing report."""
    by_sender: dict[str, Counter[tuple[Measure, str]]] = {}
    for sender_id, version, report in assessed:
        own = sender_id.removeprefix(ACTOR_PREFIX)
        if own != sender_id:
            by_sender.setdefault(own, Counter()).update(_counted(version, report))
    wanted = {own: counts for own, counts in by_sender.items() if counts}
    add_counts(connection, month, {own: wanted[own] for own in _carriers_of(connection, wanted)})


def _counted(version: int, report: Mapping[str, Any]) -> Iterable[tuple[Measure, str]]:
    if version > 1:
        yield Measure.AMENDED, ""
    findings = [one for one in report.get("findings", ()) if one["code"] not in FOR_OFFICERS]
    for measure in (Measure.ERROR, Measure.DOUBT):
        codes = {one["code"] for one in findings if one["weight"] == measure}
        if codes:
            yield measure, ""
            yield from ((measure, code) for code in codes)


def _carriers_of(connection: Connection, wanted: Collection[str]) -> Collection[str]:
    if not wanted:
        return ()
    return tuple(
        connection.scalars(select(carriers.c.client_id).where(carriers.c.client_id.in_(sorted(wanted))))
    )

"""Counts what assessments decide, and what inspections then find, by day: kept with them, never scanned."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select

from hub.cases.tally import bucket_of
from hub.declarations.assessing.tables import assessment_counts, declaration_assessments
from hub.store.insertion import insert_or_add_many

SHARDS = 16
"""Writers at the same time rarely wait for each other's rows."""
REJECTED = "rejected"
BEFORE, AFTER, UNKNOWN = "before", "after", "unknown"
"""Decided before the goods came, after, or nobody said when they come."""


class Measure(StrEnum):
    """What is counted, each by labels of its own."""

    CHANNEL = "channel"
    """By channel; `REJECTED`: it had errors."""
    ARRIVAL = "arrival"
    """By `BEFORE`, `AFTER`, `UNKNOWN`."""
    DECISION_TIME = "decision-time"
    """By bucket (`hub.cases.tally`) of the time from submission to decision."""
    RANDOM = "random"
    """Of the random share, by `Fate`."""
    PROFILE_MATCHED = "profile-matched"
    """This and the next three by ``id version`` of a profile."""
    PROFILE_SELECTED = "profile-selected"
    PROFILE_INSPECTED = "profile-inspected"
    PROFILE_FOUND = "profile-found"


class Fate(StrEnum):
    """What became of a declaration that the random share selected."""

    SELECTED = "selected"
    INSPECTED = "inspected"
    FOUND = "found"


Counted = Iterable[tuple[str, str]]
"""Pairs of measure and label, each counted once."""


def profile_label(profile_id: str, version: int) -> str:
    """Name a version of a profile in the counts."""
    return f"{profile_id} {version}"


def counted_of(
    decision: Mapping[str, Any] | None, waited_s: float, arrives_at: datetime | None, now: datetime
) -> Iterator[tuple[str, str]]:
    """Say what one assessment adds; `decision` as it is kept, None for one with errors."""
    if decision is None:
        yield Measure.CHANNEL, REJECTED
        return
    yield Measure.CHANNEL, decision["channel"]
    came = UNKNOWN if arrives_at is None else BEFORE if now <= arrives_at else AFTER
    yield Measure.ARRIVAL, came
    yield Measure.DECISION_TIME, str(bucket_of(waited_s))
    if decision["is_random"]:
        yield Measure.RANDOM, Fate.SELECTED
    for reason in decision["reasons"]:
        if reason["code"] == "profile":
            label = profile_label(reason["profile_id"], reason["version"])
            yield Measure.PROFILE_MATCHED, label
            if reason.get("is_selected", True):
                yield Measure.PROFILE_SELECTED, label


def add_counts(connection: Connection, day: str, counted: Counted, shard: int) -> None:
    """Add to a day's counts within the caller's write transaction."""
    keys = ("day", "measure", "label", "shard")
    # Always in the same order: nobody holds a row that another waits for while waiting for the other's.
    rows = [
        {"day": day, "measure": measure, "label": label, "shard": shard, "counted": count}
        for (measure, label), count in sorted(Counter(counted).items())
    ]
    insert_or_add_many(connection, assessment_counts, rows, keys)


def count_inspection(
    connection: Connection, declaration_id: str, received_at: datetime, *, is_found: bool
) -> None:
    """Add an inspection to the day on which its declaration was assessed."""
    columns = declaration_assessments.c
    is_this = (columns.declaration_id == declaration_id) & (columns.received_at == received_at)
    query = select(columns.day, columns.decision).where(is_this, columns.channel.is_not(None))
    assessed = connection.execute(query.order_by(columns.number.desc()).limit(1)).first()
    if assessed is not None:
        counted = _inspected(assessed.decision, is_found=is_found)
        add_counts(connection, assessed.day, counted, shard_of(declaration_id))


def shard_of(declaration_id: str) -> int:
    """Choose a shard by the random end of an id."""
    return int(declaration_id[-1], 16) % SHARDS


def _inspected(decision: Mapping[str, Any], *, is_found: bool) -> Iterator[tuple[str, str]]:
    if decision["is_random"]:
        yield Measure.RANDOM, Fate.INSPECTED
        if is_found:
            yield Measure.RANDOM, Fate.FOUND
    for reason in decision["reasons"]:
        if reason["code"] == "profile" and reason.get("is_selected", True):
            label = profile_label(reason["profile_id"], reason["version"])
            yield Measure.PROFILE_INSPECTED, label
            if is_found:
                yield Measure.PROFILE_FOUND, label

"""Score-cards: how well a carrier declares, month by month, read from kept counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from hub.carriers.counting import Measure
from hub.carriers.tables import carrier_counts

MOST_MONTHS = 24


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """One carrier's month; every number counts declarations."""

    client_id: str
    month: str
    """Such as ``2026-11``, of the hub's calendar."""
    declared: int
    rejected: int
    doubtful: int
    """With at least one doubt."""
    amended: int
    late: int
    """Sent after the goods had arrived."""
    conflicts: int
    """Another one stood under its number."""
    repeated: int
    errors: Mapping[str, int]
    """By the code of a finding, the most frequent first; one declaration may have several."""
    doubts: Mapping[str, int]


def score_cards(connection: Connection, client_id: str, months: int = 12) -> tuple[ScoreCard, ...]:
    """Read the newest months that have anything to count, the newest first."""
    columns = carrier_counts.c
    own = columns.client_id == client_id
    newest = select(columns.month).where(own).distinct().order_by(columns.month.desc()).limit(months)
    found = list(connection.scalars(newest))
    rows = connection.execute(select(carrier_counts).where(own, columns.month.in_(found)))
    counts: dict[str, dict[tuple[str, str], int]] = {month: {} for month in found}
    for row in rows:
        counts[row.month][row.measure, row.code] = row.number
    return tuple(_card(client_id, month, counts[month]) for month in found)


def _card(client_id: str, month: str, counts: Mapping[tuple[str, str], int]) -> ScoreCard:
    def of(measure: Measure) -> int:
        return counts.get((measure.value, ""), 0)

    return ScoreCard(
        client_id=client_id,
        month=month,
        declared=of(Measure.DECLARED),
        rejected=of(Measure.ERROR),
        doubtful=of(Measure.DOUBT),
        amended=of(Measure.AMENDED),
        late=of(Measure.LATE),
        conflicts=of(Measure.CONFLICT),
        repeated=of(Measure.REPEATED),
        errors=_by_code(counts, Measure.ERROR),
        doubts=_by_code(counts, Measure.DOUBT),
    )


def _by_code(counts: Mapping[tuple[str, str], int], measure: Measure) -> dict[str, int]:
    found = {code: number for (one, code), number in counts.items() if one == measure.value and code}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

"""Works out the duties of stored declarations, and counts them in their persons' months."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from hub.bootstrap import Services
from hub.cases.figures import local_day
from hub.declarations.assessing.evidence import Duties
from hub.declarations.duty.assessing import assess_duty
from hub.declarations.duty.assessment import DutyAssessment
from hub.declarations.duty.preferences import Origins
from hub.declarations.duty.rules import DutyTables
from hub.declarations.duty_files import duty_folder
from hub.declarations.facts import DeclarationFacts
from hub.declarations.limit_ledger import Entry, HeldMonths, PersonMonth, cents_of, hold_months, month_of

AnyRow = Row[*tuple[Any, ...]]


class DutyDesk:
    """What duties are worked out with; one for a process, for several threads."""

    def __init__(self, services: Services) -> None:
        """Read the tables of the settings; raises `DutyTablesError`."""
        self._folder = duty_folder(services.settings.declarations.duty_tables)
        self._zone = services.settings.cases.zone
        self._folder.current()

    def open(self, connection: Connection, rows: Sequence[AnyRow]) -> "Portion":
        """Hold the months of some declarations' persons; their rows are locked by the caller."""
        persons = {row.declaration_id: self._person(row) for row in rows}
        counted = [(row.declaration_id, row.received_at) for row in rows if row.steps]
        held = hold_months(connection, persons.values(), counted)
        return Portion(self._folder.current(), held, persons, self._zone)

    def _person(self, row: AnyRow) -> PersonMonth:
        return PersonMonth(row.consignee_key, month_of(row.received_at, self._zone))


class Portion:
    """Some declarations, one after the other; each sees what those before it added."""

    def __init__(
        self, tables: DutyTables, held: HeldMonths, persons: dict[str, PersonMonth], zone: str
    ) -> None:
        """Use `DutyDesk.open`."""
        self._tables, self._held, self._persons, self._zone = tables, held, persons, zone

    def assess(self, row: AnyRow, facts: DeclarationFacts, origins: Origins) -> tuple[DutyAssessment, int]:
        """Work one out by the day it came, and count it; returns the person's parcels with it."""
        person = self._persons[row.declaration_id]
        self.forget(row)
        before = self._held.use_of(person)
        day = local_day(row.received_at, self._zone)
        found = assess_duty(facts, self._tables, before.used_usd, day, origins)
        self._held.add(Entry(row.declaration_id, row.received_at, person, cents_of(found.counted_usd)))
        return found, before.parcels + 1

    def forget(self, row: AnyRow) -> None:
        """Take back what an earlier assessment counted."""
        self._held.take_back(row.declaration_id)

    def save(self) -> None:
        """Store what was counted."""
        self._held.save()


def duties_of(found: DutyAssessment) -> Duties | None:
    """Say what a decision asks of duties; None: there is neither a total nor a limit."""
    limit = found.limit
    if limit is None:
        return None if found.total_usd is None else Duties(found.total_usd)
    return Duties(found.total_usd, limit.used_after_usd, limit.is_over)

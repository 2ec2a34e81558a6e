"""What duties a parcel will cost its receiver, about, and how much of the month's limit is left."""

from dataclasses import dataclass
from datetime import datetime

from babel import Locale
from babel.numbers import format_currency
from sqlalchemy import Connection

from hub.bootstrap import Services
from hub.cases.figures import local_day
from hub.console.language import Language
from hub.declarations.duty.assessing import assess_duty
from hub.declarations.duty_files import duty_folder
from hub.declarations.facts import DeclarationFacts
from hub.declarations.identity import person_key
from hub.declarations.limit_ledger import PersonMonth, month_of, month_use
from hub.public_app.identity import COUNTRY, Citizen


@dataclass(frozen=True, slots=True)
class Estimate:
    """Sums in words of the reader's language; empty: it cannot be told."""

    duty: str
    limit_left: str


def estimate(
    services: Services,
    connection: Connection,
    citizen: Citizen,
    facts: DeclarationFacts,
    language: Language,
) -> Estimate:
    """Work duties out by the tables of today and what this person's other parcels have used.

    Raises `DutyTablesError` when the tables cannot be read.
    """
    now, zone = services.clock(), services.settings.cases.zone
    used = month_use(connection, _month(citizen, now, zone)).used_usd
    tables = duty_folder(services.settings.declarations.duty_tables).current()
    found = assess_duty(facts, tables, used, local_day(now, zone), {})
    locale = Locale.parse(language.code)
    duty = "" if found.total is None else format_currency(found.total, found.currency, locale=locale)
    left = "" if found.limit is None else format_currency(found.limit.left_usd, "USD", locale=locale)
    return Estimate(duty, left)


def _month(citizen: Citizen, now: datetime, zone: str) -> PersonMonth:
    return PersonMonth(person_key(citizen.number, citizen.name, COUNTRY), month_of(now, zone))

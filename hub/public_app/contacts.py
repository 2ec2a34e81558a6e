"""Where citizens want to be written to: an address counts once a code that was sent there has come back."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Row, delete, select, update

from hub.bootstrap import Services
from hub.errors import FieldProblem, InvalidInputError, LimitReachedError
from hub.public_app.citizens import derived
from hub.public_app.tables import citizen_contacts
from hub.store.insertion import insert_or_update

CODES_A_DAY = 5
GUESSES = 5
LIFETIME = timedelta(minutes=30)
DIGITS = 6
LONGEST = 254
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z][A-Za-z0-9-]{1,62}"
)
_SEALED = "citizen-contact"
_DAY = timedelta(days=1)
AnyRow = Row[tuple[object, ...]]


class ContactState(StrEnum):
    """How far an address is."""

    ASKED = "asked"
    """A code is on its way."""
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    """Its mail server takes nothing for it."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Where and in which language a citizen is written to."""

    address: str
    language: str
    state: ContactState


def ask(services: Services, connection: Connection, key: str, address: str, language: str) -> None:
    """Note an address, not believed yet, within the caller's write transaction.

    Raises `InvalidInputError` for what is no address, and `LimitReachedError` after `CODES_A_DAY` in a day.
    """
    tidy = address.strip()
    if len(tidy) > LONGEST or not _ADDRESS.fullmatch(tidy):
        # The address itself stays out of the message: messages are logged.
        raise InvalidInputError(FieldProblem("/address", "not-an-address", "it is no e-mail address"))
    now = services.clock()
    asked, since = _asked(connection, key, now)
    if asked >= CODES_A_DAY:
        detail = f"{CODES_A_DAY} codes are sent in a day"
        raise LimitReachedError("too-many-codes", detail, since + _DAY, now)
    row = {
        "citizen_key": key,
        "sealed_address": services.seal(_SEALED, key, tidy.encode()),
        "language": language,
        "state": ContactState.ASKED.value,
        "code_hmac": "",
        "code_until": now,
        "failures": 0,
        "asked": asked + 1,
        "asked_since": since,
    }
    insert_or_update(connection, citizen_contacts, row, ("citizen_key",))


def contact_of(services: Services, connection: Connection, key: str) -> Contact | None:
    """Where a citizen is or wants to be written to; None: nowhere."""
    row = connection.execute(select(citizen_contacts).where(citizen_contacts.c.citizen_key == key)).first()
    if row is None or not row.sealed_address:
        return None
    address = services.store_key.unseal(_SEALED, key, row.sealed_address).decode()
    return Contact(address, row.language, ContactState(row.state))


def new_code(services: Services, connection: Connection, key: str, address: str) -> str:
    """Make the code that an asked address is sent; it takes the place of the one before."""
    code = f"{int.from_bytes(services.randomness(8), 'big') % 10**DIGITS:0{DIGITS}}"
    until = services.clock() + LIFETIME
    values = {"code_hmac": _mark(services, key, address, code), "code_until": until, "failures": 0}
    own = citizen_contacts.c.citizen_key == key
    connection.execute(update(citizen_contacts).where(own).values(**values))
    return code


def confirm(services: Services, connection: Connection, key: str, code: str) -> bool:
    """Believe the address when the code is right and in time; a wrong one counts. In a write transaction."""
    contact = contact_of(services, connection, key)
    if contact is None:
        return False
    columns, own = citizen_contacts.c, citizen_contacts.c.citizen_key == key
    row = connection.execute(select(citizen_contacts).where(own).with_for_update()).one()
    is_open = row.state == ContactState.ASKED and row.failures < GUESSES and services.clock() < row.code_until
    mark = _mark(services, key, contact.address, code.strip())
    is_right = is_open and hmac.compare_digest(row.code_hmac, mark)
    values = (
        {"state": ContactState.CONFIRMED.value, "code_hmac": ""}
        if is_right
        else {"failures": columns.failures + 1}
    )
    connection.execute(update(citizen_contacts).where(own).values(values))
    return is_right


def stop(connection: Connection, key: str) -> None:
    """Forget a citizen's address; how many codes were sent today stays."""
    own = citizen_contacts.c.citizen_key == key
    values = {"sealed_address": b"", "code_hmac": "", "state": ContactState.ASKED.value}
    connection.execute(update(citizen_contacts).where(own).values(**values))


def note_refused(connection: Connection, key: str) -> None:
    """Write no more to an address that its mail server refuses."""
    own = citizen_contacts.c.citizen_key == key
    connection.execute(update(citizen_contacts).where(own).values(state=ContactState.REFUSED.value))


def forget_stopped(connection: Connection, now: datetime) -> None:
    """Delete the rows of those who stopped, once they count no more."""
    is_over = (citizen_contacts.c.sealed_address == b"") & (citizen_contacts.c.asked_since <= now - _DAY)
    connection.execute(delete(citizen_contacts).where(is_over))


def _asked(connection: Connection, key: str, now: datetime) -> tuple[int, datetime]:
    """How many codes were asked for in the day that began when."""
    columns = citizen_contacts.c
    query = select(columns.asked, columns.asked_since).where(columns.citizen_key == key).with_for_update()
    row = connection.execute(query).first()
    return (0, now) if row is None or row.asked_since <= now - _DAY else (row.asked, row.asked_since)


def _mark(services: Services, key: str, address: str, code: str) -> str:
    return derived(services.store_key, "citizen-contact-code", key, address, code)

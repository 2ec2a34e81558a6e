"""The local register of citizens: sealed numbers and names under keys that say nothing."""

import hashlib
import hmac
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from hub.bootstrap import Services
from hub.declarations.reference_files import reference_data
from hub.errors import FieldProblem, InvalidInputError
from hub.public_app.identity import COUNTRY, Citizen
from hub.public_app.tables import citizens
from hub.store.insertion import insert_or_update
from hub.store.sealing import StoreKey

LONGEST_NAME = 140
_SEALED = "citizen"


class _Person(msgspec.Struct, frozen=True):
    number: str
    name: str


def tidy_number(written: str) -> str:
    """Return a personal number as it is compared; raises `InvalidInputError` for what cannot be one."""
    number = "".join(written.split()).upper()
    formats = reference_data().formats[COUNTRY, "person"]
    if not any(form.pattern.fullmatch(number) for form in formats):
        # The number itself stays out of the message: messages are logged.
        detail = f"not a personal number: {formats[0].example}"
        raise InvalidInputError(FieldProblem("/number", "not-a-number-of-a-person", detail))
    return number


def derived(key: StoreKey, use: str, *parts: str) -> str:
    """Derive 64 hexadecimal digits that only who holds the store key can make (HMAC-SHA-256)."""
    return hmac.new(key.secret, "\0".join((use, *parts)).encode(), hashlib.sha256).hexdigest()


def citizen_key(key: StoreKey, number: str) -> str:
    """Stand for a person by the personal number; without the store key nobody can tell whose it is."""
    return derived(key, "citizen", COUNTRY, number)[:32]


def register_citizen(services: Services, connection: Connection, number: str, name: str) -> str:
    """Let a person sign in, or correct the name, within the caller's write transaction; returns the key.

    Raises `InvalidInputError` for a number or a name that is none.
    """
    tidy, said = tidy_number(number), " ".join(name.split())
    if not any(map(str.isalpha, said)) or len(said) > LONGEST_NAME:
        detail = f"a name has letters, and {LONGEST_NAME} characters at most"
        raise InvalidInputError(FieldProblem("/name", "not-a-name", detail))
    own = citizen_key(services.store_key, tidy)
    sealed = services.seal(_SEALED, own, msgspec.json.encode(_Person(tidy, said)))
    row = {"citizen_key": own, "sealed_person": sealed, "created_at": services.clock()}
    insert_or_update(connection, citizens, row, ["citizen_key"])
    return own


def find_citizen(services: Services, connection: Connection, key: str) -> Citizen | None:
    """Return a registered person; None when there is none of this key."""
    sealed = connection.scalar(select(citizens.c.sealed_person).where(citizens.c.citizen_key == key))
    return None if sealed is None else opened(services.store_key, key, sealed)


def is_registered(connection: Connection, key: str) -> bool:
    """Tell whether a person of this key may sign in."""
    query = select(citizens.c.citizen_key).where(citizens.c.citizen_key == key)
    return connection.scalar(query) is not None


def opened(store_key: StoreKey, key: str, sealed: bytes) -> Citizen:
    """Open a row of the register; raises `SealError` when the store key is another one."""
    person = msgspec.json.decode(store_key.unseal(_SEALED, key, sealed), type=_Person)
    return Citizen(key, person.number, person.name)


def month_of(now: datetime) -> str:
    """Name a month, such as ``2026-11`` (UTC)."""
    return f"{now:%Y-%m}"

"""The local identity provider: a code of six digits, once, for a personal number of the register."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from hub.bootstrap import Services
from hub.public_app.citizens import citizen_key, derived, find_citizen, is_registered
from hub.public_app.devices import Source, source_of
from hub.public_app.identity import Caller, Citizen, IdentityRefusal
from hub.public_app.outbox import CodeOutbox
from hub.public_app.tables import citizen_codes
from hub.store.database import writing_beside_others

AnyRow = Row[*tuple[Any, ...]]
DIGITS = 6
LIFETIME = timedelta(minutes=10)
WINDOW = timedelta(hours=1)
CODES_ALLOWED = 5
"""Sent to one number within the window as one source asks; further ones are not sent, and nobody is told."""
CODES_TO_STRANGERS = 15
"""Sent to one number as all together ask that are no device of the person's."""
FAILURES_ALLOWED = 5
"""Of one source at one number within the window, whatever its codes."""
FAILURES_OF_STRANGERS = 20
"""Of all together that are no device of the person's: so many guesses an hour of a million codes."""


class OneTimeCodes:
    """Sends codes to the outbox and checks them; implements `IdentityProvider`."""

    def __init__(self, services: Services, outbox: CodeOutbox) -> None:
        """Keep codes in the store of `services`, as HMACs."""
        self._services = services
        self._outbox = outbox

    def begin(self, number: str, caller: Caller) -> str:
        """Send a code to who has this number; for nobody's number the same work is done."""
        services = self._services
        challenge, now = services.new_token(), services.clock()
        key = citizen_key(services.store_key, number)
        source = source_of(services.store_key, key, address=caller.address, kept=caller.kept)
        code = f"{int.from_bytes(services.randomness(8), 'big') % 10**DIGITS:0{DIGITS}}"
        with writing_beside_others(services.engine) as connection:
            connection.execute(delete(citizen_codes).where(citizen_codes.c.sent_at <= now - WINDOW))
            if _has_asked_enough(connection, key, source):
                return challenge
            is_known = is_registered(connection, key)
            self._keep(connection, key, source, (challenge, code), now)
        self._outbox.put(key, code, now + LIFETIME, is_for_somebody=is_known)
        return challenge

    def finish(self, challenge: str, answer: str) -> Citizen | IdentityRefusal:
        """Check a code; a wrong one counts against who asked for it, whichever of the codes was meant."""
        now, columns = self._services.clock(), citizen_codes.c
        is_this = columns.challenge_sha256 == _digest(challenge)
        with writing_beside_others(self._services.engine) as connection:
            key = connection.scalar(select(columns.citizen_key).where(is_this))
            if key is None:
                return IdentityRefusal.WRONG
            # All rows of the number are locked, so guesses of several codes at once count one by one.
            own = (columns.citizen_key == key) & (columns.sent_at > now - WINDOW)
            rows = connection.execute(select(citizen_codes).where(own).with_for_update()).all()
            row = next((row for row in rows if row.challenge_sha256 == _digest(challenge)), None)
            if row is not None and _has_failed_enough(rows, row):
                return IdentityRefusal.TOO_MANY
            is_open = row is not None and row.used_at is None and now < row.expires_at
            is_right = row is not None and hmac.compare_digest(row.code_hmac, self._mark(challenge, answer))
            citizen = find_citizen(self._services, connection, key) if is_open and is_right else None
            change = {"failures": columns.failures + 1} if citizen is None else {"used_at": now}
            connection.execute(update(citizen_codes).where(is_this).values(change))
        return IdentityRefusal.WRONG if citizen is None else citizen

    def _keep(
        self, connection: Connection, key: str, source: Source, sent: tuple[str, str], now: datetime
    ) -> None:
        challenge, code = sent
        connection.execute(
            citizen_codes.insert().values(
                challenge_sha256=_digest(challenge),
                citizen_key=key,
                code_hmac=self._mark(challenge, code),
                sent_at=now,
                expires_at=now + LIFETIME,
                failures=0,
                source=source.mark,
                is_own_device=source.is_own,
            )
        )

    def _mark(self, challenge: str, code: str) -> str:
        return derived(self._services.store_key, "citizen-code", challenge, code)


def _has_asked_enough(connection: Connection, key: str, source: Source) -> bool:
    """Tell whether no further code is sent; a device of the person's own is counted by itself."""
    columns = citizen_codes.c
    query = select(columns.source, columns.is_own_device).where(columns.citizen_key == key)
    rows = connection.execute(query).all()
    asked = sum(row.source == source.mark for row in rows)
    strangers = 0 if source.is_own else sum(not row.is_own_device for row in rows)
    return asked >= CODES_ALLOWED or strangers >= CODES_TO_STRANGERS


def _has_failed_enough(rows: Sequence[AnyRow], tried: AnyRow) -> bool:
    failed = sum(row.failures for row in rows if row.source == tried.source)
    strangers = 0 if tried.is_own_device else sum(row.failures for row in rows if not row.is_own_device)
    return failed >= FAILURES_ALLOWED or strangers >= FAILURES_OF_STRANGERS


def _digest(challenge: str) -> str:
    return hashlib.sha256(challenge.encode()).hexdigest()

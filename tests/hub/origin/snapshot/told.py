"""Chains that tell random things, and what a snapshot holds in comparable form."""

import random
import sqlite3
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from hub.origin.anchoring.leaves import RegistryPlace, batch_key
from hub.origin.certificate.certificate import StateCode
from hub.origin.chain.events import Anchored, AuthorityListed, DrawnDown, RegistryEvent, StatusChanged
from hub.origin.chain.facts import Question, Role, Status
from hub.origin.chain.fake_chain import FakeChain

BEGINS = datetime(2026, 3, 1, tzinfo=UTC)
REGISTRY = RegistryPlace(9441, bytes(range(1, 21)))
STATES = (StateCode("GE"), StateCode("UA"), StateCode("MD"))
ISSUER, CUSTOMS = b"\x11" * 20, b"\x22" * 20
CONTENTS = (
    "SELECT batch, state, address, places, anchored_at, block, position FROM batches JOIN accounts"
    " USING (account_id) ORDER BY 1",
    "SELECT address, block, position, state, roles, valid_from, valid_until FROM listings JOIN accounts"
    " USING (account_id) ORDER BY 1, 2, 3",
    "SELECT batch, place, statuses.block, statuses.position, status, reason, replaced_by FROM statuses"
    " JOIN batches USING (batch_id) ORDER BY 1, 2, 3, 4",
    "SELECT batch, place, line, draws.block, draws.position, used, parts, declaration, address FROM draws"
    " JOIN batches USING (batch_id) JOIN accounts ON accounts.account_id = draws.account_id"
    " ORDER BY 1, 2, 3, 4, 5",
    "SELECT number, digest, at FROM checkpoints ORDER BY number DESC LIMIT 1",
)


def root_of(number: int) -> bytes:
    """Root of a made-up batch."""
    return sha256(b"%d" % number).digest()


def anchored(number: int, *, state: str = "GE", issuer: bytes = ISSUER, count: int = 8) -> Anchored:
    """Anchor a made-up batch."""
    return Anchored(StateCode(state), root_of(number), issuer, count)


def listed(state: str = "GE", account: bytes = ISSUER, *, days: int = 365) -> AuthorityListed:
    """List an issuer."""
    return AuthorityListed(StateCode(state), account, Role.ISSUER, BEGINS, BEGINS + timedelta(days=days))


def status_of(number: int, index: int, status: Status, reason: int = 4) -> StatusChanged:
    """Change a status in a made-up batch."""
    return StatusChanged(batch_key(StateCode("GE"), root_of(number)), index, status, reason, b"")


def drawn(number: int, index: int, line: int, used: int, parts: int) -> DrawnDown:
    """Draw on a made-up batch."""
    batch = batch_key(StateCode("GE"), root_of(number))
    return DrawnDown(batch, index, line, used, parts, b"\x05" * 32, CUSTOMS)


def asked(number: int, index: int = 0, lines: tuple[int, ...] = (), state: str = "GE") -> Question:
    """Ask for a made-up batch."""
    return Question(REGISTRY, StateCode(state), root_of(number), index, lines)


class RandomTeller:
    """Makes events that follow from what stands on a chain, as the contract would."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._number = 0

    def events(self, chain: FakeChain) -> tuple[RegistryEvent, ...]:
        """Make up to three events."""
        return tuple(self._event(chain) for _ in range(self._rng.randrange(4)))

    def _event(self, chain: FakeChain) -> RegistryEvent:
        standing = [event for block in chain.blocks for event in block.events if isinstance(event, Anchored)]
        kind = self._rng.randrange(4)
        if kind == 0 or not standing:
            self._number += 1
            state = self._rng.choice(STATES)
            return Anchored(state, root_of(self._number), self._account(), self._rng.randrange(1, 9))
        if kind == 1:
            days = timedelta(days=self._rng.randrange(400))
            return AuthorityListed(STATES[0], self._account(), Role.ISSUER, BEGINS, BEGINS + days)
        one = self._rng.choice(standing)
        batch, index = batch_key(one.state, one.root), self._rng.randrange(one.count)
        if kind == 2:
            return StatusChanged(
                batch, index, self._rng.choice(list(Status)), self._rng.choice((3, 2**255)), b""
            )
        parts = self._rng.randrange(1, 1000)
        return DrawnDown(batch, index, self._rng.choice((1, 2**200)), parts, parts, bytes(32), CUSTOMS)

    def _account(self) -> bytes:
        return bytes([self._rng.randrange(1, 4)]) * 20


def contents_of(path: Path) -> list[list[tuple[object, ...]]]:
    """Return all that a snapshot says, without the numbers that only its file knows."""
    connection = sqlite3.connect(path)
    try:
        return [connection.execute(query).fetchall() for query in CONTENTS]
    finally:
        connection.close()

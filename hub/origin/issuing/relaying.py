"""Brings transactions to the registry: stored before they are sent, followed until they count.

Whatever is broken off is harmless: what was stored is sent again as it was, and sent twice it counts once.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, update

from hub.bootstrap import Services
from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.chain.calls import RegistryCall
from hub.origin.chain.node import Fees, NodeError, Receipt, RefusedError
from hub.origin.issuing.fees import first_offer, raised_offer
from hub.origin.issuing.node import IssuingNode
from hub.origin.issuing.signer import AnchorSigner
from hub.origin.issuing.tables import registry_sends, registry_transactions
from hub.origin.issuing.transactions import RawTransaction, Transaction, hash_of, signed, signing_digest
from hub.store.database import reading, writing

MOST_UNDER_WAY = 16
"""Of one account; nodes keep few more that wait for a number before them."""
WAITING, CONFIRMED, REFUSED, VOID = "waiting", "confirmed", "refused", "void"
_log = logging.getLogger(__name__)
AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class RelayTerms:
    """How transactions are sent and when they count."""

    registry: RegistryPlace
    ceiling: int
    """Most to offer for a unit of gas, in wei."""
    raise_after: timedelta
    is_final: bool
    """They count when the chain calls their block final; else after `confirmations` blocks."""
    confirmations: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """A transaction that is wanted, and for what."""

    purpose: str
    subject: str
    data: bytes
    gas: int
    recipient: bytes
    """Empty: it makes a contract."""


class Relay:
    """Sends from one account; several processes may, each in its turn."""

    def __init__(
        self, services: Services, node: IssuingNode, signer: AnchorSigner, terms: RelayTerms
    ) -> None:
        self._services = services
        self._node = node
        self._signer = signer
        self._terms = terms
        self._account = signer.address.hex()

    def order(self, purpose: str, subject: str, call: RegistryCall) -> Order:
        """Ask what a call takes; raises `RefusedError` when the registry would refuse it, and `NodeError`."""
        gas = self._node.estimate(self._signer.address, call) * 13 // 10
        return Order(purpose, subject, self._node.encoded(call), gas, self._terms.registry.address)

    def has_room(self) -> bool:
        """Tell whether another transaction may be under way."""
        with reading(self._services.engine) as connection:
            return len(self._waiting(connection)) < MOST_UNDER_WAY

    def put(self, order: Order, take: Callable[[Connection], bool]) -> str | None:
        """Store a numbered and signed transaction, then send it; returns its id.

        `take` notes in the same transaction what is being sent, and says no when another was first: None.
        A failure to send is none of the order: it is sent again. Raises `NodeError`, `SignerError`.
        """
        fees = first_offer(self._node.fees(), self._terms.ceiling)
        following = self._node.nonce(self._signer.address)
        with writing(self._services.engine) as connection:
            if not take(connection):
                return None
            last = connection.scalar(
                select(func.max(registry_transactions.c.nonce)).where(self._is_waiting())
            )
            nonce = following if last is None else max(following, last + 1)
            transaction_id = self._services.new_id()
            connection.execute(
                registry_transactions.insert().values(
                    transaction_id=transaction_id,
                    chain_id=self._terms.registry.chain_id,
                    account=self._account,
                    purpose=order.purpose,
                    subject=order.subject,
                    recipient=order.recipient.hex(),
                    data=order.data,
                    gas=order.gas,
                    nonce=nonce,
                    progress=WAITING,
                    made_at=self._services.clock(),
                )
            )
            raw = self._store(connection, transaction_id, self._built(order, nonce, fees))
        self._send(raw)
        return transaction_id

    def follow(self) -> int:
        """Look what became of what is under way, and send again what nobody took; returns how many count now.

        Raises `NodeError`, `SignerError`.
        """
        with reading(self._services.engine) as connection:
            waiting = self._waiting(connection)
            sends = {one.transaction_id: _sends(connection, one.transaction_id) for one in waiting}
        if not waiting:
            return 0
        settled_upto = self._settled_upto()
        return sum(self._follow(one, sends[one.transaction_id], settled_upto) for one in waiting)

    def _settled_upto(self) -> int:
        if self._terms.is_final:
            return self._node.head(final=True).number
        return self._node.head(final=False).number - self._terms.confirmations

    def _follow(self, waiting: AnyRow, sends: Sequence[AnyRow], settled_upto: int) -> bool:
        receipt = self._receipt(sends)
        if receipt is not None:
            if receipt.block.number > settled_upto:
                return False
            self._settle(waiting, receipt)
            return True
        if self._services.clock() - sends[0].sent_at >= self._terms.raise_after:
            self._again(waiting, sends)
        return False

    def _receipt(self, sends: Sequence[AnyRow]) -> Receipt | None:
        for one in sends:
            receipt = self._node.receipt(bytes.fromhex(one.hash))
            if receipt is not None:
                return receipt
        return None

    def _settle(self, waiting: AnyRow, receipt: Receipt) -> None:
        outcome = {
            "progress": CONFIRMED if receipt.has_succeeded else REFUSED,
            "block": receipt.block.number,
            "mined_at": receipt.block.at,
            "gas_used": receipt.gas_used,
        }
        self._note(waiting, outcome)

    def _again(self, waiting: AnyRow, sends: Sequence[AnyRow]) -> None:
        """Offer more under the same number, or send the same again where there is no more to offer."""
        newest = sends[0]
        fees = raised_offer(Fees(newest.most, newest.tip), self._node.fees(), self._terms.ceiling)
        recipient = bytes.fromhex(waiting.recipient)
        order = Order(waiting.purpose, waiting.subject, waiting.data, waiting.gas, recipient)
        with writing(self._services.engine) as connection:
            if fees is None:
                raw = RawTransaction(newest.raw)
                this = registry_sends.c.hash == newest.hash
                connection.execute(update(registry_sends).where(this).values(sent_at=self._services.clock()))
            else:
                built = self._built(order, waiting.nonce, fees)
                raw = self._store(connection, waiting.transaction_id, built)
        if self._send(raw) and self._receipt(sends) is None:
            self._note(waiting, {"progress": VOID, "nonce": None})

    def _send(self, raw: RawTransaction) -> bool:
        """Send; True: its number is taken, by itself or by another transaction."""
        try:
            self._node.send(raw)
        except RefusedError as error:
            _log.warning("a transaction was refused: %s", error)
            return "nonce" in str(error).lower()
        except NodeError as error:
            _log.warning("a transaction could not be sent: %s", error)
        return False

    def _built(self, order: Order, nonce: int, fees: Fees) -> tuple[Transaction, RawTransaction]:
        made = Transaction(
            chain_id=self._terms.registry.chain_id,
            nonce=nonce,
            fees=fees,
            gas=order.gas,
            to=order.recipient,
            data=order.data,
        )
        return made, signed(made, self._signer.sign(signing_digest(made)))

    def _store(
        self, connection: Connection, transaction_id: str, built: tuple[Transaction, RawTransaction]
    ) -> RawTransaction:
        made, raw = built
        connection.execute(
            registry_sends.insert().values(
                hash=hash_of(raw).hex(),
                transaction_id=transaction_id,
                most=made.fees.most,
                tip=made.fees.tip,
                raw=raw,
                sent_at=self._services.clock(),
            )
        )
        return raw

    def _is_waiting(self) -> ColumnElement[bool]:
        table, chain_id = registry_transactions.c, self._terms.registry.chain_id
        return and_(table.chain_id == chain_id, table.account == self._account, table.progress == WAITING)

    def _waiting(self, connection: Connection) -> Sequence[AnyRow]:
        query = select(registry_transactions).where(self._is_waiting())
        return connection.execute(query.order_by(registry_transactions.c.nonce)).all()

    def _note(self, waiting: AnyRow, changes: dict[str, Any]) -> None:
        table = registry_transactions.c
        this = (table.transaction_id == waiting.transaction_id, table.progress == WAITING)
        with writing(self._services.engine) as connection:
            connection.execute(update(registry_transactions).where(*this).values(**changes))


def newest_transaction(connection: Connection, purpose: str, subject: str) -> AnyRow | None:
    """Return the last transaction that was made for something."""
    table = registry_transactions.c
    query = select(registry_transactions).where(table.purpose == purpose, table.subject == subject)
    return connection.execute(query.order_by(table.made_at.desc(), table.transaction_id.desc())).first()


def _sends(connection: Connection, transaction_id: str) -> Sequence[AnyRow]:
    table = registry_sends.c
    query = select(registry_sends).where(table.transaction_id == transaction_id)
    return connection.execute(query.order_by(table.most.desc(), table.sent_at.desc())).all()

"""Single transactions of an account: a governor's voice, an authority's listing, a new registry."""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, select

from hub.bootstrap import Services
from hub.errors import ConflictError
from hub.origin.certificate.certificate import StateCode
from hub.origin.chain.calls import RegistryCall
from hub.origin.chain.codec import deployment
from hub.origin.issuing.relaying import CONFIRMED, WAITING, Order, Relay
from hub.origin.issuing.tables import registry_transactions
from hub.origin.issuing.transactions import contract_address
from hub.store.database import reading

PURPOSE = "governing"
DEPLOYMENT_GAS = 4_000_000
"""A registry of three states takes 1.7 million."""
WAIT_S = 0.5
Tell = Callable[[str], None]
AnyRow = Row[*tuple[Any, ...]]


def told(services: Services, relay: Relay, call: RegistryCall, tell: Tell, timeout_s: float) -> AnyRow:
    """Send a call and wait until it counts; returns its transaction.

    Raises `RefusedError` when the registry refuses it, `ConflictError` when it counts too late or not at all.
    """
    order = relay.order(PURPOSE, type(call).__name__, call)
    return _waited(services, relay, relay.put(order, lambda _: True), (tell, timeout_s))


def deployed(
    services: Services, relay: Relay, governors: dict[StateCode, bytes], tell: Tell, timeout_s: float
) -> bytes:
    """Make a registry of these states; returns its address. Raises as `told` does."""
    order = Order(PURPOSE, "deploy", deployment(governors), DEPLOYMENT_GAS, b"")
    made = _waited(services, relay, relay.put(order, lambda _: True), (tell, timeout_s))
    return contract_address(bytes.fromhex(made.account), made.nonce)


def _waited(
    services: Services, relay: Relay, transaction_id: str | None, waiting: tuple[Tell, float]
) -> AnyRow:
    (tell, timeout_s), this = waiting, registry_transactions.c.transaction_id == transaction_id
    ends = time.monotonic() + timeout_s
    while True:
        relay.follow()
        with reading(services.engine) as connection:
            found = connection.execute(select(registry_transactions).where(this)).one()
        if found.progress == CONFIRMED:
            return found
        if found.progress != WAITING:
            raise ConflictError("refused", f"the transaction was mined and {found.progress}")
        if time.monotonic() > ends:
            raise ConflictError("not-yet", "the transaction is under way; it does not count yet")
        tell(f"sent as number {found.nonce} of 0x{found.account}, waiting for its block")
        time.sleep(WAIT_S)

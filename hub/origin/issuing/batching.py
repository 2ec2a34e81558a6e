"""Closes batches, builds their trees, has them signed; what is broken off is taken up where it was."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from hub.bootstrap import Services
from hub.origin.anchoring.leaves import RegistryPlace, leaf_digest
from hub.origin.anchoring.merkle import MerkleTree
from hub.origin.certificate.certificate import StateCode
from hub.origin.issuing.signer import AnchorSigner
from hub.origin.issuing.tables import issue_batches, issued_certificates
from hub.origin.issuing.typed_data import anchor_digest
from hub.origin.issuing.values import BatchProgress
from hub.store.database import reading, writing


def close_due(services: Services) -> int:
    """Let batches whose time has come take no more; returns how many."""
    is_due = issue_batches.c.closes_at <= services.clock()
    is_open = issue_batches.c.progress == BatchProgress.OPEN.value
    with writing(services.engine) as connection:
        closed = update(issue_batches).where(is_open, is_due).values(progress=BatchProgress.CLOSED.value)
        return connection.execute(closed).rowcount


def sign_closed(services: Services, registry: RegistryPlace, signer: AnchorSigner) -> int:
    """Build the trees of closed batches and have them signed; raises `SignerError`, returns how many."""
    table = issue_batches.c
    query = select(table.batch_id, table.state).where(table.progress == BatchProgress.CLOSED.value)
    with reading(services.engine) as connection:
        closed = connection.execute(query.order_by(table.closes_at)).all()
    for row in closed:
        tree = _rooted(services, row.batch_id, registry, StateCode(row.state))
        hours = services.settings.origin_issuing.signature_hours
        deadline = (services.clock() + timedelta(hours=hours)).replace(microsecond=0)
        signature = signer.sign(anchor_digest(registry, tree.root, tree.count, deadline))
        with writing(services.engine) as connection:
            _sign(connection, row.batch_id, signature, deadline)
    return len(closed)


def _rooted(services: Services, batch_id: str, registry: RegistryPlace, state: StateCode) -> MerkleTree:
    """Give each certificate its place and its way to the root; the same ones however often it is done."""
    table = issued_certificates.c
    # In the order of their digests, which are random: a place says nothing of when one was issued.
    query = select(table.certificate_id, table.digest).where(table.batch_id == batch_id)
    with reading(services.engine) as connection:
        rows = sorted(connection.execute(query).all(), key=lambda row: bytes(row.digest))
    leaves = [leaf_digest(registry, state, place, row.digest) for place, row in enumerate(rows)]
    tree = MerkleTree(leaves)
    placed = [
        {"this": row.certificate_id, "at": place, "way": b"".join(tree.proof(place))}
        for place, row in enumerate(rows)
    ]
    setting = update(issued_certificates).where(table.certificate_id == bindparam("this"))
    rooted = update(issue_batches).where(issue_batches.c.batch_id == batch_id)
    with writing(services.engine) as connection:
        connection.execute(setting.values(place=bindparam("at"), proof=bindparam("way")), placed)
        connection.execute(rooted.values(root=tree.root.hex(), places=tree.count))
    return tree


def _sign(connection: Connection, batch_id: str, signature: bytes, deadline: datetime) -> None:
    this = issue_batches.c.batch_id == batch_id
    is_closed = issue_batches.c.progress == BatchProgress.CLOSED.value
    signed = {"progress": BatchProgress.SIGNED.value, "signature": signature, "deadline": deadline}
    connection.execute(update(issue_batches).where(this, is_closed).values(**signed))

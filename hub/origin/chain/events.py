"""What the registry has told, in the order of the chain: each event with its place. Pure."""

from datetime import datetime

import msgspec

from hub.origin.certificate.certificate import StateCode
from hub.origin.chain.facts import Role, Status


class Anchored(msgspec.Struct, frozen=True, tag="anchored"):
    """A batch was anchored."""

    state: StateCode
    root: bytes
    issuer: bytes
    count: int


class AuthorityListed(msgspec.Struct, frozen=True, tag="authority-listed"):
    """A state has listed an authority, or changed how it is listed."""

    state: StateCode
    account: bytes
    roles: Role
    valid_from: datetime
    valid_until: datetime


class StatusChanged(msgspec.Struct, frozen=True, tag="status-changed"):
    """An issuing state has suspended, restored or revoked a certificate."""

    batch: bytes
    index: int
    status: Status
    reason_code: int
    replaced_by: bytes
    """Digest of the document in its place; empty: none."""


class DrawnDown(msgspec.Struct, frozen=True, tag="drawn-down"):
    """A shipment has used a part of a line."""

    batch: bytes
    index: int
    line: int
    used: int
    """In all now, parts in 1,000,000,000."""
    parts: int
    declaration: bytes
    """Salted digest of the declaration, 32 bytes."""
    customs: bytes
    """Address of the customs authority, 20 bytes."""


RegistryEvent = Anchored | AuthorityListed | StatusChanged | DrawnDown


class PlacedEvent(msgspec.Struct, frozen=True):
    """An event and where it stands."""

    block: int
    position: int
    """Among the block's events."""
    event: RegistryEvent
    at: datetime | None = None
    """Of its block, where the node says so with its events."""

"""What the registry can be told, one value for each of its functions. Pure."""

from datetime import datetime

import msgspec

from hub.origin.certificate.certificate import StateCode
from hub.origin.chain.facts import Role, Status


class Vote(msgspec.Struct, frozen=True):
    """A member's voice for another state's governor; no governor: for leaving the state out."""

    state: StateCode
    governor: bytes


class ListAuthority(msgspec.Struct, frozen=True):
    """List one of the caller's own authorities, or change how it is listed."""

    account: bytes
    roles: Role
    valid_from: datetime
    valid_until: datetime


class StrikeAuthorities(msgspec.Struct, frozen=True):
    """End the listing of authorities whose state is no member any more; anybody may."""

    accounts: tuple[bytes, ...]


class AnchorBatch(msgspec.Struct, frozen=True):
    """Anchor a batch as the caller's own."""

    root: bytes
    count: int


class AnchorSigned(msgspec.Struct, frozen=True):
    """Anchor a batch that an authority has signed; anybody may bring it."""

    root: bytes
    count: int
    deadline: datetime
    signature: bytes
    """65 bytes: r, s (in the lower half), v (27 or 28); of the EIP-712 digest."""


class SetStatus(msgspec.Struct, frozen=True):
    """Suspend, restore or revoke a certificate of the caller's own state."""

    root: bytes
    index: int
    status: Status
    reason_code: int
    replaced_by: bytes = b""


class DrawDown(msgspec.Struct, frozen=True):
    """Use a part of a line of a certificate; the caller is a customs authority."""

    state: StateCode
    root: bytes
    digest: bytes
    """Of the document."""
    index: int
    proof: tuple[bytes, ...]
    line: int
    expected: int
    """How much the caller believes to be used already; refused when it is not so."""
    parts: int
    """In 1,000,000,000."""
    declaration: bytes


RegistryCall = Vote | ListAuthority | StrikeAuthorities | AnchorBatch | AnchorSigned | SetStatus | DrawDown

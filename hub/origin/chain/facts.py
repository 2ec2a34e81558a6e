"""What a chain says of a certificate, and the port it is asked through."""

from datetime import datetime
from enum import IntEnum, IntFlag, StrEnum
from typing import Protocol

import msgspec

from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.certificate.certificate import StateCode


class Role(IntFlag):
    """What a member state lets one of its authorities do."""

    ISSUER = 1
    CUSTOMS = 2


class Status(IntEnum):
    """What the issuing state says of one certificate; two bits on the chain."""

    GOOD = 0
    SUSPENDED = 1
    REVOKED = 2
    """Final."""


class Provenance(StrEnum):
    """Why what was said is believed."""

    PROVEN = "proven"
    """By a proof against a block whose hash several nodes agree on."""
    SNAPSHOT = "snapshot"
    """By what was indexed on site up to a block."""


class BlockRef(msgspec.Struct, frozen=True):
    """One block of the chain."""

    number: int
    digest: bytes
    """Its hash, 32 bytes."""
    at: datetime


class Anchor(msgspec.Struct, frozen=True):
    """A batch as it stands on the chain."""

    state: StateCode
    root: bytes
    count: int
    """Places, not certificates."""
    issuer: bytes
    """Address of the authority that signed, 20 bytes."""
    anchored_at: datetime


class Authority(msgspec.Struct, frozen=True):
    """An authority as its state lists it now."""

    state: StateCode
    roles: Role
    valid_from: datetime
    valid_until: datetime
    """Moved back to the moment from which its key is no longer trusted."""


class Question(msgspec.Struct, frozen=True):
    """What is asked of one certificate."""

    registry: RegistryPlace
    state: StateCode
    root: bytes
    index: int
    lines: tuple[int, ...] = ()
    """Lines whose use is asked for, from 1."""


class ChainFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The answer as of one block."""

    block: BlockRef
    provenance: Provenance
    anchor: Anchor | None
    """None: there was no such batch at that block."""
    authority: Authority | None = None
    """Of the anchor's issuer; None: its state lists no such authority."""
    status: Status = Status.GOOD
    reason_code: int = 0
    """Why its state suspended or revoked it, where the source knows."""
    replaced_by: bytes = b""
    """Digest of the document in its place, where the source knows."""
    used: dict[int, int] = msgspec.field(default_factory=dict)
    """By line: parts in 1,000,000,000 that shipments have drawn."""
    evidence: dict[str, object] = msgspec.field(default_factory=dict)
    """What a third party needs to check the answer again: header, proofs, who was asked."""


class Silence(StrEnum):
    """Why nobody could say."""

    UNREACHABLE = "nodes-unreachable"
    """Fewer nodes answered than have to agree."""
    DISAGREEMENT = "nodes-disagree"
    """They answered, and name different blocks at the same height."""
    UNPROVEN = "proof-refused"
    """What they answered does not follow from the block they agree on."""
    BEHIND = "nodes-behind"
    """The block they agree on is older than allowed."""
    NO_SNAPSHOT = "no-snapshot"
    NOT_CONFIGURED = "not-configured"
    """No source is set up, or none for this registry."""


class ChainUnavailableError(Exception):
    """Nobody can say now; never a sign against the certificate."""

    def __init__(self, silence: Silence, detail: str) -> None:
        super().__init__(detail)
        self.silence = silence


class FactSource(Protocol):
    """Answers what stands on the chain: by proof from nodes, or from what was kept on site."""

    def ask(self, question: Question) -> ChainFacts:
        """Answer as of the newest block it can vouch for; raises `ChainUnavailableError`."""
        ...

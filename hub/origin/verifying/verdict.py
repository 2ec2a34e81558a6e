"""The verdict on a certificate and every reason for it. Pure."""

from datetime import datetime
from enum import StrEnum

import msgspec

from hub.declarations.assessing.evidence import OriginVerdict
from hub.origin.chain.facts import BlockRef, Provenance


class Ground(StrEnum):
    """Stable codes of reasons; the wording is the reader's."""

    ANCHORED = "anchored"
    """Its batch stands on the chain, signed by an authority that its state listed then."""

    MALFORMED = "malformed"
    """It cannot be read as a certificate at all."""
    OTHER_REGISTRY = "other-registry"
    """It names another chain or another registry: a test certificate, or one of somebody else's registry."""
    NOT_ANCHORED = "not-anchored"
    """Nothing leads from it to a batch on the chain: altered, or never issued."""
    PROOF_LENGTH = "proof-length"
    """The way to the root is shorter or longer than the batch's tree: no certificate, an inner node."""
    ISSUER_NOT_LISTED = "issuer-not-listed"
    """Its state lists no such authority."""
    ISSUER_OF_ANOTHER_STATE = "issuer-of-another-state"
    NOT_AN_ISSUER = "not-an-issuer"
    """The authority may not issue."""
    BEFORE_AUTHORITY = "before-authority"
    """Anchored before the authority's listing began."""
    AFTER_AUTHORITY = "after-authority"
    """Anchored after the authority's listing ended, or after its key was no longer trusted."""
    BACK_DATED = "back-dated"
    """Its day lies long before its anchoring, and it does not say that it was issued in retrospect."""
    POST_DATED = "post-dated"
    """Its day lies after its anchoring."""
    EXPIRED = "expired"
    """Presented after the time its form allows."""
    REVOKED = "revoked"
    QUANTITY_USED = "quantity-used"
    """Other shipments have drawn so much that less is left than this one needs."""
    UNKNOWN_LINE = "unknown-line"
    """The shipment draws on a line that the certificate does not have."""

    SUSPENDED = "suspended"
    """Its own authority has not made up its mind."""
    UNKNOWN_FORM = "unknown-form"
    """No template of that form is installed."""
    SNAPSHOT_TOO_OLD = "snapshot-too-old"
    """It may have been anchored after what was kept on site."""
    SNAPSHOT_STALE = "snapshot-stale"
    """What was kept on site is older than allowed; a revocation might be missing."""
    NODES_UNREACHABLE = "nodes-unreachable"
    NODES_DISAGREE = "nodes-disagree"
    PROOF_REFUSED = "proof-refused"
    NODES_BEHIND = "nodes-behind"
    NO_SNAPSHOT = "no-snapshot"
    NOT_CONFIGURED = "not-configured"


AGAINST = frozenset(
    {
        Ground.MALFORMED,
        Ground.OTHER_REGISTRY,
        Ground.NOT_ANCHORED,
        Ground.PROOF_LENGTH,
        Ground.ISSUER_NOT_LISTED,
        Ground.ISSUER_OF_ANOTHER_STATE,
        Ground.NOT_AN_ISSUER,
        Ground.BEFORE_AUTHORITY,
        Ground.AFTER_AUTHORITY,
        Ground.BACK_DATED,
        Ground.POST_DATED,
        Ground.EXPIRED,
        Ground.REVOKED,
        Ground.QUANTITY_USED,
        Ground.UNKNOWN_LINE,
    }
)
"""One of these makes a certificate invalid; any of the others but `ANCHORED` leaves it open."""


class Reason(msgspec.Struct, frozen=True):
    """One reason, with what it is about."""

    ground: Ground
    detail: str = ""
    """Figures and days, no names: ``anchored 2026-03-02, dated 2025-11-20``."""


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What one look at a certificate came to."""

    verdict: OriginVerdict
    reasons: tuple[Reason, ...]
    """All that were found, the weightiest first."""
    provenance: Provenance | None = None
    """None: the chain was not asked, or did not answer."""
    as_of: BlockRef | None = None
    anchored_at: datetime | None = None
    left: dict[int, int] = msgspec.field(default_factory=dict)
    """By line: parts in 1,000,000,000 that no shipment has drawn."""
    evidence: dict[str, object] = msgspec.field(default_factory=dict)


def verdict_of(reasons: tuple[Reason, ...]) -> OriginVerdict:
    """Weigh reasons: what speaks against it, else what leaves it open, else valid."""
    grounds = {reason.ground for reason in reasons}
    if grounds & AGAINST:
        return OriginVerdict.INVALID
    return OriginVerdict.VALID if grounds == {Ground.ANCHORED} else OriginVerdict.CANNOT_TELL

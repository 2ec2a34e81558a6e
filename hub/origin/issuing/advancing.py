"""Takes everything that is issued a step further: what a worker does again and again."""

from dataclasses import dataclass
from datetime import timedelta

from hub.bootstrap import Services
from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.issuing.anchoring import note_anchored, send_signed
from hub.origin.issuing.batching import close_due, sign_closed
from hub.origin.issuing.node import IssuingNode
from hub.origin.issuing.relaying import Relay, RelayTerms
from hub.origin.issuing.signer import AnchorSigner
from hub.origin.issuing.telling import note_confirmed, send_approved

GWEI = 10**9


@dataclass(frozen=True, slots=True)
class Issuer:
    """An authority at work: its key, the account that brings its batches, the node."""

    registry: RegistryPlace
    signer: AnchorSigner
    relayer: AnchorSigner
    """The same one where the authority brings its batches itself."""
    node: IssuingNode


@dataclass(frozen=True, slots=True)
class Advance:
    """What one step came to, in batches and acts."""

    closed: int
    signed: int
    sent: int
    anchored: int
    confirmed: int


def terms_for(services: Services, registry: RegistryPlace) -> RelayTerms:
    """Say by the settings how transactions to a registry are sent, and when they count."""
    issuing, origin = services.settings.origin_issuing, services.settings.origin
    return RelayTerms(
        registry=registry,
        ceiling=int(issuing.most_fee_gwei * GWEI),
        raise_after=timedelta(seconds=issuing.raise_after_s),
        is_final=origin.final,
        confirmations=origin.confirmations,
    )


def advance(services: Services, issuer: Issuer) -> Advance:
    """Close, sign, send, note: harmless to repeat, and to break off anywhere.

    Raises `NodeError` when the node fails and `SignerError` when a key does; what was done until then stays.
    """
    relays = _relays(services, issuer)
    closed = close_due(services)
    signed = sign_closed(services, issuer.registry, issuer.signer)
    for relay in relays:
        relay.follow()
    anchored, confirmed = note_anchored(services), note_confirmed(services)
    sent = send_signed(services, relays[-1]) + send_approved(services, relays[0])
    return Advance(closed, signed, sent, anchored, confirmed)


def _relays(services: Services, issuer: Issuer) -> tuple[Relay, ...]:
    """Make the authority's first, and the relayer's where it is another account."""
    signers = {one.address: one for one in (issuer.signer, issuer.relayer)}
    terms = terms_for(services, issuer.registry)
    return tuple(Relay(services, issuer.node, one, terms) for one in signers.values())

"""Judges a certificate by what the chain says of it. Pure.

The rules are the registry's own (`hub/origin/registry/registry.vy`); the periods are of the form's template.
"""

import calendar
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import msgspec

from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.anchoring.merkle import depth_of
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.chain.facts import Anchor, Authority, ChainFacts, Provenance, Role, Status
from hub.origin.verifying.verdict import AGAINST, Ground, Reason, Verification, verdict_of

WHOLE = 1_000_000_000
"""Parts of a line of a certificate."""


class FormRules(msgspec.Struct, frozen=True, kw_only=True):
    """What a form's template says of time."""

    valid_months: int
    """How long after its day it may be presented."""
    anchored_within: timedelta
    """How long after its day it may be anchored without saying that it was issued in retrospect."""
    retrospective: str
    """Path of the field that says so."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What certificates are judged by here."""

    registry: RegistryPlace | None
    """None: none is set up here, so that nobody can say which certificates are of another."""
    forms: dict[str, FormRules]
    stale_after: timedelta
    """Age from which what is kept on site leaves a verdict open."""
    settling: timedelta
    """How long after a certificate's day its batch may still be on its way to what is kept on site."""


class Presentation(msgspec.Struct, frozen=True):
    """How a certificate comes to be checked."""

    at: datetime
    drawn: dict[int, int] = msgspec.field(default_factory=dict)
    """By line: parts in 1,000,000,000 that the shipment needs; empty: nothing is drawn."""


def judge(
    document: AnchoredCertificate, facts: ChainFacts, presented: Presentation, terms: Terms
) -> Verification:
    """Say what the certificate is worth as of the block the facts stand for."""
    found = [*_against_time(document, facts, presented, terms), *_on_chain(document, facts, presented, terms)]
    reasons = tuple(sorted(found, key=_weight)) or (Reason(Ground.ANCHORED),)
    return Verification(
        verdict=verdict_of(reasons),
        reasons=reasons,
        provenance=facts.provenance,
        as_of=facts.block,
        anchored_at=None if facts.anchor is None else facts.anchor.anchored_at,
        left={line: WHOLE - used for line, used in facts.used.items()},
        evidence=facts.evidence,
    )


def judge_unasked(document: AnchoredCertificate, presented: Presentation, terms: Terms) -> tuple[Reason, ...]:
    """Say what can be said without a chain; a certificate of another registry is none here."""
    reasons = []
    if terms.registry is not None and document.registry != terms.registry:
        reasons.append(Reason(Ground.OTHER_REGISTRY, f"chain {document.registry.chain_id}"))
    rules = terms.forms.get(document.certificate.form)
    if rules is None:
        reasons.append(Reason(Ground.UNKNOWN_FORM))
    elif presented.at.date() > _months_after(document.certificate.issued_on, rules.valid_months):
        last = _months_after(document.certificate.issued_on, rules.valid_months)
        reasons.append(Reason(Ground.EXPIRED, f"was to be presented by {last}"))
    return tuple(reasons)


def _weight(reason: Reason) -> int:
    return 0 if reason.ground in AGAINST else 1


def _against_time(
    document: AnchoredCertificate, facts: ChainFacts, presented: Presentation, terms: Terms
) -> Iterator[Reason]:
    yield from judge_unasked(document, presented, terms)
    rules = terms.forms.get(document.certificate.form)
    if rules is not None and facts.anchor is not None:
        yield from _dating(document, facts.anchor, rules)
    age = presented.at - facts.block.at
    if facts.provenance is Provenance.SNAPSHOT and age > terms.stale_after:
        yield Reason(Ground.SNAPSHOT_STALE, f"as of {facts.block.at:%Y-%m-%d %H:%M} UTC")


def _dating(document: AnchoredCertificate, anchor: Anchor, rules: FormRules) -> Iterator[Reason]:
    dated, anchored = document.certificate.issued_on, anchor.anchored_at.date()
    detail = f"dated {dated}, anchored {anchored}"
    # A day may begin earlier there than in UTC.
    if dated > anchored + timedelta(days=1):
        yield Reason(Ground.POST_DATED, detail)
    is_late = anchored - dated > rules.anchored_within
    if is_late and not document.certificate.fields.get(rules.retrospective):
        yield Reason(Ground.BACK_DATED, detail)


def _on_chain(
    document: AnchoredCertificate, facts: ChainFacts, presented: Presentation, terms: Terms
) -> Iterator[Reason]:
    anchor = facts.anchor
    if anchor is None:
        yield _unanchored(document, facts, terms)
        return
    if len(document.proof) != depth_of(anchor.count):
        yield Reason(Ground.PROOF_LENGTH, f"{len(document.proof)} steps in a batch of {anchor.count} places")
    yield from _issuer(anchor, facts.authority)
    if facts.status is Status.REVOKED:
        yield Reason(Ground.REVOKED, f"reason {facts.reason_code}" if facts.reason_code else "")
    elif facts.status is Status.SUSPENDED:
        yield Reason(Ground.SUSPENDED, f"reason {facts.reason_code}" if facts.reason_code else "")
    yield from _quantities(document, facts, presented)


def _unanchored(document: AnchoredCertificate, facts: ChainFacts, terms: Terms) -> Reason:
    """Tell a batch that is proven absent from one that may not have come to this site yet."""
    begins = datetime.combine(
        document.certificate.issued_on, datetime.min.time(), tzinfo=facts.block.at.tzinfo
    )
    if facts.provenance is Provenance.SNAPSHOT and facts.block.at < begins + terms.settling:
        return Reason(Ground.SNAPSHOT_TOO_OLD, f"as of {facts.block.at:%Y-%m-%d %H:%M} UTC")
    return Reason(Ground.NOT_ANCHORED, f"as of block {facts.block.number}")


def _issuer(anchor: Anchor, authority: Authority | None) -> Iterator[Reason]:
    if authority is None:
        yield Reason(Ground.ISSUER_NOT_LISTED)
        return
    if authority.state != anchor.state:
        yield Reason(
            Ground.ISSUER_OF_ANOTHER_STATE, f"listed by {authority.state}, anchored for {anchor.state}"
        )
    if Role.ISSUER not in authority.roles:
        yield Reason(Ground.NOT_AN_ISSUER)
    if anchor.anchored_at < authority.valid_from:
        yield Reason(Ground.BEFORE_AUTHORITY, f"anchored {anchor.anchored_at:%Y-%m-%d}")
    if anchor.anchored_at > authority.valid_until:
        yield Reason(Ground.AFTER_AUTHORITY, f"until {authority.valid_until:%Y-%m-%d %H:%M} UTC")


def _quantities(
    document: AnchoredCertificate, facts: ChainFacts, presented: Presentation
) -> Iterator[Reason]:
    for line, parts in sorted(presented.drawn.items()):
        left = WHOLE - facts.used.get(line, 0)
        if f"items.{line}.description" not in document.certificate.fields:
            yield Reason(Ground.UNKNOWN_LINE, f"line {line}")
        elif parts > left:
            yield Reason(
                Ground.QUANTITY_USED, f"line {line}: {left / WHOLE:.1%} left, {parts / WHOLE:.1%} needed"
            )


def _months_after(day: date, months: int) -> date:
    """Return the same day of a later month; its last where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))

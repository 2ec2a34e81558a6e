"""What a certificate that came is worth for one declaration: fresh, of the same goods, enough left. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from hub.declarations.assessing.evidence import OriginFinding, OriginVerdict
from hub.declarations.duty.preferences import asks_preference
from hub.declarations.facts import DeclarationFacts
from hub.origin.certificate.certificate import Certificate
from hub.origin.checking.agreement import agree
from hub.origin.checking.receiving import ReceivedCertificate
from hub.origin.verifying.judging import WHOLE
from hub.origin.verifying.verdict import Ground


class Shortfall(StrEnum):
    """Why nothing can be said, besides what a verdict or a comparison says itself."""

    NOT_RECEIVED = "not-received"
    """No certificate of that number has come."""
    SEVERAL = "several-of-that-number"
    NOT_VERIFIED = "not-verified-yet"
    OUTDATED = "verdict-outdated"
    """The verdict stands for a block that is older than allowed."""


def asked_numbers(facts: DeclarationFacts) -> tuple[str, ...]:
    """Return the certificates by which a declaration asks for a preference, each once."""
    named = (number for item in facts.items if asks_preference(item) for number in item.certificates)
    return tuple(dict.fromkeys(named))


def not_received(number: str) -> OriginFinding:
    """Say of a number that no certificate of it has come."""
    return OriginFinding(number, OriginVerdict.CANNOT_TELL, (Shortfall.NOT_RECEIVED,))


def several(number: str) -> OriginFinding:
    """Say of a number that several states' certificates have it, and none came with the declaration."""
    return OriginFinding(number, OriginVerdict.CANNOT_TELL, (Shortfall.SEVERAL,))


def cover(
    found: ReceivedCertificate,
    certificate: Certificate,
    facts: DeclarationFacts,
    reserved: Mapping[int, int],
    freshness: tuple[datetime, timedelta],
) -> OriginFinding:
    """Say what a certificate is worth; `reserved`: parts by line that other declarations will draw.

    `freshness`: the present time, and how old the block of a verdict may be.
    """
    number = certificate.number
    said = tuple(one["ground"] for one in found.reasons)
    if found.verdict is None:
        return OriginFinding(
            number, OriginVerdict.CANNOT_TELL, (Shortfall.NOT_VERIFIED,), found.certificate_id
        )
    if found.verdict is not OriginVerdict.VALID:
        return OriginFinding(number, found.verdict, said, found.certificate_id)
    now, most = freshness
    agreement = agree(certificate, facts)
    reasons: tuple[str, ...] = tuple(agreement.mismatches)
    if found.as_of_at is None or now - found.as_of_at > most:
        reasons += (Shortfall.OUTDATED,)
    left = {int(line): parts for line, parts in found.lines_left.items()}
    if any(left.get(line, WHOLE) - reserved.get(line, 0) < parts for line, parts in agreement.needs.items()):
        used = (Ground.QUANTITY_USED.value, *reasons)
        return OriginFinding(number, OriginVerdict.INVALID, used, found.certificate_id)
    verdict = OriginVerdict.CANNOT_TELL if reasons else OriginVerdict.VALID
    needs = {str(line): parts for line, parts in agreement.needs.items()}
    return OriginFinding(number, verdict, reasons or said, found.certificate_id, needs)

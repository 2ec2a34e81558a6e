"""Certificates of a registry that only says what it is told to, and what it says of them."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import msgspec

from hub.origin.anchoring.leaves import RegistryPlace, leaf_digest
from hub.origin.anchoring.merkle import MerkleTree
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.canonical import document_digest
from hub.origin.certificate.certificate import Certificate, StateCode
from hub.origin.chain.facts import (
    Anchor,
    Authority,
    BlockRef,
    ChainFacts,
    ChainUnavailableError,
    Provenance,
    Question,
    Role,
    Silence,
    Status,
)
from hub.origin.chain.fakes import SaidFacts
from hub.origin.verifying.judging import FormRules, Terms
from hub.origin.verifying.verifying import Verifier

REGISTRY = RegistryPlace(9441, b"\x07" * 20)
ISSUED = date(2026, 3, 2)
ANCHORED = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BLOCK = BlockRef(4711, b"\x0b" * 32, datetime(2026, 3, 14, 9, 0, tzinfo=UTC))
ISSUER = b"\x01" * 20
FORM = "ct-1"
FIELDS = {
    "exporter.name": "Vineyards of the South LLC",
    "consignee.name": "Bakı Ticarət MMC",
    "consignee.id": "1700000001",
    "destination_state": "AZ",
    "origin_state": "GE",
    "items.1.description": "Dry red wine in bottles",
    "items.1.hs_code": "220421",
    "items.1.gross_mass_kg": "1200",
    "items.1.quantity": "900",
    "items.1.unit": "LTR",
    "items.2.description": "Mineral water",
    "items.2.hs_code": "220110",
    "items.2.gross_mass_kg": "500",
}
RULES = FormRules(valid_months=12, anchored_within=timedelta(days=3), retrospective="retrospective")
TERMS = Terms(
    registry=REGISTRY, forms={FORM: RULES}, stale_after=timedelta(days=1), settling=timedelta(hours=6)
)


def certificate(number: str = "GE-2026-000017", **changes: str) -> Certificate:
    fields = FIELDS | {name.replace("__", "."): value for name, value in changes.items()}
    stated = {path: value for path, value in fields.items() if value}
    return Certificate(form=FORM, state=StateCode("GE"), number=number, issued_on=ISSUED, fields=stated)


def issue(*certificates: Certificate) -> tuple[AnchoredCertificate, ...]:
    """Anchor certificates in one batch."""
    keys = [bytes([number + 1]) * 16 for number in range(len(certificates))]
    digests = [document_digest(one, key) for one, key in zip(certificates, keys, strict=True)]
    leaves = [
        leaf_digest(REGISTRY, one.state, place, digest)
        for place, (one, digest) in enumerate(zip(certificates, digests, strict=True))
    ]
    tree = MerkleTree(leaves)
    return tuple(
        AnchoredCertificate(certificate=one, key=key, registry=REGISTRY, index=place, proof=tree.proof(place))
        for place, (one, key) in enumerate(zip(certificates, keys, strict=True))
    )


@dataclass(frozen=True, slots=True)
class Chain:
    """What stands on it."""

    batches: dict[bytes, int]
    """Places by root."""
    status: Status = Status.GOOD
    used: dict[int, int] | None = None
    provenance: Provenance = Provenance.PROVEN
    at: datetime = BLOCK.at

    def ask(self, question: Question) -> ChainFacts:
        count = self.batches.get(question.root)
        anchor = None
        if count is not None:
            anchor = Anchor(question.state, question.root, count, ISSUER, ANCHORED)
        return ChainFacts(
            block=BlockRef(BLOCK.number, BLOCK.digest, self.at),
            provenance=self.provenance,
            anchor=anchor,
            authority=Authority(
                question.state,
                Role.ISSUER,
                ANCHORED - timedelta(days=100),
                ANCHORED + timedelta(days=1000),
            ),
            status=self.status,
            used=dict.fromkeys(question.lines, 0) | (self.used or {}),
            evidence={"header": b"\xf9\x02", "nodes": ["tbilisi", "baku"]},
        )


def verifier_for(*documents: AnchoredCertificate, chain: Chain | None = None) -> Verifier:
    """Verify by a chain on which these certificates stand."""
    known = {one.root: 2 ** len(one.proof) for one in documents}
    said = replace(chain or Chain({}), batches=known)
    return Verifier([SaidFacts(said.ask)], TERMS)


def cut_off() -> Verifier:
    """Verify with nobody to ask."""
    return Verifier([SaidFacts(ChainUnavailableError(Silence.UNREACHABLE, "1 of 2 nodes"))], TERMS)


GENUINE, OTHER = issue(certificate(), certificate("GE-2026-000018"))


def altered(path: str = "items.1.gross_mass_kg", value: str = "12000") -> AnchoredCertificate:
    """Alter one field and leave all else as it was."""
    forged = certificate(**{path.replace(".", "__"): value})
    return msgspec.structs.replace(GENUINE, certificate=forged)

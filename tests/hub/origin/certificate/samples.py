"""Certificates for the tests; nobody on them exists."""

from datetime import date

from hub.origin.anchoring.leaves import RegistryPlace, leaf_digest
from hub.origin.anchoring.merkle import MerkleTree
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.canonical import document_digest
from hub.origin.certificate.certificate import Certificate, StateCode

REGISTRY = RegistryPlace(9441, b"\xc0" * 20)
FIELDS = {
    "exporter.name": "Sample Orchards LLC",
    "exporter.address": "1 Example Street, Gori",
    "consignee.name": "Nümunə Ticarət MMC",
    "consignee.address": "Nümunə küçəsi 2, Bakı",
    "consignee.id": "9900000001",
    "transport": "Lorry, Red Bridge",
    "destination_state": "AZ",
    "origin_state": "GE",
    "items.1.marks": "SO 1-400",
    "items.1.packages": "400 boxes",
    "items.1.description": "Fresh apples",
    "items.1.hs_code": "080810",
    "items.1.criterion": "P",
    "items.1.gross_mass_kg": "8400",
    "items.1.net_mass_kg": "8000",
    "items.1.quantity": "8000",
    "items.1.unit": "KGM",
    "invoices.1.number": "SO-2026-118",
    "invoices.1.date": "2026-09-18",
    "endorsement.place": "Tbilisi",
    "declaration.place": "Gori",
    "declaration.date": "2026-09-19",
}


def certificate(number: str = "GE-0001", **changes: str) -> Certificate:
    """Give one of the form CT-1; fields by path with two underscores for each dot."""
    fields = FIELDS | {path.replace("__", "."): value for path, value in changes.items()}
    return Certificate(
        form="ct-1", state=StateCode("GE"), number=number, issued_on=date(2026, 9, 20), fields=fields
    )


def key_of(number: int) -> bytes:
    """Give a key that is no secret."""
    return number.to_bytes(16)


def anchored(
    count: int = 5, index: int = 2, registry: RegistryPlace = REGISTRY
) -> tuple[AnchoredCertificate, MerkleTree]:
    """Give one of a batch, and the batch."""
    ones = [certificate(f"GE-{place:04}") for place in range(count)]
    leaves = [
        leaf_digest(registry, one.state, place, document_digest(one, key_of(place)))
        for place, one in enumerate(ones)
    ]
    tree = MerkleTree(leaves)
    document = AnchoredCertificate(
        certificate=ones[index], key=key_of(index), registry=registry, index=index, proof=tree.proof(index)
    )
    return document, tree

"""A certificate of origin, from its authority to the customs officer, on a chain of this machine."""

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from demo.narration import Narrator
from hub.origin.anchoring.leaves import RegistryPlace, leaf_digest
from hub.origin.anchoring.merkle import MerkleTree
from hub.origin.bootstrap import index_terms_of, nodes_of, registry_of, verifier_of
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.anchored_json import anchored_to_json
from hub.origin.certificate.canonical import document_digest
from hub.origin.certificate.certificate import Certificate, StateCode
from hub.origin.chain.calls import AnchorBatch, ListAuthority
from hub.origin.chain.codec import deployment, encoded_call
from hub.origin.chain.embedded import CHAIN_ID, EmbeddedNode
from hub.origin.chain.facts import Role
from hub.origin.chain.node import Fees
from hub.origin.issuing.fakes import MemorySigner
from hub.origin.issuing.transactions import Transaction, contract_address, signed, signing_digest
from hub.origin.settings import OriginNodeSettings, OriginSettings
from hub.origin.snapshot.indexer import Indexer
from hub.origin.snapshot.store import SnapshotStore
from hub.origin.verifying.judging import Presentation

GEORGIA = StateCode("GE")
BATCH = 100
FILE = "certificate.json"
GAS = 4_000_000
FREE = Fees(0, 0)
FIELDS = {
    "exporter.name": "Sample Orchards LLC",
    "exporter.address": "1 Example Street, Gori",
    "consignee.name": "Nümunə Ticarət MMC",
    "consignee.address": "Nümunə küçəsi 2, Bakı",
    "transport": "Lorry, Red Bridge",
    "destination_state": "AZ",
    "origin_state": "GE",
    "items.1.packages": "400 boxes",
    "items.1.description": "Fresh apples",
    "items.1.hs_code": "080810",
    "items.1.criterion": "P",
    "items.1.gross_mass_kg": "8400",
    "invoices.1.number": "SO-118",
}


@dataclass(frozen=True, slots=True)
class Consortium:
    """A registry of one state with one issuer; their keys live as long as this value."""

    folder: Path
    origin: OriginSettings
    issuer: MemorySigner

    def issue(self) -> AnchoredCertificate:
        """Anchor a batch in one transaction and give out one of its certificates."""
        registry = registry_of(self.origin)
        assert registry is not None
        ones = [_certificate(number) for number in range(BATCH)]
        keys = [secrets.token_bytes(16) for _ in ones]
        digests = [document_digest(one, key) for one, key in zip(ones, keys, strict=True)]
        leaves = [leaf_digest(registry, GEORGIA, place, digest) for place, digest in enumerate(digests)]
        tree, place = MerkleTree(leaves), secrets.randbelow(BATCH)
        node = _node(self.folder, registry)
        _send(node, self.issuer, encoded_call(AnchorBatch(tree.root, tree.count)), registry.address)
        node.close()
        return AnchoredCertificate(
            certificate=ones[place], key=keys[place], registry=registry, index=place, proof=tree.proof(place)
        )

    def index(self) -> None:
        """Keep on site what the chain says."""
        registry = registry_of(self.origin)
        assert registry is not None
        store = SnapshotStore(self.origin.snapshot, registry)
        indexer = Indexer(store, nodes_of(self.origin), index_terms_of(self.origin))
        indexer.catch_up()
        indexer.close()
        store.close()


def found(folder: Path) -> Consortium:
    """Make a chain, a registry on it, and list an issuer."""
    governor, issuer = (MemorySigner(secrets.token_bytes(32)) for _ in range(2))
    registry = RegistryPlace(CHAIN_ID, contract_address(governor.address, 0))
    node = _node(folder, registry)
    _send(node, governor, deployment({GEORGIA: governor.address}), b"")
    now = datetime.now(UTC)
    listing = ListAuthority(issuer.address, Role.ISSUER, now - timedelta(hours=1), now + timedelta(days=365))
    _send(node, governor, encoded_call(listing), registry.address)
    node.close()
    origin = OriginSettings(
        registry_chain_id=CHAIN_ID,
        registry_address="0x" + registry.address.hex(),
        nodes=(OriginNodeSettings(name="demo", url=f"file:{_chain(folder)}", state="GE"),),
        agree=1,
        snapshot=folder / "origin-snapshot.db",
    )
    return Consortium(folder, origin, issuer)


def settings_text(origin: OriginSettings) -> str:
    """Write what hub.toml says of it."""
    (node,) = origin.nodes
    return (
        f"\n[origin]\nregistry_chain_id = {origin.registry_chain_id}\n"
        f'registry_address = "{origin.registry_address}"\nagree = {origin.agree}\n'
        f'nodes = [{{ name = "{node.name}", url = "{node.url}", state = "{node.state}" }}]\n'
        f'snapshot = "{origin.snapshot}"\n'
    )


def show(consortium: Consortium, tell: Narrator) -> list[str]:
    """Verify one certificate in four situations; returns the verdicts."""
    document = consortium.issue()
    file = consortium.folder / FILE
    file.write_bytes(anchored_to_json(document))
    tell.tell(f"an authority anchors {BATCH} certificates in one transaction; one of them: {file}")
    cut = msgspec.structs.replace(consortium.origin, nodes=())
    verdicts = [
        _verify(consortium.origin, document, "as issued, by proof from the chain", tell),
        _verify(consortium.origin, _altered(document), "8400 kg altered to 9400 kg", tell),
        _verify(cut, document, "the line is cut and nothing is kept on site", tell),
    ]
    consortium.index()
    return [*verdicts, _verify(cut, document, "the line is cut, by the snapshot of the chain", tell)]


def _verify(origin: OriginSettings, document: AnchoredCertificate, what: str, tell: Narrator) -> str:
    verifier, presented = verifier_of(origin), Presentation(datetime.now(UTC))
    begun = time.perf_counter()
    verdict = verifier.verify(document, presented)
    ms = (time.perf_counter() - begun) * 1e3
    reasons = ", ".join(reason.ground for reason in verdict.reasons)
    tell.tell(f"{what}: {verdict.verdict.name.replace('_', ' ')} ({reasons}), {ms:.1f} ms")
    return verdict.verdict.name


def _altered(document: AnchoredCertificate) -> AnchoredCertificate:
    fields = document.certificate.fields | {"items.1.gross_mass_kg": "9400"}
    certificate = msgspec.structs.replace(document.certificate, fields=fields)
    return msgspec.structs.replace(document, certificate=certificate)


def _certificate(number: int) -> Certificate:
    return Certificate(
        form="ct-1",
        state=GEORGIA,
        number=f"GE-{number:06}",
        issued_on=datetime.now(UTC).date(),
        fields=FIELDS,
    )


def _chain(folder: Path) -> Path:
    return folder / "chain.db"


def _node(folder: Path, registry: RegistryPlace) -> EmbeddedNode:
    return EmbeddedNode("demo", _chain(folder), registry, lambda: datetime.now(UTC))


def _send(node: EmbeddedNode, signer: MemorySigner, data: bytes, to: bytes) -> None:
    transaction = Transaction(
        chain_id=CHAIN_ID, nonce=node.nonce(signer.address), fees=FREE, gas=GAS, to=to, data=data
    )
    node.send(signed(transaction, signer.sign(signing_digest(transaction))))

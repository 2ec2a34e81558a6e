"""Gas of the registry's calls on a real node, beside anchoring every certificate by itself."""

from itertools import count

from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.chain.calls import AnchorBatch, DrawDown, RegistryCall, SetStatus
from hub.origin.chain.facts import Status
from tests.benchmarks.measurement import Measurement, not_measured
from tests.hub.origin.certificate.samples import anchored
from tests.hub.origin.ethereum import CUSTOMS, GE, ISSUER, PROGRAM, Anvil, anvil

NAME = "origin_gas"
BATCH = 1000
SIZES = (1, 2, BATCH, 65_536, 2**20)
DECLARATION = b"\x0d" * 32


def run() -> Measurement:
    """Measure in gas for each certificate of a batch of 1,000; the other figures are in the notes."""
    if not PROGRAM.is_file():
        return not_measured(NAME, "gas", "no anvil: make setup installs it where npm is")
    with anvil() as chain:
        registry = chain.consortium()
        roots = count(1)
        batches = {size: _anchoring(chain, registry, next(roots), size) for size in SIZES}
        alone = [_anchoring(chain, registry, next(roots), 1) for _ in range(20)]
        acts = _acts(chain, registry)
    sizes = ", ".join(f"{size}: {gas}" for size, gas in batches.items())
    others = ", ".join(f"{name} {gas}" for name, gas in acts.items())
    notes = f"anchor by places {sizes}; {others}; reference: one transaction for each certificate"
    ours, reference = batches[BATCH] / BATCH, sum(alone) / len(alone)
    return Measurement(NAME, "gas", len(alone), ours, reference, notes)


def _anchoring(chain: Anvil, registry: RegistryPlace, number: int, places: int) -> int:
    root = number.to_bytes(2) * 16
    return chain.call(registry, ISSUER, AnchorBatch(root, places))


def _acts(chain: Anvil, registry: RegistryPlace) -> dict[str, int]:
    """Revoke and draw, the first time and the next in the same word or line."""
    document, tree = anchored(BATCH, 2, registry)
    chain.call(registry, ISSUER, AnchorBatch(tree.root, tree.count))
    place = (GE, tree.root, document.digest, document.index, document.proof)
    calls: dict[str, tuple[bytes, RegistryCall]] = {
        "draw-down first": (CUSTOMS, DrawDown(*place, 1, 0, 300_000_000, DECLARATION)),
        "draw-down next": (CUSTOMS, DrawDown(*place, 1, 300_000_000, 200_000_000, DECLARATION)),
        "revoke first": (ISSUER, SetStatus(tree.root, 2, Status.REVOKED, 1, DECLARATION)),
        "revoke next": (ISSUER, SetStatus(tree.root, 3, Status.REVOKED, 1)),
    }
    return {name: chain.call(registry, account, call) for name, (account, call) in calls.items()}

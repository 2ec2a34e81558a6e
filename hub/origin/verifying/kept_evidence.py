"""What a verdict rests on, as a file that anybody can check again without a chain. Pure.

It names the batch and the place, never the certificate's fields or its key.
"""

from datetime import datetime
from typing import Final, Literal

import msgspec

from hub.declarations.json_form import JsonReader
from hub.errors import FieldProblem, InvalidInputError
from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.certificate import StateCode
from hub.origin.chain.evidence import ProvenEvidence, facts_proven
from hub.origin.chain.facts import ChainFacts, Provenance, Question
from hub.origin.chain.state_proof import ProofError
from hub.origin.verifying.judging import Presentation
from hub.origin.verifying.verdict import Verification

SCHEMA: Final = "kechid/origin-evidence/1"


class KeptEvidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One verdict and the proof beneath it."""

    schema: Literal["kechid/origin-evidence/1"]
    state: str
    root: str
    """Of the batch, hexadecimal."""
    index: int
    drawn: dict[int, int]
    """By line: parts in 1,000,000,000 that the shipment needed."""
    presented_at: datetime
    verdict: str
    reasons: tuple[str, ...]
    proof: ProvenEvidence

    @property
    def question(self) -> Question:
        """What the proof answers."""
        place = RegistryPlace(self.proof.chain_id, bytes.fromhex(self.proof.registry))
        return Question(
            place, StateCode(self.state), bytes.fromhex(self.root), self.index, tuple(sorted(self.drawn))
        )


_READER = JsonReader(KeptEvidence)


def keep(document: AnchoredCertificate, presented: Presentation, found: Verification) -> KeptEvidence | None:
    """Put together what is kept; None: the verdict does not rest on a proof."""
    if found.provenance is not Provenance.PROVEN:
        return None
    return KeptEvidence(
        schema=SCHEMA,
        state=document.certificate.state,
        root=document.root.hex(),
        index=document.index,
        drawn=presented.drawn,
        presented_at=presented.at,
        verdict=found.verdict.name,
        reasons=tuple(reason.ground.value for reason in found.reasons),
        proof=msgspec.convert(found.evidence, ProvenEvidence),
    )


def read_kept(text: bytes) -> KeptEvidence:
    """Read the file; raises `InvalidInputError` naming each field that is wrong."""
    return _READER.read(text)


def recheck(kept: KeptEvidence, runtime_digest: bytes) -> ChainFacts:
    """Follow the proof from the block's hash to the values; raises `InvalidInputError` where it breaks.

    That the block is of the chain is what the named nodes said; that cannot be seen from a file.
    """
    try:
        return facts_proven(kept.proof, kept.question, runtime_digest)
    except (ProofError, ValueError) as error:
        raise InvalidInputError(FieldProblem("/proof", "refused", str(error)[:200])) from error

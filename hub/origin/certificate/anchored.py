"""A certificate with what confirms it: its key, its place in its batch, the way to the root. Pure."""

import msgspec

from hub.errors import FieldProblem, InvalidInputError
from hub.origin.anchoring.leaves import RegistryPlace, batch_key, leaf_digest
from hub.origin.anchoring.merkle import MOST_LEAVES, depth_of, root_of
from hub.origin.certificate.canonical import KEY_BYTES, document_digest
from hub.origin.certificate.certificate import Certificate


class AnchoredCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """What an exporter is given, on paper as a code, else as a file."""

    certificate: Certificate
    key: bytes
    """16 bytes; whoever has them may read and check every field."""
    registry: RegistryPlace
    index: int
    """Place in the batch, from 0."""
    proof: tuple[bytes, ...]
    """Neighbours from the leaf up, 32 bytes each."""

    def __post_init__(self) -> None:
        problems = []
        if len(self.key) != KEY_BYTES:
            problems.append(FieldProblem("/key", "out-of-range", f"has {KEY_BYTES} bytes"))
        if any(len(one) != 32 for one in self.proof) or len(self.proof) > depth_of(MOST_LEAVES):
            problems.append(FieldProblem("/proof", "invalid", "has at most 20 digests of 32 bytes"))
        elif not 0 <= self.index < 2 ** len(self.proof):
            problems.append(FieldProblem("/index", "out-of-range", "is no place of a batch with this proof"))
        if problems:
            raise InvalidInputError(*problems)

    @property
    def digest(self) -> bytes:
        """Of the document."""
        return document_digest(self.certificate, self.key)

    @property
    def root(self) -> bytes:
        """Of the batch, if nothing was altered; of none that was ever anchored, if something was."""
        leaf = leaf_digest(self.registry, self.certificate.state, self.index, self.digest)
        return root_of(leaf, self.index, self.proof)

    @property
    def batch(self) -> bytes:
        """What the registry would keep that batch under."""
        return batch_key(self.certificate.state, self.root)

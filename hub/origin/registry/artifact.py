"""What the registry's contract was built to; built anew, byte for byte, by a test."""

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

_FILE = "registry.json"


class Artifact(msgspec.Struct, frozen=True, kw_only=True):
    """The contract as it is deployed and called."""

    compiler: str
    """Name and version."""
    evm_version: str
    source_sha256: str
    abi: list[dict[str, Any]]
    storage_layout: dict[str, int]
    """Slot of each variable."""
    bytecode: bytes
    """What a deployment sends, without the constructor's arguments."""
    runtime_digest: bytes
    """Keccak-256 of the code that then stands at the address: what proofs of its values are held against."""


def encode(artifact: Artifact) -> str:
    """Write it as it is kept."""
    plain = msgspec.structs.asdict(artifact)
    plain |= {"bytecode": artifact.bytecode.hex(), "runtime_digest": artifact.runtime_digest.hex()}
    return msgspec.json.format(msgspec.json.encode(plain), indent=1).decode() + "\n"


@cache
def artifact() -> Artifact:
    """Read the one that belongs to this version of the program."""
    kept = msgspec.json.decode(files(__package__).joinpath(_FILE).read_bytes())
    kept["bytecode"] = bytes.fromhex(kept["bytecode"])
    kept["runtime_digest"] = bytes.fromhex(kept["runtime_digest"])
    return msgspec.convert(kept, Artifact)

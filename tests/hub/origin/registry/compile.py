"""``python -m tests.hub.origin.registry.compile``: builds the registry's contract, keeps what comes of it."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import vyper
from vyper.compiler import compile_code
from vyper.compiler.settings import Settings

from hub.origin import registry
from hub.origin.anchoring.keccak import keccak256
from hub.origin.registry.artifact import Artifact, encode

FOLDER = Path(registry.__file__).parent
SOURCE = FOLDER / "registry.vy"
EVM_VERSION = "shanghai"
OUTPUTS = ("abi", "layout", "bytecode", "bytecode_runtime")


def build() -> Artifact:
    """Compile the source that stands in the package."""
    source = SOURCE.read_text()
    built: dict[str, Any] = compile_code(
        source, output_formats=OUTPUTS, settings=Settings(evm_version=EVM_VERSION)
    )
    layout = built["layout"]["storage_layout"]
    return Artifact(
        compiler=f"vyper {vyper.__version__}",
        evm_version=EVM_VERSION,
        source_sha256=sha256(source.encode()).hexdigest(),
        abi=built["abi"],
        storage_layout={name: place["slot"] for name, place in layout.items()},
        bytecode=bytes.fromhex(built["bytecode"][2:]),
        runtime_digest=keccak256(bytes.fromhex(built["bytecode_runtime"][2:])),
    )


if __name__ == "__main__":
    (FOLDER / "registry.json").write_text(encode(build()))

"""Loading the chain's libraries must not let a nested text end the process."""

import subprocess
import sys

import pytest

NESTED = """
import json, sys
before = sys.getrecursionlimit()
import {module}
assert sys.getrecursionlimit() == before, sys.getrecursionlimit()
try:
    json.loads("[" * 100_000)
except RecursionError:
    print("refused")
"""


@pytest.mark.parametrize(
    "module",
    [
        "hub.origin.chain.web3_node",
        "hub.origin.chain.proven",
        "hub.origin.issuing.keystore_signer",
        "hub.origin.issuing.pkcs11_signer",
        "hub.__main__",
        "hub.api.application",
    ],
)
def test_a_nested_text_is_refused_and_ends_nothing(module: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", NESTED.format(module=module)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stdout.strip()) == (0, "refused"), run.stderr[-500:]

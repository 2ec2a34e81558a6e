"""What makes a new registry: its code, and the states that begin it (contract ABI). Pure."""

from collections.abc import Mapping

from hub.errors import FieldProblem, InvalidInputError
from hub.origin.certificate.certificate import StateCode
from hub.origin.registry.artifact import Artifact

GAS = 4_000_000
"""The deployment of three states takes 1.7 million."""
MOST_STATES = 64


def deployment_data(artifact: Artifact, governors: Mapping[StateCode, bytes]) -> bytes:
    """Return the data of the transaction that deploys it; raises `InvalidInputError`."""
    if not 1 <= len(governors) <= MOST_STATES:
        raise InvalidInputError(FieldProblem("/states", "out-of-range", f"1 to {MOST_STATES} states"))
    states = [state.encode("ascii").ljust(32, b"\0") for state in governors]
    accounts = [account.rjust(32, b"\0") for account in governors.values()]
    second = 32 * (3 + len(states))
    heads = (64).to_bytes(32) + second.to_bytes(32)
    return artifact.bytecode + heads + _array(states) + _array(accounts)


def _array(words: list[bytes]) -> bytes:
    return len(words).to_bytes(32) + b"".join(words)

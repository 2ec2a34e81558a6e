"""The registry's calls and logs as bytes (Ethereum's contract ABI). Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError

from hub.origin.anchoring.keccak import keccak256
from hub.origin.certificate.certificate import StateCode
from hub.origin.chain.calls import (
    AnchorBatch,
    AnchorSigned,
    DrawDown,
    ListAuthority,
    RegistryCall,
    SetStatus,
    StrikeAuthorities,
    Vote,
)
from hub.origin.chain.events import Anchored, AuthorityListed, DrawnDown, RegistryEvent, StatusChanged
from hub.origin.chain.facts import Role, Status
from hub.origin.registry.artifact import artifact
from hub.origin.registry.layout import time_of

NO_DIGEST = bytes(32)


class CodecError(ValueError):
    """Bytes that are none of the registry's."""


def encoded_call(call: RegistryCall) -> bytes:
    """Return the data of a transaction that makes the call."""
    name, arguments = _CALLS[type(call)](call)
    types = [one["type"] for one in _parts("function", name)]
    return _selector(name, types) + encode(types, arguments)


def deployment(states: Mapping[StateCode, bytes]) -> bytes:
    """Return the data that makes a registry of these states and their governors' addresses."""
    names = [state.encode("ascii") for state in states]
    return artifact().bytecode + encode(["bytes2[]", "address[]"], [names, list(states.values())])


def decoded_log(topics: Sequence[bytes], data: bytes) -> RegistryEvent | None:
    """Read a log; None: one of the registry's that nobody here needs. Raises `CodecError`."""
    name = _NAMES.get(topics[0]) if topics else None
    if name is None:
        raise CodecError("a log that the registry does not write")
    parts = _parts("event", name)
    shown = [one for one in parts if one["indexed"]]
    hidden = [one for one in parts if not one["indexed"]]
    if len(shown) != len(topics) - 1:
        raise CodecError(f"{name}: {len(topics) - 1} topics instead of {len(shown)}")
    try:
        values = {
            one["name"]: decode([one["type"]], topic)[0] for one, topic in zip(shown, topics[1:], strict=True)
        }
        values |= zip(
            (one["name"] for one in hidden), decode([one["type"] for one in hidden], data), strict=True
        )
    except (DecodingError, OverflowError) as error:
        raise CodecError(f"{name}: {type(error).__name__}") from error
    return _EVENTS[name](values) if name in _EVENTS else None


def revert_words(data: bytes) -> str:
    """Return why the contract refused, in its own words; empty: it said nothing."""
    if data[:4] != _ERROR:
        return ""
    try:
        return str(decode(["string"], data[4:])[0])
    except (DecodingError, OverflowError):
        return ""


def _selector(name: str, types: Sequence[str]) -> bytes:
    return keccak256(f"{name}({','.join(types)})".encode())[:4]


def _parts(kind: str, name: str) -> list[dict[str, Any]]:
    found = next(one for one in artifact().abi if one["type"] == kind and one["name"] == name)
    parts: list[dict[str, Any]] = found["inputs"]
    return parts


def _topic(event: Mapping[str, Any]) -> bytes:
    return keccak256(f"{event['name']}({','.join(one['type'] for one in event['inputs'])})".encode())


def _address(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def _state(value: bytes) -> StateCode:
    return StateCode(value.decode("ascii", "replace"))


def _listed(values: Mapping[str, Any]) -> AuthorityListed:
    return AuthorityListed(
        _state(values["state"]),
        _address(values["account"]),
        Role(values["roles"] & (Role.ISSUER | Role.CUSTOMS)),
        time_of(values["valid_from"]),
        time_of(values["valid_until"]),
    )


def _changed(values: Mapping[str, Any]) -> StatusChanged:
    if values["status"] not in tuple(Status):
        raise CodecError(f"StatusChanged: status {values['status']}")
    replaced_by = b"" if values["replaced_by"] == NO_DIGEST else values["replaced_by"]
    status = Status(values["status"])
    return StatusChanged(values["batch"], values["index"], status, values["reason"], replaced_by)


def _drawn(values: Mapping[str, Any]) -> DrawnDown:
    place = (values["batch"], values["index"], values["line"])
    amounts = (values["used"], values["parts"])
    return DrawnDown(*place, *amounts, values["declaration"], _address(values["customs"]))


def _anchored(values: Mapping[str, Any]) -> Anchored:
    return Anchored(_state(values["state"]), values["root"], _address(values["issuer"]), values["count"])


def _seconds(call: ListAuthority) -> tuple[int, int]:
    return int(call.valid_from.timestamp()), int(call.valid_until.timestamp())


def _signed(call: AnchorSigned) -> tuple[object, ...]:
    r, s, v = call.signature[:32], call.signature[32:64], call.signature[64]
    deadline = int(call.deadline.timestamp())
    return call.root, call.count, deadline, v, int.from_bytes(r), int.from_bytes(s)


def _status(call: SetStatus) -> tuple[object, ...]:
    return call.root, call.index, int(call.status), call.reason_code, call.replaced_by or NO_DIGEST


def _draw(call: DrawDown) -> tuple[object, ...]:
    place = (call.state.encode("ascii"), call.root, call.digest, call.index, list(call.proof))
    return *place, call.line, call.expected, call.parts, call.declaration


_CALLS: dict[type, Callable[[Any], tuple[str, tuple[object, ...]]]] = {
    Vote: lambda call: ("vote", (call.state.encode("ascii"), call.governor or bytes(20))),
    ListAuthority: lambda call: ("list_authority", (call.account, int(call.roles), *_seconds(call))),
    StrikeAuthorities: lambda call: ("strike", (list(call.accounts),)),
    AnchorBatch: lambda call: ("anchor", (call.root, call.count)),
    AnchorSigned: lambda call: ("anchor_signed", _signed(call)),
    SetStatus: lambda call: ("set_status", _status(call)),
    DrawDown: lambda call: ("draw_down", _draw(call)),
}
_EVENTS: dict[str, Callable[[Mapping[str, Any]], RegistryEvent]] = {
    "Anchored": _anchored,
    "AuthorityListed": _listed,
    "StatusChanged": _changed,
    "DrawnDown": _drawn,
}
_NAMES = {_topic(one): str(one["name"]) for one in artifact().abi if one["type"] == "event"}
_ERROR = _selector("Error", ["string"])

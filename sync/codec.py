"""Turns messages into bytes and back; JSON on topics, compressed where it is large."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeVar

import msgspec
import zstandard

from sync.errors import MessageError, SyncError
from sync.identifiers import require_name
from sync.messages import (
    SCHEMA,
    Acknowledgement,
    Command,
    DeviceState,
    EventBody,
    Message,
    WatchlistManifest,
    WatchlistWithdrawal,
)
from sync.watchlist_package import WatchlistPackage

MAX_BATCH_BYTES: Final = 8 << 20
"""Of a batch once decompressed; the outbox sends far less."""
MAX_CONTROL_BYTES: Final = 64 << 10
"""Of an acknowledgement, a state, a command, a manifest or a withdrawal."""
MAX_PACKAGE_BYTES: Final = 1 << 30
"""Of a watchlist package once decompressed."""

MAX_VERSION: Final = (1 << 31) - 1
"""Of a list; the hub's store holds no higher one."""

T = TypeVar("T")
Control = TypeVar("Control", bound=msgspec.Struct)


class _Schema(msgspec.Struct, frozen=True):
    schema: str = ""


_schemas = msgspec.json.Decoder(_Schema)
_WITHDRAWAL_SCHEMA: Final = "kechid.watchlist-withdrawal/1"
_batches = msgspec.json.Decoder(tuple[Message, ...])
_bodies: msgspec.json.Decoder[EventBody] = msgspec.json.Decoder(EventBody)
_acknowledgements = msgspec.json.Decoder(Acknowledgement)
_states = msgspec.json.Decoder(DeviceState)
_commands = msgspec.json.Decoder(Command)
_manifests = msgspec.json.Decoder(WatchlistManifest)
_withdrawals = msgspec.json.Decoder(WatchlistWithdrawal)
_packages = msgspec.msgpack.Decoder(WatchlistPackage)


def encode_body(body: EventBody) -> bytes:
    """Encode a body as JSON; raises `MessageError` when the hub could not read it back (NaN, naive time)."""
    try:
        data = msgspec.json.encode(body)
    except (TypeError, ValueError) as error:
        raise MessageError(f"{type(body).__name__}: {error}") from error
    decode_body(data)
    return data


def decode_body(data: bytes) -> EventBody:
    """Decode one body; raises `MessageError` naming the field."""
    body = _decode(_bodies, data, "body")
    _require_aware(body, type(body).__name__)
    return body


def encode_batch(messages: Sequence[Message]) -> bytes:
    """Encode messages as one compressed JSON array."""
    return _compress(msgspec.json.encode(messages))


def decode_batch(
    data: bytes, *, device_id: str | None = None, max_size: int = MAX_BATCH_BYTES
) -> tuple[Message, ...]:
    """Decode a batch, all or nothing; `device_id` demands that every message is that device's.

    Raises `MessageError` naming message and field, also when the batch would be larger than `max_size` bytes.
    """
    messages = _decode(_batches, _decompress(data, max_size, "batch"), "batch")
    for index, message in enumerate(messages):
        _require_valid(message, f"batch: [{index}]", device_id)
    return messages


def encode_acknowledgement(acknowledgement: Acknowledgement) -> bytes:
    """Encode an acknowledgement as JSON."""
    return msgspec.json.encode(acknowledgement)


def decode_acknowledgement(data: bytes) -> Acknowledgement:
    """Decode an acknowledgement; raises `MessageError` naming the field."""
    acknowledgement = _decode_control(_acknowledgements, data, "acknowledgement")
    if any(seq < 0 for seq in acknowledgement.upto.values()):
        raise MessageError("acknowledgement: upto: below zero")
    return acknowledgement


def encode_device_state(state: DeviceState) -> bytes:
    """Encode a birth or will as JSON."""
    return msgspec.json.encode(state)


def decode_device_state(data: bytes) -> DeviceState:
    """Decode a birth or will; raises `MessageError` naming the field."""
    return _decode_control(_states, data, "device state")


def encode_command(command: Command) -> bytes:
    """Encode a command as JSON."""
    return msgspec.json.encode(command)


def decode_command(data: bytes) -> Command:
    """Decode a command; raises `MessageError` naming the field."""
    command = _decode_control(_commands, data, "command")
    _require_name(command.command_id, "command: command_id")
    return command


def encode_manifest(manifest: WatchlistManifest) -> bytes:
    """Encode a manifest as JSON."""
    return msgspec.json.encode(manifest)


def decode_manifest(data: bytes) -> WatchlistManifest:
    """Decode a manifest; raises `MessageError` naming the field. It says nothing about the signature."""
    manifest = _decode_control(_manifests, data, "manifest")
    _require_name(manifest.list_id, "manifest: list_id")
    if manifest.version < 1 or manifest.package_size < 1:
        raise MessageError("manifest: version and package_size start at 1")
    return manifest


def encode_withdrawal(withdrawal: WatchlistWithdrawal) -> bytes:
    """Encode a withdrawal as JSON."""
    return msgspec.json.encode(withdrawal)


def decode_withdrawal(data: bytes) -> WatchlistWithdrawal:
    """Decode a withdrawal; raises `MessageError` naming the field. It says nothing about the signature."""
    withdrawal = _decode_control(_withdrawals, data, "withdrawal")
    _require_name(withdrawal.list_id, "withdrawal: list_id")
    if not 1 <= withdrawal.version <= MAX_VERSION:
        raise MessageError(f"withdrawal: version: {withdrawal.version} is not in 1 to {MAX_VERSION}")
    return withdrawal


def decode_announcement(data: bytes) -> WatchlistManifest | WatchlistWithdrawal:
    """Decode what stands on a manifest topic, by its `schema`; raises `MessageError` naming the field."""
    if (
        len(data) <= MAX_CONTROL_BYTES
        and _decode(_schemas, data, "announcement").schema == _WITHDRAWAL_SCHEMA
    ):
        return decode_withdrawal(data)
    return decode_manifest(data)


def encode_package(package: WatchlistPackage) -> bytes:
    """Encode a package as compressed MessagePack."""
    return _compress(msgspec.msgpack.encode(package))


def decode_package(data: bytes, *, max_size: int = MAX_PACKAGE_BYTES) -> WatchlistPackage:
    """Decode a package; raises `MessageError` naming the field, also when larger than `max_size` bytes."""
    package = _decode(_packages, _decompress(data, max_size, "package"), "package")
    _require_schema(package, "package")
    _require_name(package.list_id, "package: list_id")
    return package


def _compress(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3, write_checksum=True, write_content_size=True).compress(data)


def _decompress(data: bytes, max_size: int, what: str) -> bytes:
    """Decompress one frame that states its size; one that lies about it is refused: memory is bounded."""
    try:
        size = zstandard.frame_content_size(data)
        if size < 0:
            raise MessageError(f"{what}: the compressed frame does not state its size")
        if size > max_size:
            raise MessageError(f"{what}: {size} bytes, at most {max_size} allowed")
        content: bytes = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompress(
            data, allow_extra_data=False
        )
    except zstandard.ZstdError as error:
        raise MessageError(f"{what}: not a zstd frame ({error})") from error
    return content


def _decode_control(decoder: msgspec.json.Decoder[Control], data: bytes, what: str) -> Control:
    if len(data) > MAX_CONTROL_BYTES:
        raise MessageError(f"{what}: {len(data)} bytes, at most {MAX_CONTROL_BYTES} allowed")
    value = _decode(decoder, data, what)
    _require_schema(value, what)
    _require_aware(value, what)
    return value


def _decode(decoder: msgspec.json.Decoder[T] | msgspec.msgpack.Decoder[T], data: bytes, what: str) -> T:
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        reason, _, where = str(error).partition(" - at ")
        field = where.strip("`").removeprefix("$").removeprefix(".")
        raise MessageError(f"{what}: {field + ': ' if field else ''}{reason}") from error


def _require_valid(message: Message, where: str, device_id: str | None) -> None:
    if message.schema != SCHEMA:
        raise MessageError(f"{where}.schema: {message.schema!r} is not {SCHEMA!r}")
    if message.seq < 1:
        raise MessageError(f"{where}.seq: {message.seq} is below 1")
    _require_name(message.device_id, f"{where}.device_id")
    if device_id is not None and message.device_id != device_id:
        raise MessageError(f"{where}.device_id: {message.device_id!r} in a batch of {device_id!r}")
    _require_aware(message, where)
    _require_aware(message.body, f"{where}.body")


def _require_schema(value: msgspec.Struct, what: str) -> None:
    found = getattr(value, "schema", None)
    expected = {field.name: field.default for field in msgspec.structs.fields(value)}["schema"]
    if found != expected:
        raise MessageError(f"{what}: schema: {found!r} is not {expected!r}")


def _require_aware(value: object, where: str) -> None:
    """Refuse a time without its offset: two machines would read it differently."""
    for name in getattr(value, "__struct_fields__", ()):
        field = getattr(value, name)
        if isinstance(field, datetime) and field.tzinfo is None:
            raise MessageError(f"{where}.{name}: time without an offset")


def _require_name(value: str, where: str) -> None:
    try:
        require_name(value, "identifier")
    except SyncError as error:
        raise MessageError(f"{where}: {error}") from error

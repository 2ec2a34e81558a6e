"""Reads a TOML file into one frozen settings tree; errors name file, line and key."""

import re
import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from sync.errors import SyncError

T = TypeVar("T")


class SettingsError(SyncError):
    """A settings file that cannot be used; one line: file, line, key, reason."""


def read_settings(path: Path, kind: type[T]) -> T:
    """Read `path` into `kind`, a `msgspec.Struct` that should forbid unknown fields.

    Raises `SettingsError` when the file is missing, is not TOML, or has a wrong or unknown key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise SettingsError(f"{path}: {reason}") from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: {error}") from error
    try:
        return msgspec.convert(document, kind, strict=True, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{path}: {_locate(text, str(error))}") from error


def _decode(kind: type[object], value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise TypeError(f"Expected `{kind.__name__}`, got `{type(value).__name__}`")


def _locate(text: str, message: str) -> str:
    """Turn msgspec's ``... - at `$.device.id` `` into ``line 3, device.id: ...``."""
    reason, _, where = message.partition(" - at ")
    keys = re.findall(r"[A-Za-z_][\w-]*", where)
    unknown = re.search(r"unknown field `([^`]+)`", reason) or re.search(
        r"missing required field `([^`]+)`", reason
    )
    if unknown:
        keys.append(unknown.group(1))
    line = _line_of(text, keys)
    return f"{f'line {line}, ' if line else ''}{'.'.join(keys) or 'document'}: {reason}"


def _line_of(text: str, keys: list[str]) -> int | None:
    """Find the line of the last key that stands in the text, walking down the path; None when none does."""
    found, start = None, 0
    lines = text.splitlines()
    for key in keys:
        pattern = re.compile(
            rf"^\s*(?:\[+[^\]]*\b{re.escape(key)}\b[^\]]*\]|[\"']?{re.escape(key)}[\"']?\s*=)"
        )
        for number in range(start, len(lines)):
            if pattern.match(lines[number]):
                found, start = number + 1, number
                break
    return found

"""The digest of a certificate: over salted digests of its fields, so that each may be shown alone. Pure.

    salt    = first 16 bytes of HMAC-SHA-256(key, path)
    field   = SHA-256(0x03 | salt | length of path, 2 bytes | path | length of value, 4 bytes | value)
    digest  = SHA-256(0x02 | number of fields, 4 bytes | fields in the order of their paths)

One key of 16 bytes opens all; one salt opens one field. Without a salt a field of few possible values could
be guessed from its digest. Lengths are big-endian, texts are UTF-8 in Unicode's form C.
"""

import hmac
from collections.abc import Iterable, Mapping
from hashlib import sha256

import msgspec

from hub.errors import FieldProblem, InvalidInputError
from hub.origin.certificate.certificate import Certificate, statements

KEY_BYTES = 16
SALT_BYTES = 16
_DOCUMENT, _FIELD = b"\x02", b"\x03"


class ShownField(msgspec.Struct, frozen=True):
    """A field that may be read, with its salt."""

    path: str
    value: str
    salt: bytes


class Disclosure(msgspec.Struct, frozen=True):
    """A part of a certificate, checkable against the digest of the whole."""

    shown: dict[int, ShownField]
    """By place in the order of paths."""
    hidden: dict[int, bytes]
    """Digests of the other fields, by place."""


def document_digest(certificate: Certificate, key: bytes) -> bytes:
    """Return the 32 bytes that stand for the certificate; raises `ValueError` for a key of another length."""
    return _digest(field_digest(path, value, salt_of(key, path)) for path, value in statements(certificate))


def salt_of(key: bytes, path: str) -> bytes:
    """Return the salt of a field: 16 bytes."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a certificate's key has {KEY_BYTES} bytes, this has {len(key)}")
    return hmac.digest(key, path.encode(), "sha256")[:SALT_BYTES]


def field_digest(path: str, value: str, salt: bytes) -> bytes:
    """Return the 32 bytes of one field."""
    name, text = path.encode(), value.encode()
    parts = (_FIELD, salt, len(name).to_bytes(2), name, len(text).to_bytes(4), text)
    return sha256(b"".join(parts)).digest()


def disclose(certificate: Certificate, key: bytes, paths: Iterable[str]) -> Disclosure:
    """Show only these fields; raises `InvalidInputError` for a path that the certificate has not."""
    wanted, stated = set(paths), statements(certificate)
    unknown = wanted - {path for path, _ in stated}
    if unknown:
        problems = (
            FieldProblem(f"/{path[:200]}", "unknown-field", "no such field") for path in sorted(unknown)
        )
        raise InvalidInputError(*problems)
    shown, hidden = {}, {}
    for place, (path, value) in enumerate(stated):
        salt = salt_of(key, path)
        if path in wanted:
            shown[place] = ShownField(path, value, salt)
        else:
            hidden[place] = field_digest(path, value, salt)
    return Disclosure(shown, hidden)


def disclosed_digest(disclosure: Disclosure) -> bytes:
    """Return the digest of the whole that the part was taken of; raises `InvalidInputError` for gaps."""
    digests: Mapping[int, bytes] = disclosure.hidden | {
        place: field_digest(one.path, one.value, one.salt) for place, one in disclosure.shown.items()
    }
    if set(digests) != set(range(len(disclosure.shown) + len(disclosure.hidden))):
        raise InvalidInputError(FieldProblem("/hidden", "invalid", "a place is missing or stands twice"))
    if any(len(digest) != 32 for digest in digests.values()):
        raise InvalidInputError(FieldProblem("/hidden", "invalid", "a digest has 32 bytes"))
    return _digest(digests[place] for place in range(len(digests)))


def _digest(fields: Iterable[bytes]) -> bytes:
    digests = tuple(fields)
    return sha256(b"".join((_DOCUMENT, len(digests).to_bytes(4), *digests))).digest()

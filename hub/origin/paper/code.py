"""The text of the code on paper: a whole certificate with what confirms it, readable without a network. Pure.

    KCO1:<body>                             one code
    KCO1.<part>.<parts>.<check>:<piece>     one of several, a sheet each; the check binds them together

The body is CBOR (RFC 8949), deflated (RFC 1950), in base 45 (RFC 9285), which a QR code holds at 5.5 bits a
sign. Names of fields are numbers of the list below; a code that any other program would write differently is
refused.
"""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256

import base45
import cbor2
import msgspec

from hub.errors import FieldProblem, InvalidInputError
from hub.origin.anchoring.leaves import ADDRESS_BYTES, RegistryPlace
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.certificate import MOST_FIELDS, Certificate, StateCode
from hub.origin.certificate.paths import path_in_row, place_of

PREFIX = "KCO1"
MOST_SIGNS = 1800
"""In one code: version 29 of QR at level M, 0.42 mm a module on 58 mm."""
MOST_PARTS = 20
MOST_BYTES = 256 << 10
"""Of what a code unpacks to."""
_VERSION = 1
_FIRST_DAY = date(2000, 1, 1).toordinal()
_ONE = re.compile(r"KCO1:([0-9A-Z $%*+./:-]+)")
_PART = re.compile(r"KCO1\.([1-9][0-9]?)\.([1-9][0-9]?)\.([0-9A-F]{8}):([0-9A-Z $%*+./:-]*)")
_MISTYPED = re.compile(r"(?!KCO1[:.])[^\W\d_]{3}1.")
"""As a code begins whose letters a keyboard of another language or Caps Lock has changed."""
_FIELDS = (
    "exporter.name",
    "exporter.address",
    "exporter.id",
    "consignee.name",
    "consignee.address",
    "consignee.id",
    "transport",
    "destination_state",
    "origin_state",
    "remarks",
    "retrospective",
    "replaces",
    "duplicate_of",
    "endorsement.place",
    "declaration.place",
    "declaration.date",
    "items.N.marks",
    "items.N.packages",
    "items.N.description",
    "items.N.hs_code",
    "items.N.criterion",
    "items.N.gross_mass_kg",
    "items.N.net_mass_kg",
    "items.N.quantity",
    "items.N.unit",
    "invoices.N.number",
    "invoices.N.date",
)
"""By number; papers in use depend on it: add at the end only."""
_NUMBERS = {pattern: number for number, pattern in enumerate(_FIELDS)}
_Values = dict[int | str, str | list[str | None]]


class _Packed(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the CBOR says, in this order."""

    version: int
    form: str
    state: str
    number: str
    day: int
    key: bytes
    chain_id: int
    address: bytes
    index: int
    proof: bytes
    fields: _Values


def code_of(document: AnchoredCertificate, parts: int = 1) -> tuple[str, ...]:
    """Write it for so many sheets; raises `InvalidInputError` when a sheet's code would be too dense."""
    body = _body(document)
    size = -(-len(body) // parts)
    # No three signs end with a space, which people and programs cut off.
    size += -size % 3
    if size > MOST_SIGNS or parts > MOST_PARTS:
        detail = f"takes {len(body)} signs, {parts} sheets have room for {parts * MOST_SIGNS}"
        raise InvalidInputError(FieldProblem("/fields", "too-long", detail))
    if parts == 1:
        return (f"{PREFIX}:{body}",)
    pieces = [body[place * size : (place + 1) * size] for place in range(parts)]
    check = _check(body)
    return tuple(f"{PREFIX}.{place}.{parts}.{check}:{piece}" for place, piece in enumerate(pieces, start=1))


def sheets_needed(document: AnchoredCertificate) -> int:
    """Return how many codes it takes so that each can be read from paper."""
    return -(-len(_body(document)) // MOST_SIGNS)


def read_code(texts: Sequence[str]) -> AnchoredCertificate:
    """Read it from all codes of its sheets, in any order; raises `InvalidInputError` saying what is wrong."""
    body = _joined(texts)
    packed = _unpacked(body)
    document = _document(packed)
    if _packed(document) != _inflated(body):
        raise _refused("not-canonical", "is not written as certificates are written")
    return document


def sheet_of(text: str) -> tuple[int, int] | None:
    """Return which sheet of how many a code stands on, from 0; None: it is no certificate's code."""
    if _ONE.fullmatch(text):
        return 0, 1
    found = _PART.fullmatch(text)
    return (int(found[1]) - 1, int(found[2])) if found and int(found[1]) <= int(found[2]) else None


def _check(body: str) -> str:
    return sha256(body.encode("ascii")).hexdigest()[:8].upper()


def _refused(code: str, detail: str) -> InvalidInputError:
    return InvalidInputError(FieldProblem("", code, detail))


def _joined(texts: Sequence[str]) -> str:
    whole = {found[1] for text in texts if (found := _ONE.fullmatch(text))}
    pieces = [found for text in texts if (found := _PART.fullmatch(text))]
    if len(whole) + bool(pieces) > 1:
        raise _refused("several-certificates", "codes of several certificates")
    if whole:
        return whole.pop()
    if not pieces and any(_MISTYPED.match(text) for text in texts):
        raise _refused("other-keyboard", "was typed by a keyboard of another language, or with Caps Lock")
    if not pieces:
        raise _refused("not-a-code", "is no code of a certificate of origin")
    return _assembled(pieces)


def _assembled(pieces: Sequence[re.Match[str]]) -> str:
    if len({(piece[2], piece[3]) for piece in pieces}) > 1:
        raise _refused("several-certificates", "sheets of several certificates")
    by_place = {int(piece[1]): piece[4] for piece in pieces}
    missing = sorted(set(range(1, int(pieces[0][2]) + 1)) - set(by_place))
    if missing:
        raise _refused("missing-sheet", f"sheet {missing[0]} of {pieces[0][2]} is missing")
    body = "".join(by_place[place] for place in sorted(by_place))
    if _check(body) != pieces[0][3]:
        raise _refused("damaged", "the sheets do not belong together")
    return body


def _body(document: AnchoredCertificate) -> str:
    encoded: bytes = base45.b45encode(zlib.compress(_packed(document), 9))
    return encoded.decode("ascii")


def _packed(document: AnchoredCertificate) -> bytes:
    one = document.certificate
    packed = _Packed(
        _VERSION,
        one.form,
        one.state,
        one.number,
        one.issued_on.toordinal() - _FIRST_DAY,
        document.key,
        document.registry.chain_id,
        document.registry.address,
        document.index,
        b"".join(document.proof),
        _values(one.fields),
    )
    return cbor2.dumps(list(msgspec.structs.astuple(packed)), canonical=True)


def _values(fields: Mapping[str, str]) -> _Values:
    """Give fields by number; those with rows as lists with a gap for each row that is missing."""
    values: _Values = {}
    for path in sorted(fields, key=lambda path: (place_of(path).row or 0, path)):
        place = place_of(path)
        number = _NUMBERS.get(place.pattern)
        if number is None:
            values[path] = fields[path]
        elif place.row is None:
            values[number] = fields[path]
        else:
            rows = values.setdefault(number, [])
            assert isinstance(rows, list)  # noqa: S101 - a pattern either has rows or has none
            rows += [None] * (place.row - 1 - len(rows)) + [fields[path]]
    return values


def _inflated(body: str) -> bytes:
    try:
        inflater = zlib.decompressobj()
        data = inflater.decompress(base45.b45decode(body), MOST_BYTES)
    except (ValueError, zlib.error):
        raise _refused("damaged", "cannot be unpacked") from None
    if inflater.unconsumed_tail:
        raise _refused("too-long", f"unpacks to more than {MOST_BYTES} bytes")
    if not inflater.eof or inflater.unused_data:
        raise _refused("damaged", "ends too early or goes on after its end")
    return data


def _unpacked(body: str) -> _Packed:
    try:
        packed = msgspec.convert(cbor2.loads(_inflated(body)), _Packed, strict=True)
    except (cbor2.CBORError, msgspec.ValidationError, ValueError, TypeError, RecursionError):
        raise _refused("invalid", "does not say what a certificate says") from None
    if packed.version != _VERSION:
        raise _refused("other-version", f"is of version {packed.version}, not {_VERSION}")
    return packed


def _document(packed: _Packed) -> AnchoredCertificate:
    if len(packed.address) != ADDRESS_BYTES or not 0 < packed.chain_id < 2**64:
        raise _refused("invalid", "names no registry")
    return AnchoredCertificate(
        certificate=Certificate(
            form=packed.form,
            state=StateCode(packed.state),
            number=packed.number,
            issued_on=_day(packed.day),
            fields=dict(_fields(packed.fields)),
        ),
        key=packed.key,
        registry=RegistryPlace(packed.chain_id, packed.address),
        index=packed.index,
        proof=tuple(packed.proof[place : place + 32] for place in range(0, len(packed.proof), 32)),
    )


def _day(days: int) -> date:
    try:
        return date.fromordinal(_FIRST_DAY + days)
    except (ValueError, OverflowError):
        raise _refused("invalid", "has no day of issue") from None


def _fields(values: _Values) -> Iterator[tuple[str, str]]:
    if len(values) > MOST_FIELDS:
        raise _refused("too-long", f"has more than {MOST_FIELDS} fields")
    for name, value in values.items():
        if isinstance(name, int) and not 0 <= name < len(_FIELDS):
            raise _refused("invalid", f"field {name} is none of ours")
        pattern = name if isinstance(name, str) else _FIELDS[name]
        if isinstance(value, str):
            yield pattern, value
        else:
            rows = enumerate(value, start=1)
            yield from ((path_in_row(pattern, row), one) for row, one in rows if one is not None)

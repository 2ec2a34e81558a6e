"""The file of a certificate with what confirms it: JSON, bytes as hexadecimal digits. Pure."""

import re
from datetime import date
from typing import Final, Literal

import msgspec

from hub.declarations.json_form import JsonReader
from hub.errors import FieldProblem, InvalidInputError
from hub.origin.anchoring.leaves import ADDRESS_BYTES, RegistryPlace
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.certificate import Certificate, StateCode

SCHEMA: Final = "kechid/anchored-certificate/1"
MOST_BYTES = 4 << 20
_HEX = re.compile(r"([0-9a-f]{2})*")


class _CertificateForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    form: str
    state: str
    number: str
    issued_on: date
    fields: dict[str, str]


class _RegistryForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    chain_id: int
    address: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: Literal["kechid/anchored-certificate/1"]
    certificate: _CertificateForm
    key: str
    registry: _RegistryForm
    index: int
    proof: list[str]


_READER = JsonReader(_File)


def anchored_to_json(document: AnchoredCertificate) -> bytes:
    """Write the file; the same certificate always gives the same bytes."""
    one = document.certificate
    form = _CertificateForm(one.form, one.state, one.number, one.issued_on, dict(sorted(one.fields.items())))
    registry = _RegistryForm(document.registry.chain_id, document.registry.address.hex())
    proof = [digest.hex() for digest in document.proof]
    file = _File(SCHEMA, form, document.key.hex(), registry, document.index, proof)
    return msgspec.json.format(msgspec.json.encode(file)) + b"\n"


def anchored_from_json(text: bytes) -> AnchoredCertificate:
    """Read the file; raises `InvalidInputError` naming each field that is wrong."""
    if len(text) > MOST_BYTES:
        raise InvalidInputError(FieldProblem("", "too-long", f"has more than {MOST_BYTES} bytes"))
    file = _READER.read(text)
    key = _bytes("/key", file.key)
    proof = tuple(_bytes(f"/proof/{place}", digest) for place, digest in enumerate(file.proof))
    return AnchoredCertificate(
        certificate=_certificate(file.certificate),
        key=key,
        registry=_registry(file.registry),
        index=file.index,
        proof=proof,
    )


def _certificate(form: _CertificateForm) -> Certificate:
    try:
        return Certificate(
            form=form.form,
            state=StateCode(form.state),
            number=form.number,
            issued_on=form.issued_on,
            fields=form.fields,
        )
    except InvalidInputError as error:
        inside = (FieldProblem(f"/certificate{one.pointer}", one.code, one.detail) for one in error.problems)
        raise InvalidInputError(*inside) from None


def _registry(form: _RegistryForm) -> RegistryPlace:
    address = _bytes("/registry/address", form.address)
    if len(address) != ADDRESS_BYTES:
        problem = FieldProblem("/registry/address", "out-of-range", f"has {ADDRESS_BYTES} bytes")
        raise InvalidInputError(problem)
    if not 0 < form.chain_id < 2**64:
        problem = FieldProblem("/registry/chain_id", "out-of-range", f"{form.chain_id} is no chain's number")
        raise InvalidInputError(problem)
    return RegistryPlace(form.chain_id, address)


def _bytes(pointer: str, digits: str) -> bytes:
    if not _HEX.fullmatch(digits):
        detail = f"{digits[:40]!r} is not hexadecimal digits in lower case, two for each byte"
        raise InvalidInputError(FieldProblem(pointer, "invalid", detail))
    return bytes.fromhex(digits)

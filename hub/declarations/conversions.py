"""Any form of a declaration to any other, by way of the low-value data set. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

from hub.declarations.checking import LOW_VALUE_MARKS
from hub.declarations.conversion import Conversion, ConversionReport
from hub.declarations.declaration import Declaration
from hub.declarations.full_conversion import FROM_FULL, INTO_FULL
from hub.declarations.json_form import JsonReader
from hub.declarations.low_value import LowValueDeclaration
from hub.declarations.postal.converting import from_postal, into_postal
from hub.declarations.postal.forms import Cn22, Cn23, Itmatt, PostalForm
from hub.declarations.wco.documents import declaration_document, read_declaration
from hub.declarations.wco.writing import write_document
from hub.errors import FieldProblem, InvalidInputError

AnyForm: TypeAlias = LowValueDeclaration | Declaration | PostalForm


class FormName(StrEnum):
    """The forms, by the name that a person writes."""

    LOW_VALUE = "low-value"
    FULL = "full"
    """The full data set as JSON."""
    WCO_XML = "wco-xml"
    """The full data set as a WCO document."""
    CN22 = "cn22"
    CN23 = "cn23"
    ITMATT = "itmatt"


class Step(msgspec.Struct, frozen=True):
    """One conversion on the way; its notes point into its own source or target."""

    source: FormName
    target: FormName
    report: ConversionReport


class Converted(msgspec.Struct, frozen=True):
    """What came out."""

    content: bytes
    steps: tuple[Step, ...]
    """None, one, or two by way of the low-value data set."""


_READERS: Mapping[FormName, JsonReader[Any]] = {
    FormName.LOW_VALUE: JsonReader(LowValueDeclaration),
    FormName.FULL: JsonReader(Declaration),
    FormName.CN22: JsonReader(Cn22),
    FormName.CN23: JsonReader(Cn23),
    FormName.ITMATT: JsonReader(Itmatt),
}
_FROM: Mapping[FormName, Conversion[Any, LowValueDeclaration]] = {
    FormName.FULL: FROM_FULL,
    FormName.CN22: from_postal(Cn22),
    FormName.CN23: from_postal(Cn23),
    FormName.ITMATT: from_postal(Itmatt),
}
_INTO: Mapping[FormName, Conversion[LowValueDeclaration, Any]] = {
    FormName.FULL: INTO_FULL,
    FormName.CN22: into_postal(Cn22),
    FormName.CN23: into_postal(Cn23),
    FormName.ITMATT: into_postal(Itmatt),
}


def convert(data: bytes, target: FormName) -> Converted:
    """Read a declaration in any form and write it in another.

    Raises `InvalidInputError` for what cannot be read (pointing into it), and for what the next form cannot
    be without (pointing into that form).
    """
    name, value = read_any(data)
    wanted = FormName.FULL if target is FormName.WCO_XML else target
    steps = []
    if name is not wanted and name is not FormName.LOW_VALUE:
        value, report = _FROM[name](value)
        steps.append(Step(name, FormName.LOW_VALUE, report))
        name = FormName.LOW_VALUE
    if name is not wanted:
        value, report = _INTO[wanted](value)
        steps.append(Step(name, wanted, report))
    return Converted(_written(value, target), tuple(steps))


def read_any(data: bytes) -> tuple[FormName, Any]:
    """Read a declaration, telling its form by what it looks like; raises `InvalidInputError`."""
    if data.lstrip()[:1] not in (b"{", b"["):
        return FormName.FULL, read_declaration(data)
    name = _name_of(data)
    return name, _READERS[name].read(data)


def _name_of(data: bytes) -> FormName:
    """Tell the forms apart by their names; what is no JSON object is left to the reader to name."""
    try:
        names = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return FormName.FULL
    if "form" in names:
        return _postal_name(bytes(names["form"]))
    return FormName.FULL if LOW_VALUE_MARKS.isdisjoint(names) else FormName.LOW_VALUE


def _postal_name(tag: bytes) -> FormName:
    for name in (FormName.CN22, FormName.CN23, FormName.ITMATT):
        if tag == msgspec.json.encode(name):
            return name
    raise InvalidInputError(FieldProblem("/form", "invalid", "cn22, cn23 and itmatt are known"))


def _written(value: AnyForm, target: FormName) -> bytes:
    if target is FormName.WCO_XML and isinstance(value, Declaration):
        return write_document(declaration_document(value))
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"

"""Whether a file says something we can read, valid by its schema, and write again. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from hub.declarations.declaration import Declaration
from hub.declarations.json_form import JsonReader
from hub.declarations.low_value import LowValueDeclaration
from hub.declarations.wco.comparing import first_difference
from hub.declarations.wco.parsing import MOST_BYTES, Parsed, parse
from hub.declarations.wco.reading import read_parsed
from hub.declarations.wco.writing import write_document
from hub.errors import FieldProblem, InvalidInputError

Validate = Callable[[Parsed], list[FieldProblem]]
"""Names what is against a schema."""
LOW_VALUE_MARKS = frozenset({"reference", "items", "consignor", "consignee"})
"""Names that only the low-value data set has on its first level."""
_LOW_VALUE = JsonReader(LowValueDeclaration)
_FULL = JsonReader(Declaration)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found out about one file."""

    problems: tuple[FieldProblem, ...]
    is_valid: bool
    """It was read, and nothing in it is against a schema that was asked."""
    round_trips: bool
    """Written again, it says the same."""
    is_validated: bool
    """A schema was asked."""


def check(data: bytes, validate: Validate | None) -> Verdict:
    """Check a document in XML, or a declaration of the low-value or the full data set in JSON."""
    if len(data) <= MOST_BYTES and data.lstrip()[:1] in (b"{", b"["):
        return _check_json(data)
    problems: list[FieldProblem] = []
    round_trips = is_parsed = False
    try:
        parsed = parse(data)
        is_parsed = True
        problems += validate(parsed) if validate is not None else []
        difference = first_difference(parsed, parse(write_document(read_parsed(parsed))))
    except InvalidInputError as error:
        problems += error.problems
        is_valid = False
    else:
        is_valid = not problems
        round_trips = difference is None
        problems += [difference] if difference is not None else []
    return Verdict(tuple(problems), is_valid, round_trips, is_validated=is_parsed and validate is not None)


def _check_json(data: bytes) -> Verdict:
    try:
        same = _comes_back(_LOW_VALUE, data) if is_low_value(data) else _comes_back(_FULL, data)
    except InvalidInputError as error:
        return Verdict(error.problems, is_valid=False, round_trips=False, is_validated=False)
    problems = () if same else (FieldProblem("", "different", "written again it says something else"),)
    return Verdict(problems, is_valid=True, round_trips=same, is_validated=False)


def _comes_back(reader: JsonReader[Declaration] | JsonReader[LowValueDeclaration], data: bytes) -> bool:
    value = reader.read(data)
    return reader.read(msgspec.json.encode(value)) == value


def is_low_value(data: bytes) -> bool:
    """Tell the data sets apart by their names; what is no JSON object is left to the reader to name."""
    try:
        names = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return not LOW_VALUE_MARKS.isdisjoint(names)

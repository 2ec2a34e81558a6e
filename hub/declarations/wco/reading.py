"""XML to a value of the model; what the model does not know is refused, with place and line."""

import re
from collections.abc import Callable
from typing import Any, NoReturn, TypeAlias

import msgspec
from lxml import etree

from hub.declarations.json_form import problem_of
from hub.declarations.wco.layout import Kind, Layout, Slot, layout_of
from hub.declarations.wco.metadata import Document, MetaData
from hub.declarations.wco.names import METADATA, SCHEMA_LOCATION, local_name
from hub.declarations.wco.parsing import BLANKS, Parsed, parse
from hub.declarations.wco.places import element_at, line_of, pointer_to
from hub.errors import FieldProblem, InvalidInputError

_SHOWN = ("Code", "Amount", "Measure", "Quantity", "Numeric")
"""Elements whose content a refusal repeats: no names, no numbers of persons or documents."""
_TEXT = Kind.TEXT
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)\Z")
_WHOLE = re.compile(r"[0-9]{1,15}\Z")
_Element: TypeAlias = etree._Element


class _Refused(Exception):  # noqa: N818 - a jump to the one place that knows the root, no error of its own
    def __init__(self, element: _Element, code: str, reason: str, *, name: str = "") -> None:
        super().__init__(reason)
        self.element = element
        self.code = code
        self.reason = reason
        self.name = name


def read_document(data: bytes) -> Document:
    """Read a document; raises `InvalidInputError` with a pointer into the declaration, or the response."""
    return read_parsed(parse(data))


def read_parsed(parsed: Parsed) -> Document:
    """Read a parsed document; raises as `read_document` does."""
    root, layout = parsed.root, layout_of(MetaData, METADATA)
    alone = layout.by_tag.get(root.tag)
    try:
        values = _group(root, layout) if alone is None else {alone.field: _read(root, alone)}
    except _Refused as refused:
        raise InvalidInputError(_problem(refused, root)) from refused
    try:
        metadata = msgspec.convert(values, MetaData)
    except msgspec.ValidationError as error:
        raise InvalidInputError(_with_line(problem_of(error), root)) from error
    return Document(metadata, is_enveloped=alone is None, is_qualified=parsed.is_qualified)


def _group(element: _Element, layout: Layout) -> dict[str, Any]:
    _check_attributes(element, "")
    _check_no_text(element, element.text)
    values: dict[str, Any] = {}
    place = -1
    for child in element:
        slot = layout.by_tag.get(child.tag)
        if slot is None or slot.position < place or (slot.position == place and not slot.is_list):
            _refuse_child(child, slot, place)
        _check_no_text(element, child.tail)
        place = slot.position
        value = _read(child, slot)
        if slot.is_list:
            values.setdefault(slot.field, []).append(value)
        else:
            values[slot.field] = value
    return values


def _read(element: _Element, slot: Slot) -> Any:
    # Most elements are plain texts, so they take the short way.
    if slot.kind is _TEXT and not len(element) and not element.items():
        return (element.text or "").strip(BLANKS)
    if slot.group is not None:
        return _group(element, slot.group)
    return _LEAVES[slot.kind](element, slot)


def _text(element: _Element, slot: Slot) -> str:
    _check_attributes(element, "")
    return _content(element)


def _number(element: _Element, slot: Slot) -> str:
    _check_attributes(element, "")
    return _number_in(element)


def _whole(element: _Element, slot: Slot) -> int:
    _check_attributes(element, "")
    content = _content(element)
    if _WHOLE.match(content) is None:
        raise _Refused(element, "invalid", f"{content[:40]!r} is no whole number")
    return int(content)


def _amount(element: _Element, slot: Slot) -> dict[str, str | None]:
    _check_attributes(element, "currencyID")
    return {"value": _number_in(element), "currency_id": element.get("currencyID")}


def _measure(element: _Element, slot: Slot) -> dict[str, str | None]:
    _check_attributes(element, "unitCode")
    return {"value": _number_in(element), "unit_code": element.get("unitCode")}


def _date_time(element: _Element, slot: Slot) -> dict[str, str | None]:
    _check_attributes(element, "")
    _check_no_text(element, element.text)
    if len(element) != 1:
        raise _Refused(element, "invalid", "one DateTimeString belongs there")
    inner = element[0]
    if inner.tag != slot.string_tag:
        _refuse_child(inner, None, 0)
    _check_no_text(element, inner.tail)
    _check_attributes(inner, "formatCode")
    return {"value": _content(inner), "format_code": inner.get("formatCode")}


_LEAVES: dict[Kind, Callable[[_Element, Slot], Any]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.WHOLE: _whole,
    Kind.AMOUNT: _amount,
    Kind.MEASURE: _measure,
    Kind.DATE_TIME: _date_time,
}


def _content(element: _Element) -> str:
    if len(element):
        _refuse_child(element[0], None, 0)
    return (element.text or "").strip(BLANKS)


def _number_in(element: _Element) -> str:
    content = _content(element)
    if _NUMBER.match(content) is None:
        raise _Refused(element, "invalid", f"{content[:40]!r} is no decimal number")
    return content


def _check_attributes(element: _Element, allowed: str) -> None:
    for key, _ in element.items():
        name = str(key)
        if name not in (allowed, SCHEMA_LOCATION):
            shown = local_name(name)[:60]
            raise _Refused(
                element, "unknown-field", f"the attribute {shown} is not known there", name=f"@{shown}"
            )


def _check_no_text(element: _Element, text: str | None) -> None:
    if text and text.strip(BLANKS):
        raise _Refused(element, "invalid", "there is text between elements")


def _refuse_child(child: _Element, slot: Slot | None, place: int) -> NoReturn:
    if not isinstance(child.tag, str):
        raise _Refused(
            child.getparent(), "unknown-field", "processing instructions and entities are not read"
        )
    shown = child.tag[:120] if slot is None else local_name(child.tag)
    if slot is None:
        raise _Refused(child, "unknown-field", f"the element {shown} is not known there")
    if slot.position == place:
        raise _Refused(child, "repeated-name", f"the element {shown} stands there twice")
    raise _Refused(child, "wrong-order", f"the element {shown} comes too late in the sequence")


def _problem(refused: _Refused, root: _Element) -> FieldProblem:
    pointer = pointer_to(refused.element, root) + (f"/{refused.name}" if refused.name else "")
    return FieldProblem(pointer, refused.code, f"line {line_of(refused.element)}: {refused.reason}")


def _with_line(problem: FieldProblem, root: _Element) -> FieldProblem:
    """Point into the declaration, and say the line and what stands there."""
    element = element_at(problem.pointer, root)
    detail = f"line {line_of(element)}: {local_name(element.tag)}"
    content = (element.text or "").strip(BLANKS)
    if content and detail.endswith(_SHOWN):
        detail += f" {content[:40]!r}"
    pointer = problem.pointer.removeprefix("/declaration")
    return FieldProblem(pointer, problem.code, f"{detail}: {problem.detail}")

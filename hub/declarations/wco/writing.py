"""A value of the model to its XML: the schema's order, the same bytes for the same value."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from lxml import etree

from hub.declarations.quantities import Amount, DateTime, Measure, Value
from hub.declarations.wco.layout import Kind, Layout, Slot, layout_of
from hub.declarations.wco.metadata import Document, MetaData
from hub.declarations.wco.names import DECLARATION, METADATA, RESPONSE, tag_of
from hub.declarations.wco.parsing import take_namespaces_off
from hub.declarations.wco.places import pointer_to
from hub.errors import FieldProblem, InvalidInputError

PREFIXES: dict[str, str] = {
    "md": METADATA.elements,
    "dec": DECLARATION.elements,
    "ds": DECLARATION.types,
    "res": RESPONSE.elements,
    "rds": RESPONSE.types,
}
_Element: TypeAlias = etree._Element


def write_document(document: Document) -> bytes:
    """Write UTF-8 XML with fixed prefixes; raises `InvalidInputError` for a sign that XML cannot hold."""
    envelope = etree.Element(tag_of(METADATA.elements, "MetaData"), nsmap=PREFIXES)
    _write_group(envelope, document.metadata, layout_of(MetaData, METADATA))
    root = envelope
    if not document.is_enveloped:
        root = envelope[-1]
        envelope.remove(root)
    if not document.is_qualified:
        take_namespaces_off(root)
    etree.cleanup_namespaces(root, top_nsmap=PREFIXES if document.is_qualified else None)
    etree.indent(root)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"


def _write_group(element: _Element, group: Value, layout: Layout) -> None:
    for slot in layout.slots:
        value = getattr(group, slot.field)
        if value is None:
            continue
        for one in value if slot.is_list else (value,):
            child = etree.SubElement(element, slot.tag)
            if slot.group is not None:
                _write_group(child, one, slot.group)
            else:
                _write_leaf(child, one, slot)


def _write_leaf(element: _Element, value: Any, slot: Slot) -> None:
    try:
        _LEAVES[slot.kind](element, value, slot)
    except ValueError as error:
        place = pointer_to(element, element.getroottree().getroot())
        reason = "the text holds a sign that XML cannot hold"
        raise InvalidInputError(FieldProblem(place, "unwritable", reason)) from error


def _text(element: _Element, value: str | int, slot: Slot) -> None:
    element.text = str(value) or None


def _number(element: _Element, value: Decimal, slot: Slot) -> None:
    element.text = format(value, "f")


def _amount(element: _Element, value: Amount, slot: Slot) -> None:
    element.text = format(value.value, "f")
    if value.currency_id is not None:
        element.set("currencyID", value.currency_id)


def _measure(element: _Element, value: Measure, slot: Slot) -> None:
    element.text = format(value.value, "f")
    if value.unit_code is not None:
        element.set("unitCode", value.unit_code)


def _date_time(element: _Element, value: DateTime, slot: Slot) -> None:
    inner = etree.SubElement(element, slot.string_tag)
    inner.text = value.value
    if value.format_code is not None:
        inner.set("formatCode", value.format_code)


_LEAVES: dict[Kind, Callable[[_Element, Any, Slot], None]] = {
    Kind.TEXT: _text,
    Kind.WHOLE: _text,
    Kind.NUMBER: _number,
    Kind.AMOUNT: _amount,
    Kind.MEASURE: _measure,
    Kind.DATE_TIME: _date_time,
}

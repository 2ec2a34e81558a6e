"""How a type of the model lies in XML, read once from its fields. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from types import MappingProxyType

import msgspec
from msgspec import inspect

from hub.declarations.declaration import Declaration
from hub.declarations.quantities import Amount, DateTime, Measure, Value
from hub.declarations.response import Response
from hub.declarations.wco.metadata import MetaData
from hub.declarations.wco.names import (
    DECLARATION,
    METADATA,
    RESPONSE,
    Namespace,
    element_of,
    tag_of,
)

OWN_NAMESPACE: Mapping[type, Namespace] = {
    MetaData: METADATA,
    Declaration: DECLARATION,
    Response: RESPONSE,
}
"""The classes whose elements have a namespace of their own; what they hold stands in it."""


class Kind(Enum):
    """What an element holds."""

    TEXT = auto()
    NUMBER = auto()
    WHOLE = auto()
    AMOUNT = auto()
    MEASURE = auto()
    DATE_TIME = auto()
    GROUP = auto()


_LEAVES = {Amount: Kind.AMOUNT, Measure: Kind.MEASURE, DateTime: Kind.DATE_TIME}


@dataclass(frozen=True, slots=True)
class Slot:
    """One field and its element."""

    field: str
    position: int
    """Its place in the sequence, from 0."""
    tag: str
    """The element's qualified name."""
    kind: Kind
    is_list: bool
    group: "Layout | None" = None
    """What a group holds."""
    string_tag: str = ""
    """The element DateTimeString inside a date and time."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The elements of a class in the order of the schema."""

    slots: tuple[Slot, ...]
    by_tag: Mapping[str, Slot]
    by_field: Mapping[str, Slot]


@cache
def layout_of(form: type[Value], namespace: Namespace) -> Layout:
    """Derive the layout of a class whose elements stand in a namespace."""
    info = inspect.type_info(form)
    if not isinstance(info, inspect.StructType):
        raise TypeError(f"{form.__name__} is no class of the model")
    slots = tuple(_slot(field, place, namespace) for place, field in enumerate(info.fields))
    return Layout(
        slots,
        MappingProxyType({slot.tag: slot for slot in slots}),
        MappingProxyType({slot.field: slot for slot in slots}),
    )


def _slot(field: inspect.Field, position: int, namespace: Namespace) -> Slot:
    inner = _without_none(field.type)
    is_list = isinstance(inner, inspect.VarTupleType)
    if isinstance(inner, inspect.VarTupleType):
        inner = inner.item_type
    kind, group, own = _kind(inner, namespace)
    return Slot(
        field=field.name,
        position=position,
        tag=tag_of(own.elements, element_of(field.name)),
        kind=kind,
        is_list=is_list,
        group=group,
        string_tag=tag_of(namespace.types, "DateTimeString"),
    )


def _kind(inner: inspect.Type, namespace: Namespace) -> tuple[Kind, Layout | None, Namespace]:
    if isinstance(inner, inspect.StrType):
        return Kind.TEXT, None, namespace
    if isinstance(inner, inspect.DecimalType):
        return Kind.NUMBER, None, namespace
    if isinstance(inner, inspect.IntType):
        return Kind.WHOLE, None, namespace
    if isinstance(inner, inspect.StructType):
        if inner.cls in _LEAVES:
            return _LEAVES[inner.cls], None, namespace
        own = OWN_NAMESPACE.get(inner.cls, namespace)
        return Kind.GROUP, layout_of(inner.cls, own), own
    raise TypeError(f"no element can hold {msgspec.structs.asdict(inner)}")


def _without_none(kind: inspect.Type) -> inspect.Type:
    if isinstance(kind, inspect.UnionType):
        return next(one for one in kind.types if not isinstance(one, inspect.NoneType))
    return kind

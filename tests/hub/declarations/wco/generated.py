"""Any value of the model, derived from its types as the layout is."""

from datetime import UTC
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st
from msgspec import inspect

from hub.declarations.quantities import Value

Form = TypeVar("Form", bound=Value)
MOST_FIELDS = 5
_SIGNS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn"))
_PLAIN: dict[type[inspect.Type], st.SearchStrategy[Any]] = {
    inspect.BoolType: st.booleans(),
    inspect.DateType: st.dates(),
    inspect.DateTimeType: st.datetimes(timezones=st.just(UTC)),
}
_NUMBERS = st.decimals(min_value=-(10**12), max_value=10**12, places=3)


def any_value(form: type[Form]) -> st.SearchStrategy[Form]:
    """Give values of a class: a few of its fields, each with whatever its type allows."""
    info = inspect.type_info(form)
    assert isinstance(info, inspect.StructType)
    needed = {field.name: _strategy(field.type) for field in info.fields if field.required}
    others = {field.name: field.type for field in info.fields if not field.required}
    chosen = st.lists(st.sampled_from(sorted(others)), unique=True, max_size=MOST_FIELDS)

    def build(names: list[str]) -> st.SearchStrategy[Form]:
        return st.builds(form, **needed, **{name: _strategy(others[name]) for name in names})

    return chosen.flatmap(build) if others else st.builds(form, **needed)


def _strategy(kind: inspect.Type) -> st.SearchStrategy[Any]:
    if isinstance(kind, inspect.UnionType):
        inner = next(one for one in kind.types if not isinstance(one, inspect.NoneType))
        return st.none() | _strategy(inner)
    if isinstance(kind, inspect.StructType):
        return st.deferred(lambda: any_value(kind.cls))
    if isinstance(kind, inspect.VarTupleType):
        least = kind.min_length or 0
        return st.lists(_strategy(kind.item_type), min_size=least, max_size=least + 2).map(tuple)
    return _single(kind)


def _single(kind: inspect.Type) -> st.SearchStrategy[Any]:
    if isinstance(kind, inspect.IntType):
        return st.integers(kind.ge or 0, kind.le)
    if isinstance(kind, inspect.DecimalType):
        return _NUMBERS.filter(Decimal.is_finite)
    if isinstance(kind, inspect.EnumType):
        return st.sampled_from(list(kind.cls))
    if type(kind) in _PLAIN:
        return _PLAIN[type(kind)]
    assert isinstance(kind, inspect.StrType), kind
    return _text(kind)


def _text(kind: inspect.StrType) -> st.SearchStrategy[str]:
    if kind.pattern is not None:
        return st.from_regex(str(kind.pattern), alphabet=st.characters(codec="ascii"))
    least = kind.min_length or 0
    texts = st.text(_SIGNS, min_size=least, max_size=min(kind.max_length or 40, 40))
    return texts.map(lambda text: text.strip(" \t\r\n")).filter(lambda text: len(text) >= least)

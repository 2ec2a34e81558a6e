"""Whether two documents say the same: elements, attributes and texts, in order.

Left out of account: comments, prefixes, blanks around a text, and ``xsi:schemaLocation``, the sender's hint
where schemas may be found.
"""

from typing import TypeAlias

from lxml import etree

from hub.declarations.wco.names import SCHEMA_LOCATION, local_name
from hub.declarations.wco.parsing import BLANKS, Parsed, parse
from hub.declarations.wco.places import line_of, pointer_to
from hub.errors import FieldProblem

_Element: TypeAlias = etree._Element
_Difference: TypeAlias = tuple[etree._Element, str]


def same_infoset(one: bytes, other: bytes) -> bool:
    """Whether two documents say the same; raises `InvalidInputError` when one cannot be parsed."""
    return first_difference(parse(one), parse(other)) is None


def first_difference(one: Parsed, other: Parsed) -> FieldProblem | None:
    """Name the first place of the first document where the second says something else; None: the same."""
    if one.is_qualified != other.is_qualified:
        return FieldProblem("", "different", "only one of them names namespaces")
    found = _difference(one.root, other.root)
    if found is None:
        return None
    element, reason = found
    return FieldProblem(pointer_to(element, one.root), "different", f"line {line_of(element)}: {reason}")


def _difference(one: _Element, other: _Element) -> _Difference | None:
    if one.tag != other.tag:
        return one, f"{local_name(one.tag)} has become {local_name(other.tag)}"
    if _attributes(one) != _attributes(other):
        return one, f"the attributes {_attributes(one)} have become {_attributes(other)}"
    texts = [((each.text or "").strip(BLANKS))[:40] for each in (one, other)]
    if (one.text or "").strip(BLANKS) != (other.text or "").strip(BLANKS):
        return one, f"{texts[0]!r} has become {texts[1]!r}"
    if len(one) != len(other):
        return one, f"{len(one)} elements have become {len(other)}"
    return next((found for pair in zip(one, other, strict=True) if (found := _difference(*pair))), None)


def _attributes(element: _Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.items() if name != SCHEMA_LOCATION}

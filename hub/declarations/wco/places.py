"""Where an element stands in terms of the model: JSON pointers (RFC 6901) to elements and back."""

from lxml import etree

from hub.declarations.wco.layout import Layout, Slot, layout_of
from hub.declarations.wco.metadata import MetaData
from hub.declarations.wco.names import METADATA, local_name, snake_of

MOST_SHOWN = 60


def pointer_to(element: etree._Element, root: etree._Element) -> str:
    """Point to an element: into the declaration of a document, or into the envelope of responses."""
    above = [*reversed([one for one in element.iterancestors() if isinstance(one.tag, str)]), element]
    layout: Layout | None = layout_of(MetaData, METADATA)
    slot: Slot | None = None
    parts = []
    for one in above if root.tag in _tags(layout) else above[1:]:
        holder, slot = slot, None if layout is None else layout.by_tag.get(one.tag)
        if holder is not None and one.tag == holder.string_tag:
            parts.append("value")
        elif slot is None:
            parts.append(snake_of(local_name(one.tag))[:MOST_SHOWN])
        else:
            parts.append(slot.field)
            if slot.is_list:
                parts.append(str(sum(1 for _ in one.itersiblings(one.tag, preceding=True))))
        layout = None if slot is None else slot.group
    return "".join(f"/{part}" for part in parts).removeprefix("/declaration")


def element_at(pointer: str, root: etree._Element) -> etree._Element:
    """Find the element at a pointer into `MetaData`, or the last one on the way there."""
    layout: Layout | None = layout_of(MetaData, METADATA)
    element = root
    parts = pointer.split("/")[1:]
    if parts and root.tag in _tags(layout):
        layout, parts = layout.by_tag[root.tag].group if layout else None, parts[1:]
    while parts and layout is not None and parts[0] in layout.by_field:
        slot = layout.by_field[parts[0]]
        found = element.findall(slot.tag)
        index = int(parts[1]) if slot.is_list and len(parts) > 1 and parts[1].isdecimal() else 0
        if index >= len(found):
            break
        element, layout, parts = found[index], slot.group, parts[2 if slot.is_list else 1 :]
    return element


def line_of(element: etree._Element) -> int:
    """Say on which line an element's start tag ends, from 1."""
    return int(str(element.sourceline))


def _tags(layout: Layout | None) -> frozenset[str]:
    return frozenset() if layout is None else frozenset(layout.by_tag)

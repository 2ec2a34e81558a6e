"""Bytes to an element tree that cannot be made to fetch, expand or swell.

Refused before anything is parsed: more than `MOST_BYTES`, other encodings than UTF-8, document types (with
them every entity), more tags or attributes than a declaration can have. The parser itself ends at 256 levels.
Source: OWASP, XML External Entity Prevention.
"""

import re
from dataclasses import dataclass
from typing import NoReturn

from lxml import etree

from hub.declarations.wco.names import (
    DECLARATION,
    METADATA,
    RESPONSE,
    Namespace,
    local_name,
    tag_of,
)
from hub.errors import FieldProblem, InvalidInputError

MOST_BYTES = 10 * 1024 * 1024
MOST_MARKS = 400_000
"""Angle brackets, and equals signs, of a document: 999 items with all their elements stay far below."""
MOST_ATTRIBUTES = 600
"""Equals signs from one angle bracket to the next; no text of the model is longer. The parser compares every
attribute of a tag with every other, so a tag with some 100,000 keeps it busy for many minutes."""
BLANKS = " \t\r\n"
_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff", b"<\0", b"\0<")
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"'>]{0,40})["']""")
_OURS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_ROOTS = {
    tag_of(METADATA.elements, "MetaData"),
    tag_of(DECLARATION.elements, "Declaration"),
    "MetaData",
    "Declaration",
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A tree whose elements all have their namespaces."""

    root: etree._Element
    is_qualified: bool
    """Whether the document itself named them."""


def parse(data: bytes) -> Parsed:
    """Parse a document; raises `InvalidInputError` for what is refused or no XML, with the line."""
    _check_bytes(data)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        _refuse("malformed-xml", f"line {error.lineno}: {str(error.msg)[:200]}")
    if root.tag not in _ROOTS:
        _refuse(
            "not-a-document", f"line {root.sourceline}: the root element {root.tag[:120]} is no WCO document"
        )
    is_qualified = root.tag.startswith("{")
    if not is_qualified:
        _qualify(root)
    return Parsed(root, is_qualified)


def take_namespaces_off(root: etree._Element) -> None:
    """Write a tree as the unqualified documents are."""
    for element in root.iter():
        element.tag = local_name(element.tag)
    etree.cleanup_namespaces(root)


def _check_bytes(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        _refuse("too-large", f"more than {MOST_BYTES} bytes")
    _check_encoding(data)
    for mark in (b"<!DOCTYPE", b"<!ENTITY"):
        place = data.find(mark)
        if place >= 0:
            _refuse("document-type", f"{_line(data, place)}: {mark.decode()} is not read")
    equals = data.count(b"=")
    if max(data.count(b"<"), equals) > MOST_MARKS:
        _refuse("too-large", f"more than {MOST_MARKS} tags or attributes")
    if equals > MOST_ATTRIBUTES and any(
        one.count(b"=") > MOST_ATTRIBUTES for one in data.split(b"<") if not one.startswith(b"!")
    ):
        _refuse("too-large", f"a tag with more than {MOST_ATTRIBUTES} attributes")


def _check_encoding(data: bytes) -> None:
    if data.startswith(_OTHER_BOMS):
        _refuse("not-utf-8", "the document is UTF-16 or UTF-32; only UTF-8 is read")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        reason = f"byte {error.start} is not UTF-8: {error.reason}"
        _refuse("not-utf-8", f"{_line(data, error.start)}: {reason}")
    declared = _ENCODING.match(data.removeprefix(_BOM))
    if declared is not None and declared[1].lower() not in _OURS:
        _refuse("not-utf-8", f"line 1: the encoding {declared[1].decode()!r} is declared; only UTF-8 is read")


def _line(data: bytes, place: int) -> str:
    before = data.count(b"\n", 0, place)
    return f"line {before + 1}"


def _refuse(code: str, detail: str) -> NoReturn:
    raise InvalidInputError(FieldProblem("", code, detail))


def _qualify(root: etree._Element) -> None:
    """Give each element the namespace that its place says."""
    if root.tag == "Declaration":
        _qualify_all(root, DECLARATION)
        return
    for child in root:
        if child.tag == "Declaration":
            _qualify_all(child, DECLARATION)
        elif child.tag == "Response":
            _qualify_response(child)
        elif isinstance(child.tag, str):
            child.tag = tag_of(METADATA.elements, child.tag)
    root.tag = tag_of(METADATA.elements, root.tag)


def _qualify_response(response: etree._Element) -> None:
    """Qualify a response; a second Declaration in it is one after the declaration's schema."""
    for changed in response.findall("Declaration")[1:]:
        _qualify_all(changed, DECLARATION)
    _qualify_all(response, RESPONSE)


def _qualify_all(top: etree._Element, namespace: Namespace) -> None:
    for element in top.iter():
        if isinstance(element.tag, str) and not element.tag.startswith("{"):
            is_typed = element.tag == "DateTimeString"
            element.tag = tag_of(namespace.types if is_typed else namespace.elements, element.tag)

"""Which XML element stands for which field, and the namespaces of the DMS documents. Pure.

Source: WCO Data Model 3.6 as HMRC publishes it for its declaration management system (DMS), schemas 2.
"""

import re
from dataclasses import dataclass

ACRONYMS = frozenset({"aeo", "id", "lpco", "ucr", "undg", "wco"})
"""Words that the schema writes in capitals throughout."""
EXCEPTIONS = {"changed_declaration": "Declaration"}
"""Fields whose element has another name: a response holds two elements Declaration, of two namespaces."""
SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
"""The attribute with which a sender says where he found a schema; nobody follows it."""
_WORD_ENDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Namespace:
    """A document's namespace of elements, and that of the elements inside its data types."""

    elements: str
    types: str = ""


METADATA = Namespace("urn:wco:datamodel:WCO:DocumentMetaData-DMS:2")
DECLARATION = Namespace("urn:wco:datamodel:WCO:DEC-DMS:2", "urn:wco:datamodel:WCO:Declaration_DS:DMS:2")
RESPONSE = Namespace("urn:wco:datamodel:WCO:RES-DMS:2", "urn:wco:datamodel:WCO:Response_DS:DMS:2")


def element_of(field: str) -> str:
    """Name the element of a field: ``functional_reference_id`` is ``FunctionalReferenceID``."""
    words = (word.upper() if word in ACRONYMS else word.capitalize() for word in field.split("_"))
    return EXCEPTIONS.get(field) or "".join(words)


def snake_of(element: str) -> str:
    """Write an element that is no field as a field would be written: ``ColourCode`` is ``colour_code``."""
    return _WORD_ENDS.sub("_", element).lower()


def tag_of(namespace: str, name: str) -> str:
    """Write a qualified name as lxml does: ``{urn:x}Name``."""
    return f"{{{namespace}}}{name}"


def local_name(tag: str) -> str:
    """Take the namespace off."""
    return tag.rpartition("}")[2]

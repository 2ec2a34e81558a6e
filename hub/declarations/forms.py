"""The forms in which declarations are stored, and how each is read. Pure."""

from enum import StrEnum

from hub.declarations.declaration import Declaration
from hub.declarations.declaration_facts import facts_of_declaration, pointers_of_declaration
from hub.declarations.facts import DeclarationFacts, Pointers
from hub.declarations.json_form import JsonReader
from hub.declarations.low_value import LOW_VALUE_POINTERS, LowValueDeclaration, facts_of_low_value

_LOW_VALUE = JsonReader(LowValueDeclaration)
_FULL = JsonReader(Declaration)


class Form(StrEnum):
    """How a declaration is written in the store; always JSON."""

    LOW_VALUE = "low-value"
    FULL = "full"
    """In the terms of the WCO Data Model."""


def read_stored(form: Form, content: str) -> tuple[DeclarationFacts, Pointers]:
    """Read a stored declaration's facts, and where its sender finds each."""
    match form:
        case Form.LOW_VALUE:
            return facts_of_low_value(_LOW_VALUE.read(content.encode())), LOW_VALUE_POINTERS
        case Form.FULL:
            declared = _FULL.read(content.encode())
            return facts_of_declaration(declared), pointers_of_declaration(declared)

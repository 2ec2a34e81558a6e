"""Validation against the published schemas (XSD), which stand in a folder beside the hub and not in it."""

import re
import threading
from functools import lru_cache
from pathlib import Path

from lxml import etree

from hub.declarations.wco.names import DECLARATION, METADATA, RESPONSE
from hub.declarations.wco.parsing import Parsed
from hub.declarations.wco.places import line_of, pointer_to
from hub.errors import FieldProblem, HubError

MOST_PROBLEMS = 20
DECLARATION_FILES = ("declaration/DocumentMetaData_2_DMS.xsd", "declaration/WCO_DEC_2_DMS.xsd")
RESPONSE_FILES = ("notification/DocumentMetaData_2_DMS.xsd", "notification/WCO_RES_2_DMS.xsd")
_NAMESPACE = re.compile(r"\{urn:[^}]*\}")
_SUBJECT = re.compile(r"Element '([^']+)'")


class SchemaFolderError(HubError):
    """A folder does not hold the schemas; the message names the file."""


class Schemas:
    """The schemas of declarations and responses; any thread may use them."""

    def __init__(self, folder: Path) -> None:
        """Compile the schemas of a folder; raises `SchemaFolderError` for a missing or broken file."""
        self._declaration = _compiled(folder, DECLARATION_FILES, DECLARATION.elements)
        self._response = _compiled(folder, RESPONSE_FILES, RESPONSE.elements)
        # libxml2 keeps the errors of a validation at the schema.
        self._lock = threading.Lock()

    def problems_of(self, parsed: Parsed) -> list[FieldProblem]:
        """Name what is against the schema, in the order of the document; at most `MOST_PROBLEMS`."""
        is_response = any(child.tag == f"{{{RESPONSE.elements}}}Response" for child in parsed.root)
        schema = self._response if is_response else self._declaration
        with self._lock:
            if schema.validate(parsed.root):
                return []
            errors = [(error.line, error.message) for error in schema.error_log]  # type: ignore[attr-defined]
        return [_problem(line, message, parsed) for line, message in errors[:MOST_PROBLEMS]]


@lru_cache(maxsize=4)
def load_schemas(folder: Path) -> Schemas:
    """Compile a folder's schemas once; raises `SchemaFolderError`."""
    return Schemas(folder)


def _compiled(folder: Path, files: tuple[str, str], namespace: str) -> etree.XMLSchema:
    imports = zip((METADATA.elements, namespace), files, strict=True)
    head = etree.Element("{http://www.w3.org/2001/XMLSchema}schema")
    for target, file in imports:
        path = folder / file
        if not path.is_file():
            raise SchemaFolderError(f"{path}: the schema is missing")
        etree.SubElement(
            head,
            "{http://www.w3.org/2001/XMLSchema}import",
            namespace=target,
            schemaLocation=path.absolute().as_uri(),
        )
    try:
        return etree.XMLSchema(head)
    except etree.XMLSchemaParseError as error:
        raise SchemaFolderError(f"{folder}: {str(error)[:300]}") from error


def _problem(line: int, message: str, parsed: Parsed) -> FieldProblem:
    subject = _SUBJECT.match(message)
    tag = subject[1] if subject else ""
    found = next((one for one in parsed.root.iter(tag or None) if line_of(one) == line), parsed.root)
    reason = " ".join(_NAMESPACE.sub("", message).split())[:300]
    return FieldProblem(pointer_to(found, parsed.root), "against-schema", f"line {line}: {reason}")

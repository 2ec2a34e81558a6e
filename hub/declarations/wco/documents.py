"""Declarations as whole WCO documents: taken out of their envelope, and put into one. Pure."""

from hub.declarations.declaration import Declaration
from hub.declarations.wco.metadata import Document, MetaData
from hub.declarations.wco.reading import read_document
from hub.errors import FieldProblem, InvalidInputError

MODEL_VERSION = "3.6"
DECLARATION_TYPE = "DEC"


def read_declaration(data: bytes) -> Declaration:
    """Read a document that holds a declaration; raises `InvalidInputError` for every other."""
    declared = read_document(data).metadata.declaration
    if declared is None:
        raise InvalidInputError(FieldProblem("", "no-declaration", "the document holds responses"))
    return declared


def declaration_document(declared: Declaration) -> Document:
    """Put a declaration into an envelope that says what it is."""
    metadata = MetaData(
        wco_data_model_version_code=MODEL_VERSION, wco_type_name=DECLARATION_TYPE, declaration=declared
    )
    return Document(metadata)

"""Declarations beside the certificates they name."""

from sqlalchemy import Connection, select

from hub.declarations.facts import DeclarationFacts
from hub.declarations.forms import Form, read_stored
from hub.declarations.registry import place_of
from hub.declarations.tables import declarations
from hub.errors import NotFoundError
from hub.origin.certificate.certificate import Certificate
from hub.origin.checking.agreement import Compared, agree


def declared_facts(connection: Connection, declaration_id: str) -> DeclarationFacts:
    """Read what a declaration states; raises `NotFoundError`."""
    columns = declarations.c
    row = connection.execute(select(columns.form, columns.content).where(place_of(declaration_id))).first()
    if row is None:
        raise NotFoundError("declaration", declaration_id)
    facts, _ = read_stored(Form(row.form), row.content)
    return facts


def compared_with(
    connection: Connection, certificate: Certificate | None, declaration_id: str | None
) -> tuple[Compared, ...]:
    """Compare a certificate with the declaration it came with, where there is one."""
    if certificate is None or declaration_id is None:
        return ()
    try:
        facts = declared_facts(connection, declaration_id)
    except NotFoundError:
        return ()
    return agree(certificate, facts).compared

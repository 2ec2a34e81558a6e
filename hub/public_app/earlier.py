"""What a carrier has declared of a parcel before: shown to its receiver only."""

from sqlalchemy import Connection, select

from hub.declarations.facts import DeclarationFacts
from hub.declarations.forms import Form, read_stored
from hub.declarations.identity import person_key
from hub.declarations.tables import declarations
from hub.public_app.identity import COUNTRY, Citizen


def earlier_facts(connection: Connection, citizen: Citizen, tracking_number: str) -> DeclarationFacts | None:
    """Return the newest declaration of somebody else that names this parcel and this person's number.

    None when there is none: whoever guesses tracking numbers learns nothing of other people's parcels.
    """
    columns = declarations.c
    query = (
        select(columns.form, columns.content)
        .where(
            columns.tracking_number == tracking_number,
            columns.consignee_key == person_key(citizen.number, "", COUNTRY),
            columns.sender_id != citizen.sender_id,
        )
        .order_by(columns.received_at.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else read_stored(Form(row.form), row.content)[0]

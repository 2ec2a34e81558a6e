"""Looks at pictures, each with its trace in the audit log (Directive (EU) 2016/680, article 25)."""

from hub.bootstrap import Services
from hub.people.access import User
from hub.people.audit import Act, record
from hub.store.database import writing
from hub.store.pictures import Picture, probe_picture, reference_picture


def consult_probe(services: Services, evidence_id: str, *, viewer: User) -> Picture:
    """Open a probe picture for a user; raises what `probe_picture` raises, and leaves no trace then."""
    with writing(services.engine) as connection:
        picture = probe_picture(services, connection, evidence_id)
        record(connection, Act(viewer.user_id, "evidence-viewed", evidence_id, {}), services.clock())
    return picture


def consult_reference(services: Services, reference_id: str, *, viewer: User) -> Picture:
    """Open a reference photo for a user; raises what `reference_picture` raises, and leaves no trace then."""
    with writing(services.engine) as connection:
        picture = reference_picture(services, connection, reference_id)
        record(connection, Act(viewer.user_id, "reference-viewed", reference_id, {}), services.clock())
    return picture

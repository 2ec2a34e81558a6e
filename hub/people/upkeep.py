"""The audit log's jobs: each day's head is noted, and the chain is verified when somebody asks."""

from collections.abc import Mapping
from datetime import timedelta

from hub.bootstrap import Services
from hub.jobs.queue import Arguments
from hub.jobs.worker import Handler
from hub.people import audit_walk
from hub.people.audit_heads import note_head
from hub.store.database import writing


def handlers() -> Mapping[str, Handler]:
    """Name the jobs of this module, by kind."""
    return {
        "note-audit-head": Handler(note_todays_head, every=timedelta(hours=1)),
        audit_walk.KIND: Handler(audit_walk.verify_audit),
    }


def note_todays_head(services: Services, _: Arguments) -> None:
    """Note where the chain ends, once a day."""
    with writing(services.engine) as connection:
        note_head(connection, services.clock())

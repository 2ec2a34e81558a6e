"""What declarations need done in the background: assessments, and whatever ran out of time."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Connection

from hub.bootstrap import Services
from hub.declarations.assessing import back_test
from hub.declarations.assessing.assess import Assessor
from hub.declarations.desk_holds import let_go_of_old
from hub.declarations.lapsing import lapse_never_come, lapse_overdue
from hub.declarations.retention import purge
from hub.jobs.queue import Arguments, NewJob, enqueue
from hub.jobs.worker import Handler
from hub.store.database import writing

ASSESS = "assess-declarations"
URGENT = -10
ACTOR = "hub"


def handlers() -> Mapping[str, Handler]:
    """Name the jobs of this module, by kind."""
    return {
        back_test.KIND: Handler(back_test.run_back_test, lease=timedelta(minutes=10)),
        ASSESS: Handler(assess, lease=timedelta(minutes=10)),
        # Should a worker have ended in between: nothing waits for longer than this.
        "assess-forgotten-declarations": Handler(assess, every=timedelta(minutes=5)),
        "lapse-requests": Handler(lapse, every=timedelta(minutes=1)),
        "lapse-declarations": Handler(lapse_declarations, every=timedelta(hours=1)),
        "purge-declarations": Handler(purge_old, every=timedelta(days=1), lease=timedelta(hours=6)),
        "let-go-of-declarations": Handler(let_go, every=timedelta(hours=1)),
    }


def ask_for_assessment(services: Services, connection: Connection, sender_id: str) -> None:
    """Have a sender's declarations assessed once the caller's transaction is committed."""
    job = NewJob(ASSESS, unique_key=f"{ASSESS}:{sender_id}", priority=URGENT)
    enqueue(connection, job, services.clock())


def assess(services: Services, _: Arguments) -> None:
    """Assess everything that waits, beside other workers that do the same."""
    Assessor(services).assess_waiting()


def lapse(services: Services, _: Arguments) -> None:
    """Let every request lapse whose deadline ran out."""
    lapse_overdue(services)


def let_go(services: Services, _: Arguments) -> None:
    """Delete holds that have run out."""
    with writing(services.engine) as connection:
        let_go_of_old(connection, services.clock())


def lapse_declarations(services: Services, _: Arguments) -> None:
    """Let every decided declaration lapse whose goods never came."""
    lapse_never_come(services)


def purge_old(services: Services, _: Arguments) -> None:
    """Delete declarations whose time is over, as the settings say."""
    purge(services, actor=ACTOR)

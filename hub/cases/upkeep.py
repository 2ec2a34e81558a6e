"""What cases need done again and again: holds that ran out, cases whose time is over."""

from collections.abc import Mapping
from datetime import timedelta

from hub.bootstrap import Services
from hub.cases.holds import let_go_of_old
from hub.cases.retention import purge
from hub.jobs.queue import Arguments
from hub.jobs.worker import Handler
from hub.store.database import writing

ACTOR = "hub"


def handlers() -> Mapping[str, Handler]:
    """Name the jobs of this module, by kind."""
    return {
        "let-go-of-cases": Handler(let_go, every=timedelta(hours=1)),
        "purge-cases": Handler(purge_cases, every=timedelta(days=1)),
    }


def let_go(services: Services, _: Arguments) -> None:
    """Delete holds that have run out."""
    with writing(services.engine) as connection:
        let_go_of_old(connection, services.clock())


def purge_cases(services: Services, _: Arguments) -> None:
    """Delete cases whose time is over, as the settings say."""
    purge(services, actor=ACTOR)

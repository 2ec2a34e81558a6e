"""What the fleet's tables need done again and again: old health samples go."""

from collections.abc import Mapping
from datetime import timedelta

from hub.bootstrap import Services
from hub.fleet.health import prune_health
from hub.jobs.queue import Arguments
from hub.jobs.worker import Handler
from hub.store.database import writing


def handlers() -> Mapping[str, Handler]:
    """Name the jobs of this module, by kind."""
    return {"forget-health": Handler(forget_health, every=timedelta(hours=1))}


def forget_health(services: Services, _: Arguments) -> None:
    """Delete samples older than a week."""
    with writing(services.engine) as connection:
        prune_health(connection, services.clock())

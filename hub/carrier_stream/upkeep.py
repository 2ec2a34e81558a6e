"""Lets go of answers that no carrier came for."""

from collections.abc import Mapping
from datetime import timedelta

from hub.bootstrap import Services
from hub.carrier_stream.tables import carrier_answers
from hub.jobs.queue import Arguments
from hub.jobs.upkeep import delete_until_none
from hub.jobs.worker import Handler

KEPT_FOR = timedelta(days=7)


def handlers() -> Mapping[str, Handler]:
    """Name the jobs of this module, by kind."""
    return {"forget-carrier-answers": Handler(forget_unclaimed, every=timedelta(hours=1))}


def forget_unclaimed(services: Services, _: Arguments) -> None:
    """Delete answers that waited for too long; the API still gives every declaration."""
    delete_until_none(services, carrier_answers.c.made_at, services.clock() - KEPT_FOR)

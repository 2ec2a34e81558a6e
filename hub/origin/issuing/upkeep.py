"""What issuing needs done in the background: batches closed, signed and anchored, acts told to the chain."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Connection, select

from hub.bootstrap import Services
from hub.jobs.queue import Arguments
from hub.jobs.retrying import RetryPolicy
from hub.jobs.worker import Handler
from hub.origin.issuing.advancing import advance
from hub.origin.issuing.tables import certificate_acts, issue_batches
from hub.origin.issuing.values import ActProgress, BatchProgress
from hub.store.database import reading

KIND = "issue-certificates"
EVERY = timedelta(seconds=15)
_UNDONE = (BatchProgress.CLOSED, BatchProgress.SIGNED, BatchProgress.SENT)
_UNTOLD = (ActProgress.APPROVED, ActProgress.SENT)
_log = logging.getLogger(__name__)


def handlers() -> Mapping[str, Handler]:
    """Name the jobs of this module, by kind."""
    policy = RetryPolicy(attempts=5, longest_wait=timedelta(minutes=1))
    return {KIND: Handler(advance_issuing, policy=policy, every=EVERY, lease=timedelta(minutes=10))}


def advance_issuing(services: Services, _: Arguments) -> None:
    """Take batches and acts a step further; opens the authority's key only when there are any."""
    if not services.settings.origin_issuing.state:
        return
    with reading(services.engine) as connection:
        if not _has_work(services, connection):
            return
    done = advance(services, services.origin_issuer)
    _log.info(
        "batches: %d closed, %d signed, %d anchored; %d transactions sent, %d acts confirmed",
        done.closed,
        done.signed,
        done.anchored,
        done.sent,
        done.confirmed,
    )


def _has_work(services: Services, connection: Connection) -> bool:
    batches, acts = issue_batches.c, certificate_acts.c
    is_due = (batches.progress == BatchProgress.OPEN.value) & (batches.closes_at <= services.clock())
    is_undone = batches.progress.in_([one.value for one in _UNDONE])
    is_untold = acts.progress.in_([one.value for one in _UNTOLD])
    queries = (select(batches.batch_id).where(is_due | is_undone), select(acts.act_id).where(is_untold))
    return any(connection.scalar(query.limit(1)) is not None for query in queries)

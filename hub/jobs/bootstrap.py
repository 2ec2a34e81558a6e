"""Names who does which kind of job; every domain adds its own here."""

from collections.abc import Mapping

import hub.carrier_stream.upkeep
import hub.cases.upkeep
import hub.declarations.upkeep
import hub.fleet.upkeep
import hub.origin.checking.upkeep
import hub.origin.issuing.upkeep
import hub.people.upkeep
import hub.watchlist.upkeep
from hub.jobs import pieces, upkeep
from hub.jobs.worker import Handler
from hub.public_app import notices
from hub.webhooks import delivery


def handlers() -> Mapping[str, Handler]:
    """All kinds of jobs that a worker of this version does."""
    return {
        **pieces.handlers(),
        **upkeep.handlers(),
        **delivery.handlers(),
        **notices.handlers(),
        **hub.carrier_stream.upkeep.handlers(),
        **hub.cases.upkeep.handlers(),
        **hub.declarations.upkeep.handlers(),
        **hub.fleet.upkeep.handlers(),
        **hub.origin.checking.upkeep.handlers(),
        **hub.origin.issuing.upkeep.handlers(),
        **hub.people.upkeep.handlers(),
        **hub.watchlist.upkeep.handlers(),
    }

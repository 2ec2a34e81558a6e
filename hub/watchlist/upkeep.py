"""What lists need again and again: ended listings noted, proposals that waited too long ended."""

from collections.abc import Mapping
from datetime import timedelta

from hub.bootstrap import Services
from hub.jobs.queue import Arguments
from hub.jobs.worker import Handler
from hub.store.database import writing
from hub.watchlist.expiry import expire_listings
from hub.watchlist.proposals import lapse


def handlers() -> Mapping[str, Handler]:
    """Name the jobs of this module, by kind."""
    return {"keep-watchlists": Handler(keep_watchlists, every=timedelta(minutes=10))}


def keep_watchlists(services: Services, _: Arguments) -> None:
    """Note listings that have ended, end proposals that lapsed, forget drafts."""
    with writing(services.engine) as connection:
        expire_listings(services, connection)
        lapse(services, connection)

"""Deletes pieces from the place of pictures, once what referred to them is gone for good."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from hub.bootstrap import Services
from hub.jobs.queue import Arguments, NewJob, enqueue
from hub.jobs.worker import Handler
from hub.store.pictures import drop_piece

DROP = "drop-piece"


def handlers() -> Mapping[str, Handler]:
    """Name the jobs of this module, by kind."""
    return {DROP: Handler(drop)}


def drop_later(connection: Connection, file: str, now: datetime) -> None:
    """Have a piece deleted once the caller's transaction is committed."""
    enqueue(connection, NewJob(DROP, {"file": file}, unique_key=f"{DROP}:{file}"), now)


def drop(services: Services, arguments: Arguments) -> None:
    """Delete a piece; raises `EvidenceError` to be tried again."""
    drop_piece(services, str(arguments["file"]))

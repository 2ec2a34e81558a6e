"""``python -m tests.scale.worker --config hub.toml``: `kechid-hub worker` with one more kind of job.

The job adds a row to a table of the run's own, as slowly as a document is read, and notes each attempt.
"""

import argparse
import logging
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event

from sqlalchemy import Column, Integer, MetaData, String, Table, func, select

from hub.bootstrap import Services, create_services
from hub.commands.processes import LOG_FORMAT
from hub.jobs.bootstrap import handlers
from hub.jobs.queue import CHANNEL, Arguments
from hub.jobs.worker import Handler, Worker
from hub.settings import load_settings
from hub.store.database import writing_beside_others
from hub.store.insertion import insert_if_new
from hub.store.listening import listener

KIND = "scale"
READY = "doing jobs"
TAKES_S = 0.1
LEASE = timedelta(seconds=5)
own = MetaData()
effects = Table("scale_effects", own, Column("number", Integer, primary_key=True))
attempts = Table(
    "scale_attempts", own, Column("attempt_id", Integer, primary_key=True), Column("worker", String(64))
)


def main() -> int:
    """Work until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", type=Path, required=True)
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    services, stop = create_services(load_settings(parser.parse_args().config)), Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    known = {**handlers(), KIND: Handler(_work, lease=LEASE)}
    logging.info(READY)
    Worker(services, known, name=f"scale/{os.getpid()}", stop=stop).run(listener(services.engine, CHANNEL))
    return 0


def _work(services: Services, arguments: Arguments) -> None:
    with writing_beside_others(services.engine) as connection:
        connection.execute(attempts.insert().values(worker=str(os.getpid())))
    with writing_beside_others(services.engine) as connection:
        connection.execute(select(func.pg_sleep(TAKES_S)))
        insert_if_new(connection, effects, {"number": arguments["number"]})


if __name__ == "__main__":
    sys.exit(main())

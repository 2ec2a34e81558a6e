"""`kechid-hub worker`: the process that does what nobody waits for."""

import argparse
import logging
import os
import signal
import socket
from threading import Event

from hub.commands.options import Commands, add_command, services_of
from hub.commands.outcome import Outcome
from hub.commands.processes import LOG_FORMAT
from sync import service_notify


def add_parsers(commands: Commands) -> None:
    """Add the command."""
    worker = add_command(commands, "worker", run_worker, "do jobs until stopped; several may run")
    worker.add_argument("--once", action="store_true", help="do what is due, then end")


def run_worker(options: argparse.Namespace) -> Outcome:
    """Do jobs until SIGTERM or SIGINT, or until none is due."""
    from hub.jobs.bootstrap import handlers
    from hub.jobs.queue import CHANNEL
    from hub.jobs.worker import Worker
    from hub.store.listening import listener

    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    services, stop = services_of(options), Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    name = f"{socket.gethostname()[:40]}/{os.getpid()}"
    worker = Worker(services, handlers(), name=name, stop=stop)
    if options.once:
        worker.schedule()
        worker.drain()
    else:
        worker.run(listener(services.engine, CHANNEL))
        service_notify.stopping()
    words = f"{worker.done} jobs done, {worker.failed} failed" if options.once else ""
    return Outcome(words, {"done": worker.done, "failed": worker.failed})

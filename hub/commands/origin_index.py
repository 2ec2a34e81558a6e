"""`kechid-hub origin index`: the process that keeps on site what the chain says."""

import argparse
import logging
import signal
import sys
from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING

from hub.commands.options import Commands, add_command, settings_of
from hub.commands.origin_snapshot import registry_or_refuse
from hub.commands.outcome import JobFailedError, Outcome
from hub.commands.processes import LOG_FORMAT
from hub.errors import HubError
from hub.origin.chain.facts import ChainUnavailableError
from sync import service_notify

if TYPE_CHECKING:
    from hub.origin.snapshot.indexer import Indexer, Progress


def add_parsers(group: Commands) -> None:
    """Add the command."""
    index = add_command(group, "index", index_chain, "keep on site what the chain says, until stopped")
    index.add_argument("--once", action="store_true", help="catch up with the chain, then end")
    index.add_argument("--progress", action="store_true", help="say after every span how far it is")


def index_chain(options: argparse.Namespace) -> Outcome:
    """Index until SIGTERM or SIGINT, or once; raises `JobFailedError` when nodes do not let it catch up."""
    from hub.origin.bootstrap import index_terms_of, nodes_of
    from hub.origin.snapshot.indexer import Indexer
    from hub.origin.snapshot.keeping import SnapshotKeeper
    from hub.origin.snapshot.store import SnapshotStore

    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    origin = settings_of(options).origin
    store = SnapshotStore(origin.snapshot, registry_or_refuse(origin))
    options.opened.callback(store.close)
    nodes = nodes_of(origin)
    if not nodes:
        raise HubError("[origin] names no nodes")
    indexer = Indexer(store, nodes, index_terms_of(origin))
    options.opened.callback(indexer.close)
    tell = _tell if options.progress else _keep_quiet
    if options.once:
        return _once(indexer, tell)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    SnapshotKeeper(indexer, origin.index_every_s, stop, tell=tell).run()
    service_notify.stopping()
    return Outcome("", {"stopped": True})


def _once(indexer: "Indexer", tell: "Callable[[Progress], None]") -> Outcome:
    try:
        progress = indexer.catch_up(tell)
    except ChainUnavailableError as error:
        faults = indexer.nodes.faults()
        lines = [f"{error.silence}: {error}", *(f"  {name}: {fault}" for name, fault in faults.items())]
        facts = {"silence": error.silence, "detail": str(error), "faults": faults}
        raise JobFailedError(Outcome("\n".join(lines), facts)) from error
    return Outcome(f"up to block {progress.block}", {"block": progress.block})


def _tell(progress: "Progress") -> None:
    sys.stderr.write(f"block {progress.block} of {progress.of}, {progress.events} events\n")


def _keep_quiet(_: "Progress") -> None:
    return

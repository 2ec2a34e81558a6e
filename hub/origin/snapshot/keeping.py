"""Keeps a snapshot fresh until it is stopped; nodes that are away are waited out."""

import logging
import random
from collections.abc import Callable
from threading import Event

from hub.origin.chain.facts import ChainUnavailableError
from hub.origin.snapshot.indexer import Indexer, Progress
from sync import service_notify
from sync.backoff import delay_s

LONGEST_WAIT_S = 60.0
_log = logging.getLogger(__name__)


class SnapshotKeeper:
    """One thread's work; `stop` may be set from any other, or from a signal handler."""

    def __init__(
        self,
        indexer: Indexer,
        every_s: float,
        stop: Event,
        *,
        tell: Callable[[Progress], None] = lambda _: None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Look for new blocks that often; `tell` is called after every step."""
        self._indexer = indexer
        self._every_s = every_s
        self._stop = stop
        self._tell = tell
        self._chance = chance

    def run(self) -> None:
        """Index until stopped; raises `SnapshotError` when the file cannot be written."""
        failures = 0
        service_notify.ready()
        while not self._stop.is_set():
            try:
                self._catch_up()
                failures, wait_s = 0, self._every_s
            except ChainUnavailableError as error:
                failures += 1
                wait_s = self._every_s + delay_s(failures, self._chance(), most_s=LONGEST_WAIT_S)
                _log.warning("nothing is indexed now: %s, %s", error.silence, error)
                for name, fault in self._indexer.nodes.faults().items():
                    _log.warning("node %s: %s", name, fault)
                service_notify.status(f"waiting for nodes: {error.silence}")
            service_notify.watchdog()
            self._stop.wait(wait_s)

    def _catch_up(self) -> None:
        while not self._stop.is_set():
            progress = self._indexer.step()
            service_notify.watchdog()
            service_notify.status(f"block {progress.block} of {progress.of}")
            self._tell(progress)
            if progress.is_done:
                return

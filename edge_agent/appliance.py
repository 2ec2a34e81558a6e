"""One running appliance: its threads, and whether they still do their work."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from edge_agent.lane.agent import LaneAgent
from edge_agent.lane_api.server import LaneServer
from edge_agent.lane_api.services import LaneServices
from edge_agent.store.edge_store import EdgeStore
from edge_agent.upkeep import Upkeep
from sync import service_notify
from sync.instance_lock import InstanceLock

log = logging.getLogger(__name__)

SUPERVISE_S = 1.0


@dataclass(slots=True)
class Appliance:
    """Started once, stopped once."""

    agent: LaneAgent
    upkeep: Upkeep
    server: LaneServer
    services: LaneServices
    store: EdgeStore
    lock: InstanceLock
    stopping: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    restart_asked: threading.Event = field(default_factory=threading.Event)
    """The hub wants the process to end; the service manager starts it again."""

    def start(self) -> None:
        """Start cameras, lane and API; raises `EdgeError` when a camera's ring cannot be reserved."""
        self.services.barrier.refresh()
        for camera in self.agent.cameras:
            camera.start()
        for name, run in (("lane", self.agent.run), ("upkeep", self.upkeep.run)):
            thread = threading.Thread(target=self._guard, args=(name, run), name=name, daemon=True)
            self.threads.append(thread)
            thread.start()
        self.server.start()

    def supervise(self, stopping: threading.Event) -> bool:
        """Feed the watchdog while everything works; True when told to end, False when a thread ended."""
        service_notify.ready()
        while not stopping.wait(SUPERVISE_S):
            if not self.is_alive:
                log.error("a thread of the edge has ended")
                return False
            if self.restart_asked.is_set():
                log.info("stopping to be started again, as the hub wants")
                return True
            if self.agent.is_keeping_up():
                service_notify.watchdog()
        return True

    @property
    def is_alive(self) -> bool:
        """Whether every thread still runs."""
        return self.server.is_alive and all(thread.is_alive() for thread in self.threads)

    def stop(self) -> None:
        """Stop in the order that loses nothing: frames, then effects, then answers, then the store."""
        service_notify.stopping()
        self.stopping.set()
        self.services.stopping.set()
        self.services.feed.announce()
        for thread in self.threads:
            thread.join()
        for camera in self.agent.cameras:
            camera.stop()
        self.server.stop()
        self.services.barrier.close()
        self.store.close()
        self.lock.release()

    def _guard(self, name: str, run: Callable[[threading.Event], None]) -> None:
        try:
            run(self.stopping)
        except Exception:
            # Seen by `supervise`: the process ends and systemd starts it anew.
            log.exception("thread %s ended", name)

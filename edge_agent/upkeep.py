"""What has to be done now and then beside the frames: lists, waiting writes, health."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from edge_agent.alerts.desk import AlertDesk
from edge_agent.alerts.store import AlertStore
from edge_agent.decision.score_upkeep import ScoreUpkeep
from edge_agent.errors import EdgeError
from edge_agent.watchlists.updates import WatchlistUpdates
from sync.errors import SyncError
from sync.messages import Health, MessageLane

log = logging.getLogger(__name__)

EVERY_S = 0.5
HEALTH_EVERY = timedelta(seconds=30)


@dataclass(slots=True)
class Upkeep:
    """One thread; building a large list takes seconds and never holds up a frame."""

    updates: WatchlistUpdates
    desk: AlertDesk
    alerts: AlertStore
    health: Callable[[], Health]
    now: Callable[[], datetime]
    scores: ScoreUpkeep
    health_due: datetime | None = None
    expire: Callable[[datetime], None] = lambda _now: None
    """Destroys what is over, such as document keys."""
    take_commands: Callable[[datetime], None] = lambda _now: None
    """Does what the hub commands."""

    def run(self, stopping: threading.Event) -> None:
        """Look after everything until told to stop; a store that fails is tried again."""
        while not stopping.is_set():
            try:
                self.step()
            except (EdgeError, SyncError) as error:
                log.error("upkeep: %s", error)
            stopping.wait(EVERY_S)

    def step(self) -> None:
        """Do once what is due."""
        self.desk.retry()
        self.updates.poll(self.now())
        now = self.now()
        self.scores.step(now, self.updates)
        self.updates.check_recall(now)
        if self.health_due is None or now >= self.health_due:
            self.health_due = now + HEALTH_EVERY
            self.alerts.append_message(self.health(), MessageLane.TELEMETRY, now)
        self.expire(now)
        self.take_commands(now)

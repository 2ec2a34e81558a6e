"""Jobs of a run: put in as the messages arrive, and counted at the end."""

import threading
import time
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from hub.bootstrap import Services
from hub.jobs.queue import NewJob, enqueue
from hub.jobs.tables import jobs
from hub.store.database import reading, writing_beside_others
from tests.scale.worker import KIND, attempts, effects, own

DRAIN_S = 60.0


@dataclass(frozen=True, slots=True)
class JobCount:
    """What became of the jobs."""

    wanted: int
    done: int
    attempts: int
    """More than `done` where a killed worker's job was done again by another."""
    left: int


class JobSource:
    """Puts jobs in, in step with the messages."""

    def __init__(self, services: Services, wanted: int) -> None:
        """Make the run's own tables; `wanted` jobs in all."""
        self._services = services
        self._wanted = wanted
        self._added = 0
        own.create_all(services.engine)

    def keep_up(self, share: float) -> None:
        """Add jobs until as many are in as messages have arrived, both as shares of all."""
        upto = int(min(1.0, share) * self._wanted)
        try:
            with writing_beside_others(self._services.engine) as connection:
                for number in range(self._added + 1, upto + 1):
                    enqueue(connection, NewJob(KIND, {"number": number}), self._services.clock())
        except OperationalError:
            # A store that is busy for now: these jobs come with the next ones.
            return
        self._added = max(self._added, upto)

    def finish(self) -> JobCount:
        """Add the rest, wait until none is left, and count."""
        deadline = time.monotonic() + DRAIN_S
        while self._added < self._wanted and time.monotonic() < deadline:
            self.keep_up(1.0)
        while self._left() and time.monotonic() < deadline:
            threading.Event().wait(0.2)
        with reading(self._services.engine) as connection:
            done = connection.scalar(select(func.count()).select_from(effects))
            tried = connection.scalar(select(func.count()).select_from(attempts))
        return JobCount(self._wanted, int(done or 0), int(tried or 0), self._left())

    def _left(self) -> int:
        with reading(self._services.engine) as connection:
            query = select(func.count()).select_from(jobs).where(jobs.c.kind == KIND)
            return int(connection.scalar(query) or 0)

"""Waits until another process has committed something: LISTEN on PostgreSQL, the file's version on SQLite."""

import logging
from threading import Event
from typing import Protocol, cast

import psycopg
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from hub.store.notify import CHANNEL

POLL_S = 0.1
"""How often SQLite is asked whether somebody wrote."""
RETRY_S = 1.0
_log = logging.getLogger(__name__)


class Listener(Protocol):
    """Held by one thread; `close` it in the end."""

    def wait(self, timeout_s: float, stop: Event) -> bool:
        """Return True as soon as something may have changed, False after `timeout_s`.

        `stop` may be noticed only then: wait in pieces.
        """
        ...

    def close(self) -> None:
        """Let its connection go."""
        ...


def listener(engine: Engine, channel: str = CHANNEL) -> Listener:
    """Listen on whatever the engine is; connects at the first wait."""
    if engine.dialect.name == "postgresql":
        return ServerListener(engine, channel)
    return FileListener(engine)


class FileListener:
    """SQLite: its data version changes with every commit of another connection."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._seen: int | None = None

    def wait(self, timeout_s: float, stop: Event) -> bool:
        """Ask every `POLL_S`."""
        for _ in range(max(1, round(timeout_s / POLL_S))):
            if self._has_changed():
                return True
            if stop.wait(POLL_S):
                return False
        return self._has_changed()

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _has_changed(self) -> bool:
        if self._connection is None:
            self._connection = self._engine.connect()
        version = self._connection.exec_driver_sql("PRAGMA data_version").scalar_one()
        self._connection.rollback()
        before, self._seen = self._seen, version
        return before is not None and before != version


class ServerListener:
    """PostgreSQL: a connection of its own that hears what commits announce."""

    def __init__(self, engine: Engine, channel: str) -> None:
        self._engine = engine
        self._channel = channel
        self._connection: Connection | None = None

    def wait(self, timeout_s: float, stop: Event) -> bool:
        """Hear the next announcement; a new connection may have missed some, so it counts as one."""
        try:
            if self._connection is None:
                self._connection = self._listen()
                return True
            heard = self._driver(self._connection).notifies(timeout=timeout_s, stop_after=1)
            return not stop.is_set() and next(heard, None) is not None
        except (SQLAlchemyError, psycopg.Error) as error:
            _log.warning("the store cannot be listened to: %s", type(error).__name__)
            self.close()
            stop.wait(RETRY_S)
            return False

    def close(self) -> None:
        """Close the connection, dead or alive: it must not listen for whoever gets it next."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _listen(self) -> Connection:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql(f"LISTEN {self._channel}")
        return connection

    @staticmethod
    def _driver(connection: Connection) -> "psycopg.Connection[tuple[object, ...]]":
        return cast("psycopg.Connection[tuple[object, ...]]", connection.connection.driver_connection)

"""The schema: every domain's tables in one metadata, made and moved by Alembic."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError, ProgrammingError

import hub.api.tables
import hub.carrier_stream.tables
import hub.carriers.tables
import hub.cases.tables
import hub.declarations.act_tables
import hub.declarations.assessing.tables
import hub.declarations.limit_tables
import hub.declarations.picture_tables
import hub.declarations.tables
import hub.fleet.tables
import hub.ingest.tables
import hub.jobs.tables
import hub.machines.tables
import hub.migrations
import hub.origin.checking.tables
import hub.origin.issuing.tables
import hub.people.tables
import hub.public_app.tables
import hub.store.append_only
import hub.watchlist.tables
import hub.webhooks.tables
from hub.errors import StoreError
from hub.store.database import reading, store_errors, writing
from hub.store.partitions import make_room
from hub.store.tables import store_info

if TYPE_CHECKING:
    from alembic.config import Config

REVISION = "0001"
"""The schema this program works with; revisions count up, so that an older one sorts before it."""
Report = Callable[[str], None]
_CURRENT = text("SELECT version_num FROM alembic_version WHERE EXISTS (SELECT 1 FROM store_info)")


def create_schema(engine: Engine, *, hub_epoch: str, now: datetime, report: Report = lambda _: None) -> bool:
    """Create or upgrade; True when the store was new. `report` is told each step.

    Raises `StoreError` for a store that is newer, or older than the first release.
    """
    with store_errors(engine), writing(engine) as connection:
        is_new = not inspect(connection).has_table(store_info.name)
        stored = _revision(connection)
        if not is_new and (stored is None or stored > REVISION):
            raise _unfit(stored)
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        _upgrade(connection, report)
        make_room(connection, now)
        if is_new:
            note_creation(connection, hub_epoch=hub_epoch, now=now)
    return is_new


def check_schema(engine: Engine) -> None:
    """Raise `StoreError` unless the store was made by `kechid-hub migrate` of this version."""
    # Asking SQLite would leave an empty file behind.
    is_there = engine.dialect.name != "sqlite" or Path(engine.url.database or "").exists()
    with store_errors(engine):
        if is_there and _is_current(engine):
            return
        if is_there:
            with reading(engine) as connection:
                is_there = inspect(connection).has_table(store_info.name)
                stored = _revision(connection)
    if not is_there:
        raise StoreError(f"{engine.url.render_as_string()}: no hub store; run kechid-hub migrate")
    if stored != REVISION:
        raise _unfit(stored)


def _is_current(engine: Engine) -> bool:
    """Ask with one statement: a proxy wants to know every second; False: look closer."""
    missing = OperationalError if engine.dialect.name == "sqlite" else ProgrammingError
    try:
        with reading(engine) as connection:
            return bool(connection.scalar(_CURRENT) == REVISION)
    except missing:
        return False


def note_creation(connection: Connection, *, hub_epoch: str, now: datetime) -> None:
    """Write down what is known of a new store."""
    facts = {"hub_epoch": hub_epoch, "created_at": now.isoformat()}
    connection.execute(store_info.insert(), [{"name": name, "value": value} for name, value in facts.items()])


def migrations_config(connection: Connection, report: Report = lambda _: None) -> "Config":
    """Alembic's settings for the packaged migrations, run on a connection that is open already."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(hub.migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["report"] = report
    return config


def _upgrade(connection: Connection, report: Report) -> None:
    # Only who migrates pays for Alembic.
    from alembic import command

    command.upgrade(migrations_config(connection, report), REVISION)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    stored = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if stored is None else str(stored)


def _unfit(stored: str | None) -> StoreError:
    if stored is None:
        return StoreError(
            "the store was made before the first release and cannot be upgraded; make a new one"
        )
    advice = "; run kechid-hub migrate" if stored < REVISION else "; it was made by a newer version"
    return StoreError(f"the store has schema {stored}, this program needs {REVISION}{advice}")

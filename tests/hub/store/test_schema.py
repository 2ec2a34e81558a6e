"""The schema: what the migrations make is what the tables say; other stores are refused in one line."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from hub.errors import StoreError
from hub.store.database import open_engine, reading, writing
from hub.store.metadata import metadata
from hub.store.schema import REVISION, check_schema, create_schema, migrations_config
from tests.hub.builders import NOW
from tests.hub.store import baseline


def differences(connection: Connection) -> list[object]:
    """List what a migration would still have to change."""
    partitions: set[str] = set()
    if connection.dialect.name == "postgresql":
        partitions = set(
            connection.scalars(text("SELECT CAST(CAST(inhrelid AS regclass) AS text) FROM pg_inherits"))
        )

    def is_ours(name: str | None, kind: str, _: object) -> bool:
        return kind != "table" or name not in partitions

    options = {"compare_type": True, "include_name": is_ours}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def test_the_migrations_make_what_the_tables_say(store_url: str) -> None:
    engine = open_engine(store_url)
    with reading(engine) as connection:
        assert differences(connection) == []
    engine.dispose()


def test_the_baseline_is_what_its_tool_writes() -> None:
    assert baseline.PATH.read_text(encoding="utf-8") == baseline.baseline()


def test_the_newest_migration_is_the_schema_of_this_program(tmp_path: Path) -> None:
    with open_engine(f"sqlite:///{tmp_path}/hub.db").connect() as connection:
        scripts = ScriptDirectory.from_config(migrations_config(connection))
    assert scripts.get_heads() == [REVISION]


def test_a_store_is_created_once(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/hub.db")
    steps: list[str] = []
    with pytest.raises(StoreError, match="run kechid-hub migrate"):
        check_schema(engine)
    assert create_schema(engine, hub_epoch="a", now=NOW, report=steps.append)
    assert not create_schema(engine, hub_epoch="b", now=NOW, report=steps.append)
    assert steps == ["schema 0001 made"]
    check_schema(engine)


@pytest.mark.parametrize("url", ["nonsense", "sqlitee:///x.db", "sqlite:////nowhere/at/all/hub.db"])
def test_an_address_that_is_no_store_is_named(url: str) -> None:
    with pytest.raises(StoreError, match=r"nonsense|sqlitee|nowhere"):
        check_schema(open_engine(url))


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ("UPDATE alembic_version SET version_num = '0000'", "schema 0000.*run kechid-hub migrate"),
        ("UPDATE alembic_version SET version_num = '9999'", "schema 9999.*made by a newer version"),
        ("DROP TABLE alembic_version", "made before the first release"),
    ],
)
def test_another_schema_is_refused_in_one_line(tmp_path: Path, change: str, advice: str) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/hub.db")
    create_schema(engine, hub_epoch="a", now=NOW)
    with writing(engine) as connection:
        connection.execute(text(change))
    with pytest.raises(StoreError, match=advice):
        check_schema(engine)


@pytest.mark.parametrize(
    "change", ["UPDATE alembic_version SET version_num = '9999'", "DROP TABLE alembic_version"]
)
def test_what_cannot_be_upgraded_is_left_alone(tmp_path: Path, change: str) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/hub.db")
    create_schema(engine, hub_epoch="a", now=NOW)
    with writing(engine) as connection:
        connection.execute(text(change))
    with pytest.raises(StoreError):
        create_schema(engine, hub_epoch="b", now=NOW)

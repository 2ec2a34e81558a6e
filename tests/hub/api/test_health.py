"""Readiness: a process says whether it can serve, so that a proxy asks another one."""

from pathlib import Path

import pytest
from sqlalchemy import event

from tests.hub.api.clients import client_of
from tests.hub.builders import make_hub


def test_a_process_whose_store_has_its_schema_is_ready(tmp_path: Path) -> None:
    with client_of(make_hub(tmp_path).services) as anybody:
        assert anybody.get("/healthz").json()["status"] == "ok"


def test_asking_is_one_statement(tmp_path: Path) -> None:
    services = make_hub(tmp_path).services
    seen: list[str] = []
    event.listen(services.engine, "before_cursor_execute", lambda *execution: seen.append(str(execution[2])))
    with client_of(services) as anybody:
        anybody.get("/healthz")
    assert [statement.split()[0] for statement in seen] == ["BEGIN", "SELECT"]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE alembic_version SET version_num = '0000'", "DROP TABLE store_info"],
    ids=["other-schema", "no-store"],
)
def test_a_process_whose_store_has_another_schema_is_not(tmp_path: Path, statement: str) -> None:
    services = make_hub(tmp_path).services
    with services.engine.connect() as connection:
        connection.exec_driver_sql(statement)
        connection.commit()
    with client_of(services) as anybody:
        assert anybody.get("/healthz").status_code == 503

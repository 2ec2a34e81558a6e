"""``python -m tests.hub.store.baseline``: writes the first migration anew from the tables.

Only until the first release; from then on its schema is frozen and a change is a migration of its own.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from alembic.operations.ops import CreateIndexOp, CreateTableOp, MigrateOperation, UpgradeOps
from sqlalchemy import create_engine

import hub.migrations
from hub.store.append_only import STATEMENTS
from hub.store.metadata import UtcTime, metadata
from hub.store.schema import REVISION

PATH = Path(hub.migrations.__file__).parent / "versions" / f"{REVISION}_baseline.py"
_HEAD = '''"""The schema of the first release."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = {append_only}
"""The database itself refuses to change or shorten the audit log."""


def upgrade() -> None:  # long: one line per table
    """Make every table."""
    for create in ({names},):
        create()
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))


def downgrade() -> None:
    """There is nothing before it; raises `ValueError`."""
    raise ValueError("there is no schema before the first")
'''
_FUNCTION = """

def _create_{name}() -> None:  # long: one statement per table
{body}
"""


def baseline() -> str:
    """Render the migration that makes every table of the metadata."""
    with create_engine("sqlite://").connect() as connection:
        migrations = MigrationContext.configure(connection, opts={"render_item": _render_item})
        operations = produce_migrations(migrations, metadata).upgrade_ops
    assert operations is not None
    tables = dict(_by_table(operations))
    names = ", ".join(f"_create_{name}" for name in tables)
    head = _HEAD.format(revision=REVISION, append_only=_append_only(), names=names)
    return formatted(head + "".join(_function(name, ops, migrations) for name, ops in tables.items()))


def formatted(code: str) -> str:
    """Give code the house format."""
    ruff = Path(sys.executable).with_name("ruff")
    arguments = [str(ruff), "format", "--quiet", "--stdin-filename", str(PATH), "-"]
    return subprocess.run(arguments, input=code, capture_output=True, text=True, check=True).stdout


def _append_only() -> str:
    dialects = (f"{name!r}: ({_lines(statements)})," for name, statements in STATEMENTS.items())
    return f"{{{''.join(dialects)}}}"


def _lines(statements: Sequence[str]) -> str:
    return "".join("".join(f"{line + ' '!r}" for line in wrap(one, 80)) + "," for one in statements)


def _by_table(operations: UpgradeOps) -> Iterator[tuple[str, list[MigrateOperation]]]:
    indices = [each for each in _flat(operations) if isinstance(each, CreateIndexOp)]
    for each in _flat(operations):
        if isinstance(each, CreateTableOp):
            yield each.table_name, [each, *(one for one in indices if one.table_name == each.table_name)]


def _flat(operations: UpgradeOps) -> Iterator[MigrateOperation]:
    for each in operations.ops:
        yield from getattr(each, "ops", [each])


def _function(name: str, operations: list[MigrateOperation], migrations: MigrationContext) -> str:
    code = render_python_code(UpgradeOps(operations), render_item=_render_item, migration_context=migrations)
    body = "\n".join(f"    {line}" for line in code.splitlines() if not line.lstrip().startswith("#"))
    return _FUNCTION.format(name=name, body=body)


def _render_item(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Write times as what they are in a database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcTime) else False


if __name__ == "__main__":
    PATH.write_text(baseline(), encoding="utf-8")
    sys.stdout.write(f"{PATH.name} written\n")

"""What Alembic runs: the steps that a store lacks, inside the transaction that is open already."""

from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationInfo

from hub.store.metadata import metadata


def _report(step: MigrationInfo, **_: Any) -> None:
    context.config.attributes["report"](f"schema {step.up_revision_id} made")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot change a column in place: a step that does makes the table anew.
    render_as_batch=True,
    transactional_ddl=True,
    on_version_apply=lambda **told: _report(**told),  # noqa: PLW0108 (the types want the parameters' names)
)
context.run_migrations()

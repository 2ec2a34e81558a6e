"""How a store gets from one release's schema to the next, by Alembic."""

"""The hub's store: one schema on SQLite and PostgreSQL, sealed pictures, backup."""

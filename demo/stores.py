"""Counts what lies in the stores, read-only: a witness that does not ask the programs under test."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StoreReader:
    """Read-only queries on one SQLite store."""

    path: Path

    def column(self, query: str, *values: object) -> list[object]:
        """First column of a query's rows; empty while the store or table is not there yet."""
        if not self.path.exists():
            return []
        connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
        try:
            return [row[0] for row in connection.execute(query, values)]
        except sqlite3.OperationalError:
            return []
        finally:
            connection.close()

    def number(self, query: str, *values: object) -> int:
        """First value as an integer; 0 of nothing."""
        found = self.column(query, *values)
        return int(str(found[0])) if found and found[0] is not None else 0

    def names(self, query: str, *values: object) -> list[str]:
        """First column as texts."""
        return [str(value) for value in self.column(query, *values)]

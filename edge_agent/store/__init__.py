"""The edge's SQLite store: schema, lock, recovery, audit, outgoing messages."""

"""What a snapshot is made of: a file of its own, one for each registry. Pure.

Every row says at which block it was told, and nothing is overwritten: taking back a block is deleting what it
told. What holds now is the last row of its kind. Numbers of blocks and places, and times in seconds since
1970, keep a row short: a million batches are about 110 MB.
"""

VERSION = 1
"""Of the tables; a file of another version is made anew from the chain."""
LARGEST = 2**63 - 1
"""The contract allows larger reasons and lines; no form has such, so they are kept as this."""

CREATION = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE checkpoints (number INTEGER PRIMARY KEY, digest BLOB NOT NULL, at INTEGER NOT NULL)",
    "CREATE TABLE accounts (account_id INTEGER PRIMARY KEY, address BLOB NOT NULL UNIQUE)",
    "CREATE TABLE batches (batch_id INTEGER PRIMARY KEY, batch BLOB NOT NULL UNIQUE, state TEXT NOT NULL,"
    " account_id INTEGER NOT NULL, places INTEGER NOT NULL, anchored_at INTEGER NOT NULL,"
    " block INTEGER NOT NULL, position INTEGER NOT NULL)",
    "CREATE TABLE listings (account_id INTEGER NOT NULL, block INTEGER NOT NULL, position INTEGER NOT NULL,"
    " state TEXT NOT NULL, roles INTEGER NOT NULL, valid_from INTEGER NOT NULL, valid_until INTEGER NOT NULL,"
    " PRIMARY KEY (account_id, block, position)) WITHOUT ROWID",
    "CREATE TABLE statuses (batch_id INTEGER NOT NULL, place INTEGER NOT NULL, block INTEGER NOT NULL,"
    " position INTEGER NOT NULL, status INTEGER NOT NULL, reason INTEGER NOT NULL, replaced_by BLOB NOT NULL,"
    " PRIMARY KEY (batch_id, place, block, position)) WITHOUT ROWID",
    "CREATE TABLE draws (batch_id INTEGER NOT NULL, place INTEGER NOT NULL, line INTEGER NOT NULL,"
    " block INTEGER NOT NULL, position INTEGER NOT NULL, used INTEGER NOT NULL, parts INTEGER NOT NULL,"
    " declaration BLOB NOT NULL, account_id INTEGER NOT NULL,"
    " PRIMARY KEY (batch_id, place, line, block, position)) WITHOUT ROWID",
)
TAKE_BACK = (
    "DELETE FROM batches WHERE block > ?",
    "DELETE FROM listings WHERE block > ?",
    "DELETE FROM statuses WHERE block > ?",
    "DELETE FROM draws WHERE block > ?",
    "DELETE FROM checkpoints WHERE number > ?",
)

SET_ABOUT = "INSERT INTO about (name, value) VALUES (?, ?)"
ABOUT = "SELECT name, value FROM about"
TIP = "SELECT number, digest, at FROM checkpoints ORDER BY number DESC LIMIT 1"
CHECKPOINTS = "SELECT number, digest, at FROM checkpoints ORDER BY number DESC"
ADD_CHECKPOINT = "INSERT INTO checkpoints (number, digest, at) VALUES (?, ?, ?)"
DROP_CHECKPOINTS = (
    "DELETE FROM checkpoints"
    " WHERE number < (SELECT min(number) FROM (SELECT number FROM checkpoints ORDER BY number DESC LIMIT ?))"
)
ADD_ACCOUNT = "INSERT OR IGNORE INTO accounts (address) VALUES (?)"
ADD_BATCH = (
    "INSERT INTO batches (batch, state, account_id, places, anchored_at, block, position)"
    " VALUES (?, ?, (SELECT account_id FROM accounts WHERE address = ?), ?, ?, ?, ?)"
)
ADD_LISTING = (
    "INSERT INTO listings VALUES ((SELECT account_id FROM accounts WHERE address = ?), ?, ?, ?, ?, ?, ?)"
)
ADD_STATUS = "INSERT INTO statuses VALUES ((SELECT batch_id FROM batches WHERE batch = ?), ?, ?, ?, ?, ?, ?)"
ADD_DRAW = (
    "INSERT INTO draws VALUES ((SELECT batch_id FROM batches WHERE batch = ?), ?, ?, ?, ?, ?, ?, ?,"
    " (SELECT account_id FROM accounts WHERE address = ?))"
)

BATCH = (
    "SELECT batch_id, account_id, address, places, anchored_at"
    " FROM batches JOIN accounts USING (account_id) WHERE batch = ?"
)
LISTED_NOW = (
    "SELECT state, roles, valid_from, valid_until FROM listings WHERE account_id = ?"
    " ORDER BY block DESC, position DESC LIMIT 1"
)
STATUS_NOW = (
    "SELECT status, reason, replaced_by FROM statuses WHERE batch_id = ? AND place = ?"
    " ORDER BY block DESC, position DESC LIMIT 1"
)
USED_NOW = (
    "SELECT used FROM draws WHERE batch_id = ? AND place = ? AND line = ?"
    " ORDER BY block DESC, position DESC LIMIT 1"
)
LISTINGS = (
    "SELECT address, block, state, roles, valid_from, valid_until"
    " FROM listings JOIN accounts USING (account_id) ORDER BY state, address, block, position"
)
COUNTS = (
    "SELECT (SELECT count(*) FROM batches), (SELECT count(*) FROM statuses), (SELECT count(*) FROM draws),"
    " (SELECT count(DISTINCT account_id) FROM listings)"
)

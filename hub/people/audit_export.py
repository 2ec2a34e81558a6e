"""The audit log for somebody outside: JSON lines, a signed head, and verifying that needs nothing of ours."""

import base64
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, select

from hub.people.audit import GENESIS, AuditRow
from hub.people.tables import audit
from sync.signing import key_id

HEAD_CONTEXT = "kechid.audit-head/1"
"""Signed in front of a head, so that the signature means nothing on another document."""
ROWS_AT_ONCE = 1000
COLUMNS = ("seq", "at", "actor", "action", "target", "detail", "hash")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The chain's last row at a time, signed by the hub."""

    seq: int
    hash: str
    at: datetime
    key_id: str
    signature: str
    """Ed25519, base64."""

    def line(self) -> str:
        """Write it as the export's last line."""
        facts = {
            "schema": HEAD_CONTEXT,
            "seq": self.seq,
            "hash": self.hash,
            "at": self.at.isoformat(),
            "key_id": self.key_id,
            "signature": self.signature,
        }
        return json.dumps(facts, separators=(",", ":"))


def signed_head(connection: Connection, key: Ed25519PrivateKey, now: datetime) -> SignedHead:
    """Sign where the chain ends now; an empty chain ends at row 0."""
    row = connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).first()
    seq, digest = (row.seq, row.hash) if row else (0, GENESIS)
    at = now.astimezone(UTC)
    signature = key.sign(head_bytes(seq, digest, at))
    return SignedHead(seq, digest, at, key_id(key.public_key()), base64.b64encode(signature).decode())


def head_bytes(seq: int, digest: str, at: datetime) -> bytes:
    """Return what is signed: context, row, hash and time, one line each."""
    return f"{HEAD_CONTEXT}\n{seq}\n{digest}\n{at.astimezone(UTC).isoformat()}\n".encode()


def json_lines(connection: Connection, *, upto: int) -> Iterator[str]:
    """Write every row up to and including `upto`, the first one first, one JSON object a line."""
    for row in _rows(connection, upto):
        facts = {name: getattr(row, name) for name in COLUMNS if name != "at"}
        yield json.dumps({"at": row.at.astimezone(UTC).isoformat(), **facts}, ensure_ascii=False) + "\n"


def csv_lines(connection: Connection, *, upto: int) -> Iterator[str]:
    """Write the same for a spreadsheet, with nothing that it would run; not for verifying."""
    yield csv_line(COLUMNS)
    for row in _rows(connection, upto):
        detail = json.dumps(row.detail, ensure_ascii=False)
        yield csv_line((row.seq, row.at.isoformat(), row.actor, row.action, row.target, detail, row.hash))


def csv_line(values: tuple[object, ...]) -> str:
    """Write one line; a text that a spreadsheet takes for a formula gets an apostrophe in front."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_harmless(value) for value in values])
    return buffer.getvalue()


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _rows(connection: Connection, upto: int) -> Iterator[AuditRow]:
    last = 0
    while True:
        query = select(audit).where(audit.c.seq > last, audit.c.seq <= upto).order_by(audit.c.seq)
        found = connection.execute(query.limit(ROWS_AT_ONCE)).all()
        if not found:
            return
        for row in found:
            yield AuditRow(**row._mapping)
        last = found[-1].seq

"""An export is verified by the procedure of the handbook, with nothing of ours."""

import base64
import hashlib
import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.people.audit import Act, record
from hub.people.audit_export import csv_line, json_lines, signed_head
from hub.store.database import writing
from tests.hub.builders import NOW, Hub

KEY = Ed25519PrivateKey.from_private_bytes(b"s" * 32)


def exported(hub: Hub) -> list[str]:
    with writing(hub.services.engine) as connection:
        for number in range(3):
            record(connection, Act("leyla", "looked", f"məqsəd-{number}", {"n": number, "w": "ə"}), NOW)
        head = signed_head(connection, KEY, NOW)
        return [*json_lines(connection, upto=head.seq), head.line()]


def verified(lines: list[str]) -> int:
    """Do what docs/people.md says; returns the number of rows, raises for the first thing that is wrong."""
    previous = "0" * 64
    *rows, head = (json.loads(line) for line in lines)
    for number, row in enumerate(rows, 1):
        entry = {name: row[name] for name in ("at", "actor", "action", "target", "detail")}
        text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest = hashlib.sha256(f"{previous}\n{number}\n{text}".encode()).hexdigest()
        if (row["seq"], row["hash"]) != (number, digest):
            raise ValueError(f"row {number}")
        previous = digest
    if (head["seq"], head["hash"]) != (len(rows), previous):
        raise ValueError("head")
    signed = f"kechid.audit-head/1\n{head['seq']}\n{head['hash']}\n{head['at']}\n".encode()
    KEY.public_key().verify(base64.b64decode(head["signature"]), signed)
    return len(rows)


def test_an_outsider_verifies_an_export(hub_on_each: Hub) -> None:
    assert verified(exported(hub_on_each)) == 3


@pytest.mark.parametrize(("line", "old", "new"), [(1, "leyla", "nobody"), (1, "looked", "left")])
def test_a_changed_row_is_found(hub_on_each: Hub, line: int, old: str, new: str) -> None:
    lines = exported(hub_on_each)
    lines[line] = lines[line].replace(old, new)
    with pytest.raises(ValueError, match="row 2"):
        verified(lines)


def test_a_missing_end_is_found_and_a_head_cannot_be_made_up(hub_on_each: Hub) -> None:
    lines = exported(hub_on_each)
    with pytest.raises(ValueError, match="head"):
        verified([*lines[:2], lines[-1]])
    shorter = json.loads(lines[-1]) | {"seq": 2, "hash": json.loads(lines[1])["hash"]}
    with pytest.raises(InvalidSignature):
        verified([*lines[:2], json.dumps(shorter)])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_spreadsheet_runs_nothing(text: str) -> None:
    assert csv_line((text,)).lstrip('"').startswith("'")

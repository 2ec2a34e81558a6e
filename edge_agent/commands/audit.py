"""`kechid-edge audit verify`: whether the audit log is what was written."""

import argparse
import sqlite3
import sys
from pathlib import Path

import msgspec

from edge_agent.errors import StoreError
from edge_agent.settings import load_settings
from edge_agent.store.audit import AuditVerdict, verify_audit
from edge_agent.store.edge_store import translated_errors


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("audit", help="the log of who did what")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="check the hash chain, name the first broken row")
    verify.add_argument("--config", type=Path, required=True, metavar="FILE", help="edge.toml")
    verify.add_argument("--json", action="store_true", help="one JSON object on standard output")
    verify.set_defaults(run=run_verify)


def run_verify(arguments: argparse.Namespace) -> int:
    """Verify and print; 0 for a whole chain, 1 for a broken one."""
    verdict = verify_store(load_settings(arguments.config).database)
    if arguments.json:
        sys.stdout.write(msgspec.json.encode(verdict).decode() + "\n")
    elif verdict.broken_seq is None:
        sys.stdout.write(f"{verdict.rows} rows are whole, head {verdict.head}\n")
    else:
        sys.stdout.write(f"broken: {verdict.reason}; {verdict.rows} rows before it are whole\n")
    return 0 if verdict.broken_seq is None else 1


def verify_store(path: Path) -> AuditVerdict:
    """Verify the log of a store, which may be in use; raises `StoreError` when it cannot be read."""
    if not path.is_file():
        raise StoreError(f"store {path}: no such file")
    with translated_errors(path):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
        try:
            return verify_audit(connection)
        finally:
            connection.close()

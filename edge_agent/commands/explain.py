"""Shell: `kechid-edge explain`: what the store knows of one alert, in words."""

import argparse
from pathlib import Path

from edge_agent.alerts.evidence import read_key_file
from edge_agent.alerts.records import AlertRecords
from edge_agent.commands.options import print_result
from edge_agent.errors import StoreError
from edge_agent.outside import utc_now
from edge_agent.recording.explanation import stored_result, stored_words
from edge_agent.settings import load_settings
from edge_agent.store.audit import AuditEntry, append_audit
from edge_agent.store.edge_store import open_edge_store, open_vault


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("explain", help="say why there was an alert, from what the store knows")
    parser.add_argument("alert_id", metavar="ALERT_ID")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="edge.toml")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the alert and write down in the audit log that it was asked for; the edge may be running."""
    settings = load_settings(arguments.config)
    if not settings.database.is_file():
        raise StoreError(f"store {settings.database}: no such file")
    key = read_key_file(Path(settings.keys.store))
    with open_edge_store(settings.database) as store:
        record = AlertRecords(store, open_vault(store, key)).alert(arguments.alert_id)
        entry = AuditEntry(utc_now(), "command-line", "alert-explained", arguments.alert_id)
        store.write(lambda connection: append_audit(connection, entry))
    print_result(stored_result(record), stored_words(record), as_json=arguments.json)
    return 0

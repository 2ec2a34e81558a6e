"""`kechid-hub origin exchange`: a certificate into the reference model's names, or out of them."""

import argparse
import json
import sys
from pathlib import Path

from hub.commands.options import Commands, add_command_without_settings
from hub.commands.origin_documents import MOST_BYTES
from hub.commands.outcome import Outcome
from hub.errors import HubError
from hub.origin.certificate.anchored_json import SCHEMA, anchored_from_json
from hub.origin.certificate.exchange import from_exchange, to_exchange


def add_parsers(group: Commands) -> None:
    """Add the command."""
    summary = "write a certificate's file in UN/CEFACT names, or such a file as one that can be issued"
    exchange = add_command_without_settings(group, "exchange", exchange_file, summary)
    exchange.add_argument("file", type=Path, help="a certificate's file, or a document in UN/CEFACT names")


def exchange_file(options: argparse.Namespace) -> Outcome:
    """Translate, whichever way the file asks for; what is not carried is told on stderr."""
    content = _content_of(options.file)
    if SCHEMA.encode() in content:
        sent = to_exchange(anchored_from_json(content).certificate)
        return _told("sent", sent.text.decode(), sent.lost)
    received = from_exchange(content)
    one = received.certificate
    row = {
        "form": one.form,
        "number": one.number,
        "issued_on": one.issued_on.isoformat(),
        "fields": dict(sorted(one.fields.items())),
    }
    return _told("received", json.dumps(row, ensure_ascii=False, indent=2), received.ignored)


def _told(direction: str, text: str, lost: tuple[str, ...]) -> Outcome:
    for name in lost:
        sys.stderr.write(f"not carried: {name}\n")
    return Outcome(text, {"direction": direction, "document": json.loads(text), "lost": lost})


def _content_of(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES)
    except OSError as error:
        raise HubError(f"{file}: {error.strerror}") from error

"""``python -m tests.scale [--json]``: the hub as several processes of each kind, killed on the way."""

import argparse
import logging
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sync.errors import SyncError
from tests.hub.store.postgresql import running_cluster
from tests.scale.options import Options
from tests.scale.run import Outcome, ScaleError, as_json, run, say_on_stderr


def main(arguments: Sequence[str] | None = None) -> int:
    """Make one run; 0 when every promise held, 1 otherwise."""
    standard = Options()
    parser = argparse.ArgumentParser(prog="python -m tests.scale", description=__doc__)
    for name in ("devices", "events", "api", "ingest", "workers", "jobs"):
        parser.add_argument(f"--{name}", type=int, default=getattr(standard, name))
    parser.add_argument(
        "--seconds", type=float, default=standard.seconds, help="the devices tell for so long"
    )
    parser.add_argument("--limit-s", type=float, default=standard.limit_s, help="what comes later is lost")
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    given = vars(parser.parse_args(arguments))
    is_json = given.pop("json")
    # Devices that wait for a killed broker are what is wanted here.
    logging.basicConfig(level=logging.ERROR)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="kechid-scale-") as folder,
            running_cluster() as cluster,
            cluster.database(is_empty=True) as url,
        ):
            outcome = run(Path(folder), url, Options(**given), say_on_stderr)
    except (ScaleError, SyncError) as error:
        sys.stderr.write(f"scale: {error}\n")
        return 1
    sys.stdout.write((as_json(outcome) if is_json else in_words(outcome)) + "\n")
    return 0 if outcome.is_kept else 1


def in_words(outcome: Outcome) -> str:
    """Every figure on a line of its own."""
    return "\n".join(f"{name:22} {value}" for name, value in outcome.as_dict().items())


if __name__ == "__main__":
    raise SystemExit(main())

"""Shell: `kechid-edge redecide`: a recorded passage decided anew, as it was or as it might have been."""

import argparse
from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path

import msgspec

from edge_agent.alerts.evidence import read_key_file
from edge_agent.commands.options import print_result
from edge_agent.gallery.folder import read_gallery
from edge_agent.recording.explanation import explain, words_of
from edge_agent.recording.file import read_recording
from edge_agent.recording.recording import RecordedList, RecordedReference, Recording
from edge_agent.recording.redecide import Redecided, redecide
from edge_agent.recording.what_if import (
    AlertChange,
    compare,
    table_of,
    thresholds_of,
    with_lists,
    with_settings,
)
from edge_agent.settings import load_settings
from sync.sealing import RowSeal


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("redecide", help="decide a recorded passage anew: audit and what-if")
    parser.add_argument("recording", type=Path, metavar="FILE")
    key = parser.add_mutually_exclusive_group(required=True)
    key.add_argument("--key", type=Path, metavar="FILE", help="key that sealed it")
    key.add_argument("--config", type=Path, metavar="FILE", help="edge.toml that names the key")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="another number, such as matching.allowed_false_alarms_per_day=1 or thresholds.match=0.5",
    )
    parser.add_argument("--gallery", type=Path, metavar="DIR", help="search this gallery instead")
    parser.add_argument("--explain", metavar="ALERT_ID", help="say step by step why there is this alert")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Decide anew; 0 when the decisions are those of the recording, 1 when a single bit differs."""
    key_file = arguments.key or Path(load_settings(arguments.config).keys.store)
    recording = read_recording(arguments.recording, RowSeal(read_key_file(key_file)))
    same = redecide(recording)
    if arguments.explain:
        explained = explain(recording, same.steps, arguments.explain)
        print_result(msgspec.to_builtins(explained), words_of(explained), as_json=arguments.json)
    elif arguments.set or arguments.gallery:
        changes = compare(same.steps, _otherwise(recording, arguments).steps)
        result = _result(recording, same) | {"changes": msgspec.to_builtins(changes)}
        print_result(result, _words(recording, same) + "\n" + _summary(changes), as_json=arguments.json)
    else:
        print_result(_result(recording, same), _words(recording, same), as_json=arguments.json)
    return 0 if same.first_difference is None else 1


def _otherwise(recording: Recording, arguments: argparse.Namespace) -> Redecided:
    if arguments.gallery:
        recording = with_lists(recording, (_list_of_folder(arguments.gallery, recording),))
    return redecide(with_settings(recording, arguments.set), _other_ids())


def _list_of_folder(folder: Path, recording: Recording) -> RecordedList:
    entries = read_gallery(folder, recording.header.contract)
    references = tuple(
        RecordedReference(e.subject_id, e.reference_id, e.template.vector.astype("<f4").tobytes())
        for e in entries
    )
    thresholds = thresholds_of(recording.header.budget, len(references), recording.header)
    return RecordedList("gallery", folder.name, 1, thresholds, references, knows_subjects=False)


def _other_ids() -> Callable[[datetime], str]:
    numbers = count(1)
    return lambda _at: f"what-if-{next(numbers)}"


def _result(recording: Recording, same: Redecided) -> dict[str, object]:
    return {
        "recording_id": recording.recording_id,
        "reason": recording.header.reason,
        "version": recording.header.version,
        "steps": len(same.steps),
        "alerts": msgspec.to_builtins([row.before for row in compare(same.steps, ())]),
        "digest": same.digest,
        "is_equal": same.first_difference is None,
        "first_difference": same.first_difference,
    }


def _words(recording: Recording, same: Redecided) -> str:
    place = f"recording {recording.recording_id}, {len(same.steps)} steps"
    if same.first_difference is None:
        return f"{place}: every decision is the recorded one, digest {same.digest}"
    return (
        f"{place}: decisions differ from step {same.first_difference} on, "
        f"recorded by version {recording.header.version}"
    )


def _summary(changes: tuple[AlertChange, ...]) -> str:
    if not changes:
        return "no alert, then or now"
    counted = [
        f"{sum(c.change == kind for c in changes)} {kind}" for kind in ("gained", "lost", "changed", "same")
    ]
    return f"alerts: {', '.join(counted)}\n{table_of(changes)}"

"""Shell: ``kechid-models``: which packs there are, fetch them, verify them."""

import argparse
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models.engine import best_available_pack
from models.errors import ChecksumError, FetchError, ModelError
from models.fetch import fetch_pack, silent
from models.pack import Pack, require_licence
from models.pack_files import cache_folder, pack_names, problems, read_pack, search_order

SUCCESS, FAILED, BAD_INPUT = 0, 1, 2
MEGABYTE = 1_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")
    try:
        code: int = options.command(options)
    except (FetchError, ChecksumError) as error:
        return _complain(error, FAILED)
    except ModelError as error:
        return _complain(error, BAD_INPUT)
    except KeyboardInterrupt:
        return _complain("interrupted; what was complete stays, the rest is gone", FAILED)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kechid-models", description="Model packs: list, fetch, verify.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="print one JSON object")
    shared.add_argument(
        "--packs",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="look for manifests and files here first",
    )
    listing = commands.add_parser("list", parents=[shared], help="every pack and whether its files are here")
    listing.set_defaults(command=_list)
    fetching = commands.add_parser(
        "fetch", parents=[shared], help="fetch what a pack lacks, checksums checked"
    )
    fetching.add_argument("pack", nargs="+", metavar="PACK")
    fetching.add_argument("--quiet", action="store_true", help="no progress")
    fetching.add_argument("--into", type=Path, metavar="DIR", help="instead of ~/.cache/kechid/models")
    fetching.add_argument("--accept-noncommercial", action="store_true", help="acknowledge such a licence")
    fetching.set_defaults(command=_fetch)
    verifying = commands.add_parser(
        "verify", parents=[shared], help="check every file of a pack; default: the best"
    )
    verifying.add_argument("pack", nargs="*", metavar="PACK")
    verifying.set_defaults(command=_verify)
    return parser


def _list(options: argparse.Namespace) -> int:
    folders = search_order(options.packs)
    packs = [_state(read_pack(name, options.packs), folders) for name in pack_names(options.packs)]
    report = {"packs": packs, "search_order": [str(folder) for folder in folders]}
    _print(options, report, [_line(pack) for pack in packs])
    return SUCCESS


def _fetch(options: argparse.Namespace) -> int:
    packs = [read_pack(name, options.packs) for name in options.pack]
    for pack in packs:
        require_licence(pack, accept_noncommercial=options.accept_noncommercial)
    target = options.into or cache_folder()
    progress = silent if options.quiet or options.json else _Meter(sys.stderr.isatty())
    states = []
    for pack in packs:
        fetched = fetch_pack(
            pack.name,
            search_path=options.packs,
            into=target,
            accept_noncommercial=options.accept_noncommercial,
            progress=progress,
        )
        state = _state(pack, (target, *search_order(options.packs)))
        states.append(state | {"fetched": [file.file for file in fetched]})
    _print(options, {"packs": states, "into": str(target)}, [_line(state) for state in states])
    return SUCCESS if all(state["ready"] for state in states) else FAILED


def _verify(options: argparse.Namespace) -> int:
    names = options.pack or [best_available_pack(options.packs)]
    packs = [read_pack(name, options.packs) for name in names]
    states = [_state(pack, search_order(options.packs)) for pack in packs]
    _print(options, {"packs": states}, [_line(state) for state in states])
    return SUCCESS if all(state["ready"] for state in states) else FAILED


def _state(pack: Pack, folders: Sequence[Path]) -> dict[str, Any]:
    lacks = [(part.optional, str(reason)) for part, _, reason in problems(pack, folders)]
    return {
        "name": pack.name,
        "summary": pack.summary,
        "ready": not any(not optional for optional, _ in lacks),
        "problems": [reason for optional, reason in lacks if not optional],
        "optional_problems": [reason for optional, reason in lacks if optional],
        "noncommercial": pack.noncommercial,
        "licences": sorted({part.licence for part in pack.parts}),
        "bytes": pack.size,
    }


def _line(state: Mapping[str, Any]) -> str:
    ready = "ready" if state["ready"] else "not ready"
    notes = [*state["problems"], *(f"optional: {problem}" for problem in state["optional_problems"])]
    terms = ", ".join(state["licences"])
    head = f"{state['name']:24} {ready:10} {state['bytes'] / MEGABYTE:7.1f} MB  {terms}: {state['summary']}"
    return "\n".join([head, *(f"{'':25}{note}" for note in notes)])


def _print(options: argparse.Namespace, report: Mapping[str, Any], lines: Sequence[str]) -> None:
    print(json.dumps(report, indent=2) if options.json else "\n".join(lines))  # noqa: T201  the command's answer


def _complain(error: ModelError | str, code: int) -> int:
    print(f"kechid-models: {error}", file=sys.stderr)  # noqa: T201  the command's answer
    return code


class _Meter:
    """Progress on stderr: a running line on a terminal, a line per file elsewhere."""

    def __init__(self, terminal: bool) -> None:
        self._terminal, self._current = terminal, ""

    def __call__(self, what: str, done: int, total: int) -> None:
        if what != self._current:
            self._current = what
            sys.stderr.write(f"fetching {what}\n")
        if self._terminal and done:
            share = f" of {total / MEGABYTE:.1f}" if total else ""
            sys.stderr.write(f"\r  {done / MEGABYTE:.1f}{share} MB" + ("\n" if done == total else ""))
        sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())

"""Shell: options and output that the one-machine commands share."""

import argparse
import json
import sys
from pathlib import Path

from edge_agent.decision.calibration import FalseAlarmBudget
from models.engine import FaceEngine, best_available_pack, load_engine


def add_engine_options(parser: argparse.ArgumentParser) -> None:
    """Declare ``--pack``, ``--packs``, ``--provider``, ``--accept-noncommercial`` and ``--json``."""
    parser.add_argument(
        "--pack", default="auto", metavar="NAME", help="model pack (default: the best one here)"
    )
    parser.add_argument(
        "--packs", type=Path, action="append", default=[], metavar="DIR", help="where packs lie"
    )
    parser.add_argument("--provider", default="CPUExecutionProvider", help="onnxruntime execution provider")
    parser.add_argument(
        "--accept-noncommercial", action="store_true", help="acknowledge a pack's non-commercial licence"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def add_budget_options(parser: argparse.ArgumentParser) -> None:
    """Declare the false alarm budget from which thresholds follow."""
    parser.add_argument(
        "--allowed-false-alarms-per-day", type=float, default=0.2, metavar="N", help="budget (default: 0.2)"
    )
    parser.add_argument(
        "--travellers-per-day", type=int, default=2000, metavar="N", help="of the lane (default: 2000)"
    )
    parser.add_argument(
        "--review-factor", type=float, default=20.0, metavar="F", help="reviews per false alarm (default: 20)"
    )


def load_chosen_engine(arguments: argparse.Namespace) -> FaceEngine:
    """Load the pack that was asked for; raises `models.errors.PackError`."""
    pack = arguments.pack if arguments.pack != "auto" else best_available_pack(arguments.packs)
    return load_engine(
        pack,
        search_path=arguments.packs,
        provider=arguments.provider,
        accept_noncommercial=arguments.accept_noncommercial,
    )


def chosen_budget(arguments: argparse.Namespace) -> FalseAlarmBudget:
    """Read the budget options; raises `EdgeError` for one that no threshold can meet."""
    return FalseAlarmBudget(
        arguments.allowed_false_alarms_per_day, arguments.travellers_per_day, arguments.review_factor
    )


def print_result(result: object, words: str, *, as_json: bool) -> None:
    """Print the result to standard output: one JSON object, or words for a person."""
    sys.stdout.write((json.dumps(result, ensure_ascii=False) if as_json else words) + "\n")

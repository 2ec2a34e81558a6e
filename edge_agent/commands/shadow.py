"""`kechid-edge shadow`: a lane's own calibration, looked at, put in force and taken out."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import numpy as np

from edge_agent.alerts.evidence import read_key_file
from edge_agent.commands.options import print_result
from edge_agent.decision.lane_calibration import ArmedCalibration
from edge_agent.decision.score_store import ScoreStore
from edge_agent.decision.shadow import collected
from edge_agent.decision.shadow_judgement import Judgement, armed_from, judge
from edge_agent.errors import ShadowError, StoreError
from edge_agent.outside import utc_now
from edge_agent.policies import budget_of
from edge_agent.settings import EdgeSettings, load_settings
from edge_agent.store.edge_store import open_edge_store, open_vault

SEED = 20260504
"""Of the bootstrap, so that two looks at the same scores say the same."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("shadow", help="thresholds from the lane's own non-mated scores")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    status = actions.add_parser("status", help="what was collected, and what it would bring")
    arm = actions.add_parser("arm", help="put a list's own calibration in force")
    disarm = actions.add_parser("disarm", help="go back to the pack's calibration")
    for action, run in ((status, run_status), (arm, run_arm), (disarm, run_disarm)):
        action.add_argument("--config", type=Path, required=True, metavar="FILE", help="edge.toml")
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")
        action.set_defaults(run=run)
    for action in (arm, disarm):
        action.add_argument("--list", required=True, metavar="ID", dest="list_id", help="list id")
        action.add_argument("--by", required=True, metavar="ID", help="who does it, for the audit log")


def run_status(arguments: argparse.Namespace) -> int:
    """Print every list."""
    settings = load_settings(arguments.config)
    with opened_scores(settings) as scores:
        armed = scores.armed()
        lists = [
            (list_id, judged(scores, settings, list_id), armed.get(list_id)) for list_id in scores.list_ids()
        ]
    facts = {
        "shadow": settings.matching.shadow,
        "allowed_false_alarms_per_day": settings.matching.allowed_false_alarms_per_day,
        "travellers_per_day": settings.matching.travellers_per_day,
        "lists": [facts_of(*each) for each in lists],
    }
    head = ["This lane is a shadow lane: it raises no alerts."] if settings.matching.shadow else []
    words = [*head, *(words_of(*each) for each in lists)] or ["Nothing has been collected yet."]
    print_result(facts, "\n".join(words), as_json=arguments.json)
    return 0


def run_arm(arguments: argparse.Namespace) -> int:
    """Arm one list; raises `ShadowError` saying what is missing."""
    settings = load_settings(arguments.config)
    with opened_scores(settings) as scores:
        judgement = judged(scores, settings, arguments.list_id)
        if judgement is None:
            raise ShadowError(f"list {arguments.list_id}: no scores have been collected")
        armed = scores.arm(armed_from(judgement, utc_now(), arguments.by))
    facts = facts_of(armed.list_id, judgement, armed)
    print_result(facts, words_of(armed.list_id, judgement, armed), as_json=arguments.json)
    return 0


def run_disarm(arguments: argparse.Namespace) -> int:
    """Disarm one list; raises `ShadowError` when it is not armed."""
    with opened_scores(load_settings(arguments.config)) as scores:
        armed = scores.armed().get(arguments.list_id)
        if armed is None or not armed.is_armed:
            raise ShadowError(f"list {arguments.list_id} is not armed")
        out = replace(armed, is_armed=False, armed_at=utc_now(), armed_by=arguments.by)
        serial = scores.arm(out).serial
    words = f"{arguments.list_id}: disarmed, serial {serial}; the pack's calibration is in force"
    print_result({"list_id": arguments.list_id, "serial": serial}, words, as_json=arguments.json)
    return 0


@contextmanager
def opened_scores(settings: EdgeSettings) -> Iterator[ScoreStore]:
    """Open the scores of an edge that may be running; raises `StoreError` or `EvidenceError`."""
    if not settings.database.is_file():
        raise StoreError(f"store {settings.database}: no such file")
    key = read_key_file(Path(settings.keys.store))
    with open_edge_store(settings.database) as store:
        yield ScoreStore(store, open_vault(store, key))


def judged(scores: ScoreStore, settings: EdgeSettings, list_id: str) -> Judgement | None:
    """Judge what was collected of a list; None when nothing was."""
    found = collected(scores.days(list_id))
    if found is None:
        return None
    waiting = scores.waiting(list_id, found.contract_id)
    return judge(found, waiting, budget_of(settings.matching), np.random.default_rng(SEED))


def facts_of(list_id: str, judgement: Judgement | None, armed: ArmedCalibration | None) -> dict[str, object]:
    """Everything about one list, for programs."""
    return {"list_id": list_id, "armed": _armed_facts(armed)} | (_facts(judgement) if judgement else {})


def words_of(list_id: str, judgement: Judgement | None, armed: ArmedCalibration | None) -> str:
    """Everything about one list, for people."""
    lines = [f"{list_id}: {_armed_words(armed)}"]
    if judgement is None:
        return f"{lines[0]}\n  no scores collected"
    found = judgement.collected
    lines.append(
        f"  {len(found.scores)} of {judgement.needed} non-mated tracks from {found.days} days "
        f"against {found.gallery_size} references; {judgement.waiting} alerts wait for answers"
    )
    if found.alerts:
        lines.append(f"  {found.alerts} tracks would have raised an alert")
    if judgement.thresholds is not None and judgement.match_interval is not None:
        lines.append(_threshold_words(judgement))
    return "\n".join([*lines, f"  {judgement.readiness.value}: {judgement.reason}"])


def _threshold_words(judgement: Judgement) -> str:
    thresholds, interval = judgement.thresholds, judgement.match_interval
    if thresholds is None or interval is None or thresholds.false_alarms_interval is None:
        raise ShadowError("a judgement without thresholds has none to word")
    low, high = thresholds.false_alarms_interval
    about = "at most" if thresholds.is_extrapolated else "about"
    return (
        f"  match from {thresholds.match:.3f} ({interval[0]:.3f} to {interval[1]:.3f}), "
        f"review from {thresholds.review:.3f}; {about} "
        f"{thresholds.expected_false_alarms_per_day:.2g} false alarms a day ({low:.2g} to {high:.2g})"
    )


def _facts(judgement: Judgement) -> dict[str, object]:
    found, thresholds = judgement.collected, judgement.thresholds
    facts: dict[str, object] = {
        "readiness": judgement.readiness.value,
        "reason": judgement.reason,
        "tracks": len(found.scores),
        "tracks_needed": judgement.needed,
        "tracks_left_out": found.left_out,
        "days": found.days,
        "last_day": _iso(found.last_day),
        "gallery_size": found.gallery_size,
        "contract_id": found.contract_id,
        "alerts_waiting": judgement.waiting,
        "would_be_alerts": found.alerts,
    }
    if thresholds is None:
        return facts
    return facts | {
        "match": thresholds.match,
        "match_interval": judgement.match_interval,
        "review": thresholds.review,
        "false_alarms_per_day": thresholds.expected_false_alarms_per_day,
        "false_alarms_interval": thresholds.false_alarms_interval,
        "reviews_per_day": thresholds.expected_reviews_per_day,
        "is_upper_bound": thresholds.is_extrapolated,
    }


def _armed_facts(armed: ArmedCalibration | None) -> dict[str, object] | None:
    if armed is None:
        return None
    return {
        "serial": armed.serial,
        "is_armed": armed.is_armed,
        "by": armed.armed_by,
        "at": _iso(armed.armed_at),
        "tracks": armed.tail.scores,
        "last_day": _iso(armed.last_day),
        "gallery_size": armed.gallery_size,
        "contract_id": armed.contract_id,
    }


def _armed_words(armed: ArmedCalibration | None) -> str:
    if armed is None or not armed.is_armed:
        return "not armed, the pack's calibration is in force"
    return f"armed by {armed.armed_by}, serial {armed.serial}, from {armed.tail.scores} tracks"


def _iso(when: date | datetime) -> str:
    return when.isoformat()

"""Shell: `kechid-edge evaluate`: error rates of a pack on labelled pictures, with a report."""

import argparse
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_agent.commands.options import add_engine_options, load_chosen_engine, print_result
from edge_agent.errors import EvaluationError
from edge_agent.evaluation.data import DataSet, read_data_set, read_protocol
from edge_agent.evaluation.groups import GroupRates, rates_by_group
from edge_agent.evaluation.labels import labels_of, read_groups
from edge_agent.evaluation.open_set import open_set_point, open_set_searches
from edge_agent.evaluation.protocol import Protocol
from edge_agent.evaluation.rates import (
    Flags,
    Scores,
    accuracy_by_folds,
    error_curve,
    open_set_scores,
    point_at,
    stratified_folds,
)
from edge_agent.evaluation.report import report_page
from edge_agent.evaluation.result import Evaluation, OpenSet, comparison_of, headline_of, result_of
from edge_agent.evaluation.samples import acquire, distractor_pictures, vectors_of
from models.engine import FaceEngine


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What is evaluated, whichever pack it is."""

    data_set: DataSet
    protocol: Protocol = field(default_factory=Protocol)
    distractors: tuple[Path, ...] = ()
    labels: dict[Path, str] | None = None
    """Group of each picture."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("evaluate", help="measure a pack on labelled pictures")
    parser.add_argument(
        "--dataset",
        type=Path,
        required=True,
        metavar="DIR",
        help="pairs CSV, pairs.txt, or a folder per person",
    )
    parser.add_argument(
        "--protocol", type=Path, metavar="FILE", help="TOML protocol, pairs CSV or LFW pairs.txt"
    )
    parser.add_argument(
        "--distractors",
        type=Path,
        metavar="DIR",
        help="pictures of other people, enrolled beside the subjects",
    )
    parser.add_argument("--against", metavar="PACK", help="measure this pack too, on the same protocol")
    parser.add_argument(
        "--report",
        type=Path,
        default=Path("evaluation.html"),
        metavar="FILE",
        help="default: evaluation.html",
    )
    add_engine_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure, write the report, print the figures."""
    task = read_task(arguments.dataset, arguments.protocol, arguments.distractors)
    evaluations = [evaluate(load_chosen_engine(arguments), task)]
    if arguments.against is not None:
        other = argparse.Namespace(**vars(arguments) | {"pack": arguments.against})
        evaluations.append(evaluate(load_chosen_engine(other), task))
    result = result_of(evaluations[0]) | {"report": str(arguments.report)}
    if len(evaluations) > 1:
        result |= {
            "against": result_of(evaluations[1]),
            "comparison": comparison_of(evaluations[0], evaluations[1]),
        }
    write_report(arguments.report, report_page(result, evaluations))
    print_result(result, f"{headline_of(result)}; report in {arguments.report}", as_json=arguments.json)
    return 0


def read_task(folder: Path, protocol_file: Path | None, distractors: Path | None = None) -> Task:
    """Read the data, the protocol and the groups; raises `EvaluationError`."""
    protocol = read_protocol(protocol_file)
    if distractors is not None and protocol.kind != "identification":
        raise EvaluationError(f'distractors {distractors}: the protocol needs kind = "identification"')
    data_set = read_data_set(folder, folder / protocol.pairs if protocol.pairs else None)
    groups = folder / protocol.groups
    is_labelled = groups.is_file() or protocol.groups != Protocol().groups
    labels = labels_of(data_set, read_groups(groups, protocol.group_column)) if is_labelled else None
    return Task(data_set, protocol, distractor_pictures(distractors), labels)


def evaluate(engine: FaceEngine, task: Task) -> Evaluation:
    """Extract every picture once and judge all pairs and searches."""
    data_set, protocol = task.data_set, task.protocol
    acquisition = acquire(engine, data_set.images)
    vectors = vectors_of(acquisition, data_set.images, engine.extractor.contract.dimension)
    scores, mated = pair_scores(data_set, vectors)
    found = open_set_scores(vectors, [data_set.subjects[path] for path in data_set.images])
    accuracy = accuracy_by_folds(scores, mated, folds_of(data_set, mated))
    verification = {rate: point_at(rate, scores[mated], scores[~mated]) for rate in protocol.fmr}
    threshold = max((point.threshold for point in verification.values() if point), default=accuracy.threshold)
    return Evaluation(
        engine.pack,
        data_set,
        acquisition,
        accuracy,
        verification,
        {rate: point_at(rate, found.mated, found.strangers) for rate in protocol.fpir},
        error_curve(scores[mated], scores[~mated]),
        identify_openly(engine, task, vectors) if protocol.kind == "identification" else None,
        () if task.labels is None else judge_groups(data_set, task.labels, (scores, mated), threshold),
        threshold,
    )


def pair_scores(data_set: DataSet, vectors: NDArray[np.float32]) -> tuple[Scores, Flags]:
    """Score of every pair, NaN where a picture was not acquired, and whether it is mated."""
    row = {path: number for number, path in enumerate(data_set.images)}
    first = vectors[[row[pair.first] for pair in data_set.pairs]]
    second = vectors[[row[pair.second] for pair in data_set.pairs]]
    scores = np.einsum("ij,ij->i", first, second, dtype=np.float64)
    return scores, np.array([pair.is_mated for pair in data_set.pairs])


def identify_openly(engine: FaceEngine, task: Task, vectors: NDArray[np.float32]) -> OpenSet:
    """Run the protocol's draws; raises `EvaluationError` when it asks for more subjects than there are."""
    images, protocol = task.data_set.images, task.protocol
    others = vectors[:0]
    failures = 0
    if task.distractors:
        acquired = acquire(engine, task.distractors)
        failures = len(acquired.failures)
        others = vectors_of(acquired, task.distractors, vectors.shape[1])
        others = others[~np.isnan(others[:, 0])]
    searches = open_set_searches(vectors, [task.data_set.subjects[path] for path in images], others, protocol)
    random = np.random.default_rng(protocol.seed)
    points = {rate: open_set_point(searches, rate, random) for rate in protocol.fpir}
    curve = error_curve(searches.own, searches.strangers)
    return OpenSet(searches, points, curve, len(others[: protocol.distractors or None]), failures)


def judge_groups(
    data_set: DataSet, labels: dict[Path, str], judged: tuple[Scores, Flags], threshold: float
) -> tuple[GroupRates, ...]:
    """Error rates inside each group at one threshold for all."""
    first = np.array([labels[pair.first] for pair in data_set.pairs])
    second = np.array([labels[pair.second] for pair in data_set.pairs])
    return rates_by_group(*judged, (first, second), threshold)


def folds_of(data_set: DataSet, mated: Flags) -> NDArray[np.int64]:
    """Take the protocol's folds, or deal the pairs out."""
    given = [pair.fold for pair in data_set.pairs]
    if None in given or len(set(given)) < 2:
        return stratified_folds(mated)
    return np.array(given, np.int64)


def write_report(path: Path, page: str) -> None:
    """Write the page; raises `EvaluationError` when it cannot be."""
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"report {path}: {error.strerror}") from error

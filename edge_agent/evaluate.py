"""Shell: `kechid-edge evaluate`: error rates of a pack on labelled pictures, with a report."""

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_agent.command_options import add_engine_options, load_chosen_engine, print_result
from edge_agent.errors import EvaluationError, PhotoError
from edge_agent.evaluation import (
    Accuracy,
    ErrorCurve,
    OperatingPoint,
    accuracy_by_folds,
    error_curve,
    open_set_scores,
    point_at,
    stratified_folds,
)
from edge_agent.evaluation_data import DataSet, read_data_set
from edge_agent.evaluation_report import report_page
from edge_agent.photo import largest_face, read_photo
from models.engine import FaceEngine
from models.template import Template

FALSE_MATCH_RATES = (0.01, 0.001)
FALSE_POSITIVE_RATES = (0.1, 0.01, 0.001)
STAGES = ("detect", "align", "extract")
PROGRESS_EVERY = 200


@dataclass(slots=True, eq=False)
class Acquisition:
    """Templates of all pictures, with what it cost."""

    templates: dict[Path, Template] = field(default_factory=dict)
    failures: list[Path] = field(default_factory=list)
    """Unreadable, or without a face."""
    ms: dict[str, list[float]] = field(default_factory=lambda: {stage: [] for stage in STAGES})
    """CPU milliseconds of this thread."""


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Every figure of one run."""

    data_set: DataSet
    acquisition: Acquisition
    accuracy: Accuracy
    verification: dict[float, OperatingPoint | None]
    identification: dict[float, OperatingPoint | None]
    curve: ErrorCurve


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
    parser.add_argument("--protocol", type=Path, metavar="FILE", help="pairs CSV or LFW pairs.txt")
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
    data_set = read_data_set(arguments.dataset, arguments.protocol)
    engine = load_chosen_engine(arguments)
    evaluation = evaluate(engine, data_set)
    result = result_of(evaluation, engine.pack) | {"report": str(arguments.report)}
    write_report(arguments.report, report_page(result, evaluation.curve))
    words = (
        f"{engine.pack}: accuracy {result['accuracy']:.4f} over {result['n_pairs']} pairs of "
        f"{result['n_images']} pictures; report in {arguments.report}"
    )
    print_result(result, words, as_json=arguments.json)
    return 0


def evaluate(engine: FaceEngine, data_set: DataSet) -> Evaluation:
    """Extract every picture once and judge all pairs and searches."""
    acquisition = acquire(engine, data_set.images)
    vectors = vectors_of(acquisition, data_set.images, engine.extractor.contract.dimension)
    row = {path: number for number, path in enumerate(data_set.images)}
    first = vectors[[row[pair.first] for pair in data_set.pairs]]
    second = vectors[[row[pair.second] for pair in data_set.pairs]]
    scores = np.einsum("ij,ij->i", first, second, dtype=np.float64)
    mated = np.array([pair.is_mated for pair in data_set.pairs])
    found = open_set_scores(vectors, [data_set.subjects[path] for path in data_set.images])
    return Evaluation(
        data_set,
        acquisition,
        accuracy_by_folds(scores, mated, folds_of(data_set, mated)),
        {rate: point_at(rate, scores[mated], scores[~mated]) for rate in FALSE_MATCH_RATES},
        {rate: point_at(rate, found.mated, found.strangers) for rate in FALSE_POSITIVE_RATES},
        error_curve(scores[mated], scores[~mated]),
    )


def acquire(engine: FaceEngine, images: Sequence[Path]) -> Acquisition:
    """Extract the largest face of each picture; progress goes to standard error."""
    acquisition = Acquisition()
    for number, path in enumerate(images, start=1):
        template = _template_of(engine, path, acquisition.ms)
        if template is None:
            acquisition.failures.append(path)
        else:
            acquisition.templates[path] = template
        if number % PROGRESS_EVERY == 0 or number == len(images):
            sys.stderr.write(f"evaluate: {number} of {len(images)} pictures\n")
    return acquisition


def _template_of(engine: FaceEngine, path: Path, ms: dict[str, list[float]]) -> Template | None:
    try:
        image = read_photo(path)
    except PhotoError as error:
        sys.stderr.write(f"evaluate: {error}\n")
        return None
    times = [time.thread_time()]
    face = largest_face(engine.detector.detect(image))
    times.append(time.thread_time())
    if face is not None:
        chip = engine.extractor.align(image, face)
        times.append(time.thread_time())
        template = engine.extractor.extract([chip])[0]
        times.append(time.thread_time())
    for stage, start, end in zip(STAGES, times, times[1:], strict=False):
        ms[stage].append(1000 * (end - start))
    return None if face is None else template


def vectors_of(acquisition: Acquisition, images: Sequence[Path], dimension: int) -> NDArray[np.float32]:
    """One row per picture; NaN where none could be acquired."""
    if not acquisition.templates:
        raise EvaluationError(f"no face on any of {len(images)} pictures")
    missing = np.full(dimension, np.nan, np.float32)
    return np.stack([t.vector if (t := acquisition.templates.get(p)) else missing for p in images])


def folds_of(data_set: DataSet, mated: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Take the protocol's folds, or deal the pairs out."""
    given = [pair.fold for pair in data_set.pairs]
    if None in given or len(set(given)) < 2:
        return stratified_folds(mated)
    return np.array(given, np.int64)


def result_of(evaluation: Evaluation, pack: str) -> dict[str, object]:
    """Give the keys that stay put, and a few more."""
    accuracy = evaluation.accuracy
    return {
        "pack": pack,
        **_counts(evaluation.data_set, evaluation.acquisition),
        "accuracy": accuracy.rate.value,
        "accuracy_ci": [accuracy.rate.low, accuracy.rate.high],
        "equal_error_rate": evaluation.curve.equal_error_rate,
        **_operating_points(evaluation),
        "ms_per_image": {
            stage: round(statistics.median(times), 3) if times else None
            for stage, times in evaluation.acquisition.ms.items()
        },
    }


def _counts(data_set: DataSet, acquisition: Acquisition) -> dict[str, object]:
    mated = sum(pair.is_mated for pair in data_set.pairs)
    return {
        "dataset": data_set.name,
        "n_images": len(data_set.images),
        "n_subjects": len(set(data_set.subjects.values())),
        "n_pairs": len(data_set.pairs),
        "n_mated": mated,
        "n_non_mated": len(data_set.pairs) - mated,
        "failure_to_acquire": len(acquisition.failures),
        "failures": [path.name for path in acquisition.failures],
    }


def _operating_points(evaluation: Evaluation) -> dict[str, object]:
    kinds = (
        ("tar_at_fmr", "fmr", evaluation.verification),
        ("tpir_at_fpir", "fpir", evaluation.identification),
    )
    result: dict[str, object] = {}
    thresholds = {"accuracy": evaluation.accuracy.threshold}
    insufficient = []
    for key, name, points in kinds:
        result |= {key: _values(points), f"{key}_ci": _intervals(points)}
        thresholds |= {f"{name}_{rate}": point.threshold for rate, point in points.items() if point}
        insufficient += [f"{key} {rate}" for rate, point in points.items() if point is None]
    return result | {"insufficient_data": insufficient, "thresholds": thresholds}


def write_report(path: Path, page: str) -> None:
    """Write the page; raises `EvaluationError` when it cannot be."""
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"report {path}: {error.strerror}") from error


def _values(points: dict[float, OperatingPoint | None]) -> dict[str, float | None]:
    return {str(rate): point.rate.value if point else None for rate, point in points.items()}


def _intervals(points: dict[float, OperatingPoint | None]) -> dict[str, list[float] | None]:
    return {str(rate): [p.rate.low, p.rate.high] if p else None for rate, p in points.items()}

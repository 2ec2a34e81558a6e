"""Pure: the figures of an evaluation under the names that stay put."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from edge_agent.evaluation.data import DataSet
from edge_agent.evaluation.groups import GroupRates, worst_ratio
from edge_agent.evaluation.open_set import OpenSetPoint, Searches
from edge_agent.evaluation.rates import Accuracy, ErrorCurve, OperatingPoint, Rate, paired_p_value
from edge_agent.evaluation.samples import Acquisition

Points = Mapping[float, OperatingPoint | None]


@dataclass(frozen=True, slots=True, eq=False)
class OpenSet:
    """Searches by the protocol, and what they came to."""

    searches: Searches
    points: dict[float, OpenSetPoint | None]
    curve: ErrorCurve
    distractors: int
    distractor_failures: int


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Every figure of one run."""

    pack: str
    data_set: DataSet
    acquisition: Acquisition
    accuracy: Accuracy
    verification: dict[float, OperatingPoint | None]
    identification: dict[float, OperatingPoint | None]
    """Leave-one-out, over all pictures."""
    curve: ErrorCurve
    open_set: OpenSet | None
    """By an identification protocol."""
    groups: tuple[GroupRates, ...]
    group_threshold: float
    """By which the groups are judged: the strictest that the pairs can show."""


def result_of(evaluation: Evaluation) -> dict[str, object]:
    """Give the keys that stay put, and a few more; None is "insufficient data"."""
    accuracy = evaluation.accuracy
    result = {
        "pack": evaluation.pack,
        **_counts(evaluation.data_set, evaluation.acquisition),
        "accuracy": accuracy.rate.value,
        "accuracy_ci": _interval(accuracy.rate),
        "equal_error_rate": evaluation.curve.equal_error_rate,
        **_operating_points(evaluation),
        "ms_per_image": {
            stage: round(statistics.median(times), 3) if times else None
            for stage, times in evaluation.acquisition.ms.items()
        },
    }
    if evaluation.open_set is not None:
        result["open_set"] = _open_set(evaluation.open_set)
    if evaluation.groups:
        result["groups"] = _groups(evaluation)
    return result


def headline_of(result: Mapping[str, object]) -> str:
    """Say the most in one line."""
    line = (
        f"{result['pack']}: accuracy {result['accuracy']:.4f} over {result['n_pairs']} pairs of "
        f"{result['n_images']} pictures"
    )
    other = result.get("against")
    return f"{line}; {headline_of(other)}" if isinstance(other, Mapping) else line


def comparison_of(first: Evaluation, second: Evaluation) -> dict[str, object]:
    """Compare two packs pair by pair: only the pairs on which they differ tell them apart."""
    right, other = first.accuracy.is_right, second.accuracy.is_right
    return {
        "accuracy_difference": first.accuracy.rate.value - second.accuracy.rate.value,
        "only_first_right": int((right & ~other).sum()),
        "only_second_right": int((other & ~right).sum()),
        "p_value": paired_p_value(right, other),
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
    kinds: tuple[tuple[str, str, Points], ...] = (
        ("tar_at_fmr", "fmr", evaluation.verification),
        ("tpir_at_fpir", "fpir", evaluation.identification),
    )
    result: dict[str, object] = {}
    thresholds = {"accuracy": evaluation.accuracy.threshold}
    insufficient = []
    for key, name, points in kinds:
        result[key] = {str(rate): point.rate.value if point else None for rate, point in points.items()}
        result[f"{key}_ci"] = {str(r): _interval(p.rate) if p else None for r, p in points.items()}
        thresholds |= {f"{name}_{rate}": point.threshold for rate, point in points.items() if point}
        insufficient += [f"{key} {rate}" for rate, point in points.items() if point is None]
    return result | {"insufficient_data": insufficient, "thresholds": thresholds}


def _open_set(open_set: OpenSet) -> dict[str, object]:
    searches = open_set.searches
    return {
        "gallery_subjects": searches.gallery,
        "enrolled_subjects": searches.enrolled,
        "distractors": open_set.distractors,
        "distractors_not_acquired": open_set.distractor_failures,
        "draws": searches.draws,
        "mated_searches": len(searches.own),
        "non_mated_searches": len(searches.strangers),
        "mated_per_draw": searches.mated_per_draw,
        "non_mated_per_draw": searches.strangers_per_draw,
        "points": {str(rate): _point(point) for rate, point in open_set.points.items()},
    }


def _point(point: OpenSetPoint | None) -> dict[str, object] | None:
    if point is None:
        return None
    return {
        "threshold": point.threshold,
        "tpir": point.tpir.value,
        "fnir": point.fnir,
        "tpir_ci": _interval(point.tpir),
        "tpir_bootstrap_ci": list(point.bootstrap),
        "fpir": point.fpir.value,
        "fpir_ci": _interval(point.fpir),
    }


def _groups(evaluation: Evaluation) -> dict[str, object]:
    groups = evaluation.groups
    return {
        "threshold": evaluation.group_threshold,
        "rates": {each.group: _group(each) for each in groups},
        "worst_fmr_ratio": worst_ratio(tuple(each.false_match for each in groups)),
        "worst_fnmr_ratio": worst_ratio(tuple(each.false_non_match for each in groups)),
        "rest_on_few": [each.group for each in groups if each.rests_on_few],
    }


def _group(rates: GroupRates) -> dict[str, object]:
    result: dict[str, object] = {}
    for name, rate in (("fmr", rates.false_match), ("fnmr", rates.false_non_match)):
        result |= {
            name: rate.value if rate else None,
            f"{name}_ci": _interval(rate) if rate else None,
            f"{name}_n": rate.n if rate else 0,
        }
    return result


def _interval(rate: Rate) -> list[float]:
    return [rate.low, rate.high]

"""IO: which group each labelled person belongs to: a CSV file with columns ``person`` and a group."""

import csv
from collections.abc import Mapping
from pathlib import Path

from edge_agent.errors import EvaluationError
from edge_agent.evaluation.data import DataSet


def read_groups(path: Path, column: str) -> dict[str, str]:
    """Group by person; raises `EvaluationError` naming file and line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise EvaluationError(f"groups {path}: {reason}") from error
    table = csv.DictReader(text.splitlines())
    if missing := {"person", column} - set(table.fieldnames or ()):
        raise EvaluationError(f"groups {path}, line 1: no column {min(missing)}")
    groups: dict[str, str] = {}
    for number, row in enumerate(table, start=2):
        person, group = (row["person"] or "").strip(), (row[column] or "").strip()
        if not person or not group:
            raise EvaluationError(f"groups {path}, line {number}: person and {column} are both needed")
        if groups.setdefault(person, group) != group:
            raise EvaluationError(f"groups {path}, line {number}: {person} is in two groups")
    return groups


def labels_of(data_set: DataSet, groups: Mapping[str, str]) -> dict[Path, str]:
    """Group of each picture, by its person or by its own name, which then holds for the person."""
    by_subject = {s: groups[p.name] for p, s in data_set.subjects.items() if p.name in groups}
    by_subject |= {s: groups[s] for s in data_set.subjects.values() if s in groups}
    labels = {picture: by_subject.get(subject, "") for picture, subject in data_set.subjects.items()}
    if not any(labels.values()):
        raise EvaluationError(f"groups: no person of {data_set.name} is named")
    return labels

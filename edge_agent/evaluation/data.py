"""IO: labelled pictures to evaluate on: pairs in a CSV file, LFW's pairs.txt, or a folder per person."""

import csv
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from edge_agent.errors import EvaluationError
from edge_agent.evaluation.protocol import Protocol
from sync.settings_file import SettingsError, read_settings

PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".pgm")
COLUMNS = ("file_x", "file_y", "Decision")
YES, NO = frozenset({"yes", "1", "true", "same"}), frozenset({"no", "0", "false", "different"})
MOST_PAIRS = 200_000
"""Of either kind, drawn at random from a folder per person, where all pairs would be millions."""
SEED = 0
"""The same draw every time: an evaluation that is repeated gives the same numbers."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures, and whether they show one person."""

    first: Path
    second: Path
    is_mated: bool
    fold: int | None = None
    """Given by the protocol, or None."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """What is evaluated."""

    name: str
    pairs: tuple[Pair, ...]
    subjects: dict[Path, str]
    """Person of each picture; pictures that no label joins are persons of their own."""

    @property
    def images(self) -> tuple[Path, ...]:
        """Every picture once, in order of name."""
        return tuple(sorted(self.subjects))


def read_data_set(folder: Path, protocol: Path | None) -> DataSet:
    """Read the labels; raises `EvaluationError` naming file, line and reason."""
    if not folder.is_dir():
        raise EvaluationError(f"dataset {folder}: no such folder")
    chosen = protocol or _found_protocol(folder)
    if chosen is None:
        return _folder_per_person(folder)
    pairs = _csv_pairs(folder, chosen) if chosen.suffix.lower() == ".csv" else _lfw_pairs(folder, chosen)
    _require_kinds(chosen, pairs)
    _require_files(chosen, pairs)
    return DataSet(chosen.name, tuple(pairs), _joined(pairs))


def read_protocol(path: Path | None) -> Protocol:
    """Read a TOML protocol, or take a file of pairs for one; raises `EvaluationError`."""
    if path is None:
        return Protocol()
    if path.suffix.lower() != ".toml":
        return Protocol(pairs=str(path.resolve()))
    try:
        return read_settings(path, Protocol)
    except SettingsError as error:
        raise EvaluationError(f"protocol {error}") from error


def _found_protocol(folder: Path) -> Path | None:
    if (folder / "pairs.txt").is_file():
        return folder / "pairs.txt"
    tables = [path for path in sorted(folder.glob("*.csv")) if _has_columns(path)]
    if len(tables) > 1:
        raise EvaluationError(f"dataset {folder}: {len(tables)} CSV files with pairs, choose with --protocol")
    return tables[0] if tables else None


def _has_columns(path: Path) -> bool:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return set(COLUMNS) <= set(next(csv.reader(file), []))


def _csv_pairs(folder: Path, path: Path) -> list[Pair]:
    pairs = []
    for number, row in enumerate(csv.DictReader(_lines(path)), start=2):
        missing = [column for column in COLUMNS if not row.get(column)]
        if missing:
            raise EvaluationError(f"protocol {path}, line {number}: no {missing[0]}")
        decision = row["Decision"].strip().lower()
        if decision not in YES | NO:
            raise EvaluationError(
                f"protocol {path}, line {number}: Decision {row['Decision']!r} is not Yes or No"
            )
        pairs.append(Pair(folder / row["file_x"].strip(), folder / row["file_y"].strip(), decision in YES))
    return pairs


def _lfw_pairs(folder: Path, path: Path) -> list[Pair]:
    lines = _lines(path)
    header = lines[0].split() if lines else []
    if not 1 <= len(header) <= 2 or not all(re.fullmatch(r"\d+", part) for part in header):
        raise EvaluationError(
            f"protocol {path}, line 1: neither a CSV header nor the counts of an LFW pairs file"
        )
    per_fold = 2 * int(header[-1])
    pairs = []
    for number, line in enumerate(lines[1:], start=2):
        parts = line.split("\t") if "\t" in line else line.split()
        fold = (number - 2) // per_fold if len(header) == 2 and per_fold else None
        if parts:
            pairs.append(_lfw_pair(folder, parts, f"protocol {path}, line {number}", fold))
    return pairs


def _lfw_pair(folder: Path, parts: Sequence[str], where: str, fold: int | None) -> Pair:
    match parts:
        case [name, first, second] if first.isdigit() and second.isdigit():
            return Pair(_lfw_image(folder, name, first), _lfw_image(folder, name, second), True, fold)
        case [name, first, other, second] if first.isdigit() and second.isdigit():
            return Pair(_lfw_image(folder, name, first), _lfw_image(folder, other, second), False, fold)
        case _:
            raise EvaluationError(f"{where}: wants NAME N N, or NAME N NAME N")


def _lfw_image(folder: Path, name: str, number: str) -> Path:
    stem = folder / name / f"{name}_{int(number):04d}"
    return next(
        (p for suffix in PICTURES if (p := stem.with_suffix(suffix)).is_file()), stem.with_suffix(".jpg")
    )


def _folder_per_person(folder: Path) -> DataSet:
    subjects = {
        picture: person.name
        for person in sorted(folder.iterdir())
        if person.is_dir()
        for picture in sorted(person.iterdir())
        if picture.suffix.lower() in PICTURES
    }
    if len(set(subjects.values())) < 2:
        raise EvaluationError(
            f"dataset {folder}: no pairs file (CSV with {','.join(COLUMNS)}, or pairs.txt) "
            "and fewer than two folders with pictures of a person"
        )
    pairs = [*_mated(subjects), *_strangers(subjects)]
    _require_kinds(folder, pairs)
    return DataSet(folder.name, tuple(pairs), subjects)


def _mated(subjects: dict[Path, str]) -> list[Pair]:
    by_subject: dict[str, list[Path]] = {}
    for picture, subject in subjects.items():
        by_subject.setdefault(subject, []).append(picture)
    pairs = [Pair(a, b, True) for pictures in by_subject.values() for a, b in combinations(pictures, 2)]
    draw = random.Random(SEED)  # noqa: S311 - a repeatable sample, no secret
    return draw.sample(pairs, MOST_PAIRS) if len(pairs) > MOST_PAIRS else pairs


def _strangers(subjects: dict[Path, str]) -> list[Pair]:
    pictures = list(subjects)
    if len(pictures) * (len(pictures) - 1) // 2 <= MOST_PAIRS:
        return [Pair(a, b, False) for a, b in combinations(pictures, 2) if subjects[a] != subjects[b]]
    draw = random.Random(SEED)  # noqa: S311 - a repeatable sample, no secret
    drawn: dict[tuple[Path, Path], None] = {}
    for _ in range(4 * MOST_PAIRS):
        first, second = draw.choice(pictures), draw.choice(pictures)
        if subjects[first] != subjects[second] and len(drawn) < MOST_PAIRS:
            drawn[min(first, second), max(first, second)] = None
    return [Pair(a, b, False) for a, b in drawn]


def _joined(pairs: Iterable[Pair]) -> dict[Path, str]:
    """Persons that follow from the mated pairs: pictures joined by a chain of them."""
    parent: dict[Path, Path] = {}

    def root(path: Path) -> Path:
        while parent.setdefault(path, path) != path:
            path = parent[path]
        return path

    for pair in pairs:
        first, second = root(pair.first), root(pair.second)
        if pair.is_mated:
            parent[max(first, second)] = min(first, second)
    return {path: str(root(path)) for path in tuple(parent)}


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise EvaluationError(f"protocol {path}: not UTF-8") from error
    except OSError as error:
        raise EvaluationError(f"protocol {path}: {error.strerror}") from error


def _require_kinds(where: Path, pairs: Sequence[Pair]) -> None:
    mated = sum(pair.is_mated for pair in pairs)
    if mated < 2 or len(pairs) - mated < 2:
        raise EvaluationError(
            f"protocol {where}: {mated} mated and {len(pairs) - mated} non-mated pairs, 2 of each are needed"
        )


def _require_files(where: Path, pairs: Iterable[Pair]) -> None:
    for pair in pairs:
        for path in (pair.first, pair.second):
            if not path.is_file():
                raise EvaluationError(f"protocol {where}: no such picture {path}")

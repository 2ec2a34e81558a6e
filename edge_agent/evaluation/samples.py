"""Shell: templates of labelled pictures, with what they cost and which could not be acquired."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_agent.errors import EvaluationError, PhotoError
from edge_agent.evaluation.data import PICTURES
from edge_agent.vision.photo import largest_face, read_photo
from models.engine import FaceEngine
from models.template import Template

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


def distractor_pictures(folder: Path | None) -> tuple[Path, ...]:
    """Every picture below a folder of other people, each a person of their own; raises `EvaluationError`."""
    if folder is None:
        return ()
    pictures = tuple(sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURES))
    if not pictures:
        raise EvaluationError(f"distractors {folder}: no picture there")
    return pictures

"""Shell: a pack's networks, loaded and ready."""

from dataclasses import dataclass

from models.ports import AttackDetector, FaceDetector, TemplateExtractor
from models.score_calibration import ScoreCalibration


@dataclass(frozen=True, slots=True)
class FaceEngine:
    """Everything that turns a picture into templates, and how to judge their scores."""

    pack: str
    detector: FaceDetector
    extractor: TemplateExtractor
    attack_detector: AttackDetector | None
    calibration: ScoreCalibration
    provider: str
    """The run-time that does the work, such as ``CPUExecutionProvider``, ``dlib`` or ``fake``."""
    degradations: tuple[str, ...] = ()
    """What is missing of the pack, such as ``attack-detection-missing``; empty when complete."""

"""IO: a still photo of one person, for enrolment and search."""

from dataclasses import dataclass
from pathlib import Path

from edge_agent.errors import PhotoError
from edge_agent.vision.quality import QualityGate
from hardware.errors import CameraSourceError
from hardware.picture_file import read_picture
from models.engine import FaceEngine
from models.face import FaceDetection
from models.image_quality import FaceQuality, measure_quality
from models.ports import Image
from models.template import Template

BYSTANDER_SHARE = 0.4
"""Of the largest face's width; smaller faces stand in the background and do not count as a second person."""
BYSTANDER_SCORE = 0.7
"""Detector score below which a second find is taken for no face."""


@dataclass(frozen=True, slots=True, eq=False)
class PhotoTemplate:
    """What a photo came to."""

    path: Path
    template: Template
    quality: FaceQuality
    warnings: tuple[str, ...]
    """Gate reasons other than the size, which is refused: blurred, dark, bright, turned."""


def read_photo(path: Path) -> Image:
    """Decode a photo; raises `PhotoError` naming the file."""
    try:
        return read_picture(path)
    except CameraSourceError as error:
        raise PhotoError(str(error)) from error


def template_of_photo(engine: FaceEngine, path: Path, gate: QualityGate) -> PhotoTemplate:
    """Template of the one face on a photo; raises `PhotoError` naming file and reason."""
    image = read_photo(path)
    face = the_one_face(engine.detector.detect(image), path)
    quality = measure_quality(image, face)
    if quality.face_width < gate.min_face_width:
        raise PhotoError(
            f"picture {path}: face of {quality.face_width:.0f} pixels is too small, "
            f"{gate.min_face_width:.0f} are needed"
        )
    chip = engine.extractor.align(image, face)
    return PhotoTemplate(path, engine.extractor.extract([chip])[0], quality, gate.reasons(quality))


def the_one_face(faces: list[FaceDetection], path: Path) -> FaceDetection:
    """Give the only face that counts; raises `PhotoError` for none and for several."""
    largest = largest_face(faces)
    if largest is None:
        raise PhotoError(f"picture {path}: no face found")
    others = [
        face
        for face in faces
        if face is not largest
        and face.box.width >= BYSTANDER_SHARE * largest.box.width
        and face.score >= BYSTANDER_SCORE
    ]
    if others:
        raise PhotoError(f"picture {path}: {len(others) + 1} faces found, one person alone is needed")
    return largest


def largest_face(faces: list[FaceDetection]) -> FaceDetection | None:
    """Give the face with the greatest area; None when there is none."""
    return max(faces, key=lambda face: face.box.width * face.box.height, default=None)

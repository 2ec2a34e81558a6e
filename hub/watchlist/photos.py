"""Examines photos for enrolment: one clear face each, all of one person."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256

import cv2
import numpy as np

from hub.settings_tree import EnrolmentSettings
from hub.watchlist.picture_check import CheckedPicture, check_picture
from models.engine import FaceEngine
from models.face import Box, FaceDetection
from models.image_quality import FaceQuality, measure_quality
from models.ports import Image
from models.quality_components import measure_components
from models.template import Template, comparison_score

MAX_PHOTO_BYTES = 10 << 20
WORKING_SIDE = 1280
"""Pixels; a larger photo is reduced before faces are searched."""
SECOND_FACE_SHARE = 0.3
"""A further face at least this wide, against the largest, makes the photo ambiguous."""
CROP_MARGIN = 0.6
"""Kept around the face on each side, in face sizes: hair, chin, ears."""
CROP_SIDE = 480
SAME_PERSON_FMR = 1e-2
"""Photos that agree less than strangers do once in a hundred are probably not of one person."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as it was handed in."""

    name: str
    """File name, for the report."""
    content: bytes
    captured_on: str = ""
    """ISO date, or empty when unknown."""
    media_type: str = ""
    """What the sender says it is; empty when nothing is said."""

    @property
    def sha256(self) -> str:
        """Digest of the bytes as they came, to know the same photo again."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class PhotoReport:
    """What was found on a photo."""

    name: str
    is_accepted: bool
    reasons: tuple[str, ...]
    """Codes, empty when accepted: those of `picture_check`, ``too-many-bytes``, ``wrong-media-type``,
    ``bad-date``, ``same-photo-twice``, ``enrolled-already``, ``no-face``, ``several-faces``,
    ``face-too-small``, ``blurred``, ``dark``, ``bright``, ``turned``, ``unlike-the-others``."""
    face_width: float | None = None
    """Pixels."""
    sharpness: float | None = None
    luma: float | None = None
    quality: float | None = None
    """0 to 100."""
    components: dict[str, int] = field(default_factory=dict)
    """What was measured, each 0 to 100, under the names of ISO/IEC 29794-5."""
    hints: tuple[str, ...] = ()
    """Codes of what is less than good and no reason to refuse: see `models.quality_components.LIMITS`."""


@dataclass(frozen=True, slots=True, eq=False)
class EnrolledFace:
    """What is kept of an accepted photo."""

    jpeg: bytes
    """The face with a margin, upright, without metadata."""
    template: Template
    quality: float
    face_width: float
    captured_on: str
    components: dict[str, int] = field(default_factory=dict)
    photo_sha256: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """A photo's report, and its face when it was accepted."""

    report: PhotoReport
    face: EnrolledFace | None


def examine_photos(
    photos: Sequence[Photo],
    engine: FaceEngine,
    gate: EnrolmentSettings,
    known_photos: frozenset[str] = frozenset(),
) -> tuple[Examination, ...]:
    """Examine each photo, then whether the accepted ones show one person.

    `known_photos` are digests of photos the subject has already.
    """
    found: list[Examination] = []
    seen: set[str] = set()
    for photo in photos:
        digest = photo.sha256
        if digest in seen or digest in known_photos:
            reason = "same-photo-twice" if digest in seen else "enrolled-already"
            found.append(_refused(photo, reason))
        else:
            found.append(_examine(photo, engine, gate))
        seen.add(digest)
    threshold = engine.calibration.score_at_fmr(SAME_PERSON_FMR)
    return tuple(_refuse_unlike(one, found, threshold) for one in found)


def quality_reasons(quality: FaceQuality, gate: EnrolmentSettings) -> tuple[str, ...]:
    """Codes of everything that makes a face unfit as a reference."""
    checks = (
        (quality.face_width < gate.min_face_width, "face-too-small"),
        (quality.sharpness < gate.min_sharpness, "blurred"),
        (quality.luma < gate.min_luma, "dark"),
        (quality.luma > gate.max_luma, "bright"),
        (abs(quality.yaw_ratio) > gate.max_yaw_ratio, "turned"),
    )
    return tuple(code for is_bad, code in checks if is_bad)


def _refused(photo: Photo, reason: str) -> Examination:
    return Examination(PhotoReport(photo.name, False, (reason,)), None)


def _examine(photo: Photo, engine: FaceEngine, gate: EnrolmentSettings) -> Examination:
    checked = _checked(photo)
    if checked.reason:
        return _refused(photo, checked.reason)
    image = _decode(checked.content)
    if image is None:
        return _refused(photo, "damaged")
    faces = sorted(engine.detector.detect(image), key=lambda face: -face.box.width)
    rivals = [face for face in faces[1:] if face.box.width >= SECOND_FACE_SHARE * faces[0].box.width]
    if not faces or rivals:
        return _refused(photo, "several-faces" if rivals else "no-face")
    return _measured(photo, image, faces[0], engine, gate)


def _measured(
    photo: Photo, image: Image, face: FaceDetection, engine: FaceEngine, gate: EnrolmentSettings
) -> Examination:
    quality = measure_quality(image, face)
    components = measure_components(image, face, quality)
    reasons = quality_reasons(quality, gate)
    report = PhotoReport(
        photo.name,
        not reasons,
        reasons,
        quality.face_width,
        quality.sharpness,
        quality.luma,
        quality.unified,
        components.named(),
        components.reasons(),
    )
    return Examination(report, None if reasons else _enrolled(photo, image, face, report, engine))


def _enrolled(
    photo: Photo, image: Image, face: FaceDetection, report: PhotoReport, engine: FaceEngine
) -> EnrolledFace:
    (template,) = engine.extractor.extract([engine.extractor.align(image, face)])
    return EnrolledFace(
        jpeg=_crop_jpeg(image, face.box),
        template=template,
        quality=report.quality or 0.0,
        face_width=face.box.width,
        captured_on=photo.captured_on,
        components=report.components,
        photo_sha256=photo.sha256,
    )


def _checked(photo: Photo) -> CheckedPicture:
    if len(photo.content) > MAX_PHOTO_BYTES:
        return CheckedPicture("too-many-bytes")
    if photo.media_type and not photo.media_type.startswith(("image/", "application/octet-stream")):
        return CheckedPicture("wrong-media-type")
    if photo.captured_on and not _is_date(photo.captured_on):
        return CheckedPicture("bad-date")
    return check_picture(photo.content)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _decode(content: bytes) -> Image | None:
    """Decode upright (EXIF orientation applied) and reduce to the working size; None when it is damaged."""
    try:
        image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    if image is None:
        return None
    scale = WORKING_SIDE / max(image.shape[:2])
    if scale < 1.0:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(image, np.uint8)


def _crop_jpeg(image: Image, box: Box) -> bytes:
    across, down = box.width * CROP_MARGIN, box.height * CROP_MARGIN
    left, top = max(0, round(box.x - across)), max(0, round(box.y - down))
    crop = image[top : round(box.y + box.height + down), left : round(box.x + box.width + across)]
    scale = CROP_SIDE / max(crop.shape[:2])
    if scale < 1.0:
        crop = np.asarray(cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    _, encoded = cv2.imencode(".jpg", crop, [cv2.IMWRITE_JPEG_QUALITY, 90])
    return encoded.tobytes()


def _refuse_unlike(one: Examination, found: Sequence[Examination], threshold: float) -> Examination:
    """Refuse a face that agrees with none of the other accepted ones."""
    if one.face is None:
        return one
    others = [other.face.template for other in found if other is not one and other.face is not None]
    scores = [comparison_score(one.face.template, other) for other in others]
    if not scores or max(scores) >= threshold:
        return one
    return Examination(replace(one.report, is_accepted=False, reasons=("unlike-the-others",)), None)

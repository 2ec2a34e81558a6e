"""Pure but for the networks: what the networks said of one frame, and answering from that in their place."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import msgspec
import numpy as np

from edge_agent.errors import RecordingError
from edge_agent.vision.quality import QualityGate
from hardware.frame import Frame
from models.engine import FaceEngine
from models.face import Box, FaceDetection, LandmarkLayout
from models.image_quality import FaceQuality, measure_quality
from models.ports import Chip, Image
from models.template import EmbeddingContract, Template


class ObservedFace(msgspec.Struct, frozen=True, array_like=True):
    """Everything a face adds to a decision; no picture."""

    box: tuple[float, float, float, float]
    """x, y, width, height in pixels."""
    landmarks: bytes
    """Five points, x and y, float32 little-endian."""
    layout: LandmarkLayout
    score: float
    quality: FaceQuality
    template: bytes | None
    """float32 little-endian; None: the face was too poor to be extracted."""
    bona_fide: float | None


class ObservedFrame(msgspec.Struct, frozen=True, array_like=True):
    """One frame without its picture."""

    camera_id: str
    sequence: int
    captured_at: datetime
    stream_s: float
    width: int
    height: int
    faces: tuple[ObservedFace, ...]

    def blank(self) -> Frame:
        """Give the frame with a black picture that takes no memory."""
        image = np.broadcast_to(np.uint8(0), (self.height, self.width, 3))
        return Frame(image, self.camera_id, self.sequence, self.captured_at, self.stream_s)


def observe(engine: FaceEngine, frame: Frame, gate: QualityGate | None) -> ObservedFrame:
    """Ask the networks of every face that passes `gate`, or of every face within the picture.

    What is returned has gone through the recording's own form, so that deciding from it now and deciding
    from it later start from the same bits.
    """
    faces = tuple(_observe(engine, frame.image, d, gate) for d in engine.detector.detect(frame.image))
    observed = ObservedFrame(
        frame.camera_id,
        frame.sequence,
        frame.captured_at,
        frame.stream_s,
        frame.width,
        frame.height,
        faces,
    )
    return msgspec.msgpack.decode(msgspec.msgpack.encode(observed, enc_hook=plain), type=ObservedFrame)


def plain(value: object) -> object:
    """Turn NumPy's numbers into Python's, which have the same bits or more."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no place in a recording")


class ObservedFaces:
    """Stands in for detector, extractor, attack detector and quality of a pipeline, from what was observed.

    The aligned chip of an observed face is its template in waiting, so that nothing is kept beside the
    pipeline's own best shots. Of a frame that was not shown here, `live` answers.
    """

    def __init__(self, contract: EmbeddingContract, live: FaceEngine | None = None) -> None:
        self._contract = contract
        self._live = live
        self._frame: ObservedFrame | None = None
        self._faces: dict[FaceDetection, int] = {}

    @property
    def contract(self) -> EmbeddingContract:
        """Of the recorded templates."""
        return self._contract

    def in_place_of(self, engine: FaceEngine) -> FaceEngine:
        """Give an engine that asks here."""
        attack = None if engine.attack_detector is None else self
        return replace(engine, detector=self, extractor=self, attack_detector=attack)

    def show(self, frame: ObservedFrame | None) -> None:
        """Answer from this frame from now on; None: let the live networks answer."""
        self._frame = frame
        faces = () if frame is None else frame.faces
        self._faces = {_detection(face): number for number, face in enumerate(faces)}

    def detect(self, image: Image) -> list[FaceDetection]:
        """Every face, in the order the detector gave."""
        return self._engine.detector.detect(image) if self._frame is None else list(self._faces)

    def measure(self, image: Image, detection: FaceDetection) -> FaceQuality:
        """Quality of a face of this frame."""
        face = self._face(detection)
        return measure_quality(image, detection) if face is None else face.quality

    def align(self, image: Image, detection: FaceDetection) -> Chip:
        """Give what `extract` needs to know."""
        face = self._face(detection)
        if face is None:
            return self._engine.extractor.align(image, detection)
        if face.template is None:
            return np.frombuffer(self._missing("template", detection).encode(), np.uint8)
        return np.frombuffer(face.template, np.uint8)

    def extract(self, chips: Sequence[Chip]) -> list[Template]:
        """One template per chip; raises `RecordingError` for a face that was never extracted."""
        return [self._template(chip) for chip in chips]

    def bona_fide_score(self, image: Image, detection: FaceDetection) -> float:
        """Give the recorded hint; raises `RecordingError` when none was taken."""
        face = self._face(detection)
        if face is None:
            detector = self._engine.attack_detector
            if detector is None:
                raise RecordingError("not recorded: this pack has no attack detector")
            return detector.bona_fide_score(image, detection)
        if face.bona_fide is None:
            raise RecordingError(self._missing("bona fide score", detection))
        return face.bona_fide

    @property
    def _engine(self) -> FaceEngine:
        if self._live is None:
            raise RecordingError("not recorded: a frame outside the recording")
        return self._live

    def _face(self, detection: FaceDetection) -> ObservedFace | None:
        number = self._faces.get(detection)
        return None if number is None or self._frame is None else self._frame.faces[number]

    def _missing(self, what: str, detection: FaceDetection) -> str:
        frame = self._frame
        place = "" if frame is None else f" in frame {frame.sequence} of camera {frame.camera_id}"
        return f"not recorded: {what} of face {self._faces[detection]}{place}, too poor at the time"

    def _template(self, chip: Chip) -> Template:
        if chip.ndim == 3:
            return self._engine.extractor.extract([chip])[0]
        content = chip.tobytes()
        if content.startswith(b"not recorded: "):
            raise RecordingError(content.decode())
        return Template(np.frombuffer(content, "<f4").astype(np.float32), self._contract)


def _observe(
    engine: FaceEngine, image: Image, detection: FaceDetection, gate: QualityGate | None
) -> ObservedFace:
    quality, box = measure_quality(image, detection), detection.box
    is_wanted = quality.sharpness > 0 if gate is None else not gate.reasons(quality)
    template = bona_fide = None
    if is_wanted:
        chip = engine.extractor.align(image, detection)
        template = engine.extractor.extract([chip])[0].vector.astype("<f4").tobytes()
        attack = engine.attack_detector
        bona_fide = None if attack is None else attack.bona_fide_score(image, detection)
    return ObservedFace(
        (box.x, box.y, box.width, box.height),
        detection.landmarks.astype("<f4").tobytes(),
        detection.landmark_layout,
        detection.score,
        quality,
        template,
        bona_fide,
    )


def _detection(face: ObservedFace) -> FaceDetection:
    landmarks = np.frombuffer(face.landmarks, "<f4").astype(np.float32).reshape(5, 2)
    return FaceDetection(Box(*face.box), landmarks, face.score, face.layout)

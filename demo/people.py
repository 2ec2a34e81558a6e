"""Cuts a cast of people out of the group picture of the insightface package, for this demo only."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from demo.waiting import DemoError
from hardware.picture_file import read_picture
from models.engine import FaceEngine
from models.face import Box
from models.ports import Image

FRAME = (640, 480)
FACE_SHARE = 0.27
"""Of the frame's width: a face at the booth, about 170 of 640 pixels."""


@dataclass(frozen=True, slots=True)
class Person:
    """One member of the cast."""

    name: str
    passage: Path
    """Picture the camera pans over."""
    enrolment: tuple[Path, ...]
    """Other pictures of the face, mirrored and lit differently, as a photo on file would be."""


def cast(engine: FaceEngine, folder: Path, count: int = 6) -> list[Person]:
    """Write pictures of up to `count` people under `folder`; needs at least three."""
    picture = read_picture(group_picture())
    detections = sorted(engine.detector.detect(picture), key=lambda found: found.box.x)
    portraits = [
        portrait
        for found in detections[:count]
        if (portrait := _portrait(engine, picture, found.box)) is not None
    ]
    if len(portraits) < 3:
        raise DemoError(f"only {len(portraits)} faces found in {group_picture().name}, three are needed")
    return [
        _write(portrait, folder, f"person-{number}") for number, portrait in enumerate(portraits, start=1)
    ]


def group_picture() -> Path:
    """Path of the picture inside the insightface package."""
    spec = importlib.util.find_spec("insightface")
    if spec is None or spec.origin is None:
        raise DemoError("the insightface package is missing: make setup")
    return Path(spec.origin).parent / "data" / "images" / "t1.jpg"


def _portrait(engine: FaceEngine, picture: Image, box: Box) -> Image | None:
    """One face alone on a plain ground, scaled to the frame; None when its neighbours get in."""
    for margin in (0.45, 0.3, 0.2):
        head = _cut(picture, box, margin)
        scale = FRAME[0] * FACE_SHARE / box.width
        head = np.asarray(cv2.resize(head, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
        canvas = _ground(int(FRAME[0] * 1.6), max(int(FRAME[1] * 1.05), head.shape[0]))
        top, left = (canvas.shape[0] - head.shape[0]) // 2, (canvas.shape[1] - head.shape[1]) // 2
        canvas[top : top + head.shape[0], left : left + head.shape[1]] = head
        if len(engine.detector.detect(_middle(canvas))) == 1:
            return canvas
    return None


def _cut(picture: Image, box: Box, margin: float) -> Image:
    left, top = max(int(box.x - margin * box.width), 0), max(int(box.y - margin * box.height), 0)
    right, bottom = int(box.x + (1 + margin) * box.width), int(box.y + (1 + margin) * box.height)
    return picture[top:bottom, left:right]


def _ground(width: int, height: int) -> Image:
    """Soft vertical gradient, like a lit booth."""
    shades = np.linspace(150, 95, height, dtype=np.uint8)[:, None, None]
    return np.ascontiguousarray(np.broadcast_to(shades, (height, width, 3)))


def _middle(canvas: Image) -> Image:
    """Cut out what the camera sees when the face is in the middle."""
    aside = (canvas.shape[1] - FRAME[0]) // 2
    return np.ascontiguousarray(canvas[:, aside : aside + FRAME[0]])


def _write(portrait: Image, folder: Path, name: str) -> Person:
    middle = _middle(portrait)
    mirrored = cv2.convertScaleAbs(middle[:, ::-1], alpha=0.85, beta=18)
    smaller = cv2.resize(cv2.GaussianBlur(middle, (0, 0), 0.8), None, fx=0.8, fy=0.8)
    paths = [folder / f"{name}{suffix}.jpg" for suffix in ("", "-file-1", "-file-2")]
    for path, image in zip(paths, (portrait, mirrored, smaller), strict=True):
        if not cv2.imwrite(str(path), image, [cv2.IMWRITE_JPEG_QUALITY, 93]):
            raise DemoError(f"{path} cannot be written")
    return Person(name, paths[0], tuple(paths[1:]))

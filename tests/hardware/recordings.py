"""Small recordings for tests: every frame says its number by its grey level."""

from pathlib import Path

import cv2
import numpy as np

from hardware.frame import Image
from hardware.video_reader import prepare_video

STEP = 8
"""Grey levels between two frames; compression moves them by less than half of it."""


def numbered(number: int, *, width: int = 64, height: int = 48) -> Image:
    return np.full((height, width, 3), number * STEP, np.uint8)


def number_of(image: Image) -> int:
    return round(float(image.mean()) / STEP)


def write_video(path: Path, frames: int, frames_per_second: float = 15.0) -> Path:
    prepare_video()
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), frames_per_second, (64, 48))
    assert writer.isOpened()
    for number in range(frames):
        writer.write(numbered(number))
    writer.release()
    return path


def write_pictures(folder: Path, frames: int) -> Path:
    folder.mkdir()
    for number in range(frames):
        cv2.imwrite(str(folder / f"{number:04}.png"), numbered(number))
    return folder


def write_gif(path: Path, frames: int, frames_per_second: float = 12.5) -> Path:
    animation = cv2.Animation()
    animation.frames = [numbered(number) for number in range(frames)]
    animation.durations = [round(1000 / frames_per_second)] * frames
    assert cv2.imwriteanimation(str(path), animation)
    return path

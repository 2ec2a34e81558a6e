"""Draws the app's icon as pictures: ``python -m tests.hub.public_app.icons`` writes the files anew."""

import re
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np

import hub.public_app

STATIC = Path(hub.public_app.__file__).parent / "static"
SIZES = (180, 192, 512)
"""Of a home screen of iOS; of what Web App Manifest asks for at least."""
FINER = 4
"""Drawn so many times larger and made small again: smooth edges that are the same everywhere."""
WHITE = (255, 255, 255)
Point: TypeAlias = tuple[float, float]
Picture: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def drawn(size: int) -> bytes:
    """Draw the lines of ``icon.svg`` as a PNG of so many pixels each way."""
    source = (STATIC / "icon.svg").read_text(encoding="ascii")
    side = size * FINER
    scale = side / float(_found(r'viewBox="0 0 (\d+)', source))
    width = float(_found(r'stroke-width="(\d+)"', source)) * scale
    ground = _found(r'fill="#([0-9a-f]{6})"', source)
    picture: Picture = np.empty((side, side, 3), np.uint8)
    picture[:] = tuple(bytes.fromhex(ground)[::-1])
    for path in re.findall(r' d="([^"]+)"', source):
        for line in _lines(path):
            points = np.array([[round(x * scale), round(y * scale)] for x, y in line], np.int32)
            cv2.polylines(picture, [points], False, WHITE, round(width), cv2.LINE_8)
    small = cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)
    return cv2.imencode(".png", small, [cv2.IMWRITE_PNG_COMPRESSION, 9])[1].tobytes()


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None, pattern
    return found.group(1)


def _lines(path: str) -> list[list[Point]]:
    """Follow a path of straight lines: M, L by leaving it out, l, V, v, H, h and z."""
    lines: list[list[Point]] = []
    for command, rest in re.findall(r"([MlLvVhHz])([^MlLvVhHz]*)", path):
        numbers = [float(one) for one in re.findall(r"-?\d+", rest)]
        if command == "M":
            lines.append([(numbers[0], numbers[1])])
            numbers = numbers[2:]
        line = lines[-1]
        if command == "z":
            line.append(line[0])
        line.extend(_ends(command, numbers, line[-1]))
    return lines


def _ends(command: str, numbers: list[float], start: Point) -> list[Point]:
    x, y = start
    if command in "vV":
        return [(x, numbers[0] if command == "V" else y + numbers[0])]
    if command in "hH":
        return [(numbers[0] if command == "H" else x + numbers[0], y)]
    ends = []
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = (x + dx, y + dy) if command == "l" else (dx, dy)
        ends.append((x, y))
    return ends


if __name__ == "__main__":
    for each in SIZES:
        (STATIC / f"icon-{each}.png").write_bytes(drawn(each))

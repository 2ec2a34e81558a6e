"""Cartoon faces, drawn from a number: pictures for the console's tests that show nobody."""

import random

import cv2
import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]
SIDE = 480
_SKINS: tuple[Colour, ...] = ((184, 208, 240), (150, 182, 224), (120, 158, 205), (96, 130, 178))
_HAIRS: tuple[Colour, ...] = ((38, 42, 52), (44, 66, 102), (60, 110, 160), (120, 124, 128))
_GROUNDS: tuple[Colour, ...] = ((214, 205, 190), (196, 204, 208), (186, 196, 180))


def cartoon_jpeg(identity: int, pose: int = 0) -> bytes:
    """Draw `identity` and encode it; another `pose` shifts, shades and turns the same face a little."""
    image = draw_cartoon(identity, pose)
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes()


def draw_cartoon(identity: int, pose: int = 0) -> NDArray[np.uint8]:
    """Draw a face, (480, 480, 3) BGR; the same numbers give the same picture."""
    traits, mood = random.Random(identity), random.Random(identity * 101 + pose)
    image = np.full((SIDE, SIDE, 3), mood.choice(_GROUNDS), np.uint8)
    skin, hair = traits.choice(_SKINS), traits.choice(_HAIRS)
    shift, broad, tall = mood.randint(-12, 12), traits.randint(98, 116), traits.randint(132, 148)
    centre = (SIDE // 2 + shift, 236)
    _ellipse(image, (centre[0], 500), (176, 118), traits.choice(((116, 92, 60), (90, 96, 70), (80, 72, 110))))
    cv2.rectangle(
        image, (centre[0] - 36, 330), (centre[0] + 36, 420), _shade(skin, 0.9), cv2.FILLED, cv2.LINE_AA
    )
    _ellipse(image, (centre[0], centre[1] - 44), (broad + 16, tall - 18), hair)
    for side in (-1, 1):
        _ellipse(image, (centre[0] + side * broad, centre[1] + 6), (16, 28), _shade(skin, 0.93))
    _ellipse(image, centre, (broad, tall), skin)
    fringe = traits.randint(196, 214)
    cv2.ellipse(
        image,
        (centre[0], centre[1] - 64),
        (broad - 4, 78),
        0,
        fringe - 16,
        344,
        hair,
        cv2.FILLED,
        cv2.LINE_AA,
    )
    _features(image, centre, traits, hair, skin)
    shaded = cv2.convertScaleAbs(image, alpha=mood.uniform(0.86, 1.04))
    return np.asarray(cv2.GaussianBlur(shaded, (3, 3), 0), np.uint8)


def _features(
    image: NDArray[np.uint8], centre: tuple[int, int], traits: random.Random, hair: Colour, skin: Colour
) -> None:
    apart, brow, dark = traits.randint(40, 48), traits.randint(5, 9), (48, 50, 58)
    for side in (-1, 1):
        x, y = centre[0] + side * apart, centre[1] - 12
        _ellipse(image, (x, y), (17, 11), (246, 248, 250))
        _ellipse(image, (x, y), (8, 9), traits.choice(((70, 52, 38), (96, 84, 52))))
        cv2.line(image, (x - 22, y - 24), (x + 22, y - 26 - side), hair, brow, cv2.LINE_AA)
    nose = traits.randint(22, 34)
    cv2.line(
        image,
        (centre[0], centre[1] + 4),
        (centre[0] - 8, centre[1] + nose),
        _shade(skin, 0.8),
        4,
        cv2.LINE_AA,
    )
    cv2.line(
        image,
        (centre[0] - 8, centre[1] + nose),
        (centre[0] + 8, centre[1] + nose),
        _shade(skin, 0.8),
        4,
        cv2.LINE_AA,
    )
    mouth = traits.randint(26, 38)
    cv2.ellipse(image, (centre[0], centre[1] + 66), (mouth, 10), 0, 8, 172, (92, 88, 168), 6, cv2.LINE_AA)
    if traits.random() < 0.35:
        for side in (-1, 1):
            cv2.circle(image, (centre[0] + side * apart, centre[1] - 12), 27, dark, 4, cv2.LINE_AA)
        cv2.line(
            image, (centre[0] - apart + 27, centre[1] - 14), (centre[0] + apart - 27, centre[1] - 14), dark, 4
        )
    if traits.random() < 0.3:
        cv2.ellipse(image, (centre[0], centre[1] + 84), (62, 52), 0, 12, 168, hair, 20, cv2.LINE_AA)


def _ellipse(
    image: NDArray[np.uint8], centre: tuple[int, int], axes: tuple[int, int], colour: Colour
) -> None:
    cv2.ellipse(image, centre, axes, 0, 0, 360, colour, cv2.FILLED, cv2.LINE_AA)


def _shade(colour: Colour, factor: float) -> Colour:
    blue, green, red = (round(channel * factor) for channel in colour)
    return blue, green, red

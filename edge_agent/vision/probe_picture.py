"""Pure: the crop that a person compares with the reference photo."""

import cv2
import numpy as np

from edge_agent.alerts.effects import Picture
from models.face import Box

PADDING = 0.35
"""Of the face's greater side, on each side: hair and chin help a person to compare."""
MAX_WIDTH = 320
"""Pixels."""


def cut_probe(image: Picture, box: Box) -> Picture:
    """Cut a padded face out, at most 320 pixels wide; a copy, so that the frame can be let go."""
    height, width = image.shape[:2]
    margin = PADDING * max(box.width, box.height)
    left = int(np.clip(box.x - margin, 0, width - 1))
    top = int(np.clip(box.y - margin, 0, height - 1))
    right = int(np.clip(box.x + box.width + margin, left + 1, width))
    bottom = int(np.clip(box.y + box.height + margin, top + 1, height))
    crop = image[top:bottom, left:right]
    if crop.shape[1] <= MAX_WIDTH:
        return crop.copy()
    size = (MAX_WIDTH, max(1, round(crop.shape[0] * MAX_WIDTH / crop.shape[1])))
    return np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8)

"""Presentation mode: faces become coarse blocks."""

from collections.abc import Iterable

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from sync.lane_messages import TrackView

BLOCKS = 8
"""Blocks across a face; too few to tell anybody."""
MARGIN = 0.35
"""The box grows by this share on each side, so that hair and chin go too."""


def masked_whole(image: QImage) -> QImage:
    """Return the whole picture as coarse blocks."""
    return _blocks(image, BLOCKS).scaled(
        image.size(),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.FastTransformation,
    )


def masked_tracks(image: QImage, tracks: Iterable[TrackView]) -> QImage:
    """Return a copy in which every tracked face is coarse blocks."""
    masked = image.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(masked)
    for track in tracks:
        area = face_area(track, image.size())
        if not area.isEmpty():
            painter.drawImage(area, _blocks(image.copy(area), BLOCKS))
    painter.end()
    return masked


def face_area(track: TrackView, size: QSize) -> QRect:
    """Return the pixels to mask for a track, inside the picture."""
    x, y = track.x - MARGIN * track.width, track.y - MARGIN * track.height
    grown = 1 + 2 * MARGIN
    box = QRectF(
        x * size.width(),
        y * size.height(),
        grown * track.width * size.width(),
        grown * track.height * size.height(),
    )
    return box.toAlignedRect().intersected(QRect(0, 0, size.width(), size.height()))


def _blocks(image: QImage, across: int) -> QImage:
    """Shrink to `across` columns; averaging destroys what the blocks then hide."""
    rows = max(1, round(across * image.height() / max(1, image.width())))
    return image.scaled(
        across,
        rows,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )

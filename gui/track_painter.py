"""Draws what was found on a picture: colour, shape and word by status."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui import words
from gui.phrase import phrase
from gui.shapes import draw_sign
from gui.theme import Theme
from gui.translation import say
from sync.lane_messages import TrackView

GAP = 3.0
PAD = 5.0
SIGN = 0.72
"""Size of a sign in lines of text."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How one status looks; `colour` names a field of the theme."""

    colour: str
    sign: str
    line: Qt.PenStyle
    width: float


MARKS = {
    "searching": Mark("accent", "dot", Qt.PenStyle.DashLine, 2.0),
    "too-poor": Mark("accent", "question", Qt.PenStyle.DotLine, 2.0),
    "unusable": Mark("warn", "eye", Qt.PenStyle.DotLine, 3.0),
    "non-match": Mark("good", "check", Qt.PenStyle.SolidLine, 1.5),
    "review": Mark("warn", "diamond", Qt.PenStyle.SolidLine, 3.0),
    "match": Mark("bad", "triangle", Qt.PenStyle.SolidLine, 4.0),
}
WITH_REASONS = frozenset({"too-poor", "unusable"})
UNKNOWN = Mark("dim", "question", Qt.PenStyle.DashLine, 2.0)


def label_of(track: TrackView) -> str:
    """Return the words under a face; a face that cannot be searched says why."""
    status = say(phrase(words.TRACKS.get(track.status, track.status)))
    if track.status not in WITH_REASONS or not track.reasons:
        return status
    reasons = ", ".join(say(words.TRACK_REASONS.get(reason, reason)) for reason in track.reasons)
    return f"{status}\n({reasons})"


def draw_tracks(painter: QPainter, tracks: Sequence[TrackView], picture: QRectF, theme: Theme) -> None:
    """Draw all faces of a picture; `picture` is the widget area it covers. No label hides another face."""
    boxes = [_box(track, picture) for track in tracks]
    for track, box in zip(tracks, boxes, strict=True):
        _draw_box(painter, box, track, theme)
    taken: list[QRectF] = []
    for track, box in zip(tracks, boxes, strict=True):
        size = _label_size(painter, label_of(track), box)
        plate = placed_label(size, box, picture, [*taken, *(other for other in boxes if other != box)])
        taken.append(plate)
        _draw_label(painter, track, plate, theme)


def placed_label(size: QSizeF, box: QRectF, picture: QRectF, taken: Sequence[QRectF]) -> QRectF:
    """Return where a label goes: near its box, inside the picture, where it covers the least."""
    left, centre = box.left(), box.center().x() - size.width() / 2
    right = box.right() - size.width()
    above, below = box.top() - size.height() - GAP, box.bottom() + GAP
    beside = [QPointF(box.right() + GAP, box.top()), QPointF(left - size.width() - GAP, box.top())]
    spots = [QPointF(x, y) for y in (below, above) for x in (left, centre, right)]
    plates = [_inside(QRectF(spot, size), picture) for spot in [*spots, *beside]]
    return min(plates, key=lambda plate: sum(_overlap(plate, other) for other in [*taken, box]))


def _overlap(one: QRectF, other: QRectF) -> float:
    """Return the common area in square pixels."""
    common = one.intersected(other)
    return common.width() * common.height()


def _inside(plate: QRectF, picture: QRectF) -> QRectF:
    """Move a plate back into the picture."""
    moved = QRectF(plate)
    moved.moveLeft(max(picture.left(), min(plate.left(), picture.right() - plate.width())))
    moved.moveTop(max(picture.top(), min(plate.top(), picture.bottom() - plate.height())))
    return moved


def _box(track: TrackView, picture: QRectF) -> QRectF:
    """Return a face's box on the widget."""
    return QRectF(
        picture.x() + track.x * picture.width(),
        picture.y() + track.y * picture.height(),
        track.width * picture.width(),
        track.height * picture.height(),
    )


def _draw_box(painter: QPainter, box: QRectF, track: TrackView, theme: Theme) -> None:
    """Draw colour and line of a status, on a dark edge that shows on any background."""
    mark = MARKS.get(track.status, UNKNOWN)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 150), mark.width + 2))
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(QPen(QColor(getattr(theme, mark.colour)), mark.width, mark.line))
    painter.drawRoundedRect(box, 5, 5)


def _label_size(painter: QPainter, text: str, box: QRectF) -> QSizeF:
    """Return the plate's size for sign and words, broken into lines not much wider than the face."""
    metrics = QFontMetricsF(painter.font())
    widest = max(1.3 * box.width(), 11 * metrics.height())
    flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
    size = metrics.boundingRect(QRectF(0, 0, widest, 4000), flags, text).size()
    return QSizeF(size.width() + metrics.height() * SIGN + 3 * PAD + 2, size.height() + PAD)


def _draw_label(painter: QPainter, track: TrackView, plate: QRectF, theme: Theme) -> None:
    """Draw sign and words."""
    mark = MARKS.get(track.status, UNKNOWN)
    ink, line = QColor(theme.bad_ink), QFontMetricsF(painter.font()).height()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(getattr(theme, mark.colour)))
    painter.drawRoundedRect(plate, 4, 4)
    sign = line * SIGN
    top = plate.top() + PAD / 2 + (line - sign) / 2
    draw_sign(painter, mark.sign, QRectF(plate.left() + PAD, top, sign, sign), ink)
    painter.setPen(ink)
    area = plate.adjusted(2 * PAD + sign, PAD / 2, 0, 0)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    painter.drawText(area, flags, label_of(track))

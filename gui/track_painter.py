"""Draws what was found on a picture: colour, shape and word by status."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui import words
from gui.phrase import phrase
from gui.shapes import draw_sign
from gui.theme import Theme
from gui.translation import say
from sync.lane_messages import TrackView


@dataclass(frozen=True, slots=True)
class Mark:
    """How one status looks; `colour` names a field of the theme."""

    colour: str
    sign: str
    line: Qt.PenStyle
    width: float


MARKS = {
    "searching": Mark("accent", "dot", Qt.PenStyle.DashLine, 2.0),
    "too-poor": Mark("warning", "eye", Qt.PenStyle.DotLine, 2.5),
    "non-match": Mark("good", "check", Qt.PenStyle.SolidLine, 1.5),
    "review": Mark("warning", "diamond", Qt.PenStyle.SolidLine, 3.0),
    "match": Mark("fault", "triangle", Qt.PenStyle.SolidLine, 4.0),
}
UNKNOWN = Mark("dim", "question", Qt.PenStyle.DashLine, 2.0)


def label_of(track: TrackView) -> str:
    """Return the words under a face; a face that cannot be searched says why."""
    status = say(phrase(words.TRACKS.get(track.status, track.status)))
    if track.status != "too-poor" or not track.reasons:
        return status
    reasons = ", ".join(say(words.TRACK_REASONS.get(reason, reason)) for reason in track.reasons)
    return f"{status}\n({reasons})"


def draw_track(painter: QPainter, track: TrackView, picture: QRectF, theme: Theme) -> None:
    """Draw one face's box and label onto the widget area that the picture covers."""
    mark = MARKS.get(track.status, UNKNOWN)
    colour = QColor(getattr(theme, mark.colour))
    box = QRectF(
        picture.x() + track.x * picture.width(),
        picture.y() + track.y * picture.height(),
        track.width * picture.width(),
        track.height * picture.height(),
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 150), mark.width + 2))
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(QPen(colour, mark.width, mark.line))
    painter.drawRoundedRect(box, 5, 5)
    _draw_label(painter, label_of(track), mark, (box, picture, colour, QColor(theme.on_bad)))


def _draw_label(
    painter: QPainter, text: str, mark: Mark, place: tuple[QRectF, QRectF, QColor, QColor]
) -> None:
    """Draw sign and words below the box, moved back into the picture where they would leave it."""
    box, picture, colour, ink = place
    metrics = QFontMetricsF(painter.font())
    size = metrics.boundingRect(QRectF(0, 0, 4000, 4000), Qt.AlignmentFlag.AlignLeft, text).size()
    sign_size, pad = metrics.height() * 0.72, 5.0
    plate = QRectF(box.left(), box.bottom() + 3, size.width() + sign_size + 3 * pad, size.height() + pad)
    plate.moveLeft(max(picture.left(), min(plate.left(), picture.right() - plate.width())))
    if plate.bottom() > picture.bottom():
        plate.moveBottom(max(picture.top() + plate.height(), box.top() - 3))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(plate, 4, 4)
    top = QPointF(plate.left() + pad, plate.top() + pad / 2 + (metrics.height() - sign_size) / 2)
    draw_sign(painter, mark.sign, QRectF(top.x(), top.y(), sign_size, sign_size), ink)
    painter.setPen(ink)
    words_area = plate.adjusted(2 * pad + sign_size, pad / 2, -pad / 2, 0)
    painter.drawText(words_area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, text)

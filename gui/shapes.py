"""Signs that need no colour: each state has its own shape."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF


def draw_sign(painter: QPainter, sign: str, area: QRectF, colour: QColor) -> None:
    """Draw a triangle, diamond, check, cross, question, eye or dot into a square area."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, max(1.5, area.width() / 8), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(colour)
    if sign in _POLYGONS:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(_placed(_POLYGONS[sign], area))
    elif sign in _LINES:
        for line in _LINES[sign]:
            painter.drawPolyline(_placed(line, area))
    elif sign == "question":
        _draw_letter(painter, "?", area)
    elif sign == "eye":
        _draw_eye(painter, area)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        inset = area.width() * 0.15
        painter.drawEllipse(area.adjusted(inset, inset, -inset, -inset))
    painter.restore()


_Points = tuple[tuple[float, float], ...]
_POLYGONS: dict[str, _Points] = {
    "triangle": ((0.5, 0.04), (0.98, 0.94), (0.02, 0.94)),
    "diamond": ((0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)),
}
_LINES: dict[str, tuple[_Points, ...]] = {
    "check": (((0.1, 0.55), (0.4, 0.85), (0.9, 0.2)),),
    "cross": (((0.15, 0.15), (0.85, 0.85)), ((0.85, 0.15), (0.15, 0.85))),
}


def _placed(points: _Points, area: QRectF) -> QPolygonF:
    """Move points of the unit square into `area`."""
    return QPolygonF([QPointF(area.x() + x * area.width(), area.y() + y * area.height()) for x, y in points])


def _draw_letter(painter: QPainter, letter: str, area: QRectF) -> None:
    """Draw one bold letter as large as the area."""
    font = painter.font()
    font.setPixelSize(max(6, round(area.height())))
    font.setBold(True)
    painter.setFont(font)
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, letter)


def _draw_eye(painter: QPainter, area: QRectF) -> None:
    """Draw an eye: this one is for the guard's own."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = area.height() * 0.2
    painter.drawEllipse(area.adjusted(0, inset, 0, -inset))
    painter.setBrush(painter.pen().color())
    painter.drawEllipse(area.center(), area.width() * 0.12, area.width() * 0.12)

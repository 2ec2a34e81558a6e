"""Drawn faces: no photograph ever enters the tests."""

import math

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QLinearGradient, QPainter, QPainterPath, QPen

SKINS = ("#f0c8a0", "#d9a878", "#a9744f", "#f5d6ba", "#8d5a3a")
HAIRS = ("#2b1d14", "#5a3a22", "#111318", "#8a6a3a", "#3b3b40")
SHIRTS = ("#3b6ea5", "#7a3e48", "#3f6b4f", "#6b5b8a", "#8a6d3b")


def draw_face(painter: QPainter, box: QRectF, kind: int) -> None:
    """Draw cartoon number `kind`, its face filling `box`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 100, box.height() / 120)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(SHIRTS[kind % 5]))
    painter.drawRoundedRect(QRectF(-25, 118, 150, 120), 40, 40)
    painter.setBrush(QColor(SKINS[kind % 5]).darker(112))
    painter.drawRect(QRectF(36, 95, 28, 34))
    painter.setBrush(QColor(HAIRS[(kind + kind // 5) % 5]))
    painter.drawEllipse(QRectF(2, -14, 96, 90))
    painter.setBrush(QColor(SKINS[kind % 5]))
    painter.drawEllipse(QRectF(8, 4, 84, 112))
    _draw_features(painter, kind)
    painter.restore()


def _draw_features(painter: QPainter, kind: int) -> None:
    hair = QColor(HAIRS[(kind + kind // 5) % 5])
    fringe = QPainterPath(QPointF(8, 45))
    fringe.cubicTo(QPointF(10, -20), QPointF(90, -20), QPointF(92, 45))
    fringe.quadTo(QPointF(50, 10 + 8 * (kind % 3)), QPointF(8, 45))
    painter.setBrush(hair)
    painter.drawPath(fringe)
    for x in (32, 68):
        painter.setBrush(QColor("white"))
        painter.drawEllipse(QPointF(x, 56), 9, 6)
        painter.setBrush(QColor("#27303a"))
        painter.drawEllipse(QPointF(x, 56), 4.5, 4.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(hair, 3.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(22, 45), QPointF(41, 43 - kind % 4))
    painter.drawLine(QPointF(59, 43 - kind % 4), QPointF(78, 45))
    painter.setPen(
        QPen(QColor(SKINS[kind % 5]).darker(140), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    )
    painter.drawLine(QPointF(50, 60), QPointF(46, 76))
    painter.drawLine(QPointF(46, 76), QPointF(53, 78))
    painter.setPen(QPen(QColor("#a4453f"), 3.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawArc(QRectF(34, 80, 32, 16), 200 * 16, 140 * 16)


def photo(kind: int, width: int = 360, height: int = 450) -> QImage:
    """Return a portrait."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    shade = QLinearGradient(0, 0, 0, height)
    shade.setColorAt(0, QColor("#9fb4c4"))
    shade.setColorAt(1, QColor("#7388a0"))
    painter.fillRect(image.rect(), shade)
    draw_face(painter, QRectF(width * 0.24, height * 0.2, width * 0.52, height * 0.5), kind)
    painter.end()
    return image


def scene(moment_s: float, width: int = 960, height: int = 540) -> tuple[QImage, list[QRectF]]:
    """Return a picture of five passers-by and where their faces are, as fractions of the picture."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    shade = QLinearGradient(0, 0, 0, height)
    shade.setColorAt(0, QColor("#53606e"))
    shade.setColorAt(1, QColor("#2c343d"))
    painter.fillRect(image.rect(), shade)
    painter.fillRect(QRectF(0, height * 0.78, width, height * 0.22), QColor("#23292f"))
    boxes = []
    for kind, (x, y, size) in enumerate(
        ((0.07, 0.34, 0.085), (0.24, 0.28, 0.11), (0.45, 0.3, 0.13), (0.66, 0.3, 0.115), (0.87, 0.24, 0.04))
    ):
        sway = 0.01 * math.sin(moment_s * 1.3 + kind)
        box = QRectF((x + sway) * width, y * height, size * width, size * width * 1.2)
        draw_face(painter, box, kind)
        boxes.append(QRectF(box.x() / width, box.y() / height, box.width() / width, box.height() / height))
    painter.end()
    return image, boxes


def jpeg(image: QImage) -> bytes:
    """Encode a picture."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"jpg"))
    writer.setQuality(85)
    writer.write(image)
    return bytes(data.data())

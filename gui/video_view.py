"""One camera's live picture; it greys out with its age as soon as nobody may trust it."""

import time
from collections import deque

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import words
from gui.frame_age import FrameAge
from gui.masking import masked_tracks
from gui.mjpeg_parser import PreviewPart
from gui.phrase import phrase
from gui.theme import Theme, scaled
from gui.track_painter import draw_tracks
from gui.translation import say
from sync.lane_messages import TrackView

MASK_MEMORY_S = 1.5
"""A face that is lost for a moment stays masked where it was."""


class VideoView(QWidget):
    """Paints the newest picture; the QImage owns its pixels, so no buffer can vanish under it."""

    def __init__(self, theme: Theme, font_scale: float, *, mask_faces: bool) -> None:
        """Empty until the first picture."""
        super().__init__()
        self._theme, self._font_scale, self._mask_faces = theme, font_scale, mask_faces
        self._image = QImage()
        self._tracks: tuple[TrackView, ...] = ()
        self._seen_tracks: deque[tuple[float, tuple[TrackView, ...]]] = deque(maxlen=30)
        self._age = FrameAge()
        self.camera_id, self.status_words = "", ""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._timer = QTimer(self, interval=200)
        self._timer.timeout.connect(self.update)
        self._timer.start()

    def sizeHint(self) -> QSize:
        """Ask for little; the layout gives what there is."""
        return QSize(480, 270)

    def minimumSizeHint(self) -> QSize:
        """Stay readable."""
        return QSize(160, 90)

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.update()

    def show_part(self, part: PreviewPart) -> None:
        """Show a picture with its tracks; bytes that are no picture leave the old one to age."""
        image = QImage.fromData(part.jpeg)
        if image.isNull():
            return
        now = time.monotonic()
        captured_s = None if part.captured_at is None else part.captured_at.timestamp()
        self._age.seen(part.sequence, captured_s, now)
        self._seen_tracks.append((now, part.tracks))
        self._image = masked_tracks(image, self._to_mask(now)) if self._mask_faces else image
        self._tracks = part.tracks
        self.update()

    def age_s(self) -> float | None:
        """Return the age of the picture on the screen; None without one."""
        return self._age.age_s(time.monotonic())

    def is_stale(self) -> bool:
        """Tell whether the picture is shown as not to be trusted."""
        return self._age.is_stale(time.monotonic())

    def _to_mask(self, now: float) -> list[TrackView]:
        """Return the faces of this and the latest pictures."""
        return [track for at, tracks in self._seen_tracks if now - at <= MASK_MEMORY_S for track in tracks]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw picture, tracks and, when due, the warning over them."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.video))
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self._image.isNull():
            self._draw_warning(painter, say(words.PICTURE_NONE))
        elif self.is_stale():
            grey = self._image.convertToFormat(QImage.Format.Format_Grayscale8)
            painter.drawImage(self.picture_area(), grey)
            painter.fillRect(self.rect(), QColor(0, 0, 0, 150))
            self._draw_warning(painter, say(phrase(words.PICTURE_OLD, seconds=f"{self.age_s() or 0:.0f}")))
        else:
            painter.drawImage(self.picture_area(), self._image)
            self._draw_tracks(painter)
        self._draw_caption(painter)
        painter.end()

    def picture_area(self) -> QRectF:
        """Return the part of the widget that the picture covers, its proportions kept."""
        size = QSize(self._image.size())
        size.scale(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        return QRectF(left, top, size.width(), size.height())

    def _draw_tracks(self, painter: QPainter) -> None:
        """Draw the faces; the important ones get the best places for their words."""
        # A small picture gets smaller labels, or they would cover it.
        largest = max(10, round(self.picture_area().height() / 24))
        self._set_font(painter, min(12, round(largest / self._font_scale)), bold=True)
        order = ("match", "review", "unusable", "searching", "too-poor", "non-match")
        tracks = sorted(self._tracks, key=lambda t: order.index(t.status) if t.status in order else 9)
        draw_tracks(painter, tracks, self.picture_area(), self._theme)

    def _draw_warning(self, painter: QPainter, text: str) -> None:
        """Write a striking line and what follows from it."""
        painter.setPen(QColor(self._theme.warn))
        self._set_font(painter, 26, bold=True)
        area = QRectF(self.rect())
        above = area.adjusted(0, 0, 0, -area.height() / 2)
        painter.drawText(above, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, text)
        painter.setPen(QColor(self._theme.ink))
        self._set_font(painter, 15, bold=False)
        below = area.adjusted(8, area.height() / 2 + 4, -8, 0)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(below, flags, say(words.PICTURE_DISTRUST))

    def _draw_caption(self, painter: QPainter) -> None:
        """Name camera and age in the corner."""
        age = self.age_s()
        parts = [self.camera_id]
        if not self.is_stale():
            parts.append(self.status_words)
        if age is not None:
            parts.append(say(phrase(words.PICTURE_AGE, seconds=f"{age:.1f}")))
        if self._mask_faces:
            parts.append(say(words.FACES_MASKED))
        text = "  ·  ".join(part for part in parts if part)
        self._set_font(painter, 12, bold=False)
        width = painter.fontMetrics().horizontalAdvance(text) + 16
        plate = QRectF(8, 8, width, painter.fontMetrics().height() + 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 170))
        painter.drawRoundedRect(plate, 4, 4)
        painter.setPen(QColor(self._theme.warn if self.is_stale() else "#ffffff"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)

    def _set_font(self, painter: QPainter, pixels: int, *, bold: bool) -> None:
        """Set size and weight."""
        font = painter.font()
        font.setPixelSize(scaled(pixels, self._font_scale))
        font.setBold(bold)
        painter.setFont(font)

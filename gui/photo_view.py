"""A face photo at a given scale, with its caption, and what to say while there is none."""

from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import words
from gui.theme import Theme
from gui.translation import say


class PhotoState(StrEnum):
    """Whether there is something to see."""

    EMPTY = "empty"
    LOADING = "loading"
    SHOWN = "shown"
    FAILED = "failed"


_SAID = {
    PhotoState.EMPTY: words.REFERENCE_MISSING,
    PhotoState.LOADING: words.PICTURE_LOADING,
    PhotoState.FAILED: words.PICTURE_FAILED,
}


class PhotoView(QWidget):
    """Paints one photo as large as fits; two views of one size show their photos at one scale."""

    clicked = Signal()

    def __init__(self, theme: Theme) -> None:
        """Empty until a photo is set."""
        super().__init__()
        self._theme = theme
        self._image = QImage()
        self.state = PhotoState.EMPTY
        self.is_marked = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Ask for a square."""
        return QSize(260, 260)

    def minimumSizeHint(self) -> QSize:
        """Thumbnails may be small."""
        return QSize(48, 48)

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.update()

    def set_state(self, state: PhotoState) -> None:
        """Show words instead of a photo."""
        self._image, self.state = QImage(), state
        self.update()

    def set_image(self, image: QImage) -> None:
        """Show a photo."""
        self._image, self.state = image, PhotoState.SHOWN
        self.update()

    def set_marked(self, *, is_marked: bool) -> None:
        """Frame the thumbnail whose photo is shown large."""
        self.is_marked = is_marked
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell the click."""
        del event
        self.clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the photo, its proportions kept, or the words."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(self._theme.video))
        if self.state is PhotoState.SHOWN:
            painter.drawImage(self._area(), self._image)
        else:
            painter.setPen(QColor(self._theme.ink_soft))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(6, 6, -6, -6), flags, say(_SAID[self.state]))
        colour, width = (self._theme.accent, 3) if self.is_marked else (self._theme.line, 1)
        painter.setPen(QPen(QColor(colour), width))
        painter.drawRect(self.rect().adjusted(width // 2, width // 2, -1 - width // 2, -1 - width // 2))
        painter.end()

    def _area(self) -> QRectF:
        """Return where the photo goes."""
        size = QSize(self._image.size())
        size.scale(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        return QRectF(left, top, size.width(), size.height())

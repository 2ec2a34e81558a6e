"""The strip at the bottom: everything about the lane that may be wrong, in colour, sign and words."""

from datetime import UTC, datetime

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QLayoutItem, QSizePolicy, QVBoxLayout, QWidget

from gui import words
from gui.checkpoint_state import Severity, StripItem, strip_items
from gui.lane_session import LaneSession
from gui.named import named
from gui.phrase import phrase
from gui.shapes import draw_sign
from gui.theme import Theme
from gui.translation import say, upper

_SIGNS = {Severity.GOOD: "dot", Severity.WARNING: "diamond", Severity.FAULT: "triangle"}
_COLOURS = {Severity.GOOD: "good", Severity.WARNING: "warn", Severity.FAULT: "bad"}


class FlowLayout(QLayout):
    """Lays cells out from left to right and begins a new line where one is full."""

    def __init__(self, parent: QWidget, gap: int) -> None:
        """`gap` in pixels between cells and lines."""
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap

    def addItem(self, item: QLayoutItem) -> None:
        """Append a cell."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many cells there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return a cell; Qt asks for None beyond the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove and return a cell."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        """Tell Qt that a narrow strip needs more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height for a width."""
        return self._place(QRect(0, 0, width, 0), is_trial=True)

    def sizeHint(self) -> QSize:
        """Ask for one cell; the width decides the rest."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Return the size of the largest cell."""
        size = QSize(0, 0)
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def setGeometry(self, rect: QRect) -> None:
        """Place the cells."""
        super().setGeometry(rect)
        self._place(rect, is_trial=False)

    def _place(self, rect: QRect, *, is_trial: bool) -> int:
        """Walk the cells line by line; return the height used."""
        inner = rect.marginsRemoved(self.contentsMargins())
        x, y, line = inner.x(), inner.y(), 0
        for item in self._items:
            size = item.sizeHint()
            if x > inner.x() and x + size.width() > inner.x() + inner.width():
                x, y, line = inner.x(), y + line + self._gap, 0
            if not is_trial:
                item.setGeometry(QRect(QPoint(x, y), size))
            x, line = x + size.width() + self._gap, max(line, size.height())
        return y + line - rect.y() + self.contentsMargins().bottom()


class StripCell(QWidget):
    """Sign, label and value of one item."""

    def __init__(self, item: StripItem, theme: Theme) -> None:
        """Show `item`."""
        super().__init__()
        self.setObjectName("cell")
        self._item, self._theme = item, theme
        self._label, self._value = named(QLabel(), "cell-label"), named(QLabel(), "cell-value")
        words_column = QVBoxLayout()
        words_column.setSpacing(0)
        words_column.addWidget(self._label)
        words_column.addWidget(self._value)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 4, 10, 4)
        row.addLayout(words_column)
        self.show_item(item, theme)

    def show_item(self, item: StripItem, theme: Theme) -> None:
        """Show another state of the item."""
        self._item, self._theme = item, theme
        self._label.setText(upper(say(item.label)))
        self._value.setText(say(item.value))
        self.setAccessibleName(f"{say(item.label)}: {say(item.value)}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sign; anything but good also gets a frame."""
        del event
        painter = QPainter(self)
        colour = QColor(getattr(self._theme, _COLOURS[self._item.severity]))
        sign = QRectF(7, self.height() / 2 - 6, 12, 12)
        draw_sign(painter, _SIGNS[self._item.severity], sign, colour)
        if self._item.severity is not Severity.GOOD:
            painter.setPen(colour)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


class CheckpointView(QWidget):
    """The strip; without a connection it says so instead of showing what was."""

    def __init__(self, session: LaneSession, theme: Theme) -> None:
        """Empty until the lane's first state."""
        super().__init__()
        self.setObjectName("strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session, self._theme = session, theme
        self._cells: dict[str, StripCell] = {}
        self._flow = FlowLayout(self, 6)
        self._flow.setContentsMargins(8, 5, 8, 5)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        session.state_changed.connect(self.refresh)
        session.connection_changed.connect(self.refresh)
        session.alerts_changed.connect(self.refresh)

    def items(self) -> tuple[StripItem, ...]:
        """Return what the strip says now."""
        state = self._session.state
        if self._session.is_connected:
            lane = strip_items(state, datetime.now(UTC)) if state else ()
        else:
            lane = (StripItem("lane", phrase(words.TERMINAL), phrase(words.NO_LANE), Severity.FAULT),)
        waiting = len(self._session.pending.items)
        if not waiting:
            return lane
        kept = phrase(words.ANSWERS_WAITING, count=waiting)
        return (*lane, StripItem("pending", phrase(words.TERMINAL), kept, Severity.WARNING))

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language at once."""
        if event.type() == QEvent.Type.LanguageChange:
            self.refresh()
        super().changeEvent(event)

    def refresh(self) -> None:
        """Bring the cells in line; only what comes or goes is built anew."""
        items = self.items()
        if [item.key for item in items] != list(self._cells):
            self._rebuild(items)
        for item in items:
            self._cells[item.key].show_item(item, self._theme)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take more lines when it gets narrower."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Take exactly the height that the lines need."""
        self.setFixedHeight(self._flow.heightForWidth(self.width()))

    def _rebuild(self, items: tuple[StripItem, ...]) -> None:
        """Replace all cells."""
        for cell in self._cells.values():
            self._flow.removeWidget(cell)
            cell.hide()
            cell.deleteLater()
        self._cells = {item.key: StripCell(item, self._theme) for item in items}
        for cell in self._cells.values():
            self._flow.addWidget(cell)

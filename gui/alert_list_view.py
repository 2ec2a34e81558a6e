"""The list of alerts beside the picture: stripe, sign and words for how urgent and whether answered."""

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui import words
from gui.alert_list import AlertList, AlertRow
from gui.alert_list_model import ROW, AlertListModel, status_of, title_of
from gui.named import named
from gui.phrase import phrase
from gui.shapes import draw_sign
from gui.theme import Theme, scaled
from gui.translation import say

ROW_HEIGHT = 60


class AlertDelegate(QStyledItemDelegate):
    """Paints one alert."""

    def __init__(self, theme: Theme, font_scale: float, parent: QWidget) -> None:
        """Colours come from the theme."""
        super().__init__(parent)
        self.theme = theme
        self._font_scale = font_scale

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Large enough for a gloved finger."""
        del option, index
        return QSize(200, scaled(ROW_HEIGHT, self._font_scale))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw stripe, sign and two lines of text."""
        row: AlertRow = index.data(ROW)
        area = QRect(option.rect).adjusted(0, 0, 0, -2)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        ground = self.theme.raised if is_selected or row.is_open else self.theme.surface
        painter.fillRect(area, QColor(ground))
        colour, sign = self._mark(row)
        painter.fillRect(QRect(area.left(), area.top(), 7, area.height()), colour)
        size = area.height() * 0.42
        place = QRectF(area.left() + 18, area.center().y() - size / 2 + 1, size, size)
        draw_sign(painter, sign, place, colour)
        self._draw_text(painter, area.adjusted(round(30 + size), 6, -8, -6), row)
        if is_selected:
            painter.setPen(QColor(self.theme.accent))
            painter.drawRect(area.adjusted(0, 0, -1, -1))
        painter.restore()

    def _mark(self, row: AlertRow) -> tuple[QColor, str]:
        """Return colour and sign of an alert's state."""
        if row.is_open:
            is_match = row.alert.outcome == "match"
            return QColor(self.theme.bad if is_match else self.theme.warn), (
                "triangle" if is_match else "diamond"
            )
        signs = {"same": "check", "not-same": "cross"}
        return QColor(self.theme.ink_soft), signs.get(row.answer or "", "question")

    def _draw_text(self, painter: QPainter, area: QRect, row: AlertRow) -> None:
        """Write how urgent, when, and what was answered."""
        half = area.height() // 2
        lines = (
            (title_of(row), self.theme.ink if row.is_open else self.theme.ink_soft, 15, row.is_open),
            (status_of(row), self.theme.ink if row.is_open else self.theme.ink_soft, 13, False),
        )
        for number, (text, colour, pixels, is_bold) in enumerate(lines):
            font = QFont(painter.font())
            font.setPixelSize(scaled(pixels, self._font_scale))
            font.setBold(is_bold)
            painter.setFont(font)
            painter.setPen(QColor(colour))
            line = QRect(area.left(), area.top() + number * half, area.width(), half)
            elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, elided)


class AlertListView(QWidget):
    """Title with the number of open alerts above the list."""

    chosen = Signal(str)
    """Alert id of the row that was clicked."""

    def __init__(self, theme: Theme, font_scale: float) -> None:
        """Empty until `show_alerts`."""
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = AlertListModel(self)
        self._alerts = AlertList()
        self._title = named(QLabel(), "title")
        self._open = named(QLabel(), "badge")
        self._empty = named(QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True), "empty")
        self._list = named(QListView(), "alerts")
        self._delegate = AlertDelegate(theme, font_scale, self._list)
        self._list.setItemDelegate(self._delegate)
        self._list.setModel(self.model)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.clicked.connect(lambda index: self.chosen.emit(index.data(ROW).alert.alert_id))
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        """Put title, badge, list and the empty state in place."""
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._open)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.addLayout(head)
        column.addWidget(self._list, 1)
        column.addWidget(self._empty, 1)

    def show_alerts(self, alerts: AlertList) -> None:
        """Show the list as it is now."""
        self._alerts = alerts
        self.model.replace(alerts.rows())
        self._count()

    def select(self, alert_id: str | None) -> None:
        """Mark the alert that is under review."""
        index = self.model.index_of(alert_id)
        if index.isValid():
            self._list.setCurrentIndex(index)
            self._list.scrollTo(index)
        else:
            self._list.clearSelection()

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._delegate.theme = theme
        self._list.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language at once."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Word everything anew."""
        self._title.setText(say(words.ALERTS))
        self._list.setAccessibleName(say(words.ALERTS))
        self._empty.setText(say(words.NO_ALERTS))
        self.model.reworded()
        self._count()

    def _count(self) -> None:
        """Say how many are open; nothing is said of none."""
        count = self._alerts.open_count()
        self._open.setText(say(phrase(words.OPEN_COUNT, count=count)))
        self._open.setVisible(count > 0)
        is_empty = self.model.rowCount() == 0
        self._list.setVisible(not is_empty)
        self._empty.setVisible(is_empty)

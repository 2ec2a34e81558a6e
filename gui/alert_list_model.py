"""Gives the pure alert list to Qt's views, changing as few rows as possible."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gui import words
from gui.alert_list import AlertRow
from gui.phrase import phrase
from gui.translation import say, say_time

ROW = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


def title_of(row: AlertRow) -> str:
    """Return the first line: how urgent, when."""
    outcome = say(words.OUTCOMES.get(row.alert.outcome, row.alert.outcome))
    return f"{outcome}  ·  {say_time(row.alert.raised_at)}"


def status_of(row: AlertRow) -> str:
    """Return the second line: open or what was answered."""
    if row.answer is None:
        return say(words.ANSWER_OPEN)
    answer = say(words.ANSWERS[row.answer])
    return say(phrase(words.ANSWER_WAITING, answer=answer)) if row.waiting else answer


class AlertListModel(QAbstractListModel):
    """One column; the text is what a screen reader reads, `ROW` is what the delegate paints."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Empty until `replace`."""
        super().__init__(parent)
        self._rows: list[AlertRow] = []

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return how many alerts there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return words for people and the row for the delegate."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return f"{title_of(row)}. {status_of(row)}"
        return None

    def replace(self, rows: Sequence[AlertRow]) -> None:
        """Insert new rows on top, repaint changed ones, start over with anything else."""
        fresh = len(rows) - len(self._rows)
        if fresh < 0 or not _same_alerts(rows[fresh:], self._rows):
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        if fresh:
            self.beginInsertRows(_ROOT, 0, fresh - 1)
            self._rows[:0] = rows[:fresh]
            self.endInsertRows()
        for number, row in enumerate(rows):
            if row != self._rows[number]:
                self._rows[number] = row
                self.dataChanged.emit(self.index(number), self.index(number))

    def index_of(self, alert_id: str | None) -> QModelIndex:
        """Return where an alert stands; an invalid index when it is not there."""
        for number, row in enumerate(self._rows):
            if row.alert.alert_id == alert_id:
                return self.index(number)
        return QModelIndex()

    def reworded(self) -> None:
        """Tell the views that the language has changed."""
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))


def _same_alerts(rows: Sequence[AlertRow], known: Sequence[AlertRow]) -> bool:
    """Compare ids in order."""
    return [r.alert.alert_id for r in rows] == [k.alert.alert_id for k in known]

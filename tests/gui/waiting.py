"""The part of pytest-qt's qtbot that the tests use, with types."""

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


class Waiting(Protocol):
    """Waits on conditions, presses keys, closes widgets."""

    def addWidget(self, widget: QWidget) -> None: ...

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = 5000) -> None: ...

    def keyClick(self, widget: QWidget, key: Qt.Key | str) -> None: ...

    def keyClicks(self, widget: QWidget, text: str) -> None: ...

    def mouseClick(self, widget: QWidget, button: Qt.MouseButton) -> None: ...

    def waitSignal(self, signal: Any, *, timeout: int = 5000) -> Any: ...

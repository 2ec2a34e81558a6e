"""Gives a widget the name by which the style sheet knows it."""

from typing import TypeVar

from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QWidget)


def named(widget: W, name: str) -> W:
    """Name a widget and return it."""
    widget.setObjectName(name)
    return widget

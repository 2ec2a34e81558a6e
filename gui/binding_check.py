"""Finds Qt bindings that end the process at random, before the guard does."""

import sys

import PySide6
from PySide6.QtCore import QSize

from gui.errors import TerminalError

CALLS = 1000


def require_sound_binding() -> None:
    """Raise `TerminalError` when calls without a result lose references to None.

    The PySide6 6.12.0 wheels count on Python 3.12, where None is immortal; before it, every such call brings
    the process nearer to its end ("deallocating None").
    """
    size = QSize()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        size.setWidth(1)
    lost = before - sys.getrefcount(None)
    if lost > CALLS // 2:
        raise TerminalError(
            f"PySide6 {PySide6.__version__} cannot run on Python {sys.version_info.major}."
            f"{sys.version_info.minor}: it would end at random; install PySide6-Essentials below 6.12"
        )

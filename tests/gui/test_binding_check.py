import pytest

from gui.binding_check import CALLS, require_sound_binding
from gui.errors import TerminalError


def test_the_binding_installed_here_is_sound() -> None:
    require_sound_binding()


def test_a_binding_that_loses_references_is_refused_by_version(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = iter([10_000, 10_000 - CALLS])
    monkeypatch.setattr("gui.binding_check.sys.getrefcount", lambda _object: next(counts))
    with pytest.raises(TerminalError, match=r"PySide6 \d+\.\d+.*below 6\.12"):
        require_sound_binding()

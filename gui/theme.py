"""The look: colours by name for two themes, put into the style sheet and used by the painters."""

import re
from dataclasses import asdict, dataclass
from importlib.resources import files

from gui.settings import ThemeName


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as ``#rrggbb``; the names say what for, not which."""

    window: str
    panel: str
    raised: str
    line: str
    text: str
    dim: str
    accent: str
    on_accent: str
    good: str
    warning: str
    fault: str
    on_bad: str
    video: str


THEMES = {
    ThemeName.DARK: Theme(
        window="#0e1319",
        panel="#161d26",
        raised="#212b37",
        line="#2f3c4b",
        text="#e8eef5",
        dim="#9aa8b8",
        accent="#4da3ff",
        on_accent="#06121f",
        good="#4cc38a",
        warning="#f5b83d",
        fault="#ff5c5c",
        on_bad="#14090a",
        video="#06090d",
    ),
    ThemeName.HIGH_CONTRAST: Theme(
        window="#000000",
        panel="#000000",
        raised="#1a1a1a",
        line="#ffffff",
        text="#ffffff",
        dim="#ffffff",
        accent="#00e5ff",
        on_accent="#000000",
        good="#00ff7f",
        warning="#ffd000",
        fault="#ff7070",
        on_bad="#000000",
        video="#000000",
    ),
}


def stylesheet(theme: Theme, font_scale: float) -> str:
    """Return ``theme.qss`` with ``@name`` replaced by colours and ``12sp`` by scaled pixels."""
    text = files("gui").joinpath("theme.qss").read_text(encoding="utf-8")
    colours = asdict(theme)
    text = re.sub(r"@([a-z_]+)", lambda found: colours[found.group(1)], text)
    return re.sub(r"(\d+)sp\b", lambda found: f"{scaled(int(found.group(1)), font_scale)}px", text)


def scaled(pixels: int, font_scale: float) -> int:
    """Return a size that grows with the font."""
    return max(1, round(pixels * font_scale))

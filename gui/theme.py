"""The look: colours by name for two themes, put into the style sheet and used by the painters."""

import re
from dataclasses import asdict, dataclass
from importlib.resources import files

from gui.settings import ThemeName


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as ``#rrggbb``; the names say what for, not which."""

    ground: str
    surface: str
    raised: str
    line: str
    ink: str
    ink_soft: str
    accent: str
    accent_ink: str
    good: str
    warn: str
    bad: str
    bad_ink: str
    video: str


# tokens: begin, written by `python -m tests.tokens` from docs/design/tokens.toml
THEMES = {
    ThemeName.DARK: Theme(
        ground="#10161b",
        surface="#182027",
        raised="#1f2931",
        line="#2d3942",
        ink="#e8edf1",
        ink_soft="#a9b6c0",
        accent="#6cc4dd",
        accent_ink="#06222c",
        good="#5ccb95",
        warn="#f5b83d",
        bad="#ff7a70",
        bad_ink="#14090a",
        video="#06090d",
    ),
    ThemeName.HIGH_CONTRAST: Theme(
        ground="#000000",
        surface="#000000",
        raised="#1a1a1a",
        line="#ffffff",
        ink="#ffffff",
        ink_soft="#ffffff",
        accent="#00e5ff",
        accent_ink="#000000",
        good="#00ff7f",
        warn="#ffd000",
        bad="#ff7070",
        bad_ink="#000000",
        video="#000000",
    ),
}
# tokens: end


def stylesheet(theme: Theme, font_scale: float) -> str:
    """Return ``theme.qss`` with ``@name`` replaced by colours and ``12sp`` by scaled pixels."""
    text = files("gui").joinpath("theme.qss").read_text(encoding="utf-8")
    colours = asdict(theme)
    text = re.sub(r"@([a-z_]+)", lambda found: colours[found.group(1)], text)
    return re.sub(r"(\d+)sp\b", lambda found: f"{scaled(int(found.group(1)), font_scale)}px", text)


def scaled(pixels: int, font_scale: float) -> int:
    """Return a size that grows with the font."""
    return max(1, round(pixels * font_scale))

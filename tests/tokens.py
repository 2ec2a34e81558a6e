"""Writes the design tokens into style sheet and terminal theme: `python -m tests.tokens`."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "docs" / "design" / "tokens.toml"
STYLE_SHEET = ROOT / "hub" / "console" / "static" / "console.css"
THEME = ROOT / "gui" / "theme.py"
BEGIN, END = "tokens: begin", "tokens: end"


@dataclass(frozen=True, slots=True)
class Token:
    """One colour by theme, as ``#rrggbb``."""

    name: str
    light: str
    dark: str
    contrast: str
    is_terminal: bool


def tokens() -> tuple[Token, ...]:
    """Read every token; raises `KeyError` for one that lacks a theme."""
    found = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return tuple(
        Token(name, one["light"], one["dark"], one["contrast"], one["terminal"])
        for name, one in found.items()
    )


def style_block() -> str:
    """Return what stands between the marks of the style sheet."""
    both = [f"  --{css(one)}: light-dark({one.light}, {one.dark});" for one in tokens()]
    high = [f"  --{css(one)}: {one.contrast};" for one in tokens()]
    chosen = [':root[data-theme="contrast"] {', "  color-scheme: dark;", *high, "}"]
    wanted = [
        "@media (prefers-contrast: more) {",
        ":root:not([data-theme]) {",
        "  color-scheme: dark;",
        *high,
        "}",
        "}",
    ]
    # On paper every theme is the light one.
    lines = [":root {", *both, "}", "@media screen {", *chosen, *wanted, "}"]
    return "\n".join(lines)


def theme_block() -> str:
    """Return what stands between the marks of the terminal's theme."""
    return "\n".join(
        [
            "THEMES = {",
            *_theme("DARK", "dark"),
            *_theme("HIGH_CONTRAST", "contrast"),
            "}",
        ]
    )


def css(one: Token) -> str:
    """Return the name as the style sheet writes it."""
    return one.name.replace("_", "-")


def between_marks(text: str) -> str:
    """Return the lines between the marks; raises `ValueError` without them."""
    found = re.search(rf"{BEGIN}[^\n]*\n(.*?)\n[^\n]*{END}", text, re.DOTALL)
    if found is None:
        raise ValueError("no marks")
    return found.group(1)


def write() -> None:
    """Put both blocks where they belong."""
    for file, block in ((STYLE_SHEET, style_block()), (THEME, theme_block())):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(between_marks(text), block), encoding="utf-8")


def _theme(name: str, column: str) -> list[str]:
    fields = [f'        {one.name}="{getattr(one, column)}",' for one in tokens() if one.is_terminal]
    return [f"    ThemeName.{name}: Theme(", *fields, "    ),"]


if __name__ == "__main__":
    write()

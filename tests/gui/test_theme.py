import re

import pytest

from gui.settings import ThemeName
from gui.theme import THEMES, Theme, scaled, stylesheet


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", list(ThemeName))
def test_every_token_of_the_sheet_is_a_colour(name: ThemeName) -> None:
    sheet = stylesheet(THEMES[name], 1.0)
    assert "@" not in sheet
    assert "sp" not in re.findall(r"\d(sp|px)", sheet)


@pytest.mark.parametrize(("name", "least"), [(ThemeName.DARK, 4.5), (ThemeName.HIGH_CONTRAST, 7.0)])
def test_words_stand_out_from_their_ground(name: ThemeName, least: float) -> None:
    theme: Theme = THEMES[name]
    pairs = [
        (theme.ink, theme.ground),
        (theme.ink, theme.raised),
        (theme.ink_soft, theme.surface),
        (theme.warn, theme.surface),
        (theme.bad_ink, theme.bad),
        (theme.bad_ink, theme.warn),
        (theme.bad_ink, theme.good),
        (theme.bad_ink, theme.accent),
        (theme.accent_ink, theme.accent),
    ]
    assert min(contrast(one, other) for one, other in pairs) >= least


def test_letters_grow_with_the_scale() -> None:
    assert "font-size: 28px" in stylesheet(THEMES[ThemeName.DARK], 2.0)
    assert scaled(10, 1.3) == 13

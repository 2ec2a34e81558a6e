import re

import pytest

from hub.console.assets import STATIC

TOKENS = dict(
    re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\)", (STATIC / "console.css").read_text()
    )
)
TEXT = 4.5
"""WCAG 2.2, success criterion 1.4.3, level AA."""
SHAPE = 3.0
"""WCAG 2.2, success criterion 1.4.11: edges of fields, focus rings."""
PAIRS = (
    *(
        ("ink", ground, TEXT)
        for ground in ("ground", "surface", "sunken", "raised", "accent-soft", "warn-soft")
    ),
    *(("ink", ground, TEXT) for ground in ("bad-soft", "good-soft")),
    *(("ink-soft", ground, TEXT) for ground in ("ground", "surface", "sunken", "raised")),
    *(("accent", ground, TEXT) for ground in ("ground", "surface", "raised", "accent-soft")),
    ("accent-ink", "accent", TEXT),
    *((tone, f"{tone}-soft", TEXT) for tone in ("good", "warn", "bad")),
    *((tone, "surface", TEXT) for tone in ("good", "warn", "bad")),
    *(("line-strong", ground, SHAPE) for ground in ("surface", "sunken")),
    *(("accent", ground, SHAPE) for ground in ("ground", "surface")),
)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definitions)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_text_and_edges_stand_out_in_both_themes(front: str, back: str, least: float, theme: int) -> None:
    values = sorted((luminance(TOKENS[name].split(", ")[theme]) for name in (front, back)), reverse=True)

    assert (values[0] + 0.05) / (values[1] + 0.05) >= least

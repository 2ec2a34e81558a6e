import pytest

from tests.tokens import css, tokens

TOKENS = {css(one): one for one in tokens()}
TEXT = 4.5
"""WCAG 2.2, success criterion 1.4.3, level AA."""
SHAPE = 3.0
"""WCAG 2.2, success criterion 1.4.11: edges of fields, focus rings."""
ENHANCED = {TEXT: 7.0, SHAPE: 4.5}
"""High contrast asks for success criterion 1.4.6, level AAA."""
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


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_text_and_edges_stand_out_in_every_theme(front: str, back: str, least: float, theme: str) -> None:
    values = sorted((luminance(getattr(TOKENS[name], theme)) for name in (front, back)), reverse=True)

    assert (values[0] + 0.05) / (values[1] + 0.05) >= (ENHANCED[least] if theme == "contrast" else least)

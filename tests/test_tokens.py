import re
from dataclasses import fields

import pytest

from gui.theme import Theme
from tests.tokens import STYLE_SHEET, THEME, between_marks, css, style_block, theme_block, tokens


def test_the_style_sheet_carries_the_tokens() -> None:
    assert between_marks(STYLE_SHEET.read_text(encoding="utf-8")) == style_block()


def test_the_terminals_theme_carries_the_tokens() -> None:
    assert between_marks(THEME.read_text(encoding="utf-8")) == theme_block()
    assert {field.name for field in fields(Theme)} == {one.name for one in tokens() if one.is_terminal}


def test_colours_come_from_tokens_alone() -> None:
    sheet = STYLE_SHEET.read_text(encoding="utf-8")
    rest = sheet.replace(style_block(), "")
    known = {f"--{css(one)}" for one in tokens()}
    named = set(re.findall(r"^  (--[\w-]+):", rest, re.MULTILINE)) | {"--tint", "--dashes"}

    assert set(re.findall(r"#[0-9a-f]{3,8}\b", rest)) <= {"#fff"}
    assert set(re.findall(r"var\((--[\w-]+)", rest)) <= known | named


@pytest.mark.parametrize("one", tokens(), ids=lambda one: one.name)
def test_a_token_is_a_colour_in_every_theme(one: object) -> None:
    colours = [getattr(one, theme) for theme in ("light", "dark", "contrast")]

    assert [colour for colour in colours if not re.fullmatch("#[0-9a-f]{6}", colour)] == []

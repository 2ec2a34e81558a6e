"""One key for the spellings of a name in several scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.watchlist.names import folded, script_of, words_of

SPELLINGS = {
    "mammadov": ("Rəşad Məmmədov", "Рашад Мамедов", "Rashad Mammadov", "RASHAD MAMEDOV"),
    "quliyev": ("Cavad Quliyev", "Джавад Гулиев", "Javad Guliyev"),
    "cafarova": ("Şəhla Cəfərova", "Шахла Джафарова", "Shahla Jafarova"),
    "beridze": ("გიორგი ბერიძე", "Giorgi Beridze", "Гиорги Беридзе"),
    "ivanov": ("Юрий Иванов", "Yuriy Ivanov", "Yury Ivanov"),
    "agayev": ("Xəzər Ağayev", "Хазар Агаев"),
}


@pytest.mark.parametrize("spellings", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_the_spellings_of_a_name_have_one_key(spellings: tuple[str, ...]) -> None:
    assert len({folded(name) for name in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Rəşad Məmmədov", "Rəşad Quliyev"), ("Иванов", "Петров"), ("Beridze", "Kapanadze")]
)
def test_other_names_have_other_keys(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("Giorgi Beridze", "latin"),
        ("Rəşad", "azerbaijani"),
        ("Рашад", "cyrillic"),
        ("გიორგი", "georgian"),
        ("رشاد", "arabic"),
        ("山田", "other"),
        ("123", "other"),
        ("", "other"),
    ],
)
def test_the_script_of_a_name_is_told(name: str, script: str) -> None:
    assert script_of(name) == script


@given(st.text(max_size=60))
def test_any_text_folds_to_plain_letters(text: str) -> None:
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words_of(text))

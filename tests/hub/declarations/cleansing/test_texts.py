"""Text is put into its normal form; letters that look like others are told."""

import unicodedata

import pytest

from hub.declarations.cleansing.texts import cleanse_text, without_look_alikes
from tests.hub.declarations.cleansing.checking import codes_of, notes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Cotton shirt",
        "Pambıq köynək",
        "Хлопковая рубашка",
        "ბამბის პერანგი",
        "Bavovna – сорочка",
        "棉衬衫",
    ],
)
def test_tidy_text_stays_as_it_is(text: str) -> None:
    gathered = notes()
    assert cleanse_text(text, "items.description", 0, gathered) == text
    assert not gathered.findings


@pytest.mark.parametrize(
    ("written", "text", "codes"),
    [
        ("  Cotton   shirt ", "Cotton shirt", ["text-spaces"]),
        ("Cotton\nshirt\t", "Cotton shirt", ["text-spaces"]),
        ("Cotton\u00a0shirt", "Cotton shirt", ["text-spaces"]),
        ("Cot\u200bton shirt", "Cotton shirt", ["text-control-characters"]),
        ("Cotton\x07 shirt", "Cotton shirt", ["text-control-characters"]),
        (unicodedata.normalize("NFD", "köynək çox"), "köynək çox", ["text-form"]),
        ("\u202etrihs nottoC\u202c", "trihs nottoC", ["text-direction"]),
        (" \u200b ", "", ["text-control-characters", "text-spaces"]),
    ],
)
def test_what_cannot_be_seen_is_taken_out_and_told(written: str, text: str, codes: list[str]) -> None:
    gathered = notes()
    assert cleanse_text(written, "items.description", 0, gathered) == text
    assert codes_of(gathered) == codes


def test_finding_shows_unseen_characters_by_number() -> None:
    gathered = notes()
    cleanse_text("a\u202eb", "items.description", 0, gathered)
    assert gathered.findings[0].values["value"] == "aU+202Eb"


@pytest.mark.parametrize(
    ("written", "meant", "mixed"),
    [
        ("рhone", "phone", ("рhone",)),
        ("Сigarettes and lighter", "Cigarettes and lighter", ("Сigarettes",)),
        ("пoдарок", "подарок", ("пoдарок",)),
        ("Samsung телефон", "Samsung телефон", ()),
        ("USB-кабель", "USB-кабель", ()),
        ("köynək", "köynək", ()),
        ("gжft", "gжft", ("gжft",)),
    ],
)
def test_word_of_two_alphabets_is_read_in_one(written: str, meant: str, mixed: tuple[str, ...]) -> None:
    assert without_look_alikes(written) == (meant, mixed)

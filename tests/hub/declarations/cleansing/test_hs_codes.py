"""Commodity codes are put into digits, and a wrong one is told with what it may have been meant for."""

import csv
from collections import Counter
from importlib import resources

import pytest

from hub.declarations.cleansing.hs_codes import cleanse_hs_code, doubt_words
from hub.declarations.findings import Weight
from tests.hub.declarations.cleansing.checking import REFERENCE, codes_of, notes, only
from tests.resources import SHARED, needs_shared


@pytest.mark.parametrize("code", ["610910", "61091000", "6109100010"])
def test_code_in_force_of_6_8_or_10_digits_is_taken(code: str) -> None:
    gathered = notes()
    assert cleanse_hs_code(code, 0, gathered, REFERENCE.hs) == code
    assert not gathered.findings


@pytest.mark.parametrize("written", ["6109.10", "6109 10", "61.09.10", " 610910 ", "6109-10", "６１０９１０"])
def test_separators_and_other_digits_are_a_change(written: str) -> None:
    gathered = notes()
    assert cleanse_hs_code(written, 0, gathered, REFERENCE.hs) == "610910"
    found = only(gathered)
    assert (found.code, found.weight, found.before, found.after) == (
        "hs-code-form",
        Weight.CHANGE,
        written,
        "610910",
    )


@pytest.mark.parametrize(
    ("written", "meant"), [("90111", "090111"), ("9011100", "09011100"), ("409000000", "0409000000")]
)
def test_dropped_leading_zero_is_put_back_and_doubted(written: str, meant: str) -> None:
    gathered = notes()
    assert cleanse_hs_code(written, 0, gathered, REFERENCE.hs) == meant
    assert (only(gathered).code, only(gathered).weight) == ("hs-code-leading-zero", Weight.DOUBT)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "hs-code-missing"),
        ("61091O", "hs-code-not-digits"),
        ("6109", "hs-code-heading-only"),
        ("61", "hs-code-length"),
        ("610910123456", "hs-code-length"),
        ("611910", "hs-code-unknown"),
        ("770100", "hs-code-unknown"),
        ("851712", "hs-code-other-edition"),
        ("85171200", "hs-code-other-edition"),
    ],
)
def test_what_is_no_code_is_said_at_its_place(written: str, code: str) -> None:
    gathered = notes()
    assert cleanse_hs_code(written, 3, gathered, REFERENCE.hs) == written
    assert only(gathered).code == code
    assert only(gathered).pointer == "/items/3/hs_code"
    assert only(gathered).fix


def test_code_of_the_edition_before_is_named_with_those_in_force() -> None:
    gathered = notes()
    cleanse_hs_code("851712", 0, gathered, REFERENCE.hs)
    found = only(gathered)
    assert found.values["edition"] == "HS 2017"
    assert "851713" in found.fix
    assert "851714" in found.fix


@pytest.mark.parametrize(
    ("written", "near"), [("160910", "610910"), ("610919", "610910"), ("901111", "901110")]
)
def test_near_codes_are_offered(written: str, near: str) -> None:
    assert near in REFERENCE.hs.near(written)


def test_no_near_code_for_a_chapter_that_does_not_exist() -> None:
    assert REFERENCE.hs.near("990000") == []


def test_list_has_the_subheadings_of_2022() -> None:
    assert len(REFERENCE.hs.under("")) == 5612
    assert sum(code[:2] == "61" for code in REFERENCE.hs.under("61")) == len(REFERENCE.hs.under("61"))


def test_codes_of_the_edition_before_lead_to_codes_in_force() -> None:
    text = (resources.files("hub.declarations") / "data/hs_2017.csv").read_text()
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) > 100
    for row in rows:
        assert row["code"] not in REFERENCE.hs
        assert row["since_2022"]
        assert all(code in REFERENCE.hs for code in row["since_2022"].split()), row


def test_chapters_of_words_are_chapters_of_the_list() -> None:
    named = set().union(*REFERENCE.chapter_words.values()) - {"*"}
    assert named
    assert all(chapter in REFERENCE.hs for chapter in named)


@pytest.mark.parametrize(
    ("description", "code", "is_doubted"),
    [
        ("Cotton T-shirts for men", "610910", False),
        ("Cotton shirts for men", "851713", True),
        ("Smartphone 128 GB", "610910", True),
        ("Smartphone 128 GB", "851713", False),
        ("Phone case of silicone", "392690", False),
        ("Toy car", "950300", False),
        ("Biscuits with honey", "190590", False),
        ("Battery for a laptop", "850760", False),
        ("Battery for a laptop", "847130", True),
        ("Leather shoes", "640399", False),
        ("Leather shoes", "420221", True),
        ("Widget of unknown sort", "420221", False),
        ("köynək shirt", "851713", False),
    ],
)
def test_english_noun_of_another_chapter_is_doubted(description: str, code: str, *, is_doubted: bool) -> None:
    gathered = notes()
    doubt_words(description, code, 0, gathered, REFERENCE)
    assert codes_of(gathered) == (["hs-code-other-goods"] if is_doubted else [])


@needs_shared
@pytest.mark.shared
def test_codes_of_korean_declarations_of_2020_are_in_force_or_of_the_edition_before() -> None:
    counts: Counter[str] = Counter()
    with (SHARED / "data/kcs/df_syn_valid_eng.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            gathered = notes()
            cleanse_hs_code(row["HS6 Code"], 0, gathered, REFERENCE.hs)
            counts.update(codes_of(gathered) or ["clean"])
    assert set(counts) == {"clean", "hs-code-other-edition"}
    assert 0.02 < counts["hs-code-other-edition"] / counts.total() < 0.08

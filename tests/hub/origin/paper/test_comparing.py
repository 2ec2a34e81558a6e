"""A cell's reading against its values: figures strictly, letters with patience."""

import pytest

from hub.documents.reader import Box, Word
from hub.origin.certificate.layout import Cell, Line
from hub.origin.paper.comparing import Outcome, Reading, compare, decide, decide_empty
from hub.origin.paper.confusions import are_alike, letters_of, strict_of
from hub.origin.paper.languages import languages_of


def cell(*lines: Line) -> Cell:
    return Cell(page=0, box="1", row=None, at=(0, 0, 10, 10), lines=lines)


def words(text: str, confidence: float = 0.95) -> tuple[Word, ...]:
    return tuple(Word(word, confidence, Box(0, 0, 1, 1), 0) for word in text.split())


NAME = Line("Nümunə Ticarət MMC", ("consignee.name",))
NUMBER = Line("9900018071", ("consignee.id",))
MASS = Line("8400.5 kg", ("items.1.gross_mass_kg",), ("kg",))
HS = Line("ТН ВЭД 080810", ("items.1.hs_code",), ("ТН", "ВЭД"))
CRITERION = Line("П", ("items.1.criterion",))
DAY = Line("20.09.2026", ("issued_on",))


@pytest.mark.parametrize(
    ("line", "read", "agrees", "differing"),
    [
        (NAME, "Nümunə Ticarət MMC", True, set()),
        (NAME, "Numune Ticaret MMC", True, set()),
        (NAME, "Nümunə Ticarət MMC.", True, set()),
        (NAME, "Nümunə Ticarət", False, set()),
        (NAME, "Nümunə Ticarat MMC", False, set()),
        (NAME, "Örnək Qida Sənayesi ASC", False, {"NUMUNE>OPHEK", "NUMUNE>OPNEK"}),
        (NUMBER, "9900018071", True, set()),
        (NUMBER, "99000 18071", True, set()),
        (NUMBER, "99OOO1807l", True, set()),
        (NUMBER, "9900018077", False, {"9900018071>9900018077"}),
        (NUMBER, "990001807", False, set()),
        (NUMBER, "99000180711", False, {"9900018071>99000180711"}),
        (NUMBER, "99000B8071", False, {"9900018071>99000B8071"}),
        (MASS, "8400.5 kg", True, set()),
        (MASS, "8400,5 Kg", True, set()),
        (MASS, "8400.5 xx", True, set()),
        (MASS, "84005 kg", False, set()),
        (MASS, "8460.5 kg", False, {"8400.5>8460.5"}),
        (HS, "TH BƏH 080810", True, set()),
        (HS, "ТН ВЭД 080811", False, {"080810>080811"}),
        (CRITERION, "П", True, set()),
        (CRITERION, "Д0808", False, {"П>Д0808"}),
        (DAY, "20.09.2026", True, set()),
        (DAY, "20.08.2026", False, {"20.09.2026>20.08.2026"}),
        (DAY, "20.09.2026 J", False, set()),
        (NUMBER, "1 9900018071", False, {"9900018071>19900018071"}),
        (CRITERION, "Д", False, {"П>Д"}),
    ],
)
def test_one_reading_is_compared(line: Line, read: str, agrees: bool, differing: set[str]) -> None:
    found = compare(cell(line), words(read))
    assert found.agrees == agrees
    assert bool(found.differing) == bool(differing)
    if len(differing) == 1:
        assert any(one.endswith(tuple(differing)) for one in found.differing)


def test_what_the_reader_is_not_sure_of_is_no_difference() -> None:
    found = compare(cell(NUMBER), words("9900018077", 0.5))
    assert (found.agrees, found.is_clear, found.differing) == (False, False, frozenset())


def test_lines_are_compared_as_one_text_wherever_they_break() -> None:
    assert compare(cell(NAME, NUMBER), words("Nümunə Ticarət MMC 9900018071")).agrees
    assert not compare(cell(NAME, NUMBER), words("9900018071 Nümunə Ticarət MMC")).agrees


def reading(*wrong: int, is_clear: bool = False, differing: str = "", suspected: str = "") -> Reading:
    """Read a cell of two words: a number, and a long word of letters."""
    return Reading(
        needed={1: 2, 2: 1},
        wrong=frozenset(wrong),
        is_clear=is_clear,
        differing=frozenset(filter(None, [differing])),
        suspected=frozenset(filter(None, [suspected])),
        text="",
    )


YES, UNCLEAR = reading(is_clear=True), reading()
NUMBER_WRONG, WORD_WRONG, BOTH_WRONG = reading(1), reading(2), reading(1, 2)
MANY = reading(1, suspected="1>42")
SEVEN, FOUR = reading(1, differing="1>7"), reading(1, differing="1>4")


@pytest.mark.parametrize(
    ("readings", "outcome"),
    [
        ([YES], Outcome.MATCHES),
        ([UNCLEAR], None),
        ([UNCLEAR, UNCLEAR], Outcome.MATCHES),
        ([WORD_WRONG, UNCLEAR], Outcome.MATCHES),
        ([NUMBER_WRONG, UNCLEAR], None),
        ([NUMBER_WRONG, WORD_WRONG], None),
        ([NUMBER_WRONG, WORD_WRONG, WORD_WRONG], Outcome.MATCHES),
        ([WORD_WRONG, WORD_WRONG, WORD_WRONG], Outcome.LOOK),
        ([NUMBER_WRONG, YES, UNCLEAR], Outcome.MATCHES),
        ([NUMBER_WRONG, BOTH_WRONG, UNCLEAR], Outcome.LOOK),
        ([SEVEN, YES, SEVEN], Outcome.DIFFERS),
        ([SEVEN, SEVEN], None),
        ([SEVEN, SEVEN, NUMBER_WRONG], Outcome.DIFFERS),
        ([SEVEN, FOUR, NUMBER_WRONG], Outcome.LOOK),
        ([SEVEN, NUMBER_WRONG, SEVEN], Outcome.DIFFERS),
        ([MANY, MANY, NUMBER_WRONG], Outcome.LOOK),
        ([MANY, MANY, MANY], Outcome.DIFFERS),
    ],
)
def test_readings_are_weighed(readings: list[Reading], outcome: Outcome | None) -> None:
    assert decide(readings) is outcome


def test_a_figure_put_before_a_number_is_not_taken_for_the_forms_own_word() -> None:
    assert not compare(cell(HS), words("ТН ВЭД 9080810")).agrees
    assert not compare(cell(MASS), words("18400.5 kg")).agrees
    assert not compare(cell(MASS), words("8400.51 kg")).agrees


def test_nothing_read_is_no_suspicion_and_several_other_signs_are() -> None:
    assert compare(cell(NUMBER), ()).suspected == frozenset()
    assert compare(cell(CRITERION), words("Д0808", 0.3)).suspected


def test_letters_of_another_script_are_the_readers_confusion() -> None:
    assert compare(cell(NAME), words("Нүмүнә Тижарәт ММЖ")).differing == frozenset()
    assert compare(cell(Line("Масло", ("items.1.description",))), words("Трубы")).differing


def test_another_text_is_another_text_however_it_is_read() -> None:
    first = compare(cell(NAME), words("Şəffaf Çeşmə Limited"))
    second = compare(cell(NAME), words("Seffaf Cesme Limited"))
    assert first.differing & second.differing


@pytest.mark.parametrize(
    ("read", "confidence", "outcome"),
    [
        ("", 0.9, Outcome.LOOK),
        ("x", 0.9, Outcome.LOOK),
        ("ISSUED", 0.5, Outcome.LOOK),
        ("ISSUED", 0.9, Outcome.DIFFERS),
    ],
)
def test_words_where_nothing_should_stand_differ(read: str, confidence: float, outcome: Outcome) -> None:
    assert decide_empty(words(read, confidence)) is outcome


@pytest.mark.parametrize(
    ("expected", "read", "alike"),
    [
        ("0", "0", True),
        ("0", "O", True),
        ("1", "I", True),
        ("1", "7", False),
        ("8", "B", False),
        ("5", "S", False),
        ("A", "A", True),
        ("O", "0", True),
        ("O", "Q", True),
        ("A", "B", False),
        ("3", "З", True),
    ],
)
def test_shapes_that_are_alike(expected: str, read: str, alike: bool) -> None:
    assert are_alike(expected, read) == alike


def test_no_two_figures_are_alike() -> None:
    assert [(a, b) for a in "0123456789" for b in "0123456789" if a != b and are_alike(a, b)] == []


def test_letters_of_two_scripts_fold_to_one_shape() -> None:
    assert letters_of("СОРТ «Хром»") == letters_of("COPT Xpom") != ""
    assert letters_of("Şəki") == letters_of("SEKI")
    assert strict_of("1 250,5") == "1250.5"
    assert strict_of("GE–118") == "GE-118"


ALL = frozenset({"aze", "eng", "kat", "ron", "rus", "ukr"})


@pytest.mark.parametrize(
    ("text", "installed", "languages"),
    [
        ("12 500", ALL, ("eng",)),
        ("Fresh apples", ALL, ("eng",)),
        ("Nümunə küçəsi", ALL, ("aze",)),
        ("Țesături", ALL, ("ron",)),
        ("Свежие яблоки", ALL, ("rus",)),
        ("Їжа Ґазди", ALL, ("ukr",)),
        ("ახალი ვაშლი HS 080810", ALL, ("kat", "eng")),
        ("Олія соняшникова HS", ALL, ("ukr", "eng")),
        ("Nümunə küçəsi", frozenset({"eng"}), ("eng",)),
    ],
)
def test_languages_follow_the_letters(
    text: str, installed: frozenset[str], languages: tuple[str, ...]
) -> None:
    assert languages_of(text, installed) == languages

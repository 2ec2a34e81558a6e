import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.mrz import MrzError, parse_mrz
from hardware.travel_document import DocumentKind, Sex, TravelDocument, ZoneDate
from tests.hardware.zones import (
    CARD,
    LARGE_CARD,
    LONG_NUMBER_CARD,
    LONG_NUMBER_LARGE_CARD,
    PASSPORT,
    SPECIMENS,
    VISA_A,
    VISA_B,
    card,
    passport,
)

TODAY = date(2026, 11, 23)


def replaced(zone: str, line: int, column: int, text: str) -> str:
    """Overwrite characters; line and column count from 1, as in a fault."""
    lines = zone.splitlines()
    row = lines[line - 1]
    lines[line - 1] = row[: column - 1] + text + row[column - 1 + len(text) :]
    return "\n".join(lines)


def faults(zone: str) -> list[tuple[str, int, int]]:
    return [(fault.field, fault.line, fault.column) for fault in parse_mrz(zone, TODAY).faults]


@pytest.mark.parametrize(
    ("zone", "kind", "code", "number", "nationality", "optional"),
    [
        (PASSPORT, DocumentKind.TD3, "P", "L898902C3", "UTO", ("ZE184226B",)),
        (CARD, DocumentKind.TD1, "I", "D23145890", "UTO", ("", "")),
        (LARGE_CARD, DocumentKind.TD2, "I", "D23145890", "UTO", ("",)),
        (VISA_A, DocumentKind.MRV_A, "V", "L8988901C", "XXX", ("6ZE184226B",)),
        (VISA_B, DocumentKind.MRV_B, "V", "L8988901C", "XXX", ("",)),
    ],
)
def test_specimen_of_utopia_is_read_in_full(
    zone: str, kind: DocumentKind, code: str, number: str, nationality: str, optional: tuple[str, ...]
) -> None:
    document = parse_mrz(zone, TODAY)
    assert document.faults == ()
    assert document.is_sound
    assert (document.kind, document.code, document.issuing_state) == (kind, code, "UTO")
    assert (document.number, document.nationality) == (number, nationality)
    assert (document.name.primary, document.name.secondary) == ("ERIKSSON", "ANNA MARIA")
    assert document.sex is Sex.FEMALE
    assert document.optional_data == optional


def test_dates_of_the_specimen_passport() -> None:
    document = parse_mrz(PASSPORT, TODAY)
    assert document.birth == ZoneDate(1974, 8, 12)
    assert document.expiry == ZoneDate(2012, 4, 15)
    assert document.is_expired(TODAY) is True
    assert document.is_expired(date(2012, 4, 15)) is False


@pytest.mark.parametrize("zone", [LONG_NUMBER_CARD, LONG_NUMBER_LARGE_CARD])
def test_document_number_of_more_than_nine_characters_goes_on_in_the_optional_field(zone: str) -> None:
    document = parse_mrz(zone, TODAY)
    assert document.faults == ()
    assert document.number == "D23145890734"
    assert document.optional_data[0] == ""
    assert document.name.primary == "STEVENSON"


@pytest.mark.parametrize("zone", SPECIMENS)
@pytest.mark.parametrize("separator", ["\n", "\r\n", "\r", "", " \n\n "])
def test_line_ends_do_not_matter(zone: str, separator: str) -> None:
    assert parse_mrz(zone.replace("\n", separator), TODAY) == parse_mrz(zone, TODAY)


def test_lower_case_is_read_as_upper_case() -> None:
    assert parse_mrz(PASSPORT.lower(), TODAY) == parse_mrz(PASSPORT, TODAY)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", "nothing"),
        ("P<UTO", "5"),
        (PASSPORT.replace("<\n", "\n"), "43, 44"),
        (PASSPORT + "\n" + "<" * 44, "44, 44, 44"),
        ("\n".join(CARD.splitlines()[:2]), "30, 30"),
    ],
)
def test_text_of_another_shape_is_refused_with_its_shape(text: str, lines: str) -> None:
    with pytest.raises(MrzError, match=rf"got lines of {lines}$"):
        parse_mrz(text, TODAY)


def test_endless_text_is_refused() -> None:
    with pytest.raises(MrzError, match="100000 characters"):
        parse_mrz("<" * 100_000, TODAY)


@pytest.mark.parametrize(
    ("line", "column", "text", "expected"),
    [
        (2, 1, "M", [("composite check digit", 2, 44), ("document number", 2, 1)]),
        (2, 10, "7", [("composite check digit", 2, 44), ("document number", 2, 1)]),
        (2, 14, "75", [("composite check digit", 2, 44), ("date of birth", 2, 14)]),
        (2, 22, "13", [("composite check digit", 2, 44), ("date of expiry", 2, 22)]),
        (2, 29, "Y", [("composite check digit", 2, 44), ("optional data", 2, 29)]),
        (2, 44, "1", [("composite check digit", 2, 44)]),
        (2, 21, "Z", [("sex", 2, 21)]),
        (1, 3, "1TO", [("issuing state", 1, 3)]),
        (2, 11, "U<O", [("nationality", 2, 11)]),
        (1, 1, "1", [("document code", 1, 1)]),
        (1, 6, "<", [("name", 1, 6)]),
        (1, 8, "1", [("name", 1, 6)]),
        (1, 44, "*", [("character", 1, 44), ("name", 1, 6)]),
    ],
)
def test_fault_names_its_field_line_and_column(
    line: int, column: int, text: str, expected: list[tuple[str, int, int]]
) -> None:
    assert sorted(faults(replaced(PASSPORT, line, column, text))) == sorted(expected)


def test_impossible_date_is_a_fault_and_reads_as_nothing() -> None:
    document = parse_mrz(passport("X1", "DOE<<JANE", "740230", "300101"), TODAY)
    assert [str(fault) for fault in document.faults] == ["line 2, column 14, date of birth: is no date"]
    assert document.birth is None


def test_missing_document_number_is_a_fault() -> None:
    assert faults(passport("", "DOE<<JANE", "740812", "300101")) == [("document number", 2, 1)]


def test_empty_optional_field_may_have_a_filler_for_a_check_digit() -> None:
    sound = passport("X1", "DOE<<JANE", "740812", "300101")
    assert parse_mrz(sound, TODAY).is_sound
    assert parse_mrz(replaced(sound, 2, 43, "<"), TODAY).is_sound


@pytest.mark.parametrize(
    ("names", "primary", "secondary", "is_truncated"),
    [
        ("ERIKSSON<<ANNA<MARIA", "ERIKSSON", "ANNA MARIA", False),
        ("VAN<DER<MUELLEN<<PIETER", "VAN DER MUELLEN", "PIETER", False),
        ("ARKFREITH", "ARKFREITH", "", False),
        ("NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K", "NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG K", True),
    ],
)
def test_names_are_split_into_words(names: str, primary: str, secondary: str, is_truncated: bool) -> None:
    document = parse_mrz(passport("X1", names, "740812", "300101"), TODAY)
    assert document.is_sound
    name = document.name
    assert (name.primary, name.secondary, name.may_be_truncated) == (primary, secondary, is_truncated)


@pytest.mark.parametrize(("letter", "sex"), [("F", Sex.FEMALE), ("M", Sex.MALE), ("<", Sex.UNSPECIFIED)])
def test_sex_may_be_unspecified(letter: str, sex: Sex) -> None:
    assert parse_mrz(replaced(PASSPORT, 2, 21, letter), TODAY).sex is sex


def test_state_of_one_letter_is_germany() -> None:
    document = parse_mrz(replaced(replaced(PASSPORT, 1, 3, "D<<"), 2, 11, "D<<"), TODAY)
    assert document.is_sound
    assert (document.issuing_state, document.nationality) == ("D", "D")


@pytest.mark.parametrize("zone", SPECIMENS)
def test_repr_gives_no_personal_data_away(zone: str) -> None:
    document = parse_mrz(zone, TODAY)
    shown = repr(document)
    for secret in (document.number, document.name.primary, "ANNA", "PETER", "1974", "1934", "ZE184226B"):
        assert secret not in shown


def test_errors_and_faults_quote_nothing_of_the_zone() -> None:
    broken = replaced(PASSPORT, 2, 1, "*")
    with pytest.raises(MrzError) as caught:
        parse_mrz(PASSPORT[:-1], TODAY)
    told = str(caught.value) + " ".join(str(fault) for fault in parse_mrz(broken, TODAY).faults)
    for secret in ("L898902C3", "898902", "ERIKSSON", "740812"):
        assert secret not in told


NUMBERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=9)
LONG_NUMBERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=10, max_size=22)
WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=7)
DATES = st.dates(date(1930, 1, 1), TODAY)
FUTURE = st.dates(date(1990, 1, 1), date(2070, 1, 1))


@given(NUMBERS, WORDS, WORDS, DATES, FUTURE)
def test_any_sound_passport_is_read_back(
    number: str, primary: str, secondary: str, birth: date, expiry: date
) -> None:
    zone = passport(number, f"{primary}<<{secondary}", f"{birth:%y%m%d}", f"{expiry:%y%m%d}")
    document = parse_mrz(zone, TODAY)
    assert document.faults == ()
    assert (document.number, document.name.primary, document.name.secondary) == (number, primary, secondary)
    assert document.birth is not None
    assert document.birth.whole == birth
    assert document.expiry is not None
    assert document.expiry.whole == expiry


@given(NUMBERS | LONG_NUMBERS, WORDS, DATES)
def test_any_sound_card_is_read_back_however_long_its_number(number: str, primary: str, birth: date) -> None:
    document = parse_mrz(card(number, primary, f"{birth:%y%m%d}", "300101"), TODAY)
    assert document.faults == ()
    assert document.number == number


@given(st.sampled_from([PASSPORT, CARD, LARGE_CARD]), st.data())
def test_no_single_wrong_digit_in_a_checked_field_goes_unnoticed(zone: str, data: st.DataObject) -> None:
    """A digit for a digit changes the sum by less than 10 times a weight prime to 10: always caught."""
    lines = zone.splitlines()
    digits = [
        (line, match.start())
        for line, row in enumerate(lines)
        for match in re.finditer(r"\d", row)
        if not (line == 0 and zone != CARD)
    ]
    line, column = data.draw(st.sampled_from(digits))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != lines[line][column]]))
    assert parse_mrz(replaced(zone, line + 1, column + 1, wrong), TODAY).faults != ()


@given(st.text(max_size=120))
def test_any_text_is_a_document_or_an_mrz_error(text: str) -> None:
    try:
        found = parse_mrz(text, TODAY)
    except MrzError:
        return
    assert isinstance(found, TravelDocument)


@given(
    st.lists(
        st.text(st.characters(min_codepoint=32, max_codepoint=0x250), min_size=44, max_size=44),
        min_size=2,
        max_size=2,
    )
)
def test_two_lines_of_anything_are_read_with_faults(lines: list[str]) -> None:
    try:
        document = parse_mrz("\n".join(lines), TODAY)
    except MrzError:
        return
    assert document.faults
    for fault in document.faults:
        assert 1 <= fault.line <= 2
        assert 1 <= fault.column <= 44

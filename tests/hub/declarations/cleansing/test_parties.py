"""Names keep their letters; numbers and addresses are checked against the country."""

from typing import Any

import msgspec
import pytest

from hub.declarations.cleansing.parties import cleanse_party, match_key
from hub.declarations.facts import PartyFacts
from tests.hub.declarations.cleansing.checking import REFERENCE, codes_of, notes

LEYLA = PartyFacts(
    name="Leyla Əliyeva",
    id="5ABC12D",
    country="AZ",
    city="Bakı",
    line="Nizami küçəsi 12, mənzil 4",
    postcode="AZ1000",
    phone="+994501234567",
)


def of(*, is_person: bool = True, **changes: Any) -> tuple[PartyFacts, list[str]]:
    gathered = notes()
    party = msgspec.structs.replace(LEYLA, **changes)
    cleansed = cleanse_party(party, "consignee", gathered, REFERENCE, is_person=is_person)
    return cleansed, codes_of(gathered)


def test_complete_receiver_has_no_finding() -> None:
    assert of() == (LEYLA, [])


@pytest.mark.parametrize(
    "name",
    [
        "Leyla Əliyeva",
        "ლეილა ალიევა",
        "Лейла Алиева",
        "Лейла Алієва",
        "Ștefan Țurcan",
        "İlkin Iğdır",
        "O'Neil",
    ],
)
def test_name_keeps_its_case_and_script(name: str) -> None:
    assert of(name=name)[0].name == name


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"name": "  Leyla  Əliyeva "}, ["text-spaces"]),
        ({"name": "12345"}, ["name-no-letters"]),
        ({"name": "", "id": ""}, ["person-number-missing", "name-missing"]),
        ({"name": "Лeйла"}, ["text-look-alike"]),
        ({"id": "5abc12d"}, ["person-number-form"]),
        ({"id": "5ABC 12D"}, ["person-number-form"]),
        ({"id": "5ABC12"}, ["person-number-format"]),
        ({"id": "5ABO12D"}, ["person-number-format"]),
        ({"id": "1234567890"}, []),
        ({"id": ""}, ["person-number-missing"]),
        ({"city": ""}, ["address-incomplete"]),
        ({"city": "", "line": " "}, ["text-spaces", "address-incomplete", "address-incomplete"]),
        ({"phone": ""}, ["contact-missing"]),
        ({"phone": "", "email": "leyla@example.az"}, []),
        ({"country": "az"}, ["country-form"]),
    ],
)
def test_what_is_wrong_with_a_receiver_is_told(changes: dict[str, Any], codes: list[str]) -> None:
    assert of(**changes)[1] == codes


@pytest.mark.parametrize(
    ("country", "number", "is_right"),
    [
        ("GE", "01234567890", True),
        ("GE", "123", False),
        ("UA", "1234567890", True),
        ("UA", "12345678", True),
        ("UA", "123456", False),
        ("MD", "2001234567890", True),
        ("MD", "200123", False),
        ("TR", "12345678901", True),
        ("TR", "0234567890", True),
        ("TR", "12", False),
        ("DE", "anything at all", True),
    ],
)
def test_number_has_the_form_of_its_country(country: str, number: str, *, is_right: bool) -> None:
    _, codes = of(country=country, id=number, postcode="")
    assert ("person-number-format" not in codes) is is_right


@pytest.mark.parametrize(("role", "codes"), [("consignee", ["consignee-missing"]), ("consignor", [])])
def test_receiver_that_is_not_named_at_all_is_doubted_once(role: str, codes: list[str]) -> None:
    gathered = notes()
    cleanse_party(PartyFacts(), role, gathered, REFERENCE, is_person=True)
    assert codes_of(gathered) == codes


def test_firm_is_asked_for_no_personal_number() -> None:
    assert of(is_person=False, id="")[1] == []


def test_findings_do_not_repeat_a_personal_number() -> None:
    gathered = notes()
    party = msgspec.structs.replace(LEYLA, id="secret7x")
    cleanse_party(party, "consignee", gathered, REFERENCE, is_person=True)
    assert gathered.findings
    assert "secret7x" not in str(gathered.findings).lower()


@pytest.mark.parametrize(
    "spellings",
    [
        ("Rəşad Məmmədov", "Рашад Мамедов", "Mammadov Rashad", "RƏŞAD MƏMMƏDOV", "Məmmədov Rəşad"),
        ("Leyla Əliyeva", "Лейла Алиева", "ლეილა ალიევა"),
        ("Rəşad Əli oğlu Məmmədov", "Məmmədov Rəşad Əli", "Рашад Али оглы Мамедов"),
    ],
)
def test_spellings_of_one_person_have_one_key(spellings: tuple[str, ...]) -> None:
    assert len({match_key(name) for name in spellings}) == 1


def test_other_people_have_other_keys() -> None:
    names = ("Rəşad Məmmədov", "Rəşad Quliyev", "Leyla Əliyeva", "Leyla Əhmədova", "", "123")
    assert len({match_key(name) for name in names}) == len(names) - 1

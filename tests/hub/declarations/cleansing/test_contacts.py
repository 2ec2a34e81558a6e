"""Postcodes, telephone numbers and e-mail addresses are written as their standards say."""

import pytest

from hub.declarations.cleansing.contacts import cleanse_email, cleanse_phone, cleanse_postcode
from tests.hub.declarations.cleansing.checking import REFERENCE, codes_of, notes


@pytest.mark.parametrize(
    ("country", "written", "postcode", "code"),
    [
        ("AZ", "AZ1000", "AZ1000", None),
        ("AZ", "1000", "AZ1000", "postcode-form"),
        ("AZ", "az 1000", "AZ1000", "postcode-form"),
        ("AZ", "AZ-1000", "AZ1000", "postcode-form"),
        ("AZ", "100", "100", "postcode-format"),
        ("GE", "0105", "0105", None),
        ("GE", "GE 0105", "GE 0105", "postcode-format"),
        ("UA", "01001", "01001", None),
        ("UA", "010 01", "01001", "postcode-form"),
        ("UA", "0100", "0100", "postcode-format"),
        ("MD", "MD-2001", "MD-2001", None),
        ("MD", "2001", "MD-2001", "postcode-form"),
        ("MD", "MD2001", "MD-2001", "postcode-form"),
        ("TR", "34000", "34000", None),
        ("TR", "3400", "3400", "postcode-format"),
        ("PL", "00950", "00-950", "postcode-form"),
        ("JP", "150 0002", "150-0002", "postcode-form"),
        ("GB", "sw1a 1aa", "SW1A 1AA", "postcode-form"),
        ("NL", "1012 AB", "1012 AB", None),
        ("CN", "518000", "518000", None),
        ("AE", "anything", "anything", None),
        ("AZ", "", "", None),
    ],
)
def test_postcode_is_written_as_its_country_does(
    country: str, written: str, postcode: str, code: str | None
) -> None:
    gathered = notes()
    assert cleanse_postcode(written, country, "consignee.postcode", gathered, REFERENCE) == postcode
    assert codes_of(gathered) == ([code] if code else [])


@pytest.mark.parametrize(
    ("country", "written", "number", "code"),
    [
        ("AZ", "+994501234567", "+994501234567", None),
        ("AZ", "050 123 45 67", "+994501234567", "phone-form"),
        ("AZ", "(050) 123-45-67", "+994501234567", "phone-form"),
        ("AZ", "501234567", "+994501234567", "phone-form"),
        ("AZ", "994501234567", "+994501234567", "phone-form"),
        ("AZ", "00994 50 123 45 67", "+994501234567", "phone-form"),
        ("AZ", "+994 50 123 45", "+994 50 123 45", "phone-format"),
        ("AZ", "call me", "call me", "phone-format"),
        ("GE", "555 12 34 56", "+995555123456", "phone-form"),
        ("UA", "050 123 45 67", "+380501234567", "phone-form"),
        ("MD", "069 123 456", "+37369123456", "phone-form"),
        ("TR", "0532 123 45 67", "+905321234567", "phone-form"),
        ("RU", "8 916 123-45-67", "+79161234567", "phone-form"),
        ("AZ", "+90 532 123 45 67", "+905321234567", "phone-form"),
        ("FO", "+298 123456", "+298123456", "phone-form"),
        ("FO", "123456", "123456", "phone-format"),
        ("AZ", "", "", None),
    ],
)
def test_telephone_number_is_written_with_its_countrys_code(
    country: str, written: str, number: str, code: str | None
) -> None:
    gathered = notes()
    assert cleanse_phone(written, country, "consignee.phone", gathered, REFERENCE) == number
    assert codes_of(gathered) == ([code] if code else [])


def test_every_example_of_a_number_fits_its_own_plan() -> None:
    for country, plan in REFERENCE.phones.items():
        gathered = notes()
        assert cleanse_phone(plan.example, country, "consignee.phone", gathered, REFERENCE) == plan.example
        assert not gathered.findings


def test_every_example_of_a_postcode_fits_its_own_format() -> None:
    for (country, kind), formats in REFERENCE.formats.items():
        if kind == "postcode":
            assert formats[0].pattern.fullmatch(formats[0].example), country


@pytest.mark.parametrize(
    ("written", "address", "code"),
    [
        ("leyla@example.az", "leyla@example.az", None),
        (" Leyla@Example.AZ ", "Leyla@example.az", "email-form"),
        ("ləyla@nümunə.az", "ləyla@nümunə.az", None),
        ("leyla", "leyla", "email-format"),
        ("leyla@localhost", "leyla@localhost", "email-format"),
        ("a b@example.az", "a b@example.az", "email-format"),
        ("leyla@example..az", "leyla@example..az", "email-format"),
        ("leyla@-example.az", "leyla@-example.az", "email-format"),
        ("", "", None),
    ],
)
def test_email_address_is_one_that_can_be_written_to(written: str, address: str, code: str | None) -> None:
    gathered = notes()
    assert cleanse_email(written, "consignee.email", gathered) == address
    assert codes_of(gathered) == ([code] if code else [])

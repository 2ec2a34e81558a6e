"""Units, currencies and countries are put into codes; those of the past are told with what came after."""

from decimal import Decimal

import pytest

from hub.declarations.cleansing.codes import cleanse_country, cleanse_money, cleanse_unit
from hub.declarations.facts import Money
from hub.declarations.findings import Weight
from tests.hub.declarations.cleansing.checking import REFERENCE, codes_of, notes, only


@pytest.mark.parametrize("code", ["", "KGM", "H87", "PR", "ASV#X"])
def test_unit_by_its_code_is_taken(code: str) -> None:
    gathered = notes()
    assert cleanse_unit(code, 0, gathered, REFERENCE) == code
    assert not gathered.findings


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("pcs", "H87"),
        ("шт", "H87"),
        ("шт.", "H87"),
        ("ədəd", "H87"),
        ("adet", "H87"),
        ("ც", "H87"),
        ("buc", "H87"),
        ("kg", "KGM"),
        ("кг", "KGM"),
        ("კგ", "KGM"),
        ("kgm", "KGM"),
        ("пара", "PR"),
        ("cüt", "PR"),
        ("çift", "PR"),
        ("л", "LTR"),
        ("м²", "MTK"),
        ("набір", "SET"),
        ("cutie", "BX"),
    ],
)
def test_common_name_of_a_unit_becomes_its_code(name: str, code: str) -> None:
    gathered = notes()
    assert cleanse_unit(name, 0, gathered, REFERENCE) == code
    assert (only(gathered).weight, only(gathered).before, only(gathered).after) == (Weight.CHANGE, name, code)


@pytest.mark.parametrize(("written", "code"), [("QQ", "unit-unlisted"), ("mnoho", "unit-unknown")])
def test_unknown_unit_is_told(written: str, code: str) -> None:
    gathered = notes()
    assert cleanse_unit(written, 0, gathered, REFERENCE) == written
    assert only(gathered).code == code


def test_every_name_of_a_unit_leads_to_a_listed_code() -> None:
    assert set(REFERENCE.unit_names.values()) <= REFERENCE.unit_codes


@pytest.mark.parametrize(
    ("written", "currency", "code"),
    [
        ("USD", "USD", None),
        ("azn", "AZN", "currency-form"),
        ("", "", "currency-missing"),
        ("QQQ", "QQQ", "currency-unknown"),
        ("XXX", "XXX", "currency-unknown"),
        ("AZM", "AZM", "currency-withdrawn"),
        ("DEM", "DEM", "currency-withdrawn"),
    ],
)
def test_currency_is_one_in_use(written: str, currency: str, code: str | None) -> None:
    gathered = notes()
    money = cleanse_money(Money(Decimal(5), written), "items.value", 0, gathered, REFERENCE)
    assert money == Money(Decimal(5), currency)
    assert codes_of(gathered) == ([code] if code else [])


@pytest.mark.parametrize(("old", "new"), [("AZM", "AZN"), ("HRK", "EUR"), ("BGN", "EUR"), ("UAK", "UAH")])
def test_withdrawn_currency_names_its_successor(old: str, new: str) -> None:
    gathered = notes()
    cleanse_money(Money(Decimal(5), old), "freight", None, gathered, REFERENCE)
    assert only(gathered).values["successor"] == new
    assert new in only(gathered).fix


def test_successors_of_currencies_are_in_use() -> None:
    for currency in REFERENCE.currencies.values():
        if currency.successor:
            assert not REFERENCE.currencies[currency.successor].until


@pytest.mark.parametrize(
    ("written", "country", "code"),
    [
        ("AZ", "AZ", None),
        ("", "", None),
        ("NA", "NA", None),
        ("XK", "XK", None),
        ("ge", "GE", "country-form"),
        ("UK", "GB", "country-form"),
        ("SU", "SU", "country-withdrawn"),
        ("QQ", "QQ", "country-unknown"),
    ],
)
def test_country_is_one_of_today(written: str, country: str, code: str | None) -> None:
    gathered = notes()
    assert cleanse_country(written, "export_country", None, gathered, REFERENCE) == country
    assert codes_of(gathered) == ([code] if code else [])

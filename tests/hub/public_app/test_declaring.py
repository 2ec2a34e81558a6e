"""The form of a parcel: every finding at its field, nothing typed is lost. Pure."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from hub.declarations.cleansing.catalogue import SENTENCES as CLEANSING
from hub.declarations.findings import Weight
from hub.declarations.reference_files import reference_data
from hub.public_app.declaring import Checked, check, field_of, number_in, values_of
from hub.public_app.finding_words import SENTENCES
from hub.public_app.hs_search import hs_search
from hub.public_app.identity import Citizen
from tests.hub.public_app.app_kit import LEYLA
from tests.hub.public_app.forms import typed

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
CITIZEN = Citizen("0" * 32, *LEYLA)
NEVER_SAID = {
    "duplicate-tracking",
    "duplicate-content",
    "duplicate-other-tracking",
    "duplicate-other-content",
    "unit-unlisted",
    "unit-unknown",
    "consignee-missing",
    "person-number-missing",
    "person-number-format",
    "mass-net-over-gross",
    "mass-sum-over-total",
    "mass-sum-under-total",
    "value-sum-differs",
    "value-per-kg-low",
    "value-per-kg-high",
    "email-format",
}
"""Of fields that the form does not have, or has as a list of what is right."""


def checked(**changes: str) -> Checked:
    form = typed(**changes)
    return check(form, int(form["items"]), CITIZEN, reference_data(), NOW)


def noted(found: Checked) -> set[tuple[str, str]]:
    return {(note.field, note.code) for note in found.notes if note.tone}


def test_a_good_form_is_a_declaration_of_this_person() -> None:
    found = checked()
    assert found.facts is not None
    assert noted(found) == set()
    assert (found.facts.consignee.id, found.facts.consignee.name) == LEYLA
    assert found.facts.consignee.phone == "+994501234567"
    assert found.facts.items[0].hs_code == "610910"
    assert found.facts.items[0].value is not None
    assert found.facts.items[0].value.amount == Decimal("19.90")


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"item_0_description": ""}, "item-0-description", "missing"),
        ({"item_0_description": "gift"}, "item-0-description", "description-vague"),
        ({"item_0_value": "much"}, "item-0-value", "not-a-number"),
        ({"item_0_value": "-1"}, "item-0-value", "value-not-positive"),
        ({"item_0_value": "1e900"}, "item-0-value", "not-a-number"),
        ({"item_0_quantity": "0"}, "item-0-quantity", "quantity-not-positive"),
        ({"item_0_hs_code": "999999"}, "item-0-hs_code", "hs-code-unknown"),
        ({"item_0_hs_code": ""}, "item-0-hs_code", "hs-code-missing"),
        ({"item_0_origin": "QX"}, "item-0-origin", "country-unknown"),
        ({"shop": ""}, "shop", "missing"),
        ({"shop": "123"}, "shop", "name-no-letters"),
        ({"shop": "x" * 200}, "shop", "too-long"),
        ({"shop_country": "QX"}, "shop_country", "country-unknown"),
        ({"phone": "12"}, "phone", "phone-format"),
        ({"postcode": "1"}, "postcode", "postcode-format"),
        ({"gross_kg": "-2"}, "gross_kg", "mass-not-positive"),
        ({"gross_kg": "9000000"}, "gross_kg", "mass-over-mode"),
        ({"freight": "-2"}, "freight", "charge-negative"),
        ({"currency": "ZZZ"}, "item-0-value", "currency-unknown"),
    ],
)
def test_what_is_wrong_stands_at_its_field(changes: dict[str, str], field: str, code: str) -> None:
    assert (field, code) in noted(checked(**changes))


def test_the_second_item_has_its_own_remarks() -> None:
    second = {"item_1_description": "gift", "item_1_quantity": "1", "item_1_value": "5"}
    assert ("item-1-description", "description-vague") in noted(checked(items="2", **second))


def test_what_a_carrier_said_comes_back_as_the_same_declaration() -> None:
    first = checked()
    assert first.row is not None
    again = {**typed(), **values_of(first.row.facts)}
    second = check(again, 1, CITIZEN, reference_data(), NOW)
    assert second.row is not None
    assert second.row.facts == first.row.facts


def test_every_code_that_the_form_can_meet_has_a_sentence() -> None:
    codes = {code for code, one in CLEANSING.items() if one.weight is not Weight.CHANGE}
    assert codes - set(SENTENCES) == NEVER_SAID


@pytest.mark.parametrize("pointer", ["", "/consignee/id", "/items", "/items/0/unit", "/nothing"])
def test_what_has_no_field_is_said_of_the_parcel(pointer: str) -> None:
    assert field_of(pointer) == "parcel"


@pytest.mark.parametrize("text", ["", "x", "NaN", "Infinity", "1e13", "1.2.3"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert number_in(text) is None


@pytest.mark.parametrize(
    ("wanted", "code"), [("t-shirt cotton", "610910"), ("6109 10", "610910"), ("headphones", "851830")]
)
def test_codes_are_found_by_words_and_by_digits(wanted: str, code: str) -> None:
    assert code in [one.code for one in hs_search().find(wanted)]


@pytest.mark.parametrize("wanted", ["", "1", "a", "zzzz", "%"])
def test_nothing_is_found_for_nothing(wanted: str) -> None:
    assert hs_search().find(wanted) == []

"""Duties worked by hand: rules by prefix, origin and day; values; limits; what is missing is said."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hub.declarations.assessing.evidence import OriginVerdict
from hub.declarations.duty.assessing import assess_duty
from hub.declarations.duty.assessment import DutyAssessment, PreferenceAnswer, explain
from hub.declarations.duty.preferences import Origins
from hub.declarations.duty.rules import DutyTables, Tax
from hub.declarations.facts import DeclarationFacts, Money
from tests.hub.declarations.duty.parcels import goods, own_parcel, usd

DAY = date(2026, 3, 14)


def assess(
    tables: DutyTables,
    facts: DeclarationFacts,
    used: str = "0",
    day: date = DAY,
    origins: Origins | None = None,
) -> DutyAssessment:
    return assess_duty(facts, tables, Decimal(used), day, origins or {})


def amounts(found: DutyAssessment) -> list[tuple[str, str]]:
    return [(line.tax.value, str(line.amount)) for item in found.items for line in item.lines]


def test_duty_and_vat_on_top_of_it_are_worked_out_in_the_national_currency(small: DutyTables) -> None:
    found = assess(small, own_parcel(goods("100"), is_personal=False))
    # 100 USD = 170 AZN; 15 % = 25.50; 18 % of 195.50 = 35.19
    assert amounts(found) == [("duty", "25.50"), ("vat", "35.19")]
    assert (found.total, found.currency, found.total_usd) == (Decimal("60.69"), "AZN", Decimal("35.70"))
    assert found.limit is None
    assert [(line.rule, line.source) for line in found.items[0].lines] == [
        ("duty.csv:2", "law 2"),
        ("vat.csv:2", "law 10"),
    ]


def test_freight_and_insurance_are_shared_by_value(small: DutyTables) -> None:
    facts = own_parcel(goods("30"), goods("60"), is_personal=False, freight=usd("8"), insurance=usd("1"))
    found = assess(small, facts)
    assert [str(item.customs_value) for item in found.items] == ["56.10", "112.20"]
    assert found.charges == Decimal("15.30")
    assert found.goods_usd == Decimal("90.00")


def test_the_greater_of_part_and_amount_a_kilogram_is_levied(small: DutyTables) -> None:
    light = goods("10", "610910", net_kg=Decimal("0.5"))
    heavy = goods("10", "610910", net_kg=Decimal("5"))
    found = assess(small, own_parcel(light, heavy, is_personal=False))
    # 15 % of 17.00 = 2.55 is more than 0.5 kg at 1.19; 5 kg at 1.19 = 5.95 is more than 2.55
    duties = [line for item in found.items for line in item.lines if line.tax is Tax.DUTY]
    assert [(str(line.amount), line.specific) for line in duties] == [
        ("2.55", "0.70 USD/KGM"),
        ("5.95", "0.70 USD/KGM"),
    ]


def test_excise_stands_between_duty_and_vat_and_is_part_of_vats_base(small: DutyTables) -> None:
    spirits = goods("100", "220830", quantity=Decimal(2), unit="LTR")
    ring = goods("100", "711319")
    found = assess(small, own_parcel(spirits, ring, is_personal=False))
    assert amounts(found) == [
        ("duty", "25.50"),
        ("excise", "7.00"),
        ("vat", "36.45"),  # 18 % of 170 + 25.50 + 7
        ("duty", "25.50"),
        ("excise", "9.78"),  # 5 % of 195.50 = 9.775
        ("vat", "36.95"),  # 18 % of 205.275 = 36.9495
    ]
    # 25.50 + 7 + 36.45 + 25.50 + 9.775 + 36.9495 = 141.1745, rounded up once
    assert found.total == Decimal("141.18")


@pytest.mark.parametrize(
    ("hs_code", "day", "percent"),
    [
        ("847130", date(2026, 3, 14), "1"),
        ("847150", date(2026, 3, 14), "0"),
        ("847130", date(2019, 1, 1), "0"),
        ("847130", date(2018, 12, 31), "3"),
        ("", date(2026, 3, 14), "15"),
        ("999999", date(2026, 3, 14), "15"),
    ],
)
def test_the_longest_prefix_in_force_on_the_day_counts(
    small: DutyTables, hs_code: str, day: date, percent: str
) -> None:
    found = assess(small, own_parcel(goods("10", hs_code), is_personal=False), day=day)
    assert str(found.items[0].lines[0].percent) == percent


@pytest.mark.parametrize(
    ("item", "verdict", "answer", "percent"),
    [
        ({"origin": "GE", "certificates": ("C-1",)}, OriginVerdict.VALID, PreferenceAnswer.GRANTED, 0),
        ({"origin": "GE", "certificates": ("C-1",)}, None, PreferenceAnswer.NOT_CONFIRMED, 15),
        (
            {"origin": "GE", "certificates": ("C-1",)},
            OriginVerdict.CANNOT_TELL,
            PreferenceAnswer.NOT_CONFIRMED,
            15,
        ),
        ({"origin": "GE", "certificates": ("C-1",)}, OriginVerdict.INVALID, PreferenceAnswer.NOT_VALID, 15),
        ({"origin": "CN", "certificates": ("C-1",)}, OriginVerdict.VALID, PreferenceAnswer.NO_REGIME, 15),
        ({"origin": "GE", "preference": "300"}, OriginVerdict.VALID, PreferenceAnswer.NO_CERTIFICATE, 15),
        ({"origin": "GE"}, OriginVerdict.VALID, PreferenceAnswer.NOT_ASKED, 15),
        (
            {"origin": "GE", "preference": "100", "certificates": ("C-1",)},
            OriginVerdict.VALID,
            PreferenceAnswer.NOT_ASKED,
            15,
        ),
    ],
)
def test_a_preference_is_given_only_on_a_valid_certificate_of_a_regimes_origin(
    small: DutyTables,
    item: dict[str, Any],
    verdict: OriginVerdict | None,
    answer: PreferenceAnswer,
    percent: int,
) -> None:
    origins = {} if verdict is None else {"C-1": verdict}
    found = assess(small, own_parcel(goods("100", **item), is_personal=False), origins=origins)
    assert found.items[0].preference is answer
    assert found.items[0].lines[0].percent == percent


def test_one_certificate_that_is_not_valid_costs_the_preference(small: DutyTables) -> None:
    item = goods("100", origin="GE", certificates=("C-1", "C-2"))
    origins = {"C-1": OriginVerdict.VALID, "C-2": OriginVerdict.INVALID}
    found = assess(small, own_parcel(item, is_personal=False), origins=origins)
    assert found.items[0].preference is PreferenceAnswer.NOT_VALID


def test_a_persons_parcel_below_the_limit_is_free_and_counts(small: DutyTables) -> None:
    found = assess(small, own_parcel(goods("300")))
    assert found.total == 0
    assert found.limit is not None
    assert (str(found.limit.counted_usd), found.limit.left_usd, found.limit.is_over) == (
        "300.00",
        Decimal(0),
        False,
    )


def test_what_is_over_the_limit_is_taxed_and_nothing_else(small: DutyTables) -> None:
    found = assess(small, own_parcel(goods("100")), used="250.00")
    # 50 USD = 85 AZN over: 12.75 and 18 % of 97.75 = 17.595; 30.345 in all
    assert found.total == Decimal("30.35")
    assert found.items[0].free_value == Decimal("85.00")
    assert found.limit is not None
    assert (found.limit.used_after_usd, found.limit.is_over) == (Decimal("350.00"), True)
    assert assess(small, own_parcel(goods("100")), used="4000").total == Decimal("60.69")


def test_the_limit_frees_first_what_bears_most(small: DutyTables) -> None:
    books, shoes = goods("200", "490199"), goods("200", "640399")
    for facts in (own_parcel(books, shoes), own_parcel(shoes, books)):
        found = assess(small, facts)
        # the shoes whole, 100 USD of the books; 15 % of 170 AZN remain, books bear no VAT
        assert found.total == Decimal("25.50")


@pytest.mark.parametrize(
    ("changes", "has_limit"),
    [({}, True), ({"mode": "5"}, True), ({"mode": "1"}, False), ({"is_personal": False}, False)],
)
def test_the_limit_is_for_a_persons_own_goods_by_the_modes_of_the_table(
    small: DutyTables, changes: dict[str, Any], has_limit: bool
) -> None:
    assert (assess(small, own_parcel(goods("10"), **changes)).limit is not None) is has_limit


def test_goods_that_are_never_free_neither_are_nor_count(small: DutyTables) -> None:
    spirits = goods("100", "220830", quantity=Decimal(1), unit="LTR")
    found = assess(small, own_parcel(spirits, goods("50")))
    assert found.limit is not None
    assert found.limit.counted_usd == Decimal("50.00")
    assert [item.free_value for item in found.items] == [0, Decimal("85.00")]


@pytest.mark.parametrize(
    ("day", "limit", "is_over"),
    [(date(2018, 12, 31), 1000, False), (date(2019, 1, 1), 300, True)],
)
def test_the_limit_changes_on_its_day(small: DutyTables, day: date, limit: int, is_over: bool) -> None:
    found = assess(small, own_parcel(goods("400")), day=day)
    assert found.limit is not None
    assert found.limit.limit_usd == limit
    assert found.limit.is_over is is_over
    assert (found.total == 0) is not is_over


@pytest.mark.parametrize(
    ("day", "rate", "rate_day"),
    [
        (date(2026, 3, 11), "2.0000", date(2026, 3, 10)),
        (date(2026, 3, 12), "2.1000", date(2026, 3, 12)),
        (date(2026, 9, 1), "2.1000", date(2026, 3, 12)),
    ],
)
def test_the_newest_rate_on_or_before_the_day_counts(
    small: DutyTables, day: date, rate: str, rate_day: date
) -> None:
    found = assess(small, own_parcel(goods(value=Money(Decimal(10), "EUR"))), day=day)
    assert (str(found.items[0].rate), found.items[0].rate_day) == (rate, rate_day)


def test_a_rate_may_be_for_several_units_and_the_national_currency_needs_none(small: DutyTables) -> None:
    roubles = goods(value=Money(Decimal(1000), "RUB"))
    manats = goods(value=Money(Decimal(10), "AZN"))
    found = assess(small, own_parcel(roubles, manats))
    assert [item.customs_value for item in found.items] == [Decimal("20.00"), Decimal("10.00")]


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        (own_parcel(goods(value=Money(Decimal(1), "JPY"))), ("rate-missing", 0, "JPY")),
        (own_parcel(goods(), freight=Money(Decimal(1), "JPY")), ("rate-missing", None, "JPY")),
        (own_parcel(goods(value=None)), ("value-missing", 0, None)),
        (own_parcel(goods("1", "220830", unit="KGM")), ("quantity-missing", 0, None)),
        (own_parcel(), ("no-items", None, None)),
        (own_parcel(goods(), destination_country="GE"), ("destined-elsewhere", None, None)),
    ],
)
def test_what_is_missing_is_said_and_never_guessed(
    small: DutyTables, facts: DeclarationFacts, problem: tuple[str, int | None, str | None]
) -> None:
    found = assess(small, facts)
    assert (found.total, found.total_usd) == (None, None)
    assert amounts(found) == []
    (said,) = found.problems
    assert (said.code, said.item, said.values.get("currency")) == problem


@pytest.mark.parametrize("day", [date(2017, 12, 31), date(2001, 1, 1)])
def test_a_day_before_all_rules_or_rates_is_said(small: DutyTables, day: date) -> None:
    found = assess(small, own_parcel(goods()), day=day)
    assert found.total is None
    assert found.problems[0].code == ("rate-missing" if day.year == 2017 else "territory-missing")


def test_a_value_that_is_known_counts_even_where_a_rule_is_missing(small: DutyTables) -> None:
    found = assess(small, own_parcel(goods("10", "220830", unit="KGM"), goods("20")))
    assert found.total is None
    assert found.goods_usd == Decimal("30.00")
    assert found.counted_usd == Decimal("20.00")


def test_the_reckoning_can_be_read_line_by_line(small: DutyTables) -> None:
    item = goods("100", origin="GE", certificates=("C-1",))
    steps = explain(assess(small, own_parcel(item, freight=usd("10")), used="250"))
    assert [step.code for step in steps] == [
        "charges-shared",
        "limit",
        "value",
        "free",
        "preference-certificate-not-confirmed",
        "duty",
        "vat",
        "total",
    ]
    assert steps[1].values == {
        "limit_usd": "300",
        "used_usd": "250",
        "counted_usd": "110.00",
        "left_usd": "0",
        "rule": "limits.csv:3",
        "source": "law 14",
    }
    assert steps[-1].values["amount"] == "36.42"

"""A declaration is cleansed once for all; every finding stands at a place of the sender's document."""

import csv
import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.declarations.cleansing.catalogue import SENTENCES
from hub.declarations.cleansing.cleanse import cleanse
from hub.declarations.facts import DeclarationFacts, ItemFacts, Money, PartyFacts, Pointers
from hub.declarations.findings import CleansingReport, Weight
from hub.declarations.low_value import LOW_VALUE_POINTERS, LowValueDeclaration, facts_of_low_value
from tests.hub.declarations.cleansing.checking import NOW, REFERENCE
from tests.hub.declarations.parcels import parcel
from tests.resources import SHARED, needs_shared

RecordProperty = Callable[[str, object], None]


def declared(**changes: Any) -> LowValueDeclaration:
    return msgspec.convert(parcel(**changes), LowValueDeclaration, strict=False)


def cleansed(facts: DeclarationFacts) -> tuple[DeclarationFacts, CleansingReport]:
    return cleanse(facts, LOW_VALUE_POINTERS, REFERENCE, NOW)


def codes_of(report: CleansingReport) -> list[str]:
    return [one.code for one in report.findings]


def test_good_declaration_stays_as_it_is() -> None:
    facts = facts_of_low_value(declared())
    after, report = cleansed(facts)
    assert after == facts
    assert report == CleansingReport(edition=REFERENCE.edition)


def test_report_has_everything_at_its_place() -> None:
    item = parcel()["items"][0]
    bad = item | {"description": "gift", "hs_code": "6109.10", "value": {"value": "5", "currency_id": "AZM"}}
    after, report = cleansed(facts_of_low_value(declared(items=[item, bad], export_country="uk")))
    assert [(one.pointer, one.code, one.weight) for one in report.findings] == [
        ("/export_country", "country-form", Weight.CHANGE),
        ("/items/1/description", "description-vague", Weight.ERROR),
        ("/items/1/hs_code", "hs-code-form", Weight.CHANGE),
        ("/items/1/value", "currency-withdrawn", Weight.ERROR),
        ("/gross_kg", "mass-sum-over-total", Weight.DOUBT),
    ]
    assert (after.export_country, after.items[1].hs_code) == ("GB", "610910")
    assert not report.is_valid


def test_receiver_in_two_roles_is_told_once() -> None:
    consignee = parcel()["consignee"] | {"country": "az"}
    _, report = cleansed(facts_of_low_value(declared(consignee=consignee)))
    assert codes_of(report) == ["country-form"]


def test_fact_that_a_form_does_not_have_points_to_the_items() -> None:
    pointers = Pointers({"items": "/goods", "items.description": "/goods/{}/text"})
    facts = DeclarationFacts(reference="P-1", items=(ItemFacts(description="Leather shoes", hs_code="999"),))
    _, report = cleanse(facts, pointers, REFERENCE, NOW)
    assert ("/goods", "hs-code-length") in [(one.pointer, one.code) for one in report.findings]


WORDS = st.sampled_from(
    [
        "gift",
        "подарок",
        "hədiyyə",
        "საჩუქარი",
        "T-shirt",
        "сорочка",
        "\u202e",
        " ",
        "рhone",
        "\u200b",
        "№",
        "https://a.az",
        "и",
        "İ",
        "ß",
        "e\u0301",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=20), st.lists(WORDS, max_size=6).map(" ".join), st.lists(WORDS, max_size=4).map("".join)
)
CODES = st.one_of(
    st.text("0123456789 .", max_size=12),
    st.sampled_from(["6109.10", "90111", "851712", "6109", "６１０９１０", "²²²²²²"]),
    TEXTS,
)
COUNTRIES = st.one_of(
    st.sampled_from(["AZ", "az", "UK", "SU", "GE", "MD", "PL", "US", " a"]), st.text(min_size=2, max_size=2)
)
CURRENCIES = st.one_of(st.sampled_from(["USD", "azn", "AZM", "XOF"]), st.text(min_size=3, max_size=3))
NUMBERS = st.decimals(Decimal("-1e6"), Decimal("1e9"), places=3)
AMOUNTS = st.fixed_dictionaries({"value": NUMBERS}, optional={"currency_id": CURRENCIES})
NUMBERINGS = st.one_of(st.text("0123456789+-() AZaz", max_size=16), TEXTS)
PARTIES = st.fixed_dictionaries(
    {"name": TEXTS.filter(bool), "country": COUNTRIES},
    optional={
        "id": NUMBERINGS.map(lambda text: text[:35]),
        "city": TEXTS,
        "line": TEXTS,
        "postcode": NUMBERINGS.map(lambda text: text[:17]),
        "phone": NUMBERINGS.map(lambda text: text[:35]),
        "email": st.one_of(st.emails(), TEXTS).map(lambda text: text[:254]),
    },
)
ITEMS = st.fixed_dictionaries(
    {"description": TEXTS.filter(bool), "quantity": NUMBERS, "value": AMOUNTS},
    optional={
        "hs_code": CODES.map(lambda text: text[:12]),
        "unit": st.one_of(st.sampled_from(["шт", "kg", "KGM", "adet"]), st.text(max_size=4)),
        "gross_kg": NUMBERS,
        "net_kg": NUMBERS,
        "origin": COUNTRIES,
    },
)
PARCELS = st.fixed_dictionaries(
    {
        "reference": st.just("P-1"),
        "mode": st.sampled_from("123459"),
        "consignor": PARTIES,
        "consignee": PARTIES,
        "export_country": COUNTRIES,
        "items": st.lists(ITEMS, min_size=1, max_size=3),
    },
    optional={"freight": AMOUNTS, "insurance": AMOUNTS, "gross_kg": NUMBERS, "is_personal": st.booleans()},
)


def resolves(document: Any, pointer: str) -> bool:
    for part in pointer.split("/")[1:]:
        if isinstance(document, list) and part.isdecimal() and int(part) < len(document):
            document = document[int(part)]
        elif isinstance(document, dict) and part in document:
            document = document[part]
        else:
            return False
    return True


@given(PARCELS)
def test_cleansing_again_changes_nothing_and_reports_no_change(content: dict[str, Any]) -> None:
    once, _ = cleansed(facts_of_low_value(msgspec.convert(content, LowValueDeclaration)))
    twice, report = cleansed(once)
    assert twice == once
    assert not report.of(Weight.CHANGE)


@given(PARCELS)
def test_every_finding_stands_in_the_senders_document(content: dict[str, Any]) -> None:
    declaration = msgspec.convert(content, LowValueDeclaration)
    before = facts_of_low_value(declaration)
    after, report = cleansed(before)
    document = {**content}
    for one in report.findings:
        where = one.pointer if resolves(document, one.pointer) else one.pointer.rpartition("/")[0]
        assert resolves(document, where), one
        assert one.code in SENTENCES
        assert "\n" not in one.detail
    assert after == before or report.findings


@given(PARCELS)
def test_every_changed_fact_is_told(content: dict[str, Any]) -> None:
    before = facts_of_low_value(msgspec.convert(content, LowValueDeclaration))
    after, report = cleansed(before)
    told = {one.pointer for one in report.findings}
    for name in ("name", "id", "country", "city", "line", "postcode", "phone", "email"):
        for role in ("consignor", "consignee"):
            if getattr(getattr(before, role), name) != getattr(getattr(after, role), name):
                assert f"/{role}/{name}" in told
    for index, (was, item) in enumerate(zip(before.items, after.items, strict=True)):
        for name in ("description", "hs_code", "unit", "value", "origin"):
            if getattr(was, name) != getattr(item, name):
                assert f"/items/{index}/{name}" in told


def test_every_sentence_of_the_catalogue_can_be_worded() -> None:
    for code, sentence in SENTENCES.items():
        assert code == code.lower()
        assert bool(sentence.fix) is (sentence.weight is not Weight.CHANGE), code


@needs_shared
@pytest.mark.shared
def test_korean_declarations_of_2020_are_told_their_faults(record_property: RecordProperty) -> None:
    counts: Counter[str] = Counter()
    with (SHARED / "data/kcs/df_syn_valid_eng.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        _, report = cleansed(korean(row))
        counts.update(set(codes_of(report)))
        assert ("country-unknown" in codes_of(report)) is ("ZZ" in row.values())
        assert ("mass-not-positive" in codes_of(report)) is (float(row["Net Mass"]) <= 0)
        assert ("value-not-positive" in codes_of(report)) is (float(row["Item Price"]) <= 0)
    assert 0.02 < counts["hs-code-other-edition"] / len(rows) < 0.08
    for code, count in counts.most_common():
        record_property(code, f"{count} of {len(rows)} rows")


def korean(row: dict[str, str]) -> DeclarationFacts:
    """Make facts of a row; its price is in no currency of ours, as the file does not say in which."""
    item = ItemFacts(
        description="goods of the list",
        hs_code=row["HS6 Code"],
        unit="KGM",
        net_kg=Decimal(row["Net Mass"]),
        value=Money(Decimal(row["Item Price"]), "XUA"),
        origin=row["Country of Origin"],
    )
    return DeclarationFacts(
        reference=row["Declaration ID"],
        consignor=PartyFacts(id=row["Seller ID"] or "none", country=row["Country of Departure"]),
        consignee=PartyFacts(id=row["Importer ID"], country="KR"),
        export_country=row["Country of Departure"],
        destination_country="KR",
        items=(item,),
    )


def test_documentation_names_every_code_with_its_weight() -> None:
    page = (Path(__file__).parents[4] / "docs/declarations.md").read_text()
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| (error|doubt|change) \|", page, re.MULTILINE))
    assert listed == {code: sentence.weight.value for code, sentence in SENTENCES.items()}

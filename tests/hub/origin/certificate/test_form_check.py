"""A certificate against its form: what each form refuses, and that what it takes can be printed."""

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers, sampled_from

from hub.origin.certificate.certificate import Certificate
from hub.origin.certificate.form_check import check, estimated_width
from hub.origin.certificate.layout import cells_of, pages_of, wrapped
from tests.hub.origin.certificate.samples import certificate
from tests.hub.origin.papers import FORMS, LANGUAGES, TEMPLATES, paper

SPOKEN = sorted({language for languages in LANGUAGES.values() for language in languages})
CT_1 = TEMPLATES["ct-1"]


@settings(deadline=None)
@given(form=sampled_from(FORMS), language=sampled_from(SPOKEN), seed=integers(0, 999), items=integers(1, 12))
def test_drawn_certificates_are_good_and_every_field_stands_on_the_paper(
    form: str, language: str, seed: int, items: int
) -> None:
    drawn = paper(form, language, random.Random(seed), items)
    template = TEMPLATES[form]
    assert check(drawn, template) == ()
    printed = [path for cell in cells_of(drawn, template) for line in cell.lines for path in line.fields]
    assert set(drawn.fields) <= set(printed)
    assert pages_of(drawn, template) == -(-items // template.rows)


def test_the_sample_is_good() -> None:
    assert check(certificate(), CT_1) == ()


@pytest.mark.parametrize(
    ("path", "value", "pointer", "code"),
    [
        ("exporter.name", None, "/fields/exporter.name", "missing"),
        ("items.1.description", None, "/fields/items.1.description", "missing"),
        ("items.3.description", "Pears", "/fields/items.2", "missing"),
        ("items.2.marks", "SO 2", "/fields/items.2.description", "missing"),
        ("invoices.3.number", "IN-3", "/fields/invoices.2", "missing"),
        ("colour", "red", "/fields/colour", "unknown-field"),
        ("items.1.colour", "red", "/fields/items.1.colour", "unknown-field"),
        ("items.1.gross_mass_kg", "8,400", "/fields/items.1.gross_mass_kg", "invalid"),
        ("items.1.gross_mass_kg", "08400", "/fields/items.1.gross_mass_kg", "invalid"),
        ("items.1.gross_mass_kg", "0", "/fields/items.1.gross_mass_kg", "invalid"),
        ("items.1.gross_mass_kg", "-5", "/fields/items.1.gross_mass_kg", "invalid"),
        ("items.1.gross_mass_kg", "1e3", "/fields/items.1.gross_mass_kg", "invalid"),
        ("items.1.gross_mass_kg", "٣٤", "/fields/items.1.gross_mass_kg", "invalid"),
        ("items.1.hs_code", "0808.10", "/fields/items.1.hs_code", "invalid"),
        ("items.1.hs_code", "0808", "/fields/items.1.hs_code", "invalid"),
        ("items.1.criterion", "X", "/fields/items.1.criterion", "invalid"),
        ("items.1.criterion", "Д84", "/fields/items.1.criterion", "invalid"),
        ("declaration.date", "19.09.2026", "/fields/declaration.date", "invalid"),
        ("declaration.date", "2026-02-30", "/fields/declaration.date", "invalid"),
        ("declaration.date", "20260919", "/fields/declaration.date", "invalid"),
        ("declaration.date", "2026-09-21", "/fields/declaration.date", "out-of-range"),
        ("destination_state", "AZE", "/fields/destination_state", "invalid"),
        ("destination_state", "az", "/fields/destination_state", "invalid"),
        ("exporter.id", "9" * 65, "/fields/exporter.id", "invalid"),
        ("exporter.address", "Example " * 120 + "end", "/fields/exporter.address", "too-long"),
        ("items.1.description", "W" * 400, "/fields/items.1.description", "too-long"),
    ],
)
def test_what_a_form_does_not_allow_is_named(path: str, value: str | None, pointer: str, code: str) -> None:
    good = certificate()
    fields = {name: text for name, text in (good.fields | {path: value or ""}).items() if text}
    changed: Certificate = msgspec.structs.replace(good, fields=fields)
    assert (pointer, code) in [(problem.pointer, problem.code) for problem in check(changed, CT_1)]


def test_a_certificate_of_another_form_is_told_so_and_nothing_else() -> None:
    (problem,) = check(certificate(), TEMPLATES["eur-1"])
    assert (problem.pointer, problem.code) == ("/form", "other-form")


@settings(deadline=None)
@given(seed=integers(0, 9999), room=integers(3, 60))
def test_breaking_lines_loses_no_sign_and_keeps_to_the_room(seed: int, room: int) -> None:
    rng = random.Random(seed)
    text = " ".join("абвWi1."[rng.randrange(7)] * rng.randrange(1, 30) for _ in range(rng.randrange(1, 12)))
    lines = list(wrapped(text, estimated_width, room))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(estimated_width(line) <= room for line in lines)

"""Templates of forms: ours are whole, bad ones are refused with file and place."""

from importlib import resources
from pathlib import Path

import pytest

from hub.origin.certificate.paths import KINDS, Kind, path_in_row, place_of
from hub.origin.certificate.template_files import read_templates
from hub.origin.certificate.templates import TemplateError, parse_template
from tests.hub.origin.papers import FORMS

GOOD = (resources.files("hub.origin.certificate") / "data" / "eur-1.toml").read_text(encoding="utf-8")


def test_five_forms_come_with_the_hub() -> None:
    assert tuple(sorted(read_templates())) == FORMS


@pytest.mark.parametrize("form", FORMS)
def test_a_form_gives_its_terms_and_room_for_its_code(form: str) -> None:
    template = read_templates()[form]
    assert 4 <= template.rules.valid_months <= 12
    assert template.rules.retrospective in template.fields
    assert min(template.code_at[2:]) >= 55
    assert any(box.is_column for box in template.boxes)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "eur-1"', 'name = "EUR 1"', "form's name"),
        ("rows = 5", "rows = 0", "rows are 1 to 30"),
        ("valid_months = 4", "valid_months = 0", "valid_months 1 to 60"),
        ("anchored_within_days = 7", "anchored_within_days = 900", "anchored_within_days"),
        ("{transport}", "{transprot}", "transprot"),
        ('"endorsement.place", "declaration.place"', '"items.N.criterion"', "in no box: items.N.criterion"),
        ('number = "5"', 'number = "4"', "two boxes have the same number"),
        ("at = [151.5, 62.0, 46.5, 16.0]", "at = [150.5, 62.0, 46.5, 16.0]", "box 4 and box 5 lie over"),
        ("at = [151.5, 62.0, 46.5, 16.0]", "at = [151.5, 62.0, 56.5, 16.0]", "edges"),
        ("at = [12.0, 78.0, 93.0, 24.0]", "at = [12.0, 78.0, 93.0, 0.0]", "box 6"),
        ("at = [130.0, 102.0, 30.0, 123.0]", "at = [130.0, 102.0, 30.0, 113.0]", "columns"),
        ('en = "Remarks", ', "", "label of box 7"),
        ('printed = ["en"]', 'printed = ["fr"]', "printed"),
        ("rows = 5", "rows = 5\nrow = 6", "row"),
        ("rows = 5", "rows = ", "line 8"),
        ("[[boxes]]", '[[criteria]]\npattern = "("\nmeaning = {}\n[[boxes]]', "criterion"),
        ("head = 14.0\nfoot = 28.0", "head = 30.0\nfoot = 28.0", "no room"),
    ],
)
def test_a_bad_template_is_refused_with_what_is_wrong(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(TemplateError, match=rf"own\.toml: .*{said}"):
        parse_template(GOOD.replace(old, new, 1), "own.toml")


def test_a_sites_template_takes_the_place_of_ours(tmp_path: Path) -> None:
    own = GOOD.replace("valid_months = 4", "valid_months = 10")
    (tmp_path / "ours.toml").write_text(own, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no form", encoding="utf-8")
    templates = read_templates(tmp_path)
    assert templates["eur-1"].valid_months == 10
    assert set(templates) == set(FORMS)


def test_a_sites_bad_template_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_bytes(b"\xff")
    with pytest.raises(TemplateError, match=str(tmp_path)):
        read_templates(tmp_path)


@pytest.mark.parametrize(
    ("path", "pattern", "row", "kind"),
    [
        ("items.3.hs_code", "items.N.hs_code", 3, Kind.HS_CODE),
        ("invoices.12.date", "invoices.N.date", 12, Kind.DAY),
        ("items.03.hs_code", "items.03.hs_code", None, Kind.TEXT),
        ("items.0.hs_code", "items.0.hs_code", None, Kind.TEXT),
        ("items.1.colour", "items.1.colour", None, Kind.TEXT),
        ("exporter.id", "exporter.id", None, Kind.CODE),
    ],
)
def test_a_path_is_taken_apart(path: str, pattern: str, row: int | None, kind: Kind) -> None:
    place = place_of(path)
    assert (place.pattern, place.row, place.kind) == (pattern, row, kind)
    assert path_in_row(place.pattern, place.row or 1) == path
    assert place.is_known == (pattern in KINDS)

"""Conversions between the forms: what is kept comes back exactly, and the report names the rest."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from hub.__main__ import main
from hub.declarations.conversion import Conversion, ConversionReport, Fate
from hub.declarations.conversions import FormName, convert, read_any
from hub.declarations.declaration import Declaration
from hub.declarations.declaration_facts import facts_of_declaration
from hub.declarations.differences import leaves_of
from hub.declarations.full_conversion import FROM_FULL, INTO_FULL
from hub.declarations.low_value import LowValueDeclaration, facts_of_low_value
from hub.declarations.postal.converting import from_postal, into_postal
from hub.declarations.postal.forms import Cn22, Cn23, Itmatt
from hub.errors import InvalidInputError
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.wco.generated import any_value

CN23: dict[str, Any] = {
    "form": "cn23",
    "item_id": "RB000000001CN",
    "category": "gift",
    "sender": {"name": "Bright Trading Co", "country": "CN", "city": "Shenzhen", "reference": "S-1"},
    "addressee": {"name": "Leyla Əliyeva", "country": "AZ", "reference": "5ABC12D", "phone": "+994501234567"},
    "pieces": [
        {
            "description": "Cotton T-shirts",
            "quantity": "2",
            "net_kg": "0.7",
            "value": {"value": "19.90", "currency_id": "USD"},
            "hs_code": "610910",
            "origin": "CN",
        }
    ],
    "total_value": {"value": "19.90", "currency_id": "USD"},
    "certificates": ["CO-7"],
}
BOTH_WAYS: dict[str, tuple[type[Any], Conversion[Any, Any], Conversion[Any, Any]]] = {
    "low-value to full": (LowValueDeclaration, INTO_FULL, FROM_FULL),
    "low-value to cn22": (LowValueDeclaration, into_postal(Cn22), from_postal(Cn22)),
    "low-value to cn23": (LowValueDeclaration, into_postal(Cn23), from_postal(Cn23)),
    "low-value to itmatt": (LowValueDeclaration, into_postal(Itmatt), from_postal(Itmatt)),
    "cn22 to low-value": (Cn22, from_postal(Cn22), into_postal(Cn22)),
    "cn23 to low-value": (Cn23, from_postal(Cn23), into_postal(Cn23)),
    "itmatt to low-value": (Itmatt, from_postal(Itmatt), into_postal(Itmatt)),
    "full to low-value": (Declaration, FROM_FULL, INTO_FULL),
}


def data(value: object) -> bytes:
    return json.dumps(value).encode()


def notes(report: ConversionReport) -> dict[str, Fate]:
    return {note.pointer: note.fate for note in report.notes}


@pytest.mark.parametrize("way", BOTH_WAYS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=st.data())
def test_what_is_not_reported_comes_back_exactly_and_what_is_reported_does_not(
    way: str, drawn: st.DataObject
) -> None:
    form, forth, back = BOTH_WAYS[way]
    source = drawn.draw(sources(form))
    try:
        target, report = forth(source)
        returned, _ = back(target)
    except InvalidInputError:
        reject()
    before, after = (leaves_of(msgspec.to_builtins(one)) for one in (source, returned))
    told = {note.pointer for note in report.notes if note.fate is not Fate.DEFAULTED}
    assert told == {pointer for pointer in {**before, **after} if before.get(pointer) != after.get(pointer)}
    made = leaves_of(msgspec.to_builtins(target))
    for note in report.notes:
        if note.fate is Fate.DEFAULTED:
            # What equals a form's own default is not written.
            assert made.get(note.pointer, True) == msgspec.to_builtins(note.after)


@st.composite
def sources(draw: st.DrawFn, form: type[Any]) -> Any:
    """Give any value of a form that has what no form can be without: a number, and of the full set goods."""
    value = draw(any_value(form))
    if form is Declaration:
        core, _ = INTO_FULL(msgspec.convert(parcel(), LowValueDeclaration, strict=False))
        names = ("functional_reference_id", "border_transport_means", "goods_shipment")
        return msgspec.structs.replace(value, **{name: getattr(core, name) for name in names})
    number = "tracking_number" if form is LowValueDeclaration else "item_id"
    return msgspec.structs.replace(value, **{number: "RB000000001CN"})


def test_a_parcel_becomes_a_full_declaration_with_the_same_facts() -> None:
    declared = msgspec.convert(parcel(), LowValueDeclaration, strict=False)
    full, report = INTO_FULL(declared)
    want, found = facts_of_low_value(declared), facts_of_declaration(full)
    assert msgspec.structs.replace(want, arrives_at=None) == found
    assert notes(report) == {
        "/goods_shipment/destination/country_code": Fate.DEFAULTED,
        "/arrives_at": Fate.LOST,
    }


def test_a_cn23_becomes_a_parcel_and_says_what_is_assumed() -> None:
    form = msgspec.convert(CN23, Cn23, strict=False)
    declared, report = from_postal(Cn23)(form)
    assert (declared.reference, declared.tracking_number, declared.mode) == ("S-1", "RB000000001CN", "5")
    assert (declared.consignee.id, declared.items[0].certificates) == ("5ABC12D", ("CO-7",))
    assert notes(report) == {
        "/mode": Fate.DEFAULTED,
        "/export_country": Fate.DEFAULTED,
        "/category": Fate.LOST,
    }


def test_a_cn22_keeps_no_numbers_of_persons_and_no_way_to_reach_them() -> None:
    declared = msgspec.convert(parcel(mode="5"), LowValueDeclaration, strict=False)
    target, report = into_postal(Cn22)(declared)
    assert target.addressee.name == "Leyla Əliyeva"
    assert notes(report) == {
        "/reference": Fate.CHANGED,
        "/is_personal": Fate.LOST,
        "/consignee/id": Fate.LOST,
        "/consignee/phone": Fate.LOST,
        "/arrives_at": Fate.LOST,
        "/freight/value": Fate.LOST,
        "/freight/currency_id": Fate.LOST,
        "/items/0/gross_kg": Fate.LOST,
    }
    assert all(note.reason for note in report.notes)


def test_certificates_of_several_items_are_not_given_to_one_of_them() -> None:
    pieces = [CN23["pieces"][0], CN23["pieces"][0]]
    form = msgspec.convert(CN23 | {"pieces": pieces}, Cn23, strict=False)
    declared, report = from_postal(Cn23)(form)
    assert [item.certificates for item in declared.items] == [(), ()]
    assert notes(report)["/certificates/0"] is Fate.LOST


def test_what_the_next_form_cannot_be_without_is_named_in_its_terms() -> None:
    form = CN23 | {"item_id": "", "sender": {"name": "B", "country": "CN"}}
    with pytest.raises(InvalidInputError) as refused:
        convert(data(form), FormName.LOW_VALUE)
    assert refused.value.problems[0].pointer == "/reference"


def test_a_postal_form_becomes_wco_xml_in_two_steps_that_are_both_reported() -> None:
    converted = convert(data(CN23), FormName.WCO_XML)
    assert [(step.source, step.target) for step in converted.steps] == [
        (FormName.CN23, FormName.LOW_VALUE),
        (FormName.LOW_VALUE, FormName.FULL),
    ]
    name, full = read_any(converted.content)
    assert (name, full.functional_reference_id) == (FormName.FULL, "S-1")
    assert convert(converted.content, FormName.WCO_XML).content == converted.content


def test_an_unknown_postal_form_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="/form"):
        convert(data(CN23 | {"form": "cn24"}), FormName.LOW_VALUE)


def test_the_command_prints_the_other_form_and_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "parcel.json"
    file.write_bytes(data(parcel()))
    assert main(["declarations", "convert", str(file), "--to", "cn22", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert json.loads(said["content"])["form"] == "cn22"
    assert {"pointer": "/consignee/phone", "fate": "lost"}.items() <= next(
        note for note in said["notes"] if note["pointer"] == "/consignee/phone"
    ).items()
    assert main(["declarations", "convert", str(file), "--to", "cn99"]) == 2
    assert "cn99" in capsys.readouterr().err

"""What is read is written again, and says the same."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from hub.declarations.declaration import Declaration
from hub.declarations.quantities import Amount, DateTime, Measure
from hub.declarations.response import Response
from hub.declarations.wco.comparing import first_difference, same_infoset
from hub.declarations.wco.metadata import Document, MetaData
from hub.declarations.wco.parsing import parse
from hub.declarations.wco.reading import read_document
from hub.declarations.wco.writing import write_document
from hub.errors import InvalidInputError
from tests.hub.declarations.wco.documents import DECLARATION, RESPONSE, with_text
from tests.hub.declarations.wco.generated import any_value

quick = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def test_elements_become_fields_by_their_names() -> None:
    document = read_document(DECLARATION)
    declaration = document.metadata.declaration
    assert document.metadata.wco_data_model_version_code == "3.6"
    assert declaration is not None
    assert declaration.functional_reference_id == "AZ-0001"
    assert declaration.issue_date_time == DateTime(value="20261127100000Z", format_code="304")
    assert declaration.invoice_amount == Amount(value=Decimal("120.50"), currency_id="USD")
    shipment = declaration.goods_shipment
    assert shipment is not None
    assert shipment.aeo_mutual_recognition_party[0].id == "GE1"
    (item,) = shipment.government_agency_goods_item
    assert item.additional_document[0].lpco_exemption_code == "UA"
    assert [place.country_code for place in item.origin] == ["GE", "TR"]
    assert item.commodity is not None
    assert item.commodity.dangerous_goods[0].undg_id == "1263"
    assert item.commodity.goods_measure is not None
    mass = item.commodity.goods_measure.gross_mass_measure
    assert mass == Measure(value=Decimal("2.500"), unit_code="KGM")


def test_the_second_declaration_of_a_response_is_what_was_changed() -> None:
    (response,) = read_document(RESPONSE).metadata.response
    assert response.declaration is not None
    assert response.declaration.id == "26AZ0001"
    assert response.changed_declaration is not None
    assert response.changed_declaration.function_code == "9"


def test_an_empty_element_of_the_envelope_stays_there() -> None:
    document = read_document(RESPONSE)
    assert document.metadata.responsible_country_code == ""
    assert document.metadata.responsible_agency_name is None
    assert b"<ResponsibleCountryCode/>" in write_document(document)


@pytest.mark.parametrize("sent", [DECLARATION, RESPONSE], ids=["declaration", "response"])
def test_a_document_says_the_same_when_written_again(sent: bytes) -> None:
    written = write_document(read_document(sent))
    assert first_difference(parse(sent), parse(written)) is None
    assert write_document(read_document(written)) == written


def test_a_declaration_without_envelope_stays_without() -> None:
    start, end = DECLARATION.index(b"<Declaration>"), DECLARATION.index(b"</md:MetaData>")
    alone = DECLARATION[start:end].replace(
        b"<Declaration>",
        b'<Declaration xmlns="urn:wco:datamodel:WCO:DEC-DMS:2"'
        b' xmlns:ds="urn:wco:datamodel:WCO:Declaration_DS:DMS:2">',
    )
    document = read_document(alone)
    assert not document.is_enveloped
    assert document.metadata.declaration == read_document(DECLARATION).metadata.declaration
    assert same_infoset(alone, write_document(document))


def test_comments_blanks_and_prefixes_make_no_difference() -> None:
    other = with_text("<Description>Cotton shirts<", "<Description>\n Cotton<!-- fine --> shirts <")
    other = other.replace(b"ds:", b"p1:").replace(b":ds=", b":p1=")
    assert same_infoset(DECLARATION, other)


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        (">Cotton shirts<", ">cotton shirts<", "commodity/description"),
        (">2.500<", ">2.5<", "commodity/goods_measure/gross_mass_measure"),
        (' unitCode="KGM"', "", "commodity/goods_measure/gross_mass_measure"),
        ("<Origin><CountryCode>TR</CountryCode></Origin>", "", ""),
        ("<CountryCode>TR</CountryCode>", "<RegionID>TR</RegionID>", "origin/1/country_code"),
    ],
)
def test_what_differs_is_named(old: str, new: str, pointer: str) -> None:
    found = first_difference(parse(DECLARATION), parse(with_text(old, new)))
    assert found is not None
    item = "/goods_shipment/government_agency_goods_item/0"
    assert found.pointer == (f"{item}/{pointer}" if pointer else item)


@quick
@given(any_value(Declaration))
def test_any_declaration_is_read_back_from_its_xml(declaration: Declaration) -> None:
    document = Document(MetaData(declaration=declaration))
    written = write_document(document)
    assert read_document(written) == document
    assert same_infoset(written, write_document(read_document(written)))


@quick
@given(any_value(Response))
def test_any_response_is_read_back_from_its_xml(response: Response) -> None:
    for is_qualified in (True, False):
        # Without namespaces a first Declaration is the answered one.
        if is_qualified or response.declaration is not None or response.changed_declaration is None:
            document = Document(MetaData(response=(response,)), is_qualified=is_qualified)
            assert read_document(write_document(document)) == document


def test_a_sign_that_xml_cannot_hold_is_refused_with_its_place() -> None:
    declaration = Declaration(functional_reference_id="A\x01")
    with pytest.raises(InvalidInputError, match="cannot hold") as refusal:
        write_document(Document(MetaData(declaration=declaration)))
    assert refusal.value.problems[0].pointer == "/functional_reference_id"


def test_small_numbers_are_written_without_an_exponent() -> None:
    declaration = Declaration(invoice_amount=Amount(value=Decimal("0.0000001")))
    assert b">0.0000001<" in write_document(Document(MetaData(declaration=declaration)))

"""The published samples and schemas: what is read, what is valid, and why the others are not."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from msgspec import inspect

from hub.declarations.declaration import Declaration
from hub.declarations.wco.comparing import first_difference
from hub.declarations.wco.layout import Kind, Layout, layout_of
from hub.declarations.wco.metadata import Document, MetaData
from hub.declarations.wco.names import METADATA, element_of, tag_of
from hub.declarations.wco.parsing import Parsed, parse
from hub.declarations.wco.reading import read_parsed
from hub.declarations.wco.schema import SchemaFolderError, Schemas, load_schemas
from hub.declarations.wco.writing import write_document
from hub.errors import InvalidInputError
from tests.hub.declarations.wco.documents import DECLARATION, RESPONSE, SCHEMAS, samples, with_text
from tests.resources import needs_shared

pytestmark = [needs_shared, pytest.mark.shared]
XSD = "{http://www.w3.org/2001/XMLSchema}"


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    return load_schemas(SCHEMAS)


def read_samples() -> Iterator[tuple[Path, Parsed, Document]]:
    for path in samples():
        try:
            parsed = parse(path.read_bytes())
            yield path, parsed, read_parsed(parsed)
        except InvalidInputError:
            continue


def kind_of(document: Document) -> str:
    return "DEC" if document.metadata.declaration is not None else "RES"


def test_every_sample_that_is_read_says_the_same_when_written_again() -> None:
    counted: Counter[str] = Counter()
    for path, parsed, document in read_samples():
        written = parse(write_document(document))
        assert first_difference(parsed, written) is None, path
        assert read_parsed(written) == document, path
        counted[kind_of(document)] += 1
    assert counted == {"DEC": 218, "RES": 304}


def test_samples_are_valid_but_for_five_with_dates_against_the_schema(schemas: Schemas) -> None:
    valid: Counter[str] = Counter()
    invalid = {}
    for path, parsed, document in read_samples():
        problems = schemas.problems_of(parsed)
        valid[kind_of(document)] += not problems
        if problems:
            invalid[f"{path.parent.name}/{path.name}"] = problems[0].pointer
        elif document.is_qualified:
            assert schemas.problems_of(parse(write_document(document))) == []
    assert valid == {"DEC": 218, "RES": 299}
    assert invalid == {
        "Example_DMS_notifications/16_DMSEOG.xml": "/response/0/status/0/effective_date_time/value",
        "TT_IM030a/04_DMSCLE.xml": "/response/0/issue_date_time/value",
        "Example_Notifications/02_DMSTAX(1).xml": "/response/0/issue_date_time/value",
        "Example_Notifications/04_DMSCLE.xml": "/response/0/issue_date_time/value",
        "TT_IM118a/03_DMSTAX.xml": "/response/0/issue_date_time/value",
    }


def test_the_other_samples_are_no_dms_documents_or_no_xml() -> None:
    codes: Counter[str] = Counter()
    for path in samples():
        try:
            read_parsed(parse(path.read_bytes()))
        except InvalidInputError as error:
            codes[error.problems[0].code] += 1
    assert codes == {"not-a-document": 46, "malformed-xml": 2, "unknown-field": 1}
    assert len(samples()) == 218 + 304 + codes.total()


@pytest.mark.parametrize("sent", [DECLARATION, RESPONSE], ids=["declaration", "response"])
def test_the_documents_of_the_tests_are_valid(sent: bytes, schemas: Schemas) -> None:
    assert schemas.problems_of(parse(sent)) == []


def test_what_is_against_the_schema_is_named_with_pointer_and_line(schemas: Schemas) -> None:
    sent = with_text("<TypeCode>IMA<", "<TypeCode>IMPORT<")
    (first, *_) = schemas.problems_of(parse(sent))
    assert (first.pointer, first.code) == ("/type_code", "against-schema")
    assert first.detail.startswith("line 11: Element 'TypeCode'")
    sent = with_text("    <FunctionCode>9</FunctionCode>\n", "")
    (first, *_) = schemas.problems_of(parse(sent))
    assert "Expected" in first.detail


def test_a_folder_without_schemas_is_refused_by_the_missing_file(tmp_path: Path) -> None:
    with pytest.raises(
        SchemaFolderError, match=r"declaration/DocumentMetaData_2_DMS.xsd: the schema is missing"
    ):
        Schemas(tmp_path)
    for file in ("declaration/DocumentMetaData_2_DMS.xsd", "declaration/WCO_DEC_2_DMS.xsd"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("<broken", encoding="utf-8")
    with pytest.raises(SchemaFolderError, match=str(tmp_path)):
        Schemas(tmp_path)


@pytest.mark.parametrize(
    ("file", "field"),
    [("declaration/WCO_DEC_2_DMS.xsd", "declaration"), ("notification/WCO_RES_2_DMS.xsd", "response")],
)
def test_the_model_has_every_element_of_the_schema_in_its_order(file: str, field: str) -> None:
    schema = etree.parse(SCHEMAS / file).getroot()
    (top,) = schema.findall(f"{XSD}element")
    layout = layout_of(MetaData, METADATA).by_field[field].group
    assert layout is not None
    assert follow(top, schema, layout) > 50


def follow(element: etree._Element, schema: etree._Element, layout: Layout) -> int:
    """Compare a class with its complex type; returns how many elements were found."""
    named = schema.find(f"{XSD}complexType[@name='{element.get('type')}']")
    sequence = (element if named is None else named).find(f".//{XSD}sequence")
    assert sequence is not None
    place, count = -1, 0
    for inner in sequence.findall(f"{XSD}element[@name]"):
        slot = layout.by_tag[tag_of(str(schema.get("targetNamespace")), str(inner.get("name")))]
        assert slot.position > place
        assert slot.is_list == (inner.get("maxOccurs", "1") != "1")
        assert (slot.kind is Kind.GROUP) == (inner.find(f"{XSD}complexType") is not None)
        place = slot.position
        count += 1 if slot.group is None else follow(inner, schema, slot.group)
    return count


def test_the_model_takes_every_length_of_text_that_the_schema_takes() -> None:
    schema = etree.parse(SCHEMAS / "declaration/WCO_DEC_2_DMS.xsd").getroot()
    types = etree.parse(SCHEMAS / "declaration/WCO_DS/WCO_DEC_DS_2_DMS.xsd").getroot()
    (top,) = schema.findall(f"{XSD}element")
    info = inspect.type_info(Declaration)
    assert isinstance(info, inspect.StructType)
    assert list(too_short(top, schema, types, info, "")) == []


def too_short(
    element: etree._Element,
    schema: etree._Element,
    types: etree._Element,
    form: inspect.StructType,
    above: str,
) -> Iterator[str]:
    """Name the texts of a class that the schema lets be longer than the model does."""
    named = schema.find(f"{XSD}complexType[@name='{element.get('type')}']")
    holder = element.find(f"{XSD}complexType") if named is None else named
    assert holder is not None
    for inner in holder.iterfind(f"{XSD}sequence/{XSD}element"):
        field = next(one for one in form.fields if element_of(one.name) == inner.get("name"))
        kind, place = single(field.type), f"{above}/{field.name}"
        if isinstance(kind, inspect.StrType):
            name = str(inner.get("type")).rpartition(":")[2]
            found = types.find(f"{XSD}complexType[@name='{name}']")
            assert found is not None
            facets = [*found.iter(f"{XSD}maxLength", f"{XSD}length")]
            most = min((int(str(one.get("value"))) for one in facets), default=None)
            if kind.max_length is not None and (most is None or kind.max_length < most):
                yield f"{place}: {kind.max_length} of {most}"
        elif isinstance(kind, inspect.StructType) and inner.find(f"{XSD}complexType") is not None:
            yield from too_short(inner, schema, types, kind, place)


def single(kind: inspect.Type) -> inspect.Type:
    """Take away that a field is optional or stands several times."""
    if isinstance(kind, inspect.UnionType):
        kind = next(one for one in kind.types if not isinstance(one, inspect.NoneType))
    return kind.item_type if isinstance(kind, inspect.VarTupleType) else kind

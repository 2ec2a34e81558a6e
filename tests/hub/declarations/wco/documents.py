"""Documents for the tests: a small one made here, and the published samples beside a checkout."""

from functools import cache
from pathlib import Path

from tests.resources import SHARED

SAMPLES = SHARED / "data" / "wco" / "samples"
SCHEMAS = SHARED / "data" / "wco" / "schemas"

DECLARATION = b"""\
<?xml version="1.0" encoding="UTF-8"?>
<md:MetaData xmlns:md="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"
             xmlns="urn:wco:datamodel:WCO:DEC-DMS:2"
             xmlns:ds="urn:wco:datamodel:WCO:Declaration_DS:DMS:2">
  <md:WCODataModelVersionCode>3.6</md:WCODataModelVersionCode>
  <md:WCOTypeName>DEC</md:WCOTypeName>
  <Declaration>
    <FunctionCode>9</FunctionCode>
    <FunctionalReferenceID>AZ-0001</FunctionalReferenceID>
    <IssueDateTime><ds:DateTimeString formatCode="304">20261127100000Z</ds:DateTimeString></IssueDateTime>
    <TypeCode>IMA</TypeCode>
    <GoodsItemQuantity>1</GoodsItemQuantity>
    <InvoiceAmount currencyID="USD">120.50</InvoiceAmount>
    <GoodsShipment>
      <AEOMutualRecognitionParty><ID>GE1</ID><RoleCode>CS</RoleCode></AEOMutualRecognitionParty>
      <GovernmentAgencyGoodsItem>
        <SequenceNumeric>1</SequenceNumeric>
        <AdditionalDocument><LPCOExemptionCode>UA</LPCOExemptionCode></AdditionalDocument>
        <Commodity>
          <Description>Cotton shirts</Description>
          <DangerousGoods><UNDGID>1263</UNDGID></DangerousGoods>
          <GoodsMeasure><GrossMassMeasure unitCode="KGM">2.500</GrossMassMeasure></GoodsMeasure>
        </Commodity>
        <Origin><CountryCode>GE</CountryCode></Origin>
        <Origin><CountryCode>TR</CountryCode></Origin>
      </GovernmentAgencyGoodsItem>
    </GoodsShipment>
  </Declaration>
</md:MetaData>
"""

RESPONSE = b"""\
<MetaData>
  <WCOTypeName>RES</WCOTypeName>
  <ResponsibleCountryCode/>
  <Response>
    <FunctionCode>07</FunctionCode>
    <IssueDateTime><DateTimeString formatCode="304">20261127100000Z</DateTimeString></IssueDateTime>
    <Status><NameCode>39</NameCode></Status>
    <Declaration>
      <AcceptanceDateTime><DateTimeString formatCode="102">20261127</DateTimeString></AcceptanceDateTime>
      <ID>26AZ0001</ID>
    </Declaration>
    <Declaration>
      <AcceptanceDateTime><DateTimeString formatCode="102">20261128</DateTimeString></AcceptanceDateTime>
      <FunctionCode>9</FunctionCode>
    </Declaration>
  </Response>
</MetaData>
"""


def with_text(old: str, new: str, document: bytes = DECLARATION) -> bytes:
    """Replace the one place where a document has a text."""
    assert document.count(old.encode()) == 1, old
    return document.replace(old.encode(), new.encode())


@cache
def samples() -> tuple[Path, ...]:
    """Find the published samples, in order."""
    return tuple(sorted(SAMPLES.rglob("*.xml")))

"""The envelope around a declaration or its responses. Pure.

Source: WCO Data Model 3.6, class DocumentMetaData.
"""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from hub.declarations.declaration import Declaration
from hub.declarations.quantities import Value
from hub.declarations.response import Response

MOST_RESPONSES = 999
_Label = Annotated[str, Meta(max_length=70)]


class MetaData(Value, frozen=True, kw_only=True):
    """What a document is and who made the rules for it; an empty text is an empty element."""

    wco_data_model_version_code: _Label | None = None
    wco_type_name: _Label | None = None
    """``DEC`` a declaration, ``RES`` responses."""
    responsible_country_code: _Label | None = None
    responsible_agency_name: _Label | None = None
    agency_assigned_customization_code: _Label | None = None
    agency_assigned_customization_version_code: _Label | None = None
    declaration: Declaration | None = None
    response: Annotated[tuple[Response, ...], Meta(max_length=MOST_RESPONSES)] = ()

    def __post_init__(self) -> None:
        """Refuse an empty envelope, and one around both."""
        if (self.declaration is None) == (not self.response):
            raise ValueError("either one Declaration or Responses belong into the envelope")


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, and in which of the forms that are about."""

    metadata: MetaData
    is_enveloped: bool = True
    """False: the Declaration stands alone."""
    is_qualified: bool = True
    """False: no element names a namespace, as in the examples of notifications that HMRC publishes."""

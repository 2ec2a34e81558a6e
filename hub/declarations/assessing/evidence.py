"""Everything a decision is made of, and the ports of what is still to come. Pure."""

from decimal import Decimal
from enum import StrEnum
from typing import Protocol

import msgspec

from hub.declarations.facts import DeclarationFacts
from hub.declarations.findings import CleansingReport


class Channel(StrEnum):
    """What happens to the goods when they come, from the least to the most."""

    RELEASE = "release"
    DOCUMENTARY_CHECK = "documentary-check"
    INSPECTION = "inspection"
    HOLD = "hold"
    """Nothing happens before an officer has decided."""


SEVERITY = {channel: place for place, channel in enumerate(Channel)}


class OriginVerdict(StrEnum):
    """What is known of a certificate of origin."""

    VALID = "valid"
    INVALID = "invalid"
    CANNOT_TELL = "cannot-tell"
    """Nobody could be asked, or they do not agree: never taken for invalid."""


class OriginFinding(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of one certificate that the declaration asks a preference by."""

    number: str
    verdict: OriginVerdict
    reasons: tuple[str, ...] = ()
    """Codes: of the verdict, or of what differs between certificate and declaration."""
    certificate_id: str = ""
    """Empty: none of that number has come."""
    needs: dict[str, int] = msgspec.field(default_factory=dict)
    """By line: parts in 1,000,000,000 that the declaration uses."""


class RiskScore(msgspec.Struct, frozen=True):
    """What a model says of a declaration."""

    value: float
    """From 0 to 1: how likely an inspection finds something."""
    model: str
    """Name and version."""
    reasons: tuple[str, ...] = ()
    """Stable codes of what weighed most, the heaviest first."""


class Duties(msgspec.Struct, frozen=True):
    """What is due, and how much of the person's limit is used."""

    total_usd: Decimal | None
    """None: a rule or a quantity is missing."""
    limit_used_usd: Decimal | None = None
    """With this declaration; None: no limit of a person applies."""
    is_over_limit: bool = False


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What is known besides the declaration itself and what cleansing found; kept with each assessment."""

    sender_id: str
    value_usd: Decimal | None
    """Of all items, without freight; None: a currency without a rate."""
    duties: Duties | None = None
    origins: tuple[OriginVerdict, ...] = ()
    """Of the certificates it names."""
    certificates: tuple[OriginFinding, ...] = ()
    """The same with what each verdict rests on."""
    score: RiskScore | None = None
    hours_to_arrival: float | None = None
    parcels_of_person: int = 0
    """Declared for this consignee in this month, this one included."""


class Evidence(Circumstances, frozen=True, kw_only=True):
    """All that is known of one declaration when it is decided."""

    facts: DeclarationFacts
    report: CleansingReport


class RiskModel(Protocol):
    """Scores a declaration; a later version trains one."""

    def score(self, evidence: Evidence) -> RiskScore | None:
        """Say how likely an inspection finds something; None: the model does not know this kind."""
        ...


class NoModel:
    """No model is installed: profiles and the random share decide."""

    def score(self, evidence: Evidence) -> RiskScore | None:
        """Say nothing."""
        return None

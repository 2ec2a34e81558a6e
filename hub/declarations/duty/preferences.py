"""Which preference an item's origin gives it: only on a certificate whose verdict is valid. Pure."""

from collections.abc import Mapping
from datetime import date

from hub.declarations.assessing.evidence import OriginVerdict
from hub.declarations.duty.assessment import PreferenceAnswer
from hub.declarations.duty.rules import Regime
from hub.declarations.facts import ItemFacts

NONE_ASKED = "100"
Origins = Mapping[str, OriginVerdict]
"""What is known of certificates, by their numbers; one that is absent was not confirmed."""


def asks_preference(item: ItemFacts) -> bool:
    """Tell whether a lower rate is asked for by what an item names."""
    return item.preference != NONE_ASKED and bool(item.preference or item.certificates)


def preference_of(
    item: ItemFacts, regimes: tuple[Regime, ...], day: date, origins: Origins
) -> tuple[str, PreferenceAnswer]:
    """Return the regime whose rates apply (empty: none), and what became of what was asked."""
    if not asks_preference(item):
        return "", PreferenceAnswer.NOT_ASKED
    regime = _regime_for(item.origin, regimes, day)
    if regime is None:
        return "", PreferenceAnswer.NO_REGIME
    if not item.certificates:
        return "", PreferenceAnswer.NO_CERTIFICATE
    verdicts = {origins.get(number, OriginVerdict.CANNOT_TELL) for number in item.certificates}
    if OriginVerdict.INVALID in verdicts:
        return "", PreferenceAnswer.NOT_VALID
    if OriginVerdict.VALID in verdicts:
        return regime.regime, PreferenceAnswer.GRANTED
    return "", PreferenceAnswer.NOT_CONFIRMED


def _regime_for(origin: str, regimes: tuple[Regime, ...], day: date) -> Regime | None:
    for regime in regimes:
        if origin in regime.countries and regime.valid_from <= day <= regime.valid_to:
            return regime
    return None

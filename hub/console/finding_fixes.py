"""What to write instead, for each error and doubt of cleansing. Pure."""

from collections.abc import Mapping
from typing import Any

from hub.console.reader import Reader
from hub.console.wording import mark

_LOOK_AT_BOTH = mark("Ask both senders which of the two holds.")
_UNIT = mark("Write a code such as KGM, LTR, H87 (piece) or PR (pair).")
_DIGITS = mark("Write 6, 8 or 10 digits.")
_MASS_WORTH = mark("Check value, currency and mass.")
_PIECE_WORTH = mark("Check value, currency and quantity.")
_OWN_NUMBER = mark("%(country)s: write %(example)s.")
FIXES = {
    "text-direction": mark("Write the text without such characters."),
    "text-look-alike": mark("Write %(instead)s in one alphabet."),
    "description-missing": mark("Write what the goods are, such as: men's cotton T-shirt."),
    "description-no-words": mark("Write what the goods are, such as: stainless steel water bottle 0.5 l."),
    "description-short": mark("Write the word in full, such as: television set 43 inch."),
    "description-address": mark("Write what is sold there, such as: wireless headphones."),
    "description-brand-only": mark("Write the goods too, such as: running shoes, %(value)s."),
    "description-vague": mark("Write what they are, such as: %(example)s."),
    "description-vague-word": mark("Write each kind of goods, such as: %(example)s."),
    "description-script": mark(
        "Write it in Azerbaijani, English, Georgian, Romanian, Russian, Turkish or Ukrainian."
    ),
    "hs-code-missing": mark("Write the six digits of the Harmonized System."),
    "hs-code-leading-zero": mark("Write %(after)s."),
    "hs-code-not-digits": _DIGITS,
    "hs-code-length": _DIGITS,
    "hs-code-heading-only": mark("Write a subheading, such as %(near)s."),
    "hs-code-other-edition": mark("Write the code of today: %(near)s."),
    "hs-code-unknown": mark("Write a code that exists, such as %(near)s."),
    "hs-code-other-goods": mark("Check the code and the description against each other."),
    "unit-unlisted": _UNIT,
    "unit-unknown": _UNIT,
    "currency-missing": mark("Write its code, such as USD."),
    "currency-withdrawn": mark("Write the amount in %(successor)s."),
    "currency-unknown": mark("Write a code of ISO 4217, such as USD."),
    "country-withdrawn": mark("Write %(successors)s."),
    "country-unknown": mark("Write a code of ISO 3166, such as AZ."),
    "quantity-not-positive": mark("Write how many or how much there is."),
    "mass-not-positive": mark("Write what it weighs in kilograms."),
    "value-not-positive": mark("Write what was paid; for a gift, what it would cost."),
    "charge-negative": mark("Write what was paid, or leave it out."),
    "mass-net-over-gross": mark("Write the mass without packing as net mass."),
    "mass-sum-over-total": mark("Check the masses of the items and of the whole."),
    "mass-sum-under-total": mark("Check the masses, and whether an item is missing."),
    "mass-over-mode": mark("Check the mass and the way of transport."),
    "value-sum-differs": mark("Check the values of the items against the invoice."),
    "value-per-kg-low": _MASS_WORTH,
    "value-per-kg-high": _MASS_WORTH,
    "value-per-piece-low": _PIECE_WORTH,
    "value-per-piece-high": _PIECE_WORTH,
    "consignee-missing": mark("Name the receiver."),
    "name-missing": mark("Write the full name."),
    "name-no-letters": mark("Write the full name in letters."),
    "person-number-missing": _OWN_NUMBER,
    "person-number-format": _OWN_NUMBER,
    "address-incomplete": mark("Write town, street, house and flat."),
    "contact-missing": mark("Write one, so that questions reach the receiver."),
    "postcode-format": mark("Write one such as %(example)s."),
    "phone-format": mark("Write it with the country's code, such as %(example)s."),
    "email-format": mark("Write an address with the sign @ and a domain."),
    "duplicate-tracking": mark("Withdraw one of the two, or write the tracking number of this parcel."),
    "duplicate-content": mark("Withdraw one of the two, or write the tracking number of each."),
    "duplicate-other-tracking": _LOOK_AT_BOTH,
    "duplicate-other-content": _LOOK_AT_BOTH,
}
"""As the sender is told in English (`hub.declarations.cleansing.catalogue`)."""


def fix_of(finding: Mapping[str, Any], reader: Reader) -> str:
    """Word what to write instead; empty where nothing has to be done."""
    sentence = FIXES.get(str(finding["code"]))
    if sentence is None:
        return ""
    values: Mapping[str, str] = finding.get("values", {})
    return reader.language.words.gettext(sentence) % values

"""Every code that cleansing may report: its weight and its English sentences, with the values they name.

Translations are made from these; a code keeps its meaning for good.
"""

import msgspec

from hub.declarations.findings import Weight


class Sentence(msgspec.Struct, frozen=True, gc=False):
    """How a code reads; ``{name}`` stands for a value of the finding."""

    weight: Weight
    detail: str
    fix: str = ""


def _error(detail: str, fix: str) -> Sentence:
    return Sentence(Weight.ERROR, detail, fix)


def _doubt(detail: str, fix: str) -> Sentence:
    return Sentence(Weight.DOUBT, detail, fix)


def _change(detail: str) -> Sentence:
    return Sentence(Weight.CHANGE, detail)


_TEXTS = {
    "text-spaces": _change("spaces were taken out that say nothing"),
    "text-form": _change("letters were put into Unicode's composed form"),
    "text-control-characters": _change("characters were taken out that cannot be seen"),
    "text-direction": _doubt(
        "{value} has characters that turn the direction of writing, so it may not read as it is stored",
        "write the text without such characters",
    ),
    "text-look-alike": _doubt(
        "the word {word} mixes letters of two alphabets that look alike", "write {instead} in one alphabet"
    ),
}
_DESCRIPTIONS = {
    "description-missing": _error(
        "there is no description", "write what the goods are, such as: men's cotton T-shirt"
    ),
    "description-no-words": _error(
        "{value} has no word that says what the goods are",
        "write what the goods are, such as: stainless steel water bottle 0.5 l",
    ),
    "description-short": _error(
        "{value} has fewer than {fewest} letters", "write the word in full, such as: television set 43 inch"
    ),
    "description-address": _error(
        "{value} is the address of a page", "write what is sold there, such as: wireless headphones"
    ),
    "description-brand-only": _error(
        "{value} is a brand and does not say what the goods are",
        "write the goods too, such as: running shoes, {value}",
    ),
    "description-vague": _error(
        "the word {word} alone does not say what the goods are", "write what they are, such as: {example}"
    ),
    "description-vague-word": _doubt(
        "the word {word} leaves open what else is in the parcel",
        "write each kind of goods, such as: {example}",
    ),
    "description-script": _doubt(
        "{value} is in a script that is not read here ({script})",
        "write it in Azerbaijani, English, Georgian, Romanian, Russian, Turkish or Ukrainian",
    ),
}
_HS_CODES = {
    "hs-code-missing": _doubt("there is no commodity code", "write the six digits of the Harmonized System"),
    "hs-code-form": _change("dots and spaces were taken out of the commodity code"),
    "hs-code-leading-zero": _doubt(
        "{before} lacks a digit; it was read as {after}, with the zero that spreadsheets drop",
        "write {after}",
    ),
    "hs-code-not-digits": _error("{value} is not made of digits", "write 6, 8 or 10 digits"),
    "hs-code-length": _error("{value} has {count} digits", "write 6, 8 or 10 digits"),
    "hs-code-heading-only": _error(
        "{value} is a heading of four digits", "write a subheading, such as {near}"
    ),
    "hs-code-other-edition": _error(
        "{value} is a code of {edition}, which {in_force} no longer has", "write the code of today: {near}"
    ),
    "hs-code-unknown": _error("{value} is not in {in_force}", "write a code that is, such as {near}"),
    "hs-code-other-goods": _doubt(
        "{value} is of {text}, but the description says {word}, which belongs to chapter {chapters}",
        "check the code and the description against each other",
    ),
}
_LISTS = {
    "unit-name": _change("the unit {before} was written as its code {after}"),
    "unit-unlisted": _doubt(
        "the unit {value} is not in the list kept here", "write KGM, LTR, H87 (piece) or PR (pair)"
    ),
    "unit-unknown": _error(
        "{value} is not a unit", "write a code such as KGM, LTR, H87 (piece) or PR (pair)"
    ),
    "currency-missing": _error("there is no currency", "write its code, such as USD"),
    "currency-form": _change("the currency's code was written in capitals"),
    "currency-withdrawn": _error("{value} was withdrawn in {until}", "write the amount in {successor}"),
    "currency-unknown": _error("{value} is not a currency", "write a code of ISO 4217, such as USD"),
    "country-form": _change("the country {before} was written as {after}"),
    "country-withdrawn": _error("{value} is a country of the past", "write {successors}"),
    "country-unknown": _error("{value} is not a country", "write a code of ISO 3166, such as AZ"),
}
_NUMBERS = {
    "quantity-not-positive": _error("the quantity is {value}", "write how many or how much there is"),
    "mass-not-positive": _error("the mass is {value} kg", "write what it weighs in kilograms"),
    "value-not-positive": _error(
        "the value is {value}", "write what was paid; for a gift, what it would cost"
    ),
    "charge-negative": _error("the charge is {value}", "write what was paid, or leave it out"),
    "mass-net-over-gross": _error(
        "the net mass {net} kg is more than the gross mass {gross} kg",
        "write the mass without packing as net mass",
    ),
    "mass-sum-over-total": _doubt(
        "the items weigh {sum} kg together, the whole {total} kg",
        "check the masses of the items and of the whole",
    ),
    "mass-sum-under-total": _doubt(
        "the items weigh {sum} kg together, the whole {total} kg",
        "check the masses, and whether an item is missing",
    ),
    "mass-over-mode": _doubt(
        "the whole weighs {value} kg, and transport of mode {mode} carries {most} kg at most",
        "check the mass and the mode of transport",
    ),
    "value-sum-differs": _doubt(
        "the items are worth {sum} {currency} together, the invoice says {total} {currency}",
        "check the values of the items against the invoice",
    ),
    "value-per-kg-low": _doubt(
        "about {usd} USD a kilogram; goods of chapter {chapter} cost {limit} or more",
        "check value, currency and mass",
    ),
    "value-per-kg-high": _doubt(
        "about {usd} USD a kilogram; goods of chapter {chapter} cost {limit} or less",
        "check value, currency and mass",
    ),
    "value-per-piece-low": _doubt(
        "about {usd} USD a piece; goods of chapter {chapter} cost {limit} or more",
        "check value, currency and quantity",
    ),
    "value-per-piece-high": _doubt(
        "about {usd} USD a piece; goods of chapter {chapter} cost {limit} or less",
        "check value, currency and quantity",
    ),
}
_PARTIES = {
    "consignee-missing": _doubt("nobody is named who receives the goods", "name the receiver"),
    "name-missing": _error("there is no name", "write the full name"),
    "name-no-letters": _error("{value} is not a name", "write the full name in letters"),
    "person-number-missing": _doubt("there is no personal number", "{country}: write {example}"),
    "person-number-form": _change("the number was written in capitals and without spaces"),
    "person-number-format": _doubt(
        "the number has {count} characters and is none that {country} gives", "{country}: write {example}"
    ),
    "address-incomplete": _doubt("the address has no {field}", "write town, street, house and flat"),
    "contact-missing": _doubt(
        "there is neither a telephone number nor an e-mail address",
        "write one, so that questions reach the receiver",
    ),
    "postcode-form": _change("the postcode {before} was written as {after}"),
    "postcode-format": _doubt("{value} is not a postcode of {country}", "write one such as {example}"),
    "phone-form": _change("the telephone number was written with its country's code"),
    "phone-format": _doubt(
        "it is not a telephone number of that country", "write it with the country's code, such as {example}"
    ),
    "email-form": _change("the e-mail address was written without spaces, its domain in small letters"),
    "email-format": _doubt("{value} is not an e-mail address", "write one such as name@example.org"),
}
_DUPLICATES = {
    "duplicate-tracking": _doubt(
        "{reference} ({declaration}) has the same tracking number",
        "withdraw one of the two, or write the tracking number of this parcel",
    ),
    "duplicate-content": _doubt(
        "{reference} ({declaration}) has the same receiver, goods and day of arrival",
        "withdraw one of the two, or write the tracking number of each",
    ),
    "duplicate-other-tracking": _doubt(
        "{declaration} of {sender} has the same tracking number", "ask both senders which of the two holds"
    ),
    "duplicate-other-content": _doubt(
        "{declaration} of {sender} has the same receiver, goods and day of arrival",
        "ask both senders which of the two holds",
    ),
}
SENTENCES = {**_TEXTS, **_DESCRIPTIONS, **_HS_CODES, **_LISTS, **_NUMBERS, **_PARTIES, **_DUPLICATES}
"""By code."""
FOR_OFFICERS = frozenset({"duplicate-other-tracking", "duplicate-other-content"})
"""Codes that tell of what somebody else declared: no sender is told, nor is it counted against one."""

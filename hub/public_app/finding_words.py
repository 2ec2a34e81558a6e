"""What is wrong with a field and how to mend it, in one plain sentence. Pure."""

from dataclasses import dataclass

from hub.console.wording import mark
from hub.public_app.declaring import FieldNote
from hub.public_app.reader import AppReader

SENTENCES = {
    "missing": mark("Fill this in."),
    "not-a-number": mark("Write a number, such as 19.90."),
    "too-long": mark("This is too long, or has signs that cannot be used."),
    "text-direction": mark("This text has hidden signs that turn the direction of writing. Type it anew."),
    "text-look-alike": mark(
        "The word %(word)s mixes letters of two alphabets. Write %(instead)s in one alphabet."
    ),
    "description-missing": mark("Write what the goods are, such as: men's cotton T-shirt."),
    "description-no-words": mark(
        "No word here says what the goods are. Write, for example: steel water bottle."
    ),
    "description-short": mark("Write the word in full, such as: television set 43 inch."),
    "description-address": mark(
        "This is the address of a page. Write what you bought there, such as: wireless headphones."
    ),
    "description-brand-only": mark(
        "%(value)s is a brand. Write the goods too, such as: running shoes, %(value)s."
    ),
    "description-vague": mark(
        "The word %(word)s alone does not say what the goods are. Write, for example: %(example)s."
    ),
    "description-vague-word": mark(
        "The word %(word)s leaves open what else is in the parcel. Write, for example: %(example)s."
    ),
    "description-script": mark(
        "This alphabet is not read here. Write in Azerbaijani, English, Georgian, Romanian, Russian, Turkish "
        "or Ukrainian."
    ),
    "hs-code-missing": mark("There is no commodity code. You may look for it, or leave it out."),
    "hs-code-leading-zero": mark("A digit is missing; the code was read as %(after)s."),
    "hs-code-not-digits": mark("Write 6, 8 or 10 digits, or leave it out."),
    "hs-code-length": mark("The code has %(count)s digits. Write 6, 8 or 10, or leave it out."),
    "hs-code-heading-only": mark("Four digits are too few. Write six, such as: %(near)s."),
    "hs-code-other-edition": mark("This is a code of the past. Today it is: %(near)s."),
    "hs-code-unknown": mark("There is no such code. Perhaps you mean: %(near)s."),
    "hs-code-other-goods": mark(
        "The code %(value)s is for other goods than %(word)s. Compare the code with the description."
    ),
    "country-withdrawn": mark("This is a country of the past. Choose one of today."),
    "country-unknown": mark("Choose a country from the list."),
    "currency-missing": mark("Choose a currency from the list."),
    "currency-unknown": mark("Choose a currency from the list."),
    "currency-withdrawn": mark("This currency is no longer used. Choose another one."),
    "quantity-not-positive": mark("Write how many there are: one or more."),
    "mass-not-positive": mark("Write what it weighs, in kilograms."),
    "mass-over-mode": mark("%(value)s kg is very much for this way of transport. Check the weight."),
    "value-not-positive": mark("Write what was paid; for a gift, what it would cost."),
    "charge-negative": mark("Write what was paid for delivery, or leave it out."),
    "value-per-piece-low": mark(
        "About %(usd)s USD a piece is little for such goods. Check value, currency and quantity."
    ),
    "value-per-piece-high": mark(
        "About %(usd)s USD a piece is much for such goods. Check value, currency and quantity."
    ),
    "name-missing": mark("Write the full name."),
    "name-no-letters": mark("Write the full name in letters."),
    "address-incomplete": mark("Write town, street, house and flat."),
    "contact-missing": mark("Write a telephone number, so that questions reach you."),
    "postcode-format": mark("Write a postcode such as %(example)s, or leave it out."),
    "phone-format": mark("Write the number with the country's code, such as %(example)s."),
}
ELSE = mark("Please check this.")
TAKEN = mark("Taken as: %(after)s")


@dataclass(frozen=True, slots=True)
class SaidNote:
    """A note as it is shown."""

    text: str
    tone: str


def said(note: FieldNote, reader: AppReader) -> SaidNote | None:
    """Word a note; None for a change that says nothing worth reading."""
    if note.tone:
        return SaidNote(reader.word(SENTENCES.get(note.code, ELSE)) % dict(note.values), note.tone)
    if "after" not in note.values:
        return None
    return SaidNote(reader.word(TAKEN) % dict(note.values), "")

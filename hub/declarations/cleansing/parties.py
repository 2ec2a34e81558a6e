"""Senders and receivers: their names in any script, their addresses and their own numbers. Pure."""

from hub.declarations.cleansing.codes import cleanse_country
from hub.declarations.cleansing.contacts import cleanse_email, cleanse_phone, cleanse_postcode
from hub.declarations.cleansing.notes import Notes
from hub.declarations.cleansing.reference import ReferenceData
from hub.declarations.cleansing.texts import cleanse_text, without_look_alikes
from hub.declarations.facts import PartyFacts
from hub.watchlist.names import words_of

_ADDRESS = ("city", "line")
_NOBODY = PartyFacts()
_KIN = frozenset(words_of("oğlu qızı оглы кызы oglu kizi kızı ოღლი ოღლუ ყიზი"))
"""Son and daughter after a father's name: written or left out at will."""


def cleanse_party(
    party: PartyFacts, role: str, notes: Notes, reference: ReferenceData, *, is_person: bool
) -> PartyFacts:
    """Return a party in the standards' forms; `role`: ``consignor`` or ``consignee``.

    `is_person`: somebody who receives for the own use and therefore is known by a personal number.
    """
    if party == _NOBODY:
        if role == "consignee":
            notes.say("consignee-missing", f"{role}.name")
        return party
    country = cleanse_country(party.country, f"{role}.country", None, notes, reference)
    cleansed = PartyFacts(
        name=_name(party.name, f"{role}.name", notes),
        id=_number(party.id, country, f"{role}.id", notes, reference, is_person),
        country=country,
        city=cleanse_text(party.city, f"{role}.city", None, notes),
        line=cleanse_text(party.line, f"{role}.line", None, notes),
        postcode=cleanse_postcode(party.postcode, country, f"{role}.postcode", notes, reference),
        phone=cleanse_phone(party.phone, country, f"{role}.phone", notes, reference),
        email=cleanse_email(party.email, f"{role}.email", notes),
    )
    if not cleansed.name and not cleansed.id:
        notes.say("name-missing", f"{role}.name")
    if role == "consignee" and (is_person or not cleansed.id):
        _complete(cleansed, role, notes)
    return party if cleansed == party else cleansed


def match_key(name: str) -> str:
    """Return one key for a person's name however it is spelt: ``Рашад Мамедов``, ``Məmmədov Rəşad oğlu``.

    Its words are folded over the scripts and sorted, as some write the surname first.
    """
    words = words_of(name)
    return " ".join(sorted(word for word in words if word not in _KIN) or sorted(words))


def _name(written: str, fact: str, notes: Notes) -> str:
    name = cleanse_text(written, fact, None, notes)
    if name and not any(map(str.isalpha, name)):
        notes.say("name-no-letters", fact, value=name)
    elif not name.isascii():
        _, mixed = without_look_alikes(name)
        if mixed:
            notes.say("text-look-alike", fact, word=mixed[0], instead=without_look_alikes(mixed[0])[0])
    return name


def _number(
    written: str, country: str, fact: str, notes: Notes, reference: ReferenceData, is_person: bool
) -> str:
    # Findings never repeat a personal number.
    persons = reference.formats.get((country, "person"), ())
    if not written.strip():
        if is_person and persons:
            notes.say("person-number-missing", fact, country=country, example=persons[0].example)
        if written:
            notes.change_unseen("person-number-form", fact)
        return ""
    number = "".join(written.split()).upper()
    if number != written:
        notes.change_unseen("person-number-form", fact)
    formats = (*persons, *reference.formats.get((country, "firm"), ()))
    if formats and not any(form.pattern.fullmatch(number) for form in formats):
        examples = " or ".join(form.example for form in formats)
        notes.say("person-number-format", fact, country=country, count=str(len(number)), example=examples)
    return number


def _complete(party: PartyFacts, role: str, notes: Notes) -> None:
    for field in _ADDRESS:
        if not getattr(party, field):
            notes.say("address-incomplete", f"{role}.{field}", field=field)
    if not party.phone and not party.email:
        notes.say("contact-missing", f"{role}.phone")

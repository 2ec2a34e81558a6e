"""Ways to reach somebody: postcodes, telephone numbers (ITU-T E.164), e-mail addresses (RFC 5321). Pure."""

import re

from hub.declarations.cleansing.notes import Notes
from hub.declarations.cleansing.reference import PhonePlan, ReferenceData

_PHONE_MARKS = re.compile(r"[\s().\-/]+")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z")
_DIGITS = re.compile(r"[0-9]+\Z")
_EMAIL = re.compile(
    r"[^\s@<>,;:\"()\[\]]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]\Z"
)
_LONGEST_EMAIL = 254


def cleanse_postcode(written: str, country: str, fact: str, notes: Notes, reference: ReferenceData) -> str:
    """Return a postcode as its country writes it; doubts one that its country does not have."""
    formats = reference.formats.get((country, "postcode"))
    if not written or formats is None:
        return written
    form = formats[0]
    if form.pattern.fullmatch(written):
        return written
    tidy = " ".join(written.upper().split())
    bare = tidy.replace(" ", "").replace("-", "")
    dashed = (f"{bare[:2]}-{bare[2:]}", f"{bare[:3]}-{bare[3:]}")
    forms = (tidy, *dashed, bare, country + bare, f"{country}-{bare.removeprefix(country)}")
    for candidate in forms:
        if form.pattern.fullmatch(candidate):
            notes.change("postcode-form", fact, None, written, candidate)
            return candidate
    notes.say("postcode-format", fact, value=written, country=country, example=form.example)
    return written


def cleanse_phone(written: str, country: str, fact: str, notes: Notes, reference: ReferenceData) -> str:
    """Return a number in the form +994501234567; doubts one that its country's plan does not have."""
    if not written:
        return written
    plan = reference.phones.get(country)
    number = _international(_PHONE_MARKS.sub("", written), plan)
    if not _E164.match(number) or not _fits(number, reference):
        example = plan.example if plan else "+994501234567"
        notes.say("phone-format", fact, example=example)
        return written
    if number != written:
        notes.change("phone-form", fact, None, written, number)
    return number


def cleanse_email(written: str, fact: str, notes: Notes) -> str:
    """Return an address without spaces around it, its domain in small letters; doubts what is none."""
    if not written:
        return written
    local, at, domain = written.strip().rpartition("@")
    tidy = local + at + domain.lower()
    if len(tidy) > _LONGEST_EMAIL or ".." in tidy or not _EMAIL.match(tidy):
        notes.say("email-format", fact, value=written)
        return written
    if tidy != written:
        notes.change("email-form", fact, None, written, tidy)
    return tidy


def _international(number: str, plan: PhonePlan | None) -> str:
    """Write a number with its country's code where the way it is dialled tells the country."""
    if number.startswith("00"):
        return f"+{number[2:]}"
    if number.startswith("+") or plan is None or not _DIGITS.match(number):
        return number
    if plan.trunk and number.startswith(plan.trunk):
        national = number.removeprefix(plan.trunk)
        if plan.fewest <= len(national) <= plan.most:
            return f"+{plan.dial}{national}"
    if number.startswith(plan.dial) and plan.fewest <= len(number) - len(plan.dial) <= plan.most:
        return f"+{number}"
    return f"+{plan.dial}{number}" if plan.fewest <= len(number) <= plan.most else number


def _fits(number: str, reference: ReferenceData) -> bool:
    """Tell whether the plan of the country that a number names has numbers of its length."""
    for digits in (3, 2, 1):
        plans = reference.phones_by_dial.get(number[1 : 1 + digits])
        if plans is not None:
            length = len(number) - 1 - digits
            return any(plan.fewest <= length <= plan.most for plan in plans)
    return True

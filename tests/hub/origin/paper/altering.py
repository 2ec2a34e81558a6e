"""Papers whose print was altered while their code is genuine."""

import random
from collections.abc import Callable

import msgspec
import numpy as np

from hub.documents.pdf_pages import draw_pages
from hub.documents.reader import GreyPicture
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.certificate import Certificate
from hub.origin.issuing.printing import print_certificate
from tests.hub.origin.papers import TEMPLATES, anchored_paper, paper

DPI = 200
Change = Callable[[str, random.Random], str]


def another_digit(text: str, rng: random.Random) -> str:
    """Change one figure."""
    place = rng.choice([place for place, sign in enumerate(text) if sign.isdigit()])
    others = [sign for sign in "0123456789" if sign != text[place] and (place or sign != "0")]
    return text[:place] + rng.choice(others) + text[place + 1 :]


def another_day(text: str, rng: random.Random) -> str:
    """Change the day, or the month, of a date."""
    year, month, day = text.split("-")
    if rng.random() < 0.5:
        return f"{year}-{month}-{1 + (int(day) + rng.randrange(1, 27)) % 28:02}"
    return f"{year}-{1 + (int(month) + rng.randrange(11)) % 12:02}-{min(int(day), 28):02}"


def from_another(path: str) -> Callable[[str, random.Random, str, str], str]:
    """Take the field of another certificate of the same form and language."""

    def changed(text: str, rng: random.Random, form: str, language: str) -> str:
        value = text
        while value == text:
            value = paper(form, language, rng).fields[path]
        return value

    return changed


ALTERATIONS = {
    "digit": "consignee.id",
    "hs": "items.1.hs_code",
    "criterion": "items.2.criterion",
    "exporter": "exporter.name",
    "goods": "items.2.description",
    "mass": "items.1.gross_mass_kg",
    "number": "number",
    "date": "issued_on",
    "invoice": "invoices.1.number",
}
"""What is altered, and the field it is done to."""
_WHOLE = ("exporter", "goods", "criterion")


def altered(certificate: Certificate, kind: str, language: str, rng: random.Random) -> Certificate:
    """Change one field as a forger would."""
    path = ALTERATIONS[kind]
    if path == "number":
        return msgspec.structs.replace(certificate, number=another_digit(certificate.number, rng))
    if path == "issued_on":
        day = another_day(certificate.issued_on.isoformat(), rng)
        return msgspec.structs.replace(certificate, issued_on=type(certificate.issued_on).fromisoformat(day))
    value = certificate.fields[path]
    if kind in _WHOLE:
        value = from_another(path)(value, rng, certificate.form, language)
    else:
        value = another_digit(value, rng)
    return msgspec.structs.replace(certificate, fields=certificate.fields | {path: value})


def sheets_of(document: AnchoredCertificate, printed: Certificate | None = None) -> tuple[GreyPicture, ...]:
    """Draw a certificate's sheets; with the values of another printed on them, where one is given."""
    template = TEMPLATES[document.certificate.form]
    genuine = draw_pages(print_certificate(document, template), DPI)
    if printed is None:
        return genuine
    forged = msgspec.structs.replace(document, certificate=printed)
    left, top, side, _ = (round(length / 25.4 * DPI) for length in template.code_at)
    sheets = []
    for sheet, other in zip(genuine, draw_pages(print_certificate(forged, template), DPI), strict=True):
        mixed = np.array(other)
        mixed[top : top + side, left : left + side] = sheet[top : top + side, left : left + side]
        sheets.append(mixed)
    return tuple(sheets)


def drawn(form: str, language: str, rng: random.Random, items: int = 2) -> AnchoredCertificate:
    """Draw a genuine one."""
    return anchored_paper(paper(form, language, rng, items), rng)

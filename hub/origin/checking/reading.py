"""Reads a certificate from what is presented: its file, the text of its codes, a picture or pages of them."""

from hub.documents.pdf_pages import draw_pages
from hub.errors import FieldProblem, InvalidInputError
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.anchored_json import anchored_from_json
from hub.origin.paper.code import read_code
from hub.origin.paper.code_image import decode_picture, find_codes

MOST_BYTES = 12 << 20
_PDF = b"%PDF-"


def read_presented(content: bytes) -> AnchoredCertificate:
    """Read whatever it is; raises `InvalidInputError` saying what is wrong: never a sign against it."""
    if len(content) > MOST_BYTES:
        raise InvalidInputError(FieldProblem("/content", "too-long", f"has at most {MOST_BYTES} bytes"))
    if content.lstrip()[:1] == b"{":
        return anchored_from_json(content)
    text = None if content.startswith(_PDF) else _text_of(content)
    return read_text(text) if text is not None else _read_picture(content)


def read_text(text: str) -> AnchoredCertificate:
    """Read the text of codes, one a line; raises `InvalidInputError`."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise InvalidInputError(FieldProblem("/content", "missing", "nothing was presented"))
    return read_code(lines)


def _read_picture(content: bytes) -> AnchoredCertificate:
    pages = draw_pages(content) if content.startswith(_PDF) else (decode_picture(content),)
    codes = [code for page in pages for code in find_codes(page)]
    if not codes:
        raise InvalidInputError(FieldProblem("/content", "no-code", "there is no code on it"))
    return read_code([one.text for one in codes])


def _text_of(content: bytes) -> str | None:
    """Return text, also what another language's keyboard made of a code; None: the bytes are none."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if all(sign.isprintable() or sign.isspace() for sign in text) else None

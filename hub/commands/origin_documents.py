"""Certificates of origin as people have them: files, texts of codes, pictures and PDFs of paper."""

import sys
from collections.abc import Sequence
from pathlib import Path

from hub.errors import HubError, InvalidInputError
from hub.origin.certificate.anchored import AnchoredCertificate

STANDARD_INPUT = Path("-")
MOST_BYTES = 48 << 20


def read_document(files: Sequence[Path]) -> AnchoredCertificate:
    """Read one certificate out of its file, or out of the codes on all its sheets.

    Raises `HubError` naming a file that cannot be opened or a picture without a code, and
    `InvalidInputError` for what is no certificate.
    """
    contents = [_content_of(file) for file in files]
    if len(contents) == 1 and contents[0].lstrip()[:1] == b"{":
        # Each way of writing brings libraries of its own.
        from hub.origin.certificate.anchored_json import anchored_from_json

        return anchored_from_json(contents[0])
    from hub.origin.paper.code import read_code

    sheets = zip(files, contents, strict=True)
    return read_code([text for file, content in sheets for text in _codes(file, content)])


def _content_of(file: Path) -> bytes:
    try:
        if file == STANDARD_INPUT:
            return sys.stdin.buffer.read(MOST_BYTES)
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES)
    except OSError as error:
        raise HubError(f"{file}: {error.strerror}") from error


def _codes(file: Path, content: bytes) -> list[str]:
    """Return the codes of a text, a line each, or those on a picture or a PDF's pages."""
    from hub.origin.paper.code import PREFIX

    if content.startswith(PREFIX.encode()):
        # A code may hold spaces, at its end too: only what ends a line is cut off.
        return content.decode("ascii", "replace").rstrip("\r\n").splitlines()
    from hub.origin.paper.code_image import find_codes
    from hub.origin.paper.scan import pictures_of

    try:
        codes = [code.text for picture in pictures_of([content]) for code in find_codes(picture)]
    except InvalidInputError as error:
        raise HubError(f"{file}: neither a certificate's file nor a picture of its code: {error}") from error
    found = [text for text in codes if text.startswith(PREFIX)]
    if not found:
        raise HubError(f"{file}: no certificate's code can be read on the picture")
    return found

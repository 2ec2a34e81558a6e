"""From scanned files to a verdict: the code is read, verified, compared with the paper around it. Shell."""

from collections.abc import Sequence

import msgspec

from hub.documents.pdf_pages import draw_pages
from hub.documents.reader import GreyPicture
from hub.errors import FieldProblem, InvalidInputError
from hub.origin.paper.checking_paper import PaperCheck, PaperChecker
from hub.origin.paper.code_image import decode_picture
from hub.origin.verifying.judging import Presentation
from hub.origin.verifying.verdict import Verification
from hub.origin.verifying.verifying import Verifier

MOST_FILES = 20
_PDF = b"%PDF-"


class ScanCheck(msgspec.Struct, frozen=True):
    """A scanned certificate: what its code is worth, and whether the paper says the same."""

    verification: Verification
    paper: PaperCheck


def check_scan(
    files: Sequence[bytes], checker: PaperChecker, verifier: Verifier, presented: Presentation
) -> ScanCheck:
    """Check all sheets of one certificate; raises `InvalidInputError` for files or codes that are none."""
    paper = checker.check(pictures_of(files))
    return ScanCheck(verifier.verify(paper.document, presented), paper)


def pictures_of(files: Sequence[bytes]) -> tuple[GreyPicture, ...]:
    """Read PDF, JPEG and PNG files; raises `InvalidInputError` with the file's place in what was sent."""
    if not 1 <= len(files) <= MOST_FILES:
        raise InvalidInputError(FieldProblem("", "out-of-range", f"1 to {MOST_FILES} files are read"))
    pictures: list[GreyPicture] = []
    for place, content in enumerate(files):
        try:
            pictures += draw_pages(content) if content.startswith(_PDF) else [decode_picture(content)]
        except InvalidInputError as error:
            named = (FieldProblem(f"/{place}{one.pointer}", one.code, one.detail) for one in error.problems)
            raise InvalidInputError(*named) from None
    return tuple(pictures)

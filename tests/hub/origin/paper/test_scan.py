"""From scanned files to a verdict and what the paper says beside it."""

import random
from datetime import UTC, datetime, timedelta

import cv2
import pytest

from hub.declarations.assessing.evidence import OriginVerdict
from hub.documents.fakes import SaidReader
from hub.errors import InvalidInputError
from hub.origin.chain.facts import ChainUnavailableError, Silence
from hub.origin.chain.fakes import SaidFacts
from hub.origin.issuing.printing import print_certificate
from hub.origin.paper.checking_paper import PaperChecker
from hub.origin.paper.comparing import Outcome
from hub.origin.paper.scan import MOST_FILES, check_scan, pictures_of
from hub.origin.verifying.judging import Presentation, Terms
from hub.origin.verifying.verdict import Ground
from hub.origin.verifying.verifying import Verifier
from tests.hub.origin.paper.altering import drawn, sheets_of
from tests.hub.origin.papers import REGISTRY, TEMPLATES

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SILENT = SaidFacts(ChainUnavailableError(Silence.UNREACHABLE, "nobody answers"))
TERMS = Terms(
    registry=REGISTRY,
    forms={name: one.rules for name, one in TEMPLATES.items()},
    stale_after=DAY,
    settling=DAY,
)
DOCUMENT = drawn("ct-1", "eng", random.Random(4), items=7)


def png(number: int) -> bytes:
    return cv2.imencode(".png", sheets_of(DOCUMENT)[number])[1].tobytes()


def test_a_scan_as_pdf_is_verified_and_compared() -> None:
    pdf = print_certificate(DOCUMENT, TEMPLATES["ct-1"])
    verifier = Verifier([SILENT], TERMS)
    found = check_scan([pdf], PaperChecker(SaidReader(), TEMPLATES), verifier, Presentation(NOW))
    assert found.verification.verdict is OriginVerdict.CANNOT_TELL
    assert Ground.NODES_UNREACHABLE in {reason.ground for reason in found.verification.reasons}
    assert found.paper.document == DOCUMENT
    assert found.paper.outcome is Outcome.LOOK
    assert SILENT.questions[-1].root == DOCUMENT.root


def test_pictures_and_pdfs_may_be_mixed() -> None:
    pdf = print_certificate(DOCUMENT, TEMPLATES["ct-1"])
    assert [picture.shape for picture in pictures_of([png(0), pdf])] == [(2339, 1654)] * 3


@pytest.mark.parametrize(
    ("files", "pointer", "code"),
    [
        ([], "", "out-of-range"),
        ([b"x"] * (MOST_FILES + 1), "", "out-of-range"),
        ([png(0), b"%PDF-nothing"], "/1", "not-a-pdf"),
        ([png(0), png(1), b"text"], "/2", "not-a-picture"),
    ],
)
def test_a_bad_file_is_named_by_its_place(files: list[bytes], pointer: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        pictures_of(files)
    assert (caught.value.problems[0].pointer, caught.value.problems[0].code) == (pointer, code)

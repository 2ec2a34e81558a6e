"""Share of worn codes that are read: ours (zxing-cpp) beside OpenCV's own reader on the same pictures."""

import random
import statistics
import time

import cv2

from hub.documents.reader import GreyPicture
from hub.origin.paper.code import code_of, read_code, sheets_needed
from hub.origin.paper.code_image import find_codes
from tests.benchmarks.measurement import Measurement
from tests.hub.origin.paper.degrading import drawn_code, phone, scanner, worn
from tests.hub.origin.papers import FORMS, LANGUAGES, anchored_paper, paper

NAME = "origin_codes"
EVERY = 10
"""The reference reads each tenth only: it is slow."""


def run(n: int = 300) -> Measurement:
    """Read codes of all forms and languages, half from a scanner and half from a telephone."""
    failures, times, signs, reference = [], [], [], []
    for seed in range(n):
        rng = random.Random(seed)
        text, picture = worn_code(seed, rng)
        began = time.perf_counter()
        found = find_codes(picture)
        times.append(time.perf_counter() - began)
        signs.append(len(text))
        if [code.text for code in found] != [text]:
            failures.append(seed)
        if seed % EVERY == 0:
            reference.append(_by_opencv(picture) == text)
    notes = (
        f"{len(failures)} of {n} not read {failures}, {min(signs)} to {max(signs)} signs, 57 mm; "
        f"median {statistics.median(times) * 1e3:.0f} ms; reference on {len(reference)} of them"
    )
    return Measurement(NAME, "share read", n, 1 - len(failures) / n, statistics.mean(reference), notes)


def worn_code(seed: int, rng: random.Random) -> tuple[str, GreyPicture]:
    """Draw a certificate's code and wear it; one in five is of several sheets."""
    languages = sorted({one for several in LANGUAGES.values() for one in several})
    items = 9 if seed % 5 == 4 else 1 + seed % 3
    certificate = paper(FORMS[seed % len(FORMS)], languages[seed % len(languages)], rng, items)
    document = anchored_paper(certificate, rng, steps=(0, 10, 13, 16)[seed % 4])
    texts = code_of(document, max(2 if items == 9 else 1, sheets_needed(document)))
    if read_code(texts) != document:
        raise AssertionError("the code is not the certificate's")
    wear = (scanner, phone)[seed % 2](rng)
    return texts[0], worn(drawn_code(texts[0]), wear, rng)


def _by_opencv(picture: GreyPicture) -> str:
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(picture)
    return text

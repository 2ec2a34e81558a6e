"""Papers altered in one field under a genuine code, and genuine ones; beside reading the page at once."""

import difflib
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator

import msgspec

from hub.documents.errors import ReadingError
from hub.documents.reader import GreyPicture, Layout, TextReader
from hub.documents.tesseract import TesseractReader
from hub.errors import InvalidInputError
from hub.origin.certificate.certificate import Certificate
from hub.origin.certificate.layout import cells_of
from hub.origin.paper.checking_paper import PaperCheck, PaperChecker
from hub.origin.paper.comparing import Outcome
from hub.origin.paper.languages import languages_of
from tests.benchmarks.measurement import Measurement, not_measured
from tests.hub.origin.paper.altering import ALTERATIONS, altered, drawn, sheets_of
from tests.hub.origin.paper.degrading import phone, scanner, worn
from tests.hub.origin.paper.handling import handled
from tests.hub.origin.papers import FORMS, LANGUAGES, TEMPLATES

NAME, UNIT = "origin_paper", "share right"
NEEDED = frozenset({"aze", "eng", "kat", "ron", "rus", "ukr"})
EVERY = 12
"""The reference reads two of so many papers only."""
FIRST = 8000
"""Seed of the first paper; those before were looked at while the comparison was made."""


class Case(msgspec.Struct, frozen=True):
    """One paper as it comes to the border."""

    seed: int
    language: str
    alteration: str
    """Empty: genuine."""
    stated: Certificate
    pictures: tuple[GreyPicture, ...]


class Tally(msgspec.Struct, frozen=True):
    """What came of all papers."""

    genuine: int
    altered: int
    missed: tuple[str, ...]
    """Altered, and the altered cell was called right."""
    caught: int
    """Altered, and the altered cell was called different."""
    alarms: tuple[str, ...]
    """Genuine, and some cell was called different."""
    looks: tuple[int, ...]
    """By genuine paper: cells to look at."""
    seconds: tuple[float, ...]
    unread: tuple[str, ...]
    """Their codes cannot be read: the officer scans them once more, or looks by eye."""


def run(n: int = 144) -> Measurement:
    """Check papers, every second one altered, every second pair photographed."""
    try:
        reader = TesseractReader()
    except ReadingError as error:
        return not_measured(NAME, UNIT, str(error))
    if missing := sorted(NEEDED - reader.languages):
        return not_measured(NAME, UNIT, f"no trained data for {', '.join(missing)}")
    tally = tally_of(n, reader)
    wrong = len(tally.missed) + len(tally.alarms) + len(tally.unread)
    reference = [_page_at_once(case, reader) for case in cases(n) if (case.seed - FIRST) % EVERY < 2]
    return Measurement(NAME, UNIT, n, 1 - wrong / n, statistics.mean(reference), summary(tally))


def summary(tally: Tally) -> str:
    """Say the figures that matter."""
    clean = sum(looks == 0 for looks in tally.looks)
    return (
        f"{tally.altered} altered: {tally.caught} named different, "
        f"{tally.altered - tally.caught - len(tally.missed)} to look at, "
        f"{len(tally.missed)} missed {tally.missed}; "
        f"{tally.genuine} genuine: {len(tally.alarms)} false alarms {tally.alarms}, {clean} without a look, "
        f"{statistics.mean(tally.looks):.2f} cells to look at a paper; "
        f"{len(tally.unread)} codes not read {tally.unread}; "
        f"median {statistics.median(tally.seconds):.2f} s"
    )


def cases(n: int) -> Iterator[Case]:
    """Draw the papers one after the other."""
    return map(case_of, range(FIRST, FIRST + n))


def case_of(seed: int) -> Case:
    """Draw one: of all forms, six languages, nine alterations, stamped, folded, scanned or photographed."""
    languages = sorted({one for several in LANGUAGES.values() for one in several})
    kinds = sorted(ALTERATIONS)
    rng = random.Random(seed)
    form, language = FORMS[seed // 2 % len(FORMS)], languages[seed // 2 % len(languages)]
    document = drawn(form, language, rng)
    kind = kinds[seed // 2 % len(kinds)] if seed % 2 else ""
    if kind == "criterion" and form == "eur-1":
        kind = "mass"
    printed = altered(document.certificate, kind, language, rng) if kind else None
    wear = (scanner, phone)[seed // 2 % 2](rng)
    pictures = tuple(worn(handled(sheet, rng), wear, rng) for sheet in sheets_of(document, printed))
    return Case(seed, language, kind, document.certificate, pictures)


def tally_of(n: int, reader: TextReader) -> Tally:
    """Check them all."""
    checker = PaperChecker(reader, TEMPLATES)
    counts: Counter[str] = Counter()
    missed, alarms, looks, seconds, unread, altered_ones = [], [], [], [], [], 0
    for case in cases(n):
        began = time.perf_counter()
        try:
            check = checker.check(case.pictures)
        except InvalidInputError:
            unread.append(name_of(case))
            continue
        seconds.append(time.perf_counter() - began)
        if case.alteration:
            altered_ones += 1
            outcome = outcome_of(check, ALTERATIONS[case.alteration])
            counts[outcome] += 1
            missed += [name_of(case)] if outcome is Outcome.MATCHES else []
        else:
            alarms += [name_of(case)] if check.outcome is Outcome.DIFFERS else []
            looks.append(sum(finding.outcome is Outcome.LOOK for finding in check.findings))
    return Tally(
        len(looks),
        altered_ones,
        tuple(missed),
        counts[Outcome.DIFFERS],
        tuple(alarms),
        tuple(looks),
        tuple(seconds),
        tuple(unread),
    )


def outcome_of(check: PaperCheck, path: str) -> Outcome:
    """Return the worst outcome of the cells that show a field."""
    order = (Outcome.MATCHES, Outcome.LOOK, Outcome.DIFFERS)
    return max((one.outcome for one in check.findings if path in one.fields), key=order.index)


def name_of(case: Case) -> str:
    """Say which paper it was."""
    return f"{case.seed}:{case.stated.form}:{case.language}:{case.alteration or 'genuine'}"


def _page_at_once(case: Case, reader: TextReader) -> bool:
    """Judge by the whole page's text: right when a line has no near likeness on an altered paper only."""
    cells = cells_of(case.stated, TEMPLATES[case.stated.form])
    languages = languages_of("".join(cell.text for cell in cells), reader.languages)
    text = "\n".join(word.text for word in reader.read(case.pictures[0], languages, Layout.PAGE))
    flowing = text.replace("\n", " ")
    found = all(_is_near(line.text, flowing) for cell in cells for line in cell.lines)
    return found == (not case.alteration)


def _is_near(line: str, text: str) -> bool:
    """Find a line anywhere in a text, nine of ten letters alike."""
    if line in text:
        return True
    step = max(1, len(line) // 4)
    windows = (text[at : at + len(line) + 2] for at in range(0, max(1, len(text) - len(line)), step))
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(line)
    for window in windows:
        matcher.set_seq1(window)
        if matcher.quick_ratio() > 0.85 and matcher.ratio() > 0.85:
            return True
    return False

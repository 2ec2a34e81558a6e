"""Imports persons from a file: every row is examined first, and one bad row keeps all of them out."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from hub.bootstrap import Services
from hub.errors import FieldProblem, InvalidInputError
from hub.store.database import reading
from hub.watchlist.categories import least_severities
from hub.watchlist.enrolment import answered, prepare_enrolment, prepare_photos
from hub.watchlist.photos import Photo, PhotoReport
from hub.watchlist.proposal_content import Amend, Answer, Enrol
from hub.watchlist.records import SubjectRecord, record_problems
from hub.watchlist.subjects import list_title, subject
from hub.watchlist.tables import reference_photos, subjects
from hub.watchlist.transfer_archive import Archive, open_archive
from hub.watchlist.transfer_rows import SourceRow, record_of_row

Progress = Callable[[int, int], None]
"""Told how many rows of how many are done."""


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row."""

    number: int
    """From 1, without the heading."""
    external_key: str
    action: str
    """``enrol``, ``amend``, ``unchanged`` or ``refused``."""
    problems: tuple[FieldProblem, ...] = ()
    """Pointers name the column, and for a photo its place in it."""
    notes: tuple[str, ...] = ()
    """Columns whose text a spreadsheet would have executed; it is taken as text."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import would do, or has proposed."""

    encoding: str
    rows: tuple[RowReport, ...]

    @property
    def is_good(self) -> bool:
        """True when no row was refused."""
        return all(row.action != "refused" for row in self.rows)

    def count(self, action: str) -> int:
        """Count the rows of an action."""
        return sum(row.action == action for row in self.rows)


@dataclass(frozen=True, slots=True, eq=False)
class PreparedImport:
    """A report, and what to propose."""

    report: ImportReport
    content: Enrol | None
    """None: a row was refused, or nothing is new."""


def prepare_import(
    services: Services,
    list_id: str,
    file: tuple[str, bytes],
    *,
    on_resemblance: Answer = "",
    progress: Progress = lambda done, of: None,
) -> PreparedImport:
    """Examine a file (name and content) row by row; nothing is written.

    Raises `InvalidInputError` for a file that cannot be read at all, `NotFoundError` without such a list.
    """
    name, content = file
    with reading(services.engine) as connection:
        list_title(connection, list_id)
    archive = open_archive(content)
    examiner = _Examiner(services, list_id, archive, on_resemblance)
    rows = archive.table.rows
    reports, found = [], []
    for row in rows:
        report, made = examiner.examine(row)
        reports.append(report)
        found += [made] if made is not None else []
        progress(row.number, len(rows))
    whole = ImportReport(archive.table.encoding, tuple(reports))
    if not whole.is_good or not found:
        return PreparedImport(whole, None)
    new = tuple(one for made in found if isinstance(made, Enrol) for one in made.subjects)
    amendments = tuple(made for made in found if isinstance(made, Amend))
    return PreparedImport(whole, Enrol(subjects=new, amendments=amendments, source=name[-100:]))


class _Examiner:
    """Looks at one row after another."""

    def __init__(self, services: Services, list_id: str, archive: Archive, on_resemblance: Answer) -> None:
        self.services = services
        self.list_id = list_id
        self.archive = archive
        self.on_resemblance = on_resemblance
        counts = Counter(row.values["external_key"] for row in archive.table.rows)
        self._twice = {key for key, count in counts.items() if count > 1}
        with reading(services.engine) as connection:
            self._least = least_severities(connection)

    def examine(self, row: SourceRow) -> tuple[RowReport, Enrol | Amend | None]:
        """Say what a row would do, and describe it."""
        entry, problems = record_of_row(row)
        known = {one.pointer for one in problems}
        further = record_problems(entry, self.services.clock(), self._least)
        problems += tuple(one for one in further if one.pointer not in known)
        if entry.external_key in self._twice:
            problems += (FieldProblem("/external_key", "twice", "stands in two rows"),)
        photos, missing = self._photos(row)
        problems += tuple(missing)
        if problems:
            return _refused(row, problems), None
        with reading(self.services.engine) as connection:
            subject_id = _known(connection, self.list_id, entry.external_key)
        try:
            if subject_id is None:
                return self._enrol(row, entry, photos)
            return self._amend(row, entry, photos, subject_id)
        except InvalidInputError as error:
            return _refused(row, error.problems), None

    def _enrol(
        self, row: SourceRow, entry: SubjectRecord, photos: list[Photo]
    ) -> tuple[RowReport, Enrol | None]:
        prepared = prepare_enrolment(self.services, self.list_id, entry, photos)
        if prepared.content is None:
            return _refused(row, tuple(_photo_problems(prepared.reports))), None
        if prepared.resemblances and not self.on_resemblance:
            alike = tuple(
                FieldProblem("/photos", "resembles", f"subject {one.subject_id} looks like this person")
                for one in prepared.resemblances
            )
            return _refused(row, alike), None
        return _report(row, "enrol"), answered(prepared.content, self.on_resemblance)

    def _amend(
        self, row: SourceRow, entry: SubjectRecord, photos: list[Photo], subject_id: str
    ) -> tuple[RowReport, Amend | None]:
        with reading(self.services.engine) as connection:
            held = subject(connection, subject_id, now=self.services.clock())
            own = select(reference_photos.c.photo_sha256).where(reference_photos.c.subject_id == subject_id)
            digests = set(connection.scalars(own))
        new = [photo for photo in photos if photo.sha256 not in digests]
        if not new and entry == held.record:
            return _report(row, "unchanged"), None
        amend = Amend(subject_id=subject_id, before=held.record, entry=entry)
        if new:
            prepared = prepare_photos(self.services, subject_id, new)
            if prepared.content is None:
                return _refused(row, tuple(_photo_problems(prepared.reports))), None
            amend = Amend(
                subject_id=subject_id, before=held.record, entry=entry, faces=prepared.content.faces
            )
        return _report(row, "amend"), amend

    def _photos(self, row: SourceRow) -> tuple[list[Photo], list[FieldProblem]]:
        found, problems = [], []
        if not row.photos:
            problems.append(FieldProblem("/photos", "missing", "names no photo"))
        for place, name in enumerate(row.photos):
            content = self.archive.photo(name)
            if content is None:
                detail = f"{name[:80]!r} is not in the archive"
                problems.append(FieldProblem(f"/photos/{place}", "missing", detail))
            else:
                found.append(Photo(name, content, row.values["captured_on"]))
        return found, problems


def _known(connection: Connection, list_id: str, external_key: str) -> str | None:
    is_it = (subjects.c.list_id == list_id) & (subjects.c.external_key == external_key)
    return connection.scalar(select(subjects.c.subject_id).where(is_it))


def _photo_problems(reports: tuple[PhotoReport, ...]) -> Iterator[FieldProblem]:
    for place, report in enumerate(reports):
        for reason in report.reasons:
            yield FieldProblem(f"/photos/{place}", reason, f"{report.name[:80]}: {reason}")


def _report(row: SourceRow, action: str) -> RowReport:
    return RowReport(row.number, row.values["external_key"], action, notes=row.formulas)


def _refused(row: SourceRow, problems: tuple[FieldProblem, ...]) -> RowReport:
    return replace(_report(row, "refused"), problems=problems)

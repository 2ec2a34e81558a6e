"""Watchlists, subjects and published versions in words. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.console.formatting import format_date, format_number
from hub.console.list_wording import SCRIPTS
from hub.console.presenting import Badge, Fact, severity_badge
from hub.console.proposal_view import Measure, present_hints, present_measures
from hub.console.reader import Moment, Reader
from hub.console.wording import PHOTO_REASONS, word
from hub.fleet.devices import DeviceSummary
from hub.watchlist.categories import Category
from hub.watchlist.photos import PhotoReport
from hub.watchlist.publishing import Confirmation, PublicationPreview, VersionSummary
from hub.watchlist.subjects import ReferenceSummary, SubjectDetail, SubjectSummary
from hub.watchlist.withdrawing import Withdrawal

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A subject in its list."""

    subject_id: str
    address: str
    name: str
    category: str
    severity: Badge
    authority: str
    expiry: str
    is_over: bool
    photos: str
    is_new: bool
    """Enrolled after the newest version was published."""


@dataclass(frozen=True, slots=True)
class PhotoLine:
    """What was found on one photo that was handed in."""

    name: str
    badge: Badge
    reasons: tuple[str, ...]
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferencePhoto:
    """One enrolled photo."""

    reference_id: str
    badge: Badge
    detail: str
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfirmationLine:
    """What one device says of the newest version, or of the list's withdrawal."""

    place: str
    device_id: str
    badge: Badge
    detail: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One published version."""

    version: int
    title: str
    published: Moment
    detail: str
    can_return: bool
    """Its state is kept and can be published again."""


@dataclass(frozen=True, slots=True)
class Publication:
    """The versions of a list and who has taken up the newest."""

    versions: tuple[VersionLine, ...]
    confirmations: tuple[ConfirmationLine, ...]
    confirmed: int
    has_changes: bool
    """The next version would differ from the newest."""


def category_titles(categories: Iterable[Category], reader: Reader) -> dict[str, str]:
    """Name every category in the reader's language, by code."""
    return {one.code: one.title(reader.language.code) for one in categories}


def present_subject_row(
    subject: SubjectSummary, newest: VersionSummary | None, titles: Mapping[str, str], reader: Reader
) -> SubjectRow:
    """Word one subject of a list."""
    over = not subject.is_live
    return SubjectRow(
        subject_id=subject.subject_id,
        address=subject_address(subject.list_id, subject.subject_id),
        name=subject.display_name,
        category=titles.get(subject.category, subject.category),
        severity=severity_badge(subject.severity, reader),
        authority=subject.authority,
        expiry=format_expiry(subject.expires_at, reader),
        is_over=over,
        photos=format_number(subject.references, reader.language),
        is_new=not over and (newest is None or subject.enrolled_at > newest.published_at),
    )


def subject_address(list_id: str, subject_id: str) -> str:
    """Path of a subject's page."""
    return f"/console/watchlists/{list_id}/subjects/{subject_id}"


def format_expiry(expires_at: datetime | None, reader: Reader) -> str:
    """Name the last day of a listing; one that ends at midnight ends on the day before."""
    if expires_at is None:
        return reader.language.words.gettext("until removed")
    return format_date((expires_at - _INSTANT).astimezone(reader.zone).date(), reader.language)


def present_photo(report: PhotoReport, reader: Reader) -> PhotoLine:
    """Word the report on one photo."""
    words, measures = reader.language.words, present_measures(report.components, reader)
    if report.is_accepted:
        title = words.gettext("Good")
        quality = _quality(report.quality or 0.0, report.face_width, reader)
        said = (quality, *present_hints(report.hints, reader))
        return PhotoLine(report.name, Badge(title, "good"), said, measures)
    reasons = tuple(word(PHOTO_REASONS, code, words) for code in report.reasons)
    return PhotoLine(report.name, Badge(words.gettext("Refused"), "bad"), reasons, measures)


def present_reference(reference: ReferenceSummary, reader: Reader) -> ReferencePhoto:
    """Word one enrolled photo with its quality and age."""
    words, language = reader.language.words, reader.language
    tone = "good" if reference.quality >= 60 else "warn"
    badge = Badge(
        words.gettext("Quality %(number)s") % {"number": format_number(reference.quality, language)}, tone
    )
    detail = words.gettext("date of the photo unknown")
    if reference.captured_on:
        taken = format_date(datetime.fromisoformat(reference.captured_on).date(), language)
        detail = words.gettext("taken %(date)s") % {"date": taken}
    measures = present_measures(reference.components, reader)
    return ReferencePhoto(reference.reference_id, badge, detail, measures)


def present_record(detail: SubjectDetail, titles: Mapping[str, str], reader: Reader) -> tuple[Fact, ...]:
    """Word everything stated about a subject."""
    words, record = reader.language.words, detail.record
    given = (
        Fact(words.gettext("Other names"), _other_names(detail, reader)),
        Fact(words.gettext("Reason of listing"), titles.get(record.category, record.category)),
        Fact(words.gettext("Legal basis"), record.legal_basis),
        Fact(words.gettext("Authority"), record.authority),
        Fact(words.gettext("Case number"), record.case_number),
        Fact(words.gettext("Listed until"), format_expiry(record.expires_at, reader)),
        Fact(
            words.gettext("Enrolled"),
            f"{reader.moment(detail.summary.enrolled_at).text}, {detail.enrolled_by}",
        ),
        Fact(words.gettext("Key in another system"), record.external_key),
        Fact(words.gettext("Subject id"), detail.summary.subject_id),
    )
    return tuple(fact for fact in given if fact.text)


def present_publication(  # noqa: PLR0913 - a publication has so many sides
    versions: Sequence[VersionSummary],
    confirmations: Iterable[Confirmation],
    devices: Iterable[DeviceSummary],
    coming: PublicationPreview,
    *,
    reader: Reader,
    has_new_subjects: bool,
    returnable: Sequence[int] = (),
) -> Publication:
    """Word the versions of a list and what each device says of the newest."""
    newest = versions[0] if versions else None
    said = {one.device_id: one for one in confirmations}
    lines = tuple(
        _confirmation(device, said.get(device.device_id), newest.version, reader)
        for device in devices
        if newest is not None and not device.is_revoked
    )
    is_other = newest is None or (newest.subjects, newest.references) != (coming.subjects, coming.references)
    return Publication(
        versions=present_versions(versions, returnable, reader),
        confirmations=lines,
        confirmed=sum(1 for line in lines if line.badge.tone == "good"),
        has_changes=has_new_subjects or (is_other and (newest is not None or coming.references > 0)),
    )


def present_versions(
    versions: Iterable[VersionSummary], returnable: Sequence[int], reader: Reader
) -> tuple[VersionLine, ...]:
    """Word published versions; `returnable`: those whose state can be published again."""
    return tuple(_version(one, returnable, reader) for one in versions)


def present_withdrawals(
    withdrawals: Iterable[Withdrawal],
    confirmations: Iterable[Confirmation],
    devices: Iterable[DeviceSummary],
    reader: Reader,
) -> tuple[ConfirmationLine, ...]:
    """Word what each device of the sites that were taken off says of the list's withdrawal."""
    issued = {one.site_id: one.issued_at for one in withdrawals}
    said = {one.device_id: one for one in confirmations}
    return tuple(
        _withdrawal(device, said.get(device.device_id), issued[device.site_id], reader)
        for device in devices
        if device.site_id in issued and not device.is_revoked
    )


def _other_names(detail: SubjectDetail, reader: Reader) -> str:
    words = reader.language.words
    return ", ".join(f"{one.name} ({word(SCRIPTS, one.script, words)})" for one in detail.names[1:])


def _confirmation(
    device: DeviceSummary, said: Confirmation | None, newest: int, reader: Reader
) -> ConfirmationLine:
    words = reader.language.words
    place = f"{device.site_id} · {device.lane_id}"
    if said is not None and said.version is not None and said.version >= newest:
        when = reader.moment(said.applied_at).text if said.applied_at else ""
        return ConfirmationLine(place, device.device_id, Badge(words.gettext("Confirmed"), "good"), when)
    if said is not None and said.rejected_version is not None and said.rejected_version >= newest:
        return ConfirmationLine(
            place, device.device_id, Badge(words.gettext("Refused"), "bad"), said.rejected_reason or ""
        )
    return _waiting(device, said, reader)


def _withdrawal(
    device: DeviceSummary, said: Confirmation | None, issued_at: datetime, reader: Reader
) -> ConfirmationLine:
    words = reader.language.words
    place = f"{device.site_id} · {device.lane_id}"
    if said is not None and said.withdrawn_at is not None:
        badge = Badge(words.gettext("List withdrawn"), "good")
        return ConfirmationLine(place, device.device_id, badge, reader.moment(said.withdrawn_at).text)
    if said is not None and said.rejected_at is not None and said.rejected_at >= issued_at:
        badge = Badge(words.gettext("Refused"), "bad")
        return ConfirmationLine(place, device.device_id, badge, said.rejected_reason or "")
    return _waiting(device, said, reader)


def _waiting(device: DeviceSummary, said: Confirmation | None, reader: Reader) -> ConfirmationLine:
    words = reader.language.words
    if said is None or said.version is None:
        detail = words.gettext("has no version yet")
    else:
        detail = words.gettext("still searches version %(version)s") % {"version": said.version}
    tone = "warn dot" if device.is_online else "ring"
    title = words.gettext("Waiting") if device.is_online else words.gettext("Offline")
    place = f"{device.site_id} · {device.lane_id}"
    return ConfirmationLine(place, device.device_id, Badge(title, tone), detail)


def _version(one: VersionSummary, returnable: Sequence[int], reader: Reader) -> VersionLine:
    words = reader.language.words
    subjects = words.ngettext("%(count)s person", "%(count)s persons", one.subjects) % {"count": one.subjects}
    photos = words.ngettext("%(count)s photo", "%(count)s photos", one.references) % {"count": one.references}
    title = words.gettext("Version %(version)s") % {"version": one.version}
    who = f"{one.published_by} + {one.approved_by}" if one.approved_by else one.published_by
    detail = f"{subjects}, {photos} · {who}"
    if one.state_of is not None:
        detail += " · " + words.gettext("state of version %(version)s") % {"version": one.state_of}
    can_return = one.version in returnable
    return VersionLine(one.version, title, reader.moment(one.published_at), detail, can_return)


def _quality(quality: float, face_width: float | None, reader: Reader) -> str:
    words, language = reader.language.words, reader.language
    text = words.gettext("Quality %(number)s") % {"number": format_number(quality, language)}
    if face_width is None:
        return text
    width = words.gettext("face %(pixels)s pixels wide") % {"pixels": format_number(face_width, language)}
    return f"{text}, {width}"

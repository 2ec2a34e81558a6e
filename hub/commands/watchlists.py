"""`kechid-hub watchlist`: lists, enrolment, publication.

What looks at pictures is imported by the commands that do: the others would pay for the networks' libraries.
"""

import argparse
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hub.commands.options import COMMAND_LINE, Commands, add_command, add_group, services_of
from hub.commands.outcome import Outcome
from hub.errors import HubError, NotFoundError
from hub.people.audit import Act, record
from hub.store.database import reading, writing
from hub.watchlist.subjects import CATEGORIES, SubjectRecord, all_lists, create_list, remove_subject

if TYPE_CHECKING:
    from hub.watchlist.photos import Photo, PhotoReport


class RefusedPhotosError(HubError):
    """At least one photo was refused; nothing was written."""

    def __init__(self, reports: "tuple[PhotoReport, ...]") -> None:
        refused = (report for report in reports if not report.is_accepted)
        super().__init__("; ".join(f"{report.name}: {', '.join(report.reasons)}" for report in refused))


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    group = add_group(commands, "watchlist", "lists, subjects, versions")
    create = add_command(group, "create", create_one_list, "make a list")
    create.add_argument("list_id")
    create.add_argument("--title", required=True)
    _add_enrol_parser(group)
    remove = add_command(group, "remove", remove_one_subject, "take a subject off from the next version on")
    remove.add_argument("subject_id")
    publishing = add_command(
        group, "publish", publish_list, "publish a list's live subjects as its next version"
    )
    publishing.add_argument("list_id")
    publishing.add_argument("--allow-empty", action="store_true", help="also when nobody is on the list")
    add_command(group, "list", show_lists, "show lists, newest versions and confirmations")


def _add_enrol_parser(group: Commands) -> None:
    enrolling = add_command(
        group, "enrol", enrol_one, "enrol a subject from photos; all are good or nothing is done"
    )
    enrolling.add_argument("list_id")
    enrolling.add_argument("photos", type=Path, nargs="+", metavar="PHOTO")
    enrolling.add_argument("--name", required=True, help="display name")
    enrolling.add_argument("--category", default=CATEGORIES[0], choices=CATEGORIES)
    enrolling.add_argument("--severity", type=int, default=1, choices=(1, 2, 3))
    enrolling.add_argument("--legal-basis", required=True)
    enrolling.add_argument("--authority", required=True)
    enrolling.add_argument("--case-number", default="")
    enrolling.add_argument("--instructions", default="")
    enrolling.add_argument(
        "--expires", type=datetime.fromisoformat, metavar="TIME", help="ISO time with offset"
    )
    enrolling.add_argument("--captured-on", default="", metavar="DATE", help="ISO date of the photos")


def create_one_list(options: argparse.Namespace) -> Outcome:
    """Make a list; the same again changes nothing."""
    services = services_of(options)
    now = services.clock()
    with writing(services.engine) as connection:
        is_new = create_list(connection, options.list_id, options.title, now)
        if is_new:
            record(connection, Act(COMMAND_LINE, "list-created", options.list_id, {}), now)
    words = f"list {options.list_id} {'created' if is_new else 'stands already'}"
    return Outcome(words, {"list_id": options.list_id, "created": is_new})


def enrol_one(options: argparse.Namespace) -> Outcome:
    """Enrol a subject; raises `RefusedPhotosError` naming each refused photo and its reasons."""
    from hub.watchlist.enrolment import enrol

    services = services_of(options)
    entry = SubjectRecord(
        display_name=options.name,
        category=options.category,
        severity=options.severity,
        legal_basis=options.legal_basis,
        authority=options.authority,
        case_number=options.case_number,
        instructions=options.instructions,
        expires_at=options.expires,
    )
    photos = [_photo(path, options.captured_on) for path in options.photos]
    done = enrol(services, options.list_id, entry, photos, actor=COMMAND_LINE)
    if done.subject_id is None:
        raise RefusedPhotosError(done.photos)
    words = f"subject {done.subject_id} enrolled on {options.list_id} with {len(done.photos)} photos"
    return Outcome(words, {"subject_id": done.subject_id, "photos": done.photos})


def remove_one_subject(options: argparse.Namespace) -> Outcome:
    """Take a subject off its list."""
    services = services_of(options)
    now = services.clock()
    with writing(services.engine) as connection:
        if not remove_subject(connection, options.subject_id, actor=COMMAND_LINE, now=now):
            raise NotFoundError("listed subject", options.subject_id)
        record(connection, Act(COMMAND_LINE, "subject-removed", options.subject_id, {}), now)
    return Outcome(f"subject {options.subject_id} removed", {"subject_id": options.subject_id})


def publish_list(options: argparse.Namespace) -> Outcome:
    """Publish; `kechid-hub ingest` tells the devices within a second."""
    from hub.watchlist.publishing import publish

    services = services_of(options)
    done = publish(services, options.list_id, actor=COMMAND_LINE, allow_empty=options.allow_empty)
    words = f"{done.list_id} version {done.version}: {done.subjects} subjects, {done.references} references"
    return Outcome(words, {"version": done.version, "publication": done})


def show_lists(options: argparse.Namespace) -> Outcome:
    """List lists with their newest version and what devices confirmed."""
    from hub.watchlist.publishing import confirmations, versions

    services = services_of(options)
    with reading(services.engine) as connection:
        found = [
            {
                "list_id": one.list_id,
                "title": one.title,
                "subjects": one.subjects,
                "newest": next(iter(versions(connection, one.list_id, limit=1)), None),
                "confirmations": confirmations(connection, one.list_id),
            }
            for one in all_lists(connection, services.clock())
        ]
    return Outcome("\n".join(_line(one) for one in found), {"watchlists": found})


def _line(entry: Mapping[str, object]) -> str:
    newest = entry["newest"]
    version = getattr(newest, "version", "none")
    return (
        f"{entry['list_id']}: {entry['title']}, {entry['subjects']} live subjects, newest version {version}"
    )


def _photo(path: Path, captured_on: str) -> "Photo":
    from hub.watchlist.photos import MAX_PHOTO_BYTES, Photo

    try:
        with path.open("rb") as file:
            return Photo(path.name, file.read(MAX_PHOTO_BYTES + 1), captured_on)
    except OSError as error:
        raise HubError(f"{path}: {error.strerror}") from error

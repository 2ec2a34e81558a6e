"""`kechid-hub watchlist`: lists, enrolment, publication.

What looks at pictures is imported by the commands that do: the others would pay for the networks' libraries.
"""

import argparse
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hub.commands import watchlist_policy, watchlist_proposals, watchlist_transfer
from hub.commands.officers import acting, add_officer_options
from hub.commands.options import COMMAND_LINE, Commands, add_command, add_group, services_of
from hub.commands.outcome import Outcome
from hub.errors import ConflictError, HubError, NotFoundError
from hub.people.access import Permission
from hub.people.audit import Act, record
from hub.store.database import reading, writing
from hub.watchlist.categories import BUILT_IN
from hub.watchlist.records import SubjectRecord
from hub.watchlist.subjects import DEFAULT_TWO_PERSON_ACTS, all_lists, create_list, subject

if TYPE_CHECKING:
    from hub.watchlist.photos import Photo, PhotoReport
    from hub.watchlist.proposals import Proposal


class RefusedPhotosError(HubError):
    """At least one photo was refused; nothing was written."""

    def __init__(self, reports: "tuple[PhotoReport, ...]") -> None:
        refused = (report for report in reports if not report.is_accepted)
        super().__init__("; ".join(f"{report.name}: {', '.join(report.reasons)}" for report in refused))


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    group = add_group(commands, "watchlist", "lists, subjects, versions, proposals")
    create = add_command(group, "create", create_one_list, "make a list")
    create.add_argument("list_id")
    create.add_argument("--title", required=True)
    create.add_argument(
        "--two-persons", metavar="ACTS", help="of enrol,amend,remove,publish (all but amend); or none"
    )
    _add_enrol_parser(group)
    remove = add_command(group, "remove", remove_one_subject, "take a subject off from the next version on")
    remove.add_argument("subject_id")
    remove.add_argument("--reason", default="")
    add_officer_options(remove)
    publishing = add_command(
        group, "publish", publish_list, "publish a list's live subjects as its next version"
    )
    publishing.add_argument("list_id")
    publishing.add_argument("--allow-empty", action="store_true", help="also when nobody is on the list")
    publishing.add_argument("--state-of", type=int, metavar="VERSION", help="bring back an older state")
    add_officer_options(publishing)
    add_command(group, "list", show_lists, "show lists, newest versions and confirmations")
    watchlist_proposals.add_parsers(group)
    watchlist_policy.add_parsers(group)
    watchlist_transfer.add_parsers(group)


def _add_enrol_parser(group: Commands) -> None:
    enrolling = add_command(
        group, "enrol", enrol_one, "enrol a subject from photos; all are good or nothing is done"
    )
    enrolling.add_argument("list_id")
    enrolling.add_argument("photos", type=Path, nargs="+", metavar="PHOTO")
    enrolling.add_argument("--name", required=True, help="display name")
    enrolling.add_argument("--alias", action="append", default=[], help="another name; repeatable")
    enrolling.add_argument("--category", default=BUILT_IN[0].code)
    enrolling.add_argument("--severity", type=int, default=1, choices=(1, 2, 3))
    enrolling.add_argument("--legal-basis", required=True)
    enrolling.add_argument("--authority", required=True)
    enrolling.add_argument("--case-number", default="")
    enrolling.add_argument("--instructions", default="")
    enrolling.add_argument("--external-key", default="", metavar="KEY", help="another system's key")
    enrolling.add_argument(
        "--expires", type=datetime.fromisoformat, metavar="TIME", help="ISO time with offset"
    )
    enrolling.add_argument("--captured-on", default="", metavar="DATE", help="ISO date of the photos")
    enrolling.add_argument(
        "--on-resemblance",
        choices=("ask", "look-alike", "other"),
        default="ask",
        help="somebody listed looks like the person: stop (default), keep both apart, or go on",
    )
    add_officer_options(enrolling)


def create_one_list(options: argparse.Namespace) -> Outcome:
    """Make a list; the same again changes nothing."""
    services = services_of(options)
    acts = _two_person_acts(options.two_persons)
    now = services.clock()
    with writing(services.engine) as connection:
        is_new = create_list(connection, options.list_id, options.title, now, two_person_acts=acts)
        if is_new:
            record(connection, Act(COMMAND_LINE, "list-created", options.list_id, {}), now)
    words = f"list {options.list_id} {'created' if is_new else 'stands already'}"
    return Outcome(words, {"list_id": options.list_id, "created": is_new})


def _two_person_acts(text: str | None) -> tuple[str, ...]:
    acts = DEFAULT_TWO_PERSON_ACTS if text is None else watchlist_policy.parse_acts(text)
    if unknown := sorted(set(acts) - set(watchlist_policy.ACTS)):
        raise HubError(f"--two-persons {unknown[0]!r}: want {', '.join(watchlist_policy.ACTS)} or none")
    return acts


def enrol_one(options: argparse.Namespace) -> Outcome:
    """Propose a subject; raises `RefusedPhotosError` naming each refused photo and its reasons."""
    from hub.watchlist.enrolment import answered, prepare_enrolment
    from hub.watchlist.proposals import propose

    services = services_of(options)
    actor = acting(options, services, Permission.ENROL)
    photos = [_photo(path, options.captured_on) for path in options.photos]
    prepared = prepare_enrolment(services, options.list_id, _record(options), photos)
    if prepared.content is None:
        raise RefusedPhotosError(prepared.reports)
    if prepared.resemblances and options.on_resemblance == "ask":
        alike = ", ".join(one.subject_id for one in prepared.resemblances)
        raise ConflictError("resembles", f"somebody listed looks like this person: {alike}")
    said = options.on_resemblance
    content = answered(prepared.content, "" if said == "ask" else said)
    with writing(services.engine) as connection:
        made = propose(services, connection, options.list_id, content, actor=actor)
    words = f"subject {made.subject_id} {_done(made, 'enrolled')} on {options.list_id}"
    facts = {"subject_id": made.subject_id, "photos": prepared.reports, "proposal": made}
    return Outcome(f"{words} with {len(photos)} photos", facts)


def _record(options: argparse.Namespace) -> SubjectRecord:
    return SubjectRecord(
        display_name=options.name,
        category=options.category,
        severity=options.severity,
        legal_basis=options.legal_basis,
        authority=options.authority,
        case_number=options.case_number,
        instructions=options.instructions,
        expires_at=options.expires,
        aliases=tuple(options.alias),
        external_key=options.external_key,
    )


def remove_one_subject(options: argparse.Namespace) -> Outcome:
    """Propose to take a subject off its list."""
    from hub.watchlist.proposal_content import Remove
    from hub.watchlist.proposals import propose

    services = services_of(options)
    actor = acting(options, services, Permission.ENROL)
    with writing(services.engine) as connection:
        held = subject(connection, options.subject_id, now=services.clock())
        if held.removed_at is not None:
            raise NotFoundError("listed subject", options.subject_id)
        content = Remove(subject_id=options.subject_id, reason=options.reason)
        made = propose(services, connection, held.summary.list_id, content, actor=actor)
    facts = {"subject_id": options.subject_id, "proposal": made}
    return Outcome(f"subject {options.subject_id} {_done(made, 'removed')}", facts)


def publish_list(options: argparse.Namespace) -> Outcome:
    """Propose a version; `kechid-hub ingest` tells the devices within a second of its publication."""
    from hub.watchlist.proposals import propose
    from hub.watchlist.publishing import proposed_publication, versions

    services = services_of(options)
    actor = acting(options, services, Permission.PUBLISH)
    with writing(services.engine) as connection:
        content = proposed_publication(
            services,
            connection,
            options.list_id,
            allow_empty=options.allow_empty,
            state_of=options.state_of,
        )
        made = propose(services, connection, options.list_id, content, actor=actor)
        newest = next(iter(versions(connection, options.list_id, limit=1)), None)
    words = f"{options.list_id} version {content.next_version} {_done(made, 'published')}"
    facts = {"version": content.next_version, "proposal": made}
    return Outcome(words, facts | ({"publication": newest} if made.is_done else {}))


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


def _done(made: "Proposal", participle: str) -> str:
    if made.is_done:
        return participle
    return f"waits to be {participle}: proposal {made.proposal_id} needs a second officer;"


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

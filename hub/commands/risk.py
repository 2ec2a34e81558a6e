"""`kechid-hub risk profiles`: draft, test, activate and retire what selects declarations."""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from hub.bootstrap import Services
from hub.commands.officers import acting, add_officer_options
from hub.commands.options import Commands, add_command, add_group, services_of
from hub.commands.outcome import Outcome
from hub.errors import FieldProblem, HubError, InvalidInputError
from hub.people.access import Permission
from hub.store.database import reading, writing

if TYPE_CHECKING:
    from hub.declarations.assessing.back_test_runs import BackTestRun


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    risk = add_group(commands, "risk", "what is looked for in declarations")
    profiles = add_group(risk, "profiles", "named conditions that select declarations")
    add_command(profiles, "list", show_profiles, "show every version of every profile")
    draft = add_command(profiles, "draft", draft_one, "store the next version of a profile")
    draft.add_argument("file", type=Path, metavar="FILE", help="the profile as JSON, as the API takes it")
    test = add_command(profiles, "test", test_one, "say what a draft would have done, and keep it")
    activate = add_command(profiles, "activate", activate_one, "let a tested draft select")
    retire = add_command(profiles, "retire", retire_one, "let a profile select nothing any more")
    for parser in (test, activate, retire):
        parser.add_argument("profile_id")
    for parser in (test, activate):
        parser.add_argument("version", type=int)
    test.add_argument("--first", type=_day, required=True, metavar="DAY", help="2026-03-01")
    test.add_argument("--last", type=_day, required=True, metavar="DAY", help="2026-03-31")
    test.add_argument("--most", type=int, metavar="N", help="read so many at most, the newest first")
    for parser in (draft, test, activate, retire):
        add_officer_options(parser, is_required=True)


def show_profiles(options: argparse.Namespace) -> Outcome:
    """List versions."""
    from hub.declarations.assessing.profiles import list_profiles

    with reading(services_of(options).engine) as connection:
        found = list_profiles(connection)
    lines = [
        f"{one.profile.profile_id} {one.profile.version} {one.state} {one.profile.channel}"
        f" {one.profile.share:g}: {one.profile.title}"
        for one in found
    ]
    return Outcome("\n".join(lines) or "no profiles", {"profiles": found})


def draft_one(options: argparse.Namespace) -> Outcome:
    """Store a draft; raises `HubError` naming the file and each field that is wrong."""
    from hub.declarations.assessing.profiles import NewProfile, draft_profile
    from hub.declarations.json_form import JsonReader

    services = services_of(options)
    actor = acting(options, services, Permission.DECIDE_DECLARATIONS)
    try:
        wanted = JsonReader(NewProfile).read(options.file.read_bytes())
        with writing(services.engine) as connection:
            made = draft_profile(connection, wanted, actor=actor, now=services.clock())
    except OSError as error:
        raise HubError(f"{options.file}: {error.strerror}") from error
    except InvalidInputError as error:
        raise HubError(f"{options.file}: {error}") from error
    words = f"profile {made.profile.profile_id} version {made.profile.version} drafted"
    return Outcome(words, {"profile": made})


def test_one(options: argparse.Namespace) -> Outcome:
    """Test a draft here and now, beside a worker that may do the same."""
    from hub.declarations.assessing.back_test import is_tested_after_portion, start_back_test
    from hub.declarations.assessing.back_test_runs import MOST_DECLARATIONS, BackTestPeriod
    from hub.declarations.assessing.profiles import profile_version

    services, own = services_of(options), (options.profile_id, _version(options))
    actor = acting(options, services, Permission.DECIDE_DECLARATIONS)
    most = MOST_DECLARATIONS if options.most is None else options.most
    period = BackTestPeriod(options.first, options.last, most)
    start_back_test(services, *own, period, actor=actor)
    while not is_tested_after_portion(services, *own):
        _tell(_run(services, *own))
    with reading(services.engine) as connection:
        kept = profile_version(connection, *own).back_test or {}
    words = (
        "{tested} tested, {matched} matched, {selected} selected, {newly_selected} of them newly;"
        " {extra_inspections_a_day} more inspections a day"
    )
    return Outcome(words.format(**kept), {"back_test": kept})


def activate_one(options: argparse.Namespace) -> Outcome:
    """Activate a draft of another officer."""
    from hub.declarations.assessing.profiles import activate_profile

    services, own = services_of(options), (options.profile_id, _version(options))
    actor = acting(options, services, Permission.DECIDE_DECLARATIONS)
    with writing(services.engine) as connection:
        made = activate_profile(connection, *own, actor=actor, now=services.clock())
    return Outcome("profile {} version {} is active".format(*own), {"profile": made})


def retire_one(options: argparse.Namespace) -> Outcome:
    """Retire the active version."""
    from hub.declarations.assessing.profiles import retire_profile

    services = services_of(options)
    actor = acting(options, services, Permission.DECIDE_DECLARATIONS)
    with writing(services.engine) as connection:
        retire_profile(connection, options.profile_id, actor=actor, now=services.clock())
    facts = {"profile_id": options.profile_id}
    return Outcome(f"profile {options.profile_id} retired", facts)


def _run(services: Services, profile_id: str, version: int) -> "BackTestRun | None":
    from hub.declarations.assessing.back_test_runs import back_test_run

    with reading(services.engine) as connection:
        return back_test_run(connection, profile_id, version)


def _tell(run: "BackTestRun | None") -> None:
    if run is not None:
        sys.stderr.write(f"declaration {run.seen} of {run.upto}\n")


def _version(options: argparse.Namespace) -> int:
    version: int = options.version
    if not 1 <= version <= 1_000_000:
        raise InvalidInputError(FieldProblem("/version", "out-of-range", f"{version} is no version"))
    return version


def _day(text: str) -> date:
    return date.fromisoformat(text)

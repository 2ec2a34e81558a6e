"""`kechid-hub watchlist policy`, `category`, `history`, `hygiene`: how a list is kept, and what happened."""

import argparse

from hub.commands.officers import acting, add_officer_options
from hub.commands.options import Commands, add_command, services_of
from hub.commands.outcome import Outcome
from hub.people.access import Permission
from hub.people.audit import Act, record
from hub.store.database import reading, writing
from hub.store.paging import MAX_LIMIT

ACTS = ("enrol", "amend", "remove", "publish")


def add_parsers(group: Commands) -> None:
    """Add the commands."""
    policy = add_command(group, "policy", show_or_set, "show or propose which acts take two, and the sites")
    policy.add_argument("list_id")
    policy.add_argument("--two-persons", metavar="ACTS", help="of enrol,amend,remove,publish; or none")
    where = policy.add_mutually_exclusive_group()
    where.add_argument("--site", action="append", dest="sites", metavar="SITE", help="repeatable")
    where.add_argument("--everywhere", action="store_true", help="to every site, also those to come")
    add_officer_options(policy)
    category = add_command(group, "category", set_category, "add, change or retire a reason of listing")
    category.add_argument("code")
    for language in ("az", "ru", "en"):
        category.add_argument(f"--title-{language}", required=True)
    category.add_argument("--least-severity", type=int, default=1, choices=(1, 2, 3))
    category.add_argument("--retired", action="store_true", help="new entries cannot have it")
    add_officer_options(category)
    history = add_command(group, "history", show_history, "show what happened to a list, newest first")
    history.add_argument("list_id")
    history.add_argument("--subject", metavar="ID", help="of one subject only")
    compared = add_command(group, "hygiene", show_alike, "find pairs on a list who look alike")
    compared.add_argument("list_id")


def show_or_set(options: argparse.Namespace) -> Outcome:
    """Show the policy, or propose another one."""
    from hub.watchlist.policy import policy_of
    from hub.watchlist.proposal_content import SetPolicy
    from hub.watchlist.proposals import propose

    services = services_of(options)
    with reading(services.engine) as connection:
        held = policy_of(connection, options.list_id)
    if options.two_persons is None and not options.sites and not options.everywhere:
        where = "every site" if held.sites is None else ", ".join(held.sites) or "no site"
        acts = ", ".join(held.two_person_acts) or "nothing"
        return Outcome(f"{held.list_id}: two persons for {acts}; goes to {where}", {"policy": held})
    wanted = options.two_persons
    acts_wanted = held.two_person_acts if wanted is None else parse_acts(wanted)
    sites = None if options.everywhere else tuple(options.sites) if options.sites else held.sites
    actor = acting(options, services, Permission.MANAGE_LIST_POLICY)
    with writing(services.engine) as connection:
        content = SetPolicy(two_person_acts=acts_wanted, sites=sites)
        made = propose(services, connection, options.list_id, content, actor=actor)
    words = "is set" if made.is_done else f"waits for a second officer: proposal {made.proposal_id}"
    return Outcome(f"policy of {options.list_id} {words}", {"proposal": made})


def set_category(options: argparse.Namespace) -> Outcome:
    """Add, change or retire a category."""
    from hub.watchlist.categories import Category, put_category

    services = services_of(options)
    actor = acting(options, services, Permission.MANAGE_LIST_POLICY)
    category = Category(
        options.code,
        options.title_az,
        options.title_ru,
        options.title_en,
        options.least_severity,
        options.retired,
    )
    with writing(services.engine) as connection:
        put_category(connection, category, actor=actor, now=services.clock())
    return Outcome(f"category {category.code} set", {"category": category})


def show_history(options: argparse.Namespace) -> Outcome:
    """Show the newest events."""
    from hub.watchlist.history import history_of_list, history_of_subject
    from hub.watchlist.subjects import list_title

    services = services_of(options)
    with reading(services.engine) as connection:
        list_title(connection, options.list_id)
        if options.subject:
            found = history_of_subject(connection, options.subject, limit=MAX_LIMIT)
        else:
            found = history_of_list(connection, options.list_id, limit=MAX_LIMIT)
    lines = (f"{one.at.isoformat()} {one.action} {one.subject_id or ''} {one.actor}" for one in found.items)
    return Outcome("\n".join(lines), {"history": found.items})


def show_alike(options: argparse.Namespace) -> Outcome:
    """Compare everybody on a list with everybody else on it."""
    from hub.watchlist.look_alikes import hygiene
    from hub.watchlist.subjects import list_title

    services = services_of(options)
    actor = acting(argparse.Namespace(officer=None), services, Permission.ENROL)
    with writing(services.engine) as connection:
        list_title(connection, options.list_id)
        record(connection, Act(actor, "list-compared", options.list_id, {}), services.clock())
        found = hygiene(services, connection, options.list_id)
    lines = [
        f"{one.first_id} {one.second_id} {'kept apart' if one.margin is not None else 'unanswered'}"
        for one in found
    ]
    return Outcome("\n".join(lines) or "no two look alike", {"pairs": found})


def parse_acts(text: str) -> tuple[str, ...]:
    """Split ``enrol,publish``; ``none`` is nothing."""
    return () if text == "none" else tuple(part.strip() for part in text.split(",") if part.strip())

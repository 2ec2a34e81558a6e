"""What a list's policy says: which acts take two persons, and to which sites the list goes."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, exists, or_, select, update

from hub.bootstrap import Services
from hub.errors import FieldProblem, InvalidInputError, NotFoundError
from hub.fleet.tables import sites
from hub.live.kinds import ChangeKind
from hub.people.audit import Act, record
from hub.store.notify import publish_change
from hub.watchlist.acting import Event, Officers, note_event
from hub.watchlist.proposal_content import ACTS
from hub.watchlist.tables import watchlist_sites, watchlists
from hub.watchlist.withdrawing import bring_back, withdraw


@dataclass(frozen=True, slots=True)
class ListPolicy:
    """The policy of one list."""

    list_id: str
    two_person_acts: tuple[str, ...]
    """Of ``enrol``, ``amend`` (names and photos), ``remove``, ``publish``."""
    sites: tuple[str, ...] | None
    """Ids of the sites the list goes to; None: to every one, also those that come later."""


def policy_of(connection: Connection, list_id: str) -> ListPolicy:
    """Read a list's policy; raises `NotFoundError`."""
    row = connection.execute(select(watchlists).where(watchlists.c.list_id == list_id)).first()
    if row is None:
        raise NotFoundError("watchlist", list_id)
    named = connection.scalars(
        select(watchlist_sites.c.site_id)
        .where(watchlist_sites.c.list_id == list_id)
        .order_by(watchlist_sites.c.site_id)
    )
    acts = tuple(row.two_person_acts.split())
    return ListPolicy(list_id, acts, None if row.goes_everywhere else tuple(named))


def set_two_person_acts(
    services: Services, connection: Connection, list_id: str, acts: Collection[str], *, actor: str
) -> ListPolicy:
    """Say which acts take two persons; raises `NotFoundError`, `InvalidInputError` for an unknown act."""
    unknown = sorted(set(acts) - set(ACTS))
    if unknown:
        detail = f"{unknown[0][:40]!r} is none of {', '.join(ACTS)}"
        raise InvalidInputError(FieldProblem("/two_person_acts", "unknown", detail))
    before = policy_of(connection, list_id)
    wanted = tuple(act for act in ACTS if act in acts)
    values = {"two_person_acts": " ".join(wanted)}
    connection.execute(update(watchlists).where(watchlists.c.list_id == list_id).values(**values))
    _note(services, connection, list_id, ("two_person_acts", before.two_person_acts, wanted), actor)
    return policy_of(connection, list_id)


def set_sites(
    services: Services, connection: Connection, list_id: str, wanted: Collection[str] | None, *, actor: str
) -> ListPolicy:
    """Say to which sites a list goes, None to all; raises `NotFoundError`, `InvalidInputError` for a site.

    It is withdrawn from the devices of sites that are taken off, and comes back with sites that are added.
    """
    before = policy_of(connection, list_id)
    known = set(connection.scalars(select(sites.c.site_id)))
    unknown = sorted(set(wanted or ()) - known)
    if unknown:
        raise InvalidInputError(FieldProblem("/sites", "unknown", f"no site {unknown[0][:64]!r}"))
    everywhere = wanted is None
    if not everywhere:
        connection.execute(delete(watchlist_sites).where(watchlist_sites.c.list_id == list_id))
    is_it = watchlists.c.list_id == list_id
    connection.execute(update(watchlists).where(is_it).values(goes_everywhere=everywhere))
    rows = [{"list_id": list_id, "site_id": site_id} for site_id in sorted(set(wanted or ()))]
    if rows:
        connection.execute(watchlist_sites.insert(), rows)
    after = policy_of(connection, list_id)
    _note(services, connection, list_id, ("sites", before.sites, after.sites), actor)
    was_at, is_at = (known if one.sites is None else set(one.sites) for one in (before, after))
    withdraw(services, connection, list_id, was_at - is_at, actor=actor)
    bring_back(services, connection, list_id, is_at - was_at)
    publish_change(connection, ChangeKind.WATCHLIST, list_id, services.clock())
    return after


def formerly_named(connection: Connection) -> set[tuple[str, str]]:
    """Return pairs of list and site of lists that went to that site by name and now go everywhere."""
    named = select(watchlist_sites.c.list_id, watchlist_sites.c.site_id)
    named = named.join(watchlists, watchlists.c.list_id == watchlist_sites.c.list_id)
    return {
        (row.list_id, row.site_id) for row in connection.execute(named.where(watchlists.c.goes_everywhere))
    }


def goes_to(connection: Connection, list_id: str, site_id: str) -> bool:
    """Tell whether the policy sends a list to a site; False for a list there is not."""
    query = select(watchlists.c.list_id).where(watchlists.c.list_id == list_id, reaches(site_id))
    return connection.scalar(query) is not None


def reaches(site_id: str | ColumnElement[str]) -> ColumnElement[bool]:
    """Condition on a list: its policy sends it to this site."""
    named = exists().where(
        watchlist_sites.c.list_id == watchlists.c.list_id, watchlist_sites.c.site_id == site_id
    )
    return or_(watchlists.c.goes_everywhere, named)


def _note(
    services: Services,
    connection: Connection,
    list_id: str,
    change: tuple[str, tuple[str, ...] | None, tuple[str, ...] | None],
    actor: str,
) -> None:
    name, before, after = change
    if before == after:
        return
    pair = tuple(None if side is None else list(side) for side in (before, after))
    event = Event(list_id, None, "policy-changed", {name: (pair[0], pair[1])})
    note_event(services, connection, event, Officers(actor))
    words = "everywhere" if after is None else " ".join(after)
    record(connection, Act(actor, "list-policy-changed", list_id, {name: words}), services.clock())

"""A site that is taken off a list gets a signed withdrawal; added again, the newest version comes back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub.bootstrap import Services
from hub.fleet.places import Site, put_site
from hub.people.audit_search import AuditQuery, find_entries
from hub.store.database import reading, writing
from hub.watchlist.announcing import announcements
from hub.watchlist.policy import set_sites
from hub.watchlist.publishing import publish
from hub.watchlist.withdrawing import withdrawals
from sync import topics
from sync.codec import decode_announcement
from sync.messages import WatchlistManifest, WatchlistWithdrawal
from sync.signing import key_id, verify_manifest, verify_withdrawal
from tests.hub.builders import DEVICE, LIST, NOW, Hub, enrolled

EVERYWHERE = topics.manifest(LIST)
HERE, ASTARA = DEVICE.site_id, "astara"
HOUR = timedelta(hours=1)


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    with writing(hub_on_each.services.engine) as connection:
        put_site(connection, Site(ASTARA, "Astara"))
    enrolled(hub_on_each.services)
    publish(hub_on_each.services, LIST, actor="test")
    return hub_on_each


def at(hub: Hub, moment: datetime) -> Services:
    return replace(hub.services, clock=lambda: moment)


def send_to(services: Services, sites: Sequence[str] | None) -> None:
    with writing(services.engine) as connection:
        set_sites(services, connection, LIST, sites, actor="rashad")


def standing(hub: Hub, topic: str) -> WatchlistManifest | WatchlistWithdrawal | None:
    with reading(hub.services.engine) as connection:
        payload = announcements(connection).get(topic, b"")
    return decode_announcement(payload) if payload else None


def withdrawal_at(hub: Hub, site_id: str) -> WatchlistWithdrawal:
    found = standing(hub, topics.site_manifest(site_id, LIST))
    assert isinstance(found, WatchlistWithdrawal)
    return found


def manifest_on(hub: Hub, topic: str) -> WatchlistManifest:
    found = standing(hub, topic)
    assert isinstance(found, WatchlistManifest)
    return found


def test_a_site_that_is_taken_off_gets_a_withdrawal_that_its_devices_believe(hub: Hub) -> None:
    send_to(at(hub, NOW + HOUR), [ASTARA])
    found = withdrawal_at(hub, HERE)
    public = hub.services.signing_key.public_key()
    verify_withdrawal(found, {key_id(public): public}, HERE)
    assert (found.list_id, found.site_id, found.version, found.issued_at) == (LIST, HERE, 1, NOW + HOUR)


def test_who_withdrew_a_list_from_where_is_shown_and_audited(hub: Hub) -> None:
    send_to(at(hub, NOW + HOUR), [ASTARA])
    wanted = AuditQuery(action="watchlist-withdrawn")
    with reading(hub.services.engine) as connection:
        (shown,) = withdrawals(connection, LIST)
        entries = find_entries(connection, wanted, cursor=None, limit=10).items
    assert (shown.site_id, shown.version, shown.withdrawn_by) == (HERE, 1, "rashad")
    assert [(one.actor, one.target, one.detail["sites"]) for one in entries] == [("rashad", LIST, HERE)]


def test_a_list_that_was_never_published_is_not_withdrawn(hub_on_each: Hub) -> None:
    with writing(hub_on_each.services.engine) as connection:
        put_site(connection, Site(ASTARA, "Astara"))
    enrolled(hub_on_each.services)
    send_to(hub_on_each.services, [ASTARA])
    with reading(hub_on_each.services.engine) as connection:
        assert withdrawals(connection, LIST) == ()


@pytest.mark.parametrize(
    ("sites", "topic"),
    [((ASTARA, HERE), topics.site_manifest(HERE, LIST)), (None, EVERYWHERE)],
    ids=["by name", "everywhere"],
)
def test_a_site_that_is_added_again_gets_the_newest_version_signed_after_the_withdrawal(
    hub: Hub, sites: Sequence[str] | None, topic: str
) -> None:
    before = manifest_on(hub, EVERYWHERE)
    send_to(at(hub, NOW + HOUR), [ASTARA])
    issued_at = withdrawal_at(hub, HERE).issued_at
    send_to(at(hub, NOW + 2 * HOUR), sites)
    back = manifest_on(hub, topic)
    public = hub.services.signing_key.public_key()
    verify_manifest(back, {key_id(public): public}, NOW + 2 * HOUR)
    assert (back.version, back.package_sha256, back.expires_at) == (
        before.version,
        before.package_sha256,
        before.expires_at,
    )
    assert back.issued_at > issued_at >= before.issued_at
    with reading(hub.services.engine) as connection:
        assert withdrawals(connection, LIST) == ()


def test_a_version_published_in_between_is_the_one_that_comes_back(hub: Hub) -> None:
    send_to(at(hub, NOW + HOUR), [ASTARA])
    enrolled(hub.services, 2, "Another Person")
    publish(at(hub, NOW + 2 * HOUR), LIST, actor="test")
    assert withdrawal_at(hub, HERE).version == 1
    send_to(at(hub, NOW + 3 * HOUR), [ASTARA, HERE])
    assert manifest_on(hub, topics.site_manifest(HERE, LIST)).version == 2


def test_a_clock_that_was_set_back_leaves_no_older_manifest_valid_and_no_newer_one_void(hub: Hub) -> None:
    issued_at = manifest_on(hub, EVERYWHERE).issued_at
    send_to(at(hub, NOW - HOUR), [ASTARA])
    assert withdrawal_at(hub, HERE).issued_at >= issued_at
    send_to(at(hub, NOW - HOUR), None)
    assert manifest_on(hub, EVERYWHERE).issued_at > issued_at


def test_a_site_taken_off_twice_has_a_withdrawal_of_its_own_each_time(hub: Hub) -> None:
    send_to(at(hub, NOW + HOUR), [ASTARA])
    send_to(at(hub, NOW + 2 * HOUR), None)
    send_to(at(hub, NOW + 3 * HOUR), [ASTARA])
    assert withdrawal_at(hub, HERE).issued_at == NOW + 3 * HOUR


def test_sites_that_keep_the_list_hear_nothing_new(hub: Hub) -> None:
    send_to(at(hub, NOW + HOUR), [ASTARA, HERE])
    before = manifest_on(hub, topics.site_manifest(ASTARA, LIST))
    send_to(at(hub, NOW + 2 * HOUR), [ASTARA])
    assert manifest_on(hub, topics.site_manifest(ASTARA, LIST)) == before

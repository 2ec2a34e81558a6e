"""A withdrawn list is dropped from search, store and disk, and comes back only when announced later."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from sync.codec import encode_withdrawal
from sync.inbox import Inbox
from sync.messages import WatchlistApplied, WatchlistRejected, WatchlistWithdrawal, WatchlistWithdrawn
from sync.signing import sign_withdrawal
from sync.watchlist_package import WatchlistPackage
from sync.watchlist_reception import WITHDRAWAL
from tests.edge_agent.shell_builders import NOW, opened_store
from tests.edge_agent.watchlists.test_updates import (
    HUB,
    ONE,
    SITE,
    STRANGER,
    TWO,
    Post,
    gallery_file,
    post_of,
)

LATER = NOW + timedelta(minutes=1)
OTHER = msgspec.structs.replace(ONE, list_id="wanted-2")


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    packages = tmp_path / "packages"
    packages.mkdir()
    with opened_store(tmp_path) as edge:
        made = post_of(edge, packages)
        made.deliver(ONE)
        made.deliver(OTHER)
        made.poll()
        yield made


def withdrawal(site_id: str = SITE, issued_at: datetime = NOW) -> WatchlistWithdrawal:
    value = WatchlistWithdrawal(list_id="wanted", site_id=site_id, version=1, issued_at=issued_at)
    return sign_withdrawal(value, HUB)


def put(post: Post, body: bytes, key: str = "wanted:1") -> None:
    post.edge.store.write(lambda c: Inbox(c).put(WITHDRAWAL, key, body, NOW))


def withdraw(post: Post) -> int:
    put(post, encode_withdrawal(withdrawal()))
    return post.poll()


def last_report(post: Post) -> object:
    return post.edge.queued()[-1].body


def stored_lists(post: Post) -> list[str]:
    return post.edge.store.read(
        lambda c: [name for (name,) in c.execute("SELECT list_id FROM watchlist ORDER BY list_id")]
    )


def test_a_withdrawn_list_is_searched_no_more_and_confirmed(post: Post) -> None:
    assert withdraw(post) == 1
    assert [each.list_id for each in post.updates.watchlists] == ["wanted-2"]
    assert last_report(post) == WatchlistWithdrawn(list_id="wanted", version=1, withdrawn_at=NOW)
    assert stored_lists(post) == ["wanted-2"]


def test_nothing_of_a_withdrawn_list_is_left_on_the_disk_and_the_others_stay(post: Post) -> None:
    (post.packages / "wanted-1.package").write_bytes(b"left over")
    (post.packages / "wanted-2-1.package").write_bytes(b"of another list")
    withdraw(post)
    assert not gallery_file(post).exists()
    assert gallery_file(post).with_name("wanted-2.gallery").exists()
    assert [path.name for path in post.packages.iterdir()] == ["wanted-2-1.package"]


def test_a_withdrawal_outlives_a_restart(post: Post) -> None:
    withdraw(post)
    again = post_of(post.edge, post.packages)
    again.updates.load(NOW)
    assert [each.list_id for each in again.updates.watchlists] == ["wanted-2"]


def test_a_gallery_left_by_a_crash_in_the_middle_is_deleted_at_the_next_start(post: Post) -> None:
    left = gallery_file(post).read_bytes()
    withdraw(post)
    gallery_file(post).write_bytes(left)
    post_of(post.edge, post.packages).updates.load(NOW)
    assert not gallery_file(post).exists()


def test_a_manifest_from_before_the_withdrawal_does_not_bring_the_list_back(post: Post) -> None:
    withdraw(post)
    post.edge.store.write(lambda c: c.execute("DELETE FROM inbox"))
    post.deliver(TWO)
    assert post.poll() == 0
    rejected = last_report(post)
    assert isinstance(rejected, WatchlistRejected)
    assert (rejected.version, rejected.kept_version) == (2, None)
    assert "issued before the list was withdrawn" in rejected.reason
    assert stored_lists(post) == ["wanted-2"]


@pytest.mark.parametrize("back", [ONE, TWO], ids=["same", "next"])
def test_a_manifest_issued_later_brings_the_list_back(post: Post, back: WatchlistPackage) -> None:
    withdraw(post)
    post.edge.store.write(lambda c: c.execute("DELETE FROM inbox"))
    post.deliver(back, issued_at=LATER)
    assert post.poll() == 1
    applied = last_report(post)
    assert isinstance(applied, WatchlistApplied)
    assert applied.version == back.version
    assert gallery_file(post).exists()


def test_a_list_withdrawn_and_back_while_the_edge_was_off_ends_in_force(post: Post) -> None:
    put(post, encode_withdrawal(withdrawal()))
    post.deliver(TWO, issued_at=LATER)
    again = post_of(post.edge, post.packages)
    again.updates.load(NOW)
    assert again.poll() == 2
    assert sorted((each.list_id, each.version) for each in again.updates.watchlists) == [
        ("wanted", 2),
        ("wanted-2", 1),
    ]


def test_a_list_that_was_never_here_is_confirmed_as_withdrawn(post: Post) -> None:
    value = msgspec.structs.replace(withdrawal(), list_id="never")
    put(post, encode_withdrawal(sign_withdrawal(value, HUB)))
    assert post.poll() == 1
    assert last_report(post) == WatchlistWithdrawn(list_id="never", version=None, withdrawn_at=NOW)


@pytest.mark.parametrize(
    ("forged", "reason"),
    [
        (msgspec.structs.replace(withdrawal(), signature=b""), "does not hold"),
        (sign_withdrawal(withdrawal(), STRANGER), "not trusted here"),
        (withdrawal("south"), "signed for site 'south', this is 'north'"),
    ],
    ids=["unsigned", "another key", "another site"],
)
def test_a_forged_withdrawal_is_refused_and_reported(
    post: Post, forged: WatchlistWithdrawal, reason: str
) -> None:
    put(post, encode_withdrawal(forged))
    assert post.poll() == 0
    rejected = last_report(post)
    assert isinstance(rejected, WatchlistRejected)
    assert (rejected.list_id, rejected.kept_version) == ("wanted", 1)
    assert reason in rejected.reason
    assert stored_lists(post) == ["wanted", "wanted-2"]
    assert [each.list_id for each in post.updates.watchlists] == ["wanted", "wanted-2"]


def test_bytes_that_are_no_withdrawal_are_set_aside(post: Post) -> None:
    put(post, b"nonsense")
    assert post.poll() == 0
    assert post.edge.store.read(lambda c: Inbox(c).unprocessed(WITHDRAWAL)) == []

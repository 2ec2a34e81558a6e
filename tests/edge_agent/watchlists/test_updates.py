"""New versions: taken when everything holds, refused with a reason otherwise."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge_agent.errors import EvidenceError, WatchlistError
from edge_agent.gallery.known_galleries import KnownGalleries
from edge_agent.gallery.shelf import GalleryShelf
from edge_agent.watchlists.merge import complete_package
from edge_agent.watchlists.store import WatchlistStore
from edge_agent.watchlists.updates import WatchlistUpdates
from edge_agent.watchlists.watchlist import KnownGallery, Watchlist, build_watchlist
from models.fakes import FAKE_CALIBRATION, FAKE_CONTRACT
from sync.codec import encode_manifest, encode_package
from sync.inbox import Inbox, InboxRow
from sync.messages import WatchlistApplied, WatchlistManifest, WatchlistRejected
from sync.package_client import package_path
from sync.signing import key_id, sign_manifest
from sync.watchlist_package import WatchlistPackage
from tests.edge_agent.passages import BUDGET, package_of, packaged_subject
from tests.edge_agent.shell_builders import NOW, OpenedStore, opened_store

HUB = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
SITE = "north"
ONE = package_of({"subject-1": [1]}, version=1)
TWO = package_of({"subject-1": [1], "subject-2": [2]}, version=2)


def build(package: WatchlistPackage, now: datetime, known: KnownGallery | None) -> Watchlist:
    return build_watchlist(package, FAKE_CALIBRATION, BUDGET, now, contract=FAKE_CONTRACT, known=known)


@dataclass(slots=True)
class Post:
    """The inbox with a hub that signs."""

    edge: OpenedStore
    packages: Path
    updates: WatchlistUpdates
    key: Ed25519PrivateKey = field(default_factory=lambda: HUB)

    def deliver(self, package: WatchlistPackage, **changes: object) -> None:
        """Put a package and its signed manifest where `kechid-sync` puts them."""
        content = encode_package(package)
        package_path(self.packages, package.list_id, package.version).write_bytes(content)
        manifest = WatchlistManifest(
            list_id=package.list_id,
            version=package.version,
            base_version=package.base_version,
            contract_id="0" * 16,
            package_sha256=hashlib.sha256(content).hexdigest(),
            package_size=len(content),
            subjects=len(package.subjects),
            references=len(package.subjects),
            issued_at=NOW,
            expires_at=NOW + timedelta(days=7),
            key_id="",
        )
        signed = sign_manifest(msgspec.structs.replace(manifest, **changes), self.key)
        self.put(encode_manifest(signed), f"{package.list_id}:{package.version}")

    def put(self, body: bytes, key: str) -> None:
        self.edge.store.write(lambda c: Inbox(c).put("watchlist", key, body, NOW))

    def poll(self, now: datetime = NOW) -> int:
        return self.updates.poll(now)

    @property
    def reports(self) -> list[WatchlistApplied | WatchlistRejected]:
        bodies = [message.body for message in self.edge.queued()]
        return [body for body in bodies if isinstance(body, WatchlistApplied | WatchlistRejected)]

    @property
    def searched(self) -> list[int]:
        return [each.version for each in self.updates.watchlists]

    @property
    def waiting_rows(self) -> list[InboxRow]:
        return self.edge.store.read(lambda c: Inbox(c).unprocessed("watchlist"))

    @property
    def waiting(self) -> int:
        return len(self.waiting_rows)


def post_of(edge: OpenedStore, packages: Path) -> Post:
    store = WatchlistStore(edge.store, edge.vault, edge.messages)
    trusted = {key_id(HUB.public_key()): HUB.public_key()}
    galleries = KnownGalleries(GalleryShelf(packages.parent / "galleries", edge.vault))
    return Post(edge, packages, WatchlistUpdates(store, packages, trusted, build, galleries, site_id=SITE))


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    packages = tmp_path / "packages"
    packages.mkdir()
    with opened_store(tmp_path) as edge:
        yield post_of(edge, packages)


def test_a_good_version_is_searched_and_confirmed(post: Post) -> None:
    post.deliver(ONE)
    assert post.poll() == 1
    assert post.searched == [1]
    (applied,) = post.reports
    assert isinstance(applied, WatchlistApplied)
    assert (applied.version, applied.subjects, applied.references) == (1, 1, 1)
    assert "found themselves" in applied.self_test
    assert post.waiting == 0


def test_a_settled_package_is_deleted_because_it_lies_there_in_clear(post: Post) -> None:
    post.deliver(ONE)
    post.poll()
    assert list(post.packages.iterdir()) == []


def test_versions_follow_one_another(post: Post) -> None:
    post.deliver(ONE)
    post.deliver(TWO)
    assert post.poll() == 2
    assert post.searched == [2]


def test_the_applied_version_is_there_after_a_restart_and_sealed_on_the_disk(
    post: Post, tmp_path: Path
) -> None:
    post.deliver(TWO)
    post.poll()
    again = post_of(post.edge, post.packages)
    again.updates.load(NOW)
    assert again.searched == [2]
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"Example Person" not in stored


def test_the_same_version_again_changes_nothing(post: Post) -> None:
    post.deliver(ONE)
    post.poll()
    post.edge.store.write(lambda c: c.execute("DELETE FROM inbox"))
    post.deliver(ONE)
    assert (post.poll(), len(post.reports), post.waiting) == (0, 1, 0)


def changed_contract() -> WatchlistPackage:
    contract = msgspec.structs.replace(ONE.contract, model_id="another-network")
    return msgspec.structs.replace(ONE, contract=contract)


def lookalike() -> WatchlistPackage:
    vector = ONE.subjects[0].references[0].vector
    reference = msgspec.structs.replace(ONE.subjects[0].references[0], vector=vector[:-4])
    return msgspec.structs.replace(
        ONE, subjects=(msgspec.structs.replace(ONE.subjects[0], references=(reference,)),)
    )


@pytest.mark.parametrize(
    ("package", "changes", "reason"),
    [
        (ONE, {"package_sha256": "0" * 64}, "not what was signed"),
        (ONE, {"expires_at": NOW - timedelta(seconds=1)}, "expired at"),
        (ONE, {"list_id": "others"}, "No such file"),
        (changed_contract(), {}, "another-network"),
        (lookalike(), {}, "252 bytes, not 256"),
        (msgspec.structs.replace(TWO, base_version=1), {}, "starts from version 1, here is none"),
    ],
    ids=["digest", "expired", "no file", "contract", "vector", "base"],
)
def test_a_bad_version_is_refused_with_its_reason(
    post: Post, package: WatchlistPackage, changes: dict[str, object], reason: str
) -> None:
    post.deliver(package, **changes)
    assert post.poll() == 0
    (rejected,) = post.reports
    assert isinstance(rejected, WatchlistRejected)
    assert reason in rejected.reason
    assert (post.searched, post.waiting) == ([], 0)
    assert post.updates.rejected


def test_a_manifest_of_another_hub_is_refused(post: Post) -> None:
    post.key = STRANGER
    post.deliver(ONE)
    post.poll()
    (rejected,) = post.reports
    assert isinstance(rejected, WatchlistRejected)
    assert "not trusted here" in rejected.reason


def test_an_older_version_is_refused_and_the_newer_kept(post: Post) -> None:
    post.deliver(TWO)
    post.poll()
    post.deliver(ONE)
    post.poll()
    rejected = post.reports[-1]
    assert isinstance(rejected, WatchlistRejected)
    assert (rejected.version, rejected.kept_version) == (1, 2)
    assert "older than version 2" in rejected.reason
    assert post.searched == [2]


def test_a_good_version_clears_the_warning_of_a_refused_one(post: Post) -> None:
    post.deliver(ONE, package_sha256="0" * 64)
    post.poll()
    post.deliver(TWO)
    post.poll()
    assert (post.updates.rejected, post.searched) == (frozenset(), [2])


def test_bytes_that_are_no_manifest_are_set_aside(post: Post) -> None:
    post.put(b"nonsense", "wanted:1")
    assert (post.poll(), post.reports, post.waiting) == (0, [], 0)


def test_a_subject_whose_listing_ends_is_searched_no_more(post: Post) -> None:
    ends = NOW + timedelta(hours=1)
    subjects = (packaged_subject("subject-1", 1, expires_at=ends), packaged_subject("subject-2", 2))
    post.deliver(msgspec.structs.replace(TWO, subjects=subjects))
    post.poll()
    assert set(post.updates.watchlists[0].subjects) == {"subject-1", "subject-2"}
    assert post.poll(ends) == 1
    assert set(post.updates.watchlists[0].subjects) == {"subject-2"}
    assert post.poll(ends + timedelta(seconds=1)) == 0


def test_a_list_these_networks_cannot_search_is_named(post: Post) -> None:
    post.deliver(ONE)
    post.poll()

    def refuse(package: WatchlistPackage, now: datetime, known: KnownGallery | None) -> Watchlist:
        raise WatchlistError("another contract")

    store = WatchlistStore(post.edge.store, post.edge.vault, post.edge.messages)
    updates = WatchlistUpdates(store, post.packages, {}, refuse, site_id=SITE)
    updates.load(NOW)
    assert (updates.watchlists, updates.unusable) == ((), ("wanted",))


def test_an_older_sealed_version_put_back_in_place_does_not_open(post: Post) -> None:
    post.deliver(ONE)
    post.poll()
    post.edge.store.write(lambda c: c.execute("UPDATE watchlist SET version = 9"))
    with pytest.raises(EvidenceError):
        post.updates.load(NOW)


def test_a_version_with_a_base_is_merged() -> None:
    third = packaged_subject("subject-3", 3)
    change = msgspec.structs.replace(
        TWO, version=3, base_version=2, subjects=(third,), removed_subject_ids=("subject-1",)
    )
    merged = complete_package(change, TWO)
    assert [subject.subject_id for subject in merged.subjects] == ["subject-2", "subject-3"]
    assert (merged.version, merged.base_version, merged.removed_subject_ids) == (3, None, ())


@pytest.mark.parametrize(
    ("base", "removed", "known", "reason"),
    [
        (1, (), TWO, "starts from version 1, here is version 2"),
        (2, ("subject-9",), TWO, "removes subject subject-9"),
        (2, (), msgspec.structs.replace(TWO, contract=changed_contract().contract), "contract"),
    ],
)
def test_a_version_with_a_base_that_does_not_fit_is_refused(
    base: int, removed: tuple[str, ...], known: WatchlistPackage, reason: str
) -> None:
    change = msgspec.structs.replace(TWO, version=3, base_version=base, removed_subject_ids=removed)
    with pytest.raises(WatchlistError, match=reason):
        complete_package(change, known)


def gallery_file(post: Post) -> Path:
    return post.packages.parent / "galleries" / "wanted.gallery"


def test_a_restart_takes_the_gallery_from_the_disk(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    post.deliver(TWO)
    post.poll()
    before = gallery_file(post).stat()
    again = post_of(post.edge, post.packages)
    again.updates.load(NOW)
    assert again.updates.watchlists[0].gallery.subjects == 2
    assert gallery_file(post).stat() == before
    assert "built from the sealed package" not in caplog.text


@pytest.mark.parametrize("damage", [b"", b"kechid.sealed-gallery/1\nnonsense"])
def test_a_gallery_that_does_not_open_is_built_from_the_sealed_package_and_stored_again(
    post: Post, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    post.deliver(TWO)
    post.poll()
    gallery_file(post).write_bytes(damage)
    again = post_of(post.edge, post.packages)
    again.updates.load(NOW)
    assert again.updates.watchlists[0].gallery.subjects == 2
    assert "built from the sealed package" in caplog.text
    assert len(gallery_file(post).read_bytes()) > 500


def test_a_restart_leaves_out_whose_listing_has_ended_since_the_gallery_was_stored(post: Post) -> None:
    ends = NOW + timedelta(hours=1)
    subjects = (packaged_subject("subject-1", 1, expires_at=ends), packaged_subject("subject-2", 2))
    post.deliver(msgspec.structs.replace(TWO, subjects=subjects))
    post.poll()
    again = post_of(post.edge, post.packages)
    again.updates.load(ends)
    assert again.updates.watchlists[0].gallery.subjects == 1


def test_a_gallery_that_cannot_be_stored_is_searched_all_the_same(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    gallery_file(post).parent.write_bytes(b"a file where the folder should be")
    post.deliver(ONE)
    assert (post.poll(), post.searched) == (1, [1])
    assert "sealed gallery" in caplog.text


def test_every_night_the_search_is_checked_against_brute_force(post: Post) -> None:
    post.deliver(TWO)
    post.poll()
    post.updates.check_recall(NOW)
    assert post.updates.recalls == {}
    post.updates.check_recall(NOW + timedelta(days=1))
    assert post.updates.recalls["wanted"].share == 1.0
    post.updates.recalls = {}
    post.updates.check_recall(NOW + timedelta(days=1, minutes=1))
    assert post.updates.recalls == {}

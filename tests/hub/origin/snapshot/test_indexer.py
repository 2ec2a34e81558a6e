"""A snapshot says what enough nodes say of the chain, whatever the chain takes back and whoever fails."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.origin.chain.facts import ChainUnavailableError, Silence, Status
from hub.origin.chain.fake_chain import FakeChain, FakeNode
from hub.origin.chain.node import NodeError
from hub.origin.snapshot import store as store_module
from hub.origin.snapshot.indexer import Indexer, IndexTerms
from hub.origin.snapshot.opening import SnapshotError
from hub.origin.snapshot.source import SnapshotSource
from hub.origin.snapshot.store import SnapshotStore
from tests.hub.origin.snapshot.told import (
    BEGINS,
    REGISTRY,
    RandomTeller,
    anchored,
    asked,
    contents_of,
    drawn,
    listed,
    status_of,
)

TERMS = IndexTerms(chain_id=9441, agree=2, final=False)


class Site:
    """Three nodes of one chain and a snapshot of it."""

    def __init__(self, path: Path, terms: IndexTerms = TERMS, chain: FakeChain | None = None) -> None:
        self.path = path
        self.chain = chain or FakeChain(BEGINS)
        self.nodes = [FakeNode(self.chain, name) for name in ("a", "b", "c")]
        self.store = SnapshotStore(path, REGISTRY)
        self.indexer = Indexer(self.store, self.nodes, terms)
        self.source = SnapshotSource(path, REGISTRY)

    def close(self) -> None:
        self.indexer.close()
        self.store.close()
        self.source.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "snapshot.db")
    yield made
    made.close()


def down() -> None:
    raise NodeError("connection refused")


def fresh(chain: FakeChain, path: Path) -> list[list[tuple[object, ...]]]:
    site = Site(path, chain=chain)
    site.indexer.catch_up()
    site.close()
    return contents_of(path)


def test_what_the_chain_told_is_answered_as_of_its_newest_block(site: Site) -> None:
    site.chain.mine(listed())
    site.chain.mine(anchored(1), anchored(2))
    at = site.chain.mine(status_of(1, 3, Status.REVOKED), drawn(1, 0, 2, 700, 700))
    site.indexer.catch_up()
    revoked, open_one = site.source.ask(asked(1, 3)), site.source.ask(asked(1, 0, (1, 2)))
    assert (revoked.status, revoked.reason_code, revoked.block) == (Status.REVOKED, 4, at)
    assert (open_one.status, open_one.used) == (Status.GOOD, {1: 0, 2: 700})
    assert open_one.anchor is not None
    assert open_one.authority is not None
    assert open_one.anchor.anchored_at == site.chain.blocks[2].ref.at
    assert site.source.ask(asked(9)).anchor is None
    assert site.source.ask(asked(1, state="UA")).anchor is None


def test_the_newest_of_several_listings_statuses_and_draws_holds(site: Site) -> None:
    site.chain.mine(listed(days=300), anchored(1))
    site.chain.mine(status_of(1, 0, Status.SUSPENDED), drawn(1, 0, 1, 10, 10))
    site.chain.mine(status_of(1, 0, Status.GOOD, 0), drawn(1, 0, 1, 30, 20), listed(days=1))
    site.indexer.catch_up()
    facts = site.source.ask(asked(1, 0, (1,)))
    assert (facts.status, facts.used) == (Status.GOOD, {1: 30})
    assert facts.authority is not None
    assert facts.authority.valid_until.day == 2
    assert [one.block for one in site.source.listings()] == [1, 3]


def test_a_batch_that_was_taken_back_is_no_batch(site: Site) -> None:
    site.chain.mine(anchored(1))
    site.indexer.catch_up()
    site.chain.mine(anchored(2), status_of(1, 0, Status.REVOKED))
    site.indexer.catch_up()
    site.chain.take_back(1)
    site.chain.mine(anchored(3))
    site.chain.mine()
    site.indexer.catch_up()
    assert site.source.ask(asked(2)).anchor is None
    assert site.source.ask(asked(3)).anchor is not None
    assert site.source.ask(asked(1)).status is Status.GOOD


def test_a_block_that_was_replaced_at_its_height_is_noticed_at_once(site: Site) -> None:
    site.chain.mine(anchored(1))
    site.indexer.catch_up()
    site.chain.take_back(1)
    site.chain.mine(anchored(2))
    site.indexer.catch_up()
    assert site.source.ask(asked(1)).anchor is None
    assert site.source.ask(asked(2)).anchor is not None


def test_a_chain_that_takes_back_all_that_is_known_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "CHECKPOINTS_KEPT", 2)
    site = Site(tmp_path / "snapshot.db")
    for number in range(6):
        site.chain.mine(anchored(number))
        site.indexer.catch_up()
    assert len(site.store.checkpoints()) == 2
    site.chain.take_back(5)
    for number in range(10, 16):
        site.chain.mine(anchored(number))
    site.indexer.catch_up()
    site.close()
    assert contents_of(site.path) == fresh(site.chain, tmp_path / "fresh.db")


@pytest.mark.parametrize(("final", "confirmations", "unsettled"), [(True, 0, 2), (False, 2, 0)])
def test_only_settled_blocks_are_taken(
    tmp_path: Path, final: bool, confirmations: int, unsettled: int
) -> None:
    terms = IndexTerms(chain_id=9441, agree=2, final=final, confirmations=confirmations)
    site = Site(tmp_path / "snapshot.db", terms)
    for node in site.nodes:
        node.unsettled = unsettled
    assert site.indexer.catch_up().is_done
    for number in range(4):
        site.chain.mine(anchored(number))
    assert site.indexer.catch_up().block == 2
    assert site.source.ask(asked(2)).anchor is None
    site.close()


def lie(node: FakeNode) -> None:
    node.lie = lambda events: [one for one in events if one.block != 1]


def lag(node: FakeNode) -> None:
    node.lag = 2


def fail(node: FakeNode) -> None:
    node.before_answer = down


def elsewhere(node: FakeNode) -> None:
    node.chain = FakeChain(BEGINS, chain_id=1)


@pytest.mark.parametrize("spoil", [lie, lag, fail, elsewhere])
def test_one_bad_node_of_three_changes_nothing(site: Site, spoil: Callable[[FakeNode], None]) -> None:
    spoil(site.nodes[0])
    site.chain.mine(anchored(1))
    site.chain.mine()
    assert site.indexer.catch_up().block == 2
    assert site.source.ask(asked(1)).anchor is not None


@pytest.mark.parametrize(
    ("spoil", "silence"),
    [
        (lie, Silence.DISAGREEMENT),
        (fail, Silence.UNREACHABLE),
    ],
)
def test_without_enough_good_nodes_nothing_is_taken(
    site: Site, spoil: Callable[[FakeNode], None], silence: Silence
) -> None:
    site.indexer.catch_up()
    site.chain.mine(anchored(1))
    spoil(site.nodes[0])
    site.nodes[1].before_answer = down
    with pytest.raises(ChainUnavailableError) as refusal:
        site.indexer.catch_up()
    assert refusal.value.silence is silence
    assert site.store.tip() == site.chain.blocks[0].ref


def test_two_that_say_the_same_wrong_thing_beside_two_honest_ones_leave_it_open(tmp_path: Path) -> None:
    chain = FakeChain(BEGINS)
    chain.mine(anchored(1))
    nodes = [FakeNode(chain, name) for name in "abcd"]
    lie(nodes[0])
    lie(nodes[1])
    store = SnapshotStore(tmp_path / "snapshot.db", REGISTRY)
    indexer = Indexer(store, nodes, TERMS)
    with pytest.raises(ChainUnavailableError, match="4 nodes answer"):
        indexer.catch_up()
    indexer.close()
    store.close()


def test_nodes_of_one_state_have_one_voice(tmp_path: Path) -> None:
    terms = IndexTerms(chain_id=9441, agree=2, final=False, states={"a": "GE", "b": "GE", "c": "UA"})
    site = Site(tmp_path / "snapshot.db", terms)
    site.chain.mine(anchored(1))
    site.nodes[2].before_answer = down
    with pytest.raises(ChainUnavailableError, match="2 nodes answer"):
        site.indexer.catch_up()
    site.close()


def test_a_node_that_refuses_long_spans_is_asked_for_shorter_ones(site: Site) -> None:
    for number in range(40):
        site.chain.mine(anchored(number))
    for node in site.nodes:
        node.longest_span = 7
    told: list[int] = []
    site.indexer.catch_up(lambda progress: told.append(progress.events))
    assert sum(told) == 40
    assert len(told) > 5


def test_a_chain_that_changes_while_it_is_read_is_read_again(site: Site) -> None:
    site.chain.mine(anchored(1))
    site.indexer.catch_up()
    site.chain.mine(anchored(2))
    asked_for = iter(range(1_000))

    def take_back_in_the_middle() -> None:
        if next(asked_for) == 5:
            site.chain.take_back(2)
            site.chain.mine(anchored(5))
            site.chain.mine(anchored(6))

    site.nodes[0].before_answer = take_back_in_the_middle
    for _ in range(3):
        try:
            site.indexer.catch_up()
        except ChainUnavailableError:
            continue
    assert site.source.ask(asked(1)).anchor is None
    assert site.source.ask(asked(6)).anchor is not None


def test_nodes_that_tell_times_and_others_agree(site: Site) -> None:
    site.nodes[0].tells_times = site.nodes[1].tells_times = True
    site.nodes[1].before_answer = down
    at = site.chain.mine(anchored(1)).at
    site.indexer.catch_up()
    anchor = site.source.ask(asked(1)).anchor
    assert anchor is not None
    assert anchor.anchored_at == at


def test_the_faults_of_each_node_can_be_read(site: Site) -> None:
    site.nodes[0].before_answer = down
    site.chain.mine()
    site.indexer.catch_up()
    assert site.indexer.nodes.faults() == {"a": "connection refused"}


def test_a_height_that_only_a_liar_shares_does_not_stop_the_others(site: Site) -> None:
    site.chain.mine(anchored(1))
    site.chain.mine(anchored(2))
    site.nodes[1].lag = 1
    site.nodes[0].lie = lambda events: [one for one in events if one.block != 2]
    assert site.indexer.step().block == 1
    assert site.source.ask(asked(1)).anchor is not None


def test_a_second_writer_is_refused(site: Site) -> None:
    site.indexer.catch_up()
    other = SnapshotStore(site.path, REGISTRY)
    before = site.store.tip()
    site.chain.mine(anchored(1))
    site.indexer.catch_up()
    with pytest.raises(SnapshotError, match="another process"):
        other.take_back(before, None)
    other.close()


class DyingConnection:
    """A connection whose process dies at a statement: nothing after it is done, not even an undo."""

    def __init__(self, connection: sqlite3.Connection, dies_at: int) -> None:
        self._connection = connection
        self._left = dies_at

    def execute(self, *arguments: object) -> sqlite3.Cursor:
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        return self._connection.execute(*arguments)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)


def test_a_process_that_dies_at_any_statement_leaves_a_snapshot_to_go_on_from(tmp_path: Path) -> None:
    chain = FakeChain(BEGINS)
    chain.mine(listed(), anchored(1))
    chain.mine(status_of(1, 0, Status.REVOKED), drawn(1, 0, 1, 5, 5))
    expected = fresh(chain, tmp_path / "fresh.db")
    for dies_at in range(60):
        path = tmp_path / f"{dies_at}.db"
        dying = Site(path, chain=chain)
        connection = dying.store._connection
        dying.store._connection = DyingConnection(connection, dies_at)  # type: ignore[assignment]
        try:
            dying.indexer.catch_up()
        except KeyboardInterrupt:
            pass
        else:
            dying.close()
            assert contents_of(path) == expected
            return
        dying.store._connection = connection
        dying.close()
        assert fresh(chain, path) == expected
    pytest.fail("it never came to its end")


@given(seed=st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_a_snapshot_always_equals_one_made_anew_from_the_final_chain(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder, rng = tmp_path_factory.mktemp("chain"), random.Random(seed)
    teller, site = RandomTeller(rng), Site(folder / "snapshot.db")

    def trouble() -> None:
        if rng.random() < 0.05:
            raise NodeError("timed out")
        if rng.random() < 0.02:
            reorganise(site.chain, teller, rng)

    for node in site.nodes:
        node.longest_span = rng.choice((3, 10, 1_000_000))
        node.before_answer = trouble
    for _ in range(rng.randrange(2, 12)):
        live_on(site, teller, rng)
        index_in_spite_of_trouble(site)
    for node in site.nodes:
        node.before_answer, node.lag = lambda: None, 0
    site.chain.mine()
    site.indexer.catch_up()
    site.close()
    assert contents_of(site.path) == fresh(site.chain, folder / "fresh.db")


def live_on(site: Site, teller: RandomTeller, rng: random.Random) -> None:
    for _ in range(rng.randrange(4)):
        site.chain.mine(*teller.events(site.chain))
    if rng.random() < 0.4:
        reorganise(site.chain, teller, rng)
    for node in site.nodes:
        node.lag = rng.choice((0, 0, 0, 1, 3))


def reorganise(chain: FakeChain, teller: RandomTeller, rng: random.Random) -> None:
    depth = rng.randrange(1, 8)
    chain.take_back(depth)
    for _ in range(depth + rng.randrange(2)):
        chain.mine(*teller.events(chain))


def index_in_spite_of_trouble(site: Site) -> None:
    try:
        site.indexer.catch_up()
    except ChainUnavailableError:
        return

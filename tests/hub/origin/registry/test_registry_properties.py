"""Whatever is called in whatever order: totals never exceed, revoked is final, only listed issuers anchor."""

from typing import Any

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.strategies import booleans, integers, sampled_from

from hub.origin.anchoring.leaves import batch_key, line_key
from hub.origin.anchoring.merkle import MerkleTree
from hub.origin.chain.facts import Status
from hub.origin.registry import layout
from hub.origin.verifying.judging import WHOLE
from tests.hub.origin.registry.evm import BEGIN, RefusedCallError, Registry
from tests.hub.origin.registry.test_registry import GE, GOVERNORS, NOTHING, batch

# The first two are listed from the beginning, so that most sequences come to something.
ACCOUNTS = [bytes([0x50 + number]) * 20 for number in range(4)]
EVERYBODY = [*ACCOUNTS, *GOVERNORS.values()]
SIZE = 4
TREES: list[tuple[MerkleTree, list[bytes]]] = [batch(SIZE), batch(SIZE - 1)]
Listing = tuple[bytes, int, int, int]


class Registries(RuleBasedStateMachine):
    """The contract beside a model of it in a few dictionaries."""

    @initialize()
    def deploy(self) -> None:
        self.registry = Registry(GOVERNORS)
        self.listed: dict[bytes, Listing] = {}
        self.anchored: dict[tuple[bytes, bytes], bytes] = {}
        self.statuses: dict[tuple[bytes, int], int] = {}
        self.used: dict[tuple[bytes, int, int], int] = {}
        self.list_authority(b"GE", ACCOUNTS[0], 1, 0, 200)
        self.list_authority(b"AZ", ACCOUNTS[1], 2, 0, 200)
        self.anchor(ACCOUNTS[0], TREES[0])

    def call(self, sender: bytes, name: str, *arguments: Any) -> bool:
        try:
            self.registry.call(sender, name, *arguments)
        except RefusedCallError:
            return False
        return True

    def state_with(self, account: bytes, role: int) -> bytes | None:
        state, roles, begins, ends = self.listed.get(account, (b"", 0, 0, 0))
        return state if roles & role and begins <= self.registry.now <= ends else None

    @rule(seconds=integers(0, 20))
    def wait(self, seconds: int) -> None:
        self.registry.now += seconds

    @rule(
        state=sampled_from(sorted(GOVERNORS)),
        account=sampled_from([*ACCOUNTS, *ACCOUNTS[2:], *ACCOUNTS[2:]]),
        roles=integers(0, 3),
        begins=integers(0, 30),
        lasts=integers(0, 200),
    )
    def list_authority(self, state: bytes, account: bytes, roles: int, begins: int, lasts: int) -> None:
        begin = BEGIN + begins
        may = self.listed.get(account, (state,))[0] == state
        done = self.call(GOVERNORS[state], "list_authority", account, roles, begin, begin + lasts)
        assert done == may
        if done:
            self.listed[account] = (state, roles, begin, begin + lasts)

    @rule(account=sampled_from([*EVERYBODY, *ACCOUNTS[:1] * 6]), tree=sampled_from(TREES))
    def anchor(self, account: bytes, tree: tuple[MerkleTree, list[bytes]]) -> None:
        root = tree[0].root
        state = self.state_with(account, 1)
        may = state is not None and (state, root) not in self.anchored
        assert self.call(account, "anchor", root, tree[0].count) == may
        if may and state is not None:
            self.anchored[state, root] = account

    @rule(
        account=sampled_from(EVERYBODY),
        tree=sampled_from(TREES),
        index=integers(0, SIZE),
        value=integers(0, 3),
    )
    def set_status(
        self, account: bytes, tree: tuple[MerkleTree, list[bytes]], index: int, value: int
    ) -> None:
        root = tree[0].root
        governed = {governor: state for state, governor in GOVERNORS.items()}
        state = governed.get(account) or self.state_with(account, 1)
        before = self.statuses.get((root, index), 0) if state == b"GE" else 0
        may = (
            state is not None
            and (state, root) in self.anchored
            and index < SIZE
            and value < 3
            and before not in (2, value)
        )
        if state != b"GE":
            return
        assert self.call(account, "set_status", root, index, value, 0, NOTHING) == may
        if may:
            self.statuses[root, index] = value

    @rule(
        account=sampled_from(ACCOUNTS[:3]),
        tree=sampled_from(TREES),
        index=integers(0, SIZE - 3),
        line=sampled_from([1, 1, 2]),
        parts=sampled_from([1, WHOLE // 3, WHOLE // 2, WHOLE // 2]),
        knows=booleans(),
    )
    def draw_down(
        self,
        account: bytes,
        tree: tuple[MerkleTree, list[bytes]],
        index: int,
        line: int,
        parts: int,
        knows: bool,
    ) -> None:
        merkle, digests = tree
        root, key = merkle.root, (merkle.root, index, line)
        before = self.used.get(key, 0)
        expected = before if knows else before + 1
        call = (b"GE", root, digests[index], index, merkle.proof(index), line, expected, parts, NOTHING)
        may = (
            self.state_with(account, 2) is not None
            and (b"GE", root) in self.anchored
            and self.statuses.get((root, index), 0) == 0
            and knows
            and before + parts <= WHOLE
        )
        assert self.call(account, "draw_down", *call) == may
        if may:
            self.used[key] = before + parts

    @invariant()
    def totals_are_the_models_and_never_exceed(self) -> None:
        for tree, _ in TREES:
            for index in range(SIZE):
                for line in (1, 2):
                    key = line_key(batch_key(GE, tree.root), index, line)
                    used = self.registry.storage(layout.used_slot(key))
                    assert used == self.used.get((tree.root, index, line), 0) <= WHOLE

    @invariant()
    def statuses_and_issuers_are_the_models(self) -> None:
        for tree, _ in TREES:
            key = batch_key(GE, tree.root)
            for index in range(SIZE):
                word = self.registry.storage(layout.status_slot(key, index))
                assert layout.unpack_status(word, index) is Status(self.statuses.get((tree.root, index), 0))
            anchor = layout.unpack_batch(self.registry.storage(layout.batch_slot(key)), GE, tree.root)
            issuer = None if anchor is None else anchor.issuer
            assert issuer == self.anchored.get((b"GE", tree.root))


TestRegistries = Registries.TestCase
TestRegistries.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)

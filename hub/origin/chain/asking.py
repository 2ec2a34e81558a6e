"""Asks several nodes the same, side by side, within one time for all."""

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, wait
from threading import Lock, Thread
from typing import Any, TypeVar

import msgspec

from hub.origin.chain.node import ChainReader, NodeError

Answer = TypeVar("Answer")
MOST_LATE = 4
"""Questions that a node may leave open; one that drips its answers would tie up a thread with each."""


class NodeHealth(msgspec.Struct, frozen=True):
    """How a node did at its last questions."""

    failures: int = 0
    """In a row."""
    fault: str = ""
    """Of the last question; empty: it answered."""
    contradictions: int = 0
    """How often what it said did not fit the block that others agree on, since the start."""
    height: int | None = None
    """Its newest block, as it said last."""
    took_s: float | None = None
    """Time to its last answer."""


class NodeGroup:
    """Nodes of one chain; for several threads."""

    def __init__(self, nodes: Sequence[ChainReader], timeout_s: float) -> None:
        """Ask nobody yet."""
        self.nodes = {node.name: node for node in nodes}
        self.health = {node.name: NodeHealth() for node in nodes}
        self._timeout_s = timeout_s
        self._lock = Lock()
        self._late: dict[str, list[Future[Any]]] = {node.name: [] for node in nodes}

    def ask_all(
        self, ask: Callable[[ChainReader], Answer], among: Collection[str] | None = None
    ) -> dict[str, Answer]:
        """Return what each answered, or each of these, by name; who is late or at fault is missing."""
        begun = time.monotonic()
        asked = self.nodes if among is None else among
        futures = {name: self._begin(ask, name) for name in asked if self._has_room(name)}
        wait(futures.values(), timeout=self._timeout_s)
        answers = {}
        for name in asked:
            try:
                answers[name], ended = self._outcome(name, futures.get(name))
            except NodeError as error:
                self.note(name, str(error))
            else:
                self._change(name, failures=0, fault="", took_s=ended - begun)
        return answers

    def ask_one(self, ask: Callable[[ChainReader], Answer], name: str) -> Answer:
        """Return what one answers; raises `NodeError`, which is not noted yet."""
        future = self._begin(ask, name) if self._has_room(name) else None
        wait([] if future is None else [future], timeout=self._timeout_s)
        return self._outcome(name, future)[0]

    def note(self, name: str, fault: str) -> None:
        """Note that a node said nothing, or nothing that can be read."""
        self._change(name, failures=self.health[name].failures + 1, fault=fault)

    def contradicted(self, name: str, fault: str) -> None:
        """Note that what a node said does not fit the block that others agree on."""
        self._change(name, contradictions=self.health[name].contradictions + 1, fault=fault)

    def told_height(self, name: str, height: int) -> None:
        """Note how far a node says it is."""
        self._change(name, height=height)

    def by_health(self) -> list[ChainReader]:
        """Return the nodes, those at the end that failed last or were contradicted most often."""
        return sorted(self.nodes.values(), key=lambda node: _badness(self.health[node.name]))

    def faults(self) -> dict[str, str]:
        """Return what is wrong with nodes, by name."""
        return {name: health.fault for name, health in self.health.items() if health.fault}

    def close(self) -> None:
        """Wait for the late, but not for ever."""
        wait([future for late in self._late.values() for future in late], timeout=self._timeout_s)

    def _has_room(self, name: str) -> bool:
        """Say whether a node may be asked; one that holds up many questions is not given more."""
        with self._lock:
            self._late[name] = [future for future in self._late[name] if not future.done()]
            return len(self._late[name]) < MOST_LATE

    def _begin(self, ask: Callable[[ChainReader], Answer], name: str) -> "Future[tuple[Answer, float]]":
        """Ask on a thread of its own, that nobody waits for when the process ends."""
        future: Future[tuple[Answer, float]] = Future()
        arguments = (future, ask, self.nodes[name])
        Thread(target=_settle, args=arguments, name=f"origin-node-{name}", daemon=True).start()
        return future

    def _outcome(self, name: str, future: "Future[tuple[Answer, float]] | None") -> tuple[Answer, float]:
        if future is not None and future.done():
            return future.result()
        if future is not None:
            with self._lock:
                self._late[name].append(future)
        raise NodeError(f"{name}: late")

    def _change(self, name: str, **changes: object) -> None:
        with self._lock:
            self.health[name] = msgspec.structs.replace(self.health[name], **changes)


def _badness(health: NodeHealth) -> tuple[int, int]:
    return health.failures, health.contradictions


def _settle(
    future: "Future[tuple[Answer, float]]", ask: Callable[[ChainReader], Answer], node: ChainReader
) -> None:
    try:
        future.set_result((ask(node), time.monotonic()))
    except Exception as error:  # top of a thread: whoever waits is told
        future.set_exception(error)

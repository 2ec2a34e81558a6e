"""Asks several nodes the same, side by side, within one time for all."""

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Lock
from typing import TypeVar

import msgspec

from hub.origin.chain.node import ChainReader, NodeError

Answer = TypeVar("Answer")


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
        # Twice as many: one that is late for one question must not be in the way of the next.
        self._threads = ThreadPoolExecutor(max(1, 2 * len(nodes)), thread_name_prefix="origin-node")

    def ask_all(
        self, ask: Callable[[ChainReader], Answer], among: Collection[str] | None = None
    ) -> dict[str, Answer]:
        """Return what each answered, or each of these, by name; who is late or at fault is missing."""
        begun = time.monotonic()
        asked = self.nodes if among is None else among
        futures = {self._threads.submit(_timed, ask, self.nodes[name]): name for name in asked}
        done, late = wait(futures, timeout=self._timeout_s)
        for future in late:
            future.cancel()
            self.note(futures[future], "late")
        answers = {}
        for future in done:
            name, error = futures[future], future.exception()
            if error is None:
                answers[name], ended = future.result()
                self._change(name, failures=0, fault="", took_s=ended - begun)
            elif isinstance(error, NodeError):
                self.note(name, str(error))
            else:
                raise error
        return answers

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
        """End the threads; what is on its way is waited for."""
        self._threads.shutdown(cancel_futures=True)

    def _change(self, name: str, **changes: object) -> None:
        with self._lock:
            self.health[name] = msgspec.structs.replace(self.health[name], **changes)


def _badness(health: NodeHealth) -> tuple[int, int]:
    return health.failures, health.contradictions


def _timed(ask: Callable[[ChainReader], Answer], node: ChainReader) -> tuple[Answer, float]:
    return ask(node), time.monotonic()

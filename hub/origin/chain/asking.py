"""Asks several nodes the same, side by side, within one time for all."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

import msgspec

from hub.origin.chain.node import ChainReader, NodeError

Answer = TypeVar("Answer")


class NodeHealth(msgspec.Struct, frozen=True):
    """How a node did at its last questions."""

    failures: int = 0
    """In a row."""
    fault: str = ""


class NodeGroup:
    """Nodes of one chain; for several threads."""

    def __init__(self, nodes: Sequence[ChainReader], timeout_s: float) -> None:
        """Ask nobody yet."""
        self.nodes = {node.name: node for node in nodes}
        self.health = {node.name: NodeHealth() for node in nodes}
        self._timeout_s = timeout_s
        # Twice as many: one that is late for one question must not be in the way of the next.
        self._threads = ThreadPoolExecutor(max(1, 2 * len(nodes)), thread_name_prefix="origin-node")

    def ask_all(self, ask: Callable[[ChainReader], Answer]) -> dict[str, Answer]:
        """Return what each answered, by name; who is late or at fault is missing."""
        futures = {self._threads.submit(ask, node): name for name, node in self.nodes.items()}
        done, late = wait(futures, timeout=self._timeout_s)
        for future in late:
            future.cancel()
            self.note(futures[future], "late")
        answers = {}
        for future in done:
            name, error = futures[future], future.exception()
            if error is None:
                answers[name] = future.result()
                self.health[name] = NodeHealth()
            elif isinstance(error, NodeError):
                self.note(name, str(error))
            else:
                raise error
        return answers

    def note(self, name: str, fault: str) -> None:
        """Note a fault of a node, in what it said or that it said nothing."""
        self.health[name] = NodeHealth(self.health[name].failures + 1, fault)

    def by_health(self) -> list[ChainReader]:
        """Return the nodes, those that failed last at the end."""
        return sorted(self.nodes.values(), key=lambda node: self.health[node.name].failures)

    def faults(self) -> dict[str, str]:
        """Return what is wrong with nodes, by name."""
        return {name: health.fault for name, health in self.health.items() if health.fault}

    def close(self) -> None:
        """End the threads; what is on its way is waited for."""
        self._threads.shutdown(cancel_futures=True)

"""`kechid-hub origin nodes`: how the nodes of the chain do, asked now."""

import argparse
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import msgspec

from hub.commands.options import Commands, add_command, settings_of
from hub.commands.origin_snapshot import registry_or_refuse
from hub.commands.outcome import JobFailedError, Outcome
from hub.errors import HubError
from hub.origin.chain.agreement import agreed, common_height
from hub.origin.chain.facts import BlockRef
from hub.origin.chain.node import ChainReader, NodeError


class NodeReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a node answered."""

    name: str
    chain_id: int | None = None
    head: int | None = None
    final: int | None = None
    age_s: float | None = None
    """Of its newest block."""
    ms: float | None = None
    """A round trip."""
    fault: str = ""


def add_parsers(group: Commands) -> None:
    """Add the command."""
    add_command(group, "nodes", show_nodes, "ask every node how it does, and whether enough of them agree")


def show_nodes(options: argparse.Namespace) -> Outcome:
    """Ask all side by side; raises `JobFailedError` when not enough name the same block."""
    from hub.origin.bootstrap import nodes_of

    origin = settings_of(options).origin
    registry_or_refuse(origin)
    nodes = nodes_of(origin)
    if not nodes:
        raise HubError("[origin] names no nodes")
    with ThreadPoolExecutor(len(nodes)) as threads:
        reports = list(threads.map(lambda node: _ask(node, origin.registry_chain_id), nodes))
        heads = {one.name: one.head for one in reports if one.head is not None and not one.fault}
        states = {node.name: node.state for node in origin.nodes}
        height = common_height(heads, states, origin.agree)
        said = {} if height is None else _blocks_at(height, [one for one in nodes if one.name in heads])
    block = agreed(said, states, origin.agree)
    words = "they do not agree" if block is None else f"{origin.agree} agree on block {block.number}"
    facts = {
        "nodes": reports,
        "agreed_block": None if block is None else block.number,
        "agreed_hash": None if block is None else block.digest.hex(),
    }
    outcome = Outcome("\n".join([*map(_line_of, reports), words]), facts)
    if block is None:
        raise JobFailedError(outcome)
    return outcome


def _ask(node: ChainReader, chain_id: int) -> NodeReport:
    try:
        # The first question opens the connection.
        found = node.chain_id()
        begun = time.perf_counter()
        head = node.head(final=False)
        ms = (time.perf_counter() - begun) * 1e3
        age_s = (datetime.now(UTC) - head.at).total_seconds()
        report = NodeReport(
            name=node.name, chain_id=found, head=head.number, age_s=round(age_s, 1), ms=round(ms, 1)
        )
    except NodeError as error:
        return NodeReport(name=node.name, fault=str(error))
    if found != chain_id:
        return msgspec.structs.replace(report, fault=f"is a node of chain {found}, not {chain_id}")
    try:
        return msgspec.structs.replace(report, final=node.head(final=True).number)
    except NodeError:
        # Not every chain has a word for what is final.
        return report


def _blocks_at(height: int, nodes: Sequence[ChainReader]) -> dict[str, BlockRef]:
    blocks = {}
    for node in nodes:
        try:
            blocks[node.name] = node.block(height)
        except NodeError:
            continue
    return blocks


def _line_of(report: NodeReport) -> str:
    if report.fault:
        return f"{report.name}: {report.fault}"
    final = "no final block" if report.final is None else f"final {report.final}"
    return f"{report.name}: block {report.head}, {final}, {report.age_s:.0f} s old, {report.ms:.0f} ms"

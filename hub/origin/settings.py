"""Settings of certificates of origin: which registry, who is asked, what is kept on site. Pure."""

import re
from pathlib import Path

import msgspec

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_STATE = re.compile(r"[A-Z]{2}|")
IN_A_FILE = "file:"
_SCHEMES = ("http://", "https://", IN_A_FILE)


class OriginNodeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One of [origin] nodes: a node of the chain."""

    name: str
    """What logs, tables and evidence call it; its address may hold a secret and is shown nowhere."""
    url: str
    """Of its JSON-RPC, http or https; ``file:`` and a path: a chain of this machine alone, for trials."""
    state: str = ""
    """Member state that runs it; nodes of one state count once where nodes have to agree."""


class OriginSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[origin]: the registry of certificates; without an address there is none, and no verdict."""

    registry_chain_id: int = 0
    """Number of the chain (EIP-155)."""
    registry_address: str = ""
    """Of the contract: ``0x`` and 40 hexadecimal digits."""
    nodes: tuple[OriginNodeSettings, ...] = ()
    """Empty: certificates are verified by what is kept on site alone."""
    agree: int = 2
    """So many nodes have to name the same block; one alone could make up a whole chain."""
    timeout_s: float = 5.0
    """A node that answers later does not answer."""
    head_age_s: float = 300.0
    """A block older than that leaves the verdict to what is kept on site."""
    final: bool = True
    """Believe what the chain itself calls final; chains without that word need `confirmations`."""
    confirmations: int = 0
    """Without `final`: how many blocks stand on one before it is believed; 0 where no block is taken back."""
    snapshot: Path = Path("origin-snapshot.db")
    """File of what the chain said; made by `kechid-hub origin index`, or a copy of such a file."""
    stale_after_h: float = 24.0
    """Age from which that file leaves a verdict open."""
    settling_h: float = 48.0
    """How long after its day a certificate's batch may still be on its way to that file."""
    index_every_s: float = 5.0
    """Wait between two looks for new blocks."""
    forms: Path | None = None
    """Folder of templates of forms beside those that come with the hub; one of the same name replaces."""


def nodes_from(origin: OriginSettings, folder: Path) -> tuple[OriginNodeSettings, ...]:
    """Return the nodes, relative paths of chains in files beginning at a folder."""
    return tuple(
        msgspec.structs.replace(node, url=f"{IN_A_FILE}{folder / node.url.removeprefix(IN_A_FILE)}")
        if node.url.startswith(IN_A_FILE)
        else node
        for node in origin.nodes
    )


def origin_problem(origin: OriginSettings) -> str | None:
    """Say what is wrong with the section, if anything."""
    checks = (*_registry_checks(origin), *_node_checks(origin), *_time_checks(origin))
    return next((reason for is_bad, reason in checks if is_bad), None)


def _registry_checks(origin: OriginSettings) -> tuple[tuple[bool, str], ...]:
    address, chain = origin.registry_address, origin.registry_chain_id
    return (
        (
            bool(address) != bool(chain),
            "origin: registry_address and registry_chain_id go together",
        ),
        (
            bool(address) and not _ADDRESS.fullmatch(address),
            f"origin.registry_address: {address[:50]!r} is not 0x and 40 hexadecimal digits",
        ),
        (not 0 <= chain < 2**63, f"origin.registry_chain_id: {chain} is no chain"),
    )


def _node_checks(origin: OriginSettings) -> tuple[tuple[bool, str], ...]:
    nodes = origin.nodes
    names = [node.name for node in nodes]
    return (
        (bool(nodes) and not origin.registry_address, "origin: nodes need registry_address"),
        (not all(names) or len(set(names)) < len(names), "origin.nodes: every node has a name of its own"),
        (
            any(not node.url.startswith(_SCHEMES) for node in nodes),
            "origin.nodes: a url begins with http://, https:// or file:",
        ),
        (
            any(not _STATE.fullmatch(node.state) for node in nodes),
            "origin.nodes: a state is a code of two letters",
        ),
        (origin.agree < 1, f"origin.agree: {origin.agree} is not at least 1"),
        (
            bool(nodes) and origin.agree > len(nodes),
            f"origin.agree: {origin.agree} nodes cannot agree where there are {len(nodes)}",
        ),
    )


def _time_checks(origin: OriginSettings) -> tuple[tuple[bool, str], ...]:
    positive = ("timeout_s", "head_age_s", "stale_after_h", "settling_h", "index_every_s")
    return (
        *((not 0 < getattr(origin, name) < 1e6, f"origin.{name}: is more than 0") for name in positive),
        (
            not 0 <= origin.confirmations <= 10_000,
            f"origin.confirmations: {origin.confirmations} is not in 0..10000",
        ),
        (
            origin.final and origin.confirmations > 0,
            "origin: confirmations are counted only where final = false",
        ),
    )

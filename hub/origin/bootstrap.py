"""Wires certificates of origin: settings in, verifier out."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.certificate.template_files import read_templates
from hub.origin.chain.facts import FactSource
from hub.origin.chain.opening import open_node
from hub.origin.settings import OriginSettings
from hub.origin.snapshot.indexer import IndexTerms
from hub.origin.snapshot.source import SnapshotSource
from hub.origin.verifying.judging import Terms
from hub.origin.verifying.verifying import Verifier

if TYPE_CHECKING:
    from hub.origin.chain.embedded import EmbeddedNode
    from hub.origin.chain.web3_node import Web3Node


def registry_of(origin: OriginSettings) -> RegistryPlace | None:
    """Return which registry on which chain; None: the settings name none."""
    if not origin.registry_address:
        return None
    return RegistryPlace(origin.registry_chain_id, bytes.fromhex(origin.registry_address[2:]))


def terms_of(origin: OriginSettings) -> Terms:
    """Return what certificates are judged by; raises `TemplateError` for a bad template of a form."""
    return Terms(
        registry=registry_of(origin),
        forms={name: template.rules for name, template in read_templates(origin.forms).items()},
        stale_after=timedelta(hours=origin.stale_after_h),
        settling=timedelta(hours=origin.settling_h),
    )


def nodes_of(origin: OriginSettings) -> "list[Web3Node | EmbeddedNode]":
    """Return the nodes of the settings; nobody is asked anything yet."""
    registry = registry_of(origin)
    if registry is None or not origin.nodes:
        return []
    return [open_node(node.name, node.url, registry, origin.timeout_s) for node in origin.nodes]


def index_terms_of(origin: OriginSettings) -> IndexTerms:
    """Return what is believed when the chain is read."""
    return IndexTerms(
        chain_id=origin.registry_chain_id,
        agree=origin.agree,
        final=origin.final,
        confirmations=origin.confirmations,
        states={node.name: node.state for node in origin.nodes},
    )


def verifier_of(origin: OriginSettings, *, is_offline: bool = False) -> Verifier:
    """Return who verifies: the chain by proof where nodes are named, next what is kept on site."""
    return Verifier(_sources_of(origin, is_offline=is_offline), terms_of(origin))


def _sources_of(origin: OriginSettings, *, is_offline: bool) -> list[FactSource]:
    registry = registry_of(origin)
    if registry is None:
        return []
    kept = SnapshotSource(origin.snapshot, registry)
    return [kept] if is_offline or not origin.nodes else [_proven_source(origin, registry), kept]


def _proven_source(origin: OriginSettings, registry: RegistryPlace) -> FactSource:
    # What takes proofs apart is not loaded where everything is answered from the snapshot.
    from hub.origin.chain.proven import ProvenSource, ProvenTerms

    terms = ProvenTerms(
        registry=registry,
        agree=origin.agree,
        states={node.name: node.state for node in origin.nodes},
        final=origin.final,
        confirmations=origin.confirmations,
        head_age=timedelta(seconds=origin.head_age_s),
        timeout_s=origin.timeout_s,
    )
    return ProvenSource(nodes_of(origin), terms, lambda: datetime.now(UTC))

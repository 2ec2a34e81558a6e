"""Wires issuing: settings in, an authority with its key and its node out."""

from hub.errors import ConflictError
from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.chain.opening import open_node
from hub.origin.issuing.advancing import Issuer
from hub.origin.issuing.issued import registry_set_up
from hub.origin.issuing.keystore_signer import open_keystore
from hub.origin.issuing.node import IssuingNode
from hub.origin.issuing.pkcs11_signer import Pkcs11Signer, TokenKey
from hub.origin.issuing.settings import IssuingSettings
from hub.origin.issuing.signer import AnchorSigner
from hub.settings_tree import HubSettings


def issuer_of(settings: HubSettings) -> Issuer:
    """Open the keys of the settings, once for a process.

    Raises `SignerError`, and `ConflictError` where nothing is issued or no registry and node are set up.
    """
    issuing = settings.origin_issuing
    if not issuing.state:
        raise ConflictError("no-authority", "no certificates are issued here: [origin_issuing] state")
    registry = registry_set_up(settings.origin)
    node = node_of(settings, registry)
    signer = authority_signer(issuing)
    relayer = signer
    if issuing.relayer_keystore is not None and issuing.relayer_password is not None:
        relayer = open_keystore(issuing.relayer_keystore, issuing.relayer_password)
    return Issuer(registry, signer, relayer, node)


def authority_signer(issuing: IssuingSettings) -> AnchorSigner:
    """Open the authority's key, in its keystore or its token; raises `SignerError`, `ConflictError`."""
    token = token_of(issuing)
    if token is not None:
        return Pkcs11Signer(token)
    if issuing.keystore is None or issuing.keystore_password is None:
        raise ConflictError("no-key", "no key is set up: [origin_issuing] keystore or token_library")
    return open_keystore(issuing.keystore, issuing.keystore_password)


def token_of(issuing: IssuingSettings) -> TokenKey | None:
    """Return the key's place in a token; None: it is in no token."""
    if issuing.token_library is None or issuing.token_pin is None:
        return None
    return TokenKey(issuing.token_library, issuing.token_label, issuing.token_key, issuing.token_pin)


def node_of(settings: HubSettings, registry: RegistryPlace, url: str = "") -> IssuingNode:
    """Return the node that transactions go to; `url`: another one. Raises `ConflictError` without any."""
    origin, wanted = settings.origin, settings.origin_issuing.node
    if url:
        return open_node("given", url, registry, origin.timeout_s)
    for node in origin.nodes:
        if wanted in ("", node.name):
            return open_node(node.name, node.url, registry, origin.timeout_s)
    raise ConflictError("no-node", f"[origin] nodes has no node {wanted or 'at all'}")

"""`kechid-hub origin authority|vote|deploy`: what a state's governor does, with the governor's own key."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hub.commands.options import COMMAND_LINE, Commands, add_command, add_group, services_of
from hub.commands.outcome import Outcome
from hub.errors import HubError
from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.certificate.certificate import StateCode
from hub.origin.chain.facts import Role

if TYPE_CHECKING:
    from hub.bootstrap import Services
    from hub.origin.chain.calls import RegistryCall
    from hub.origin.chain.events import AuthorityListed
    from hub.origin.issuing.relaying import Relay

ROLES = {"issuer": Role.ISSUER, "customs": Role.CUSTOMS}
SPAN = 10_000
"""Blocks asked for at once."""


def add_parsers(group: Commands) -> None:
    """Add the commands."""
    authority = add_group(group, "authority", "authorities that states list in the registry")
    add_command(authority, "list", list_authorities, "show every listing that the chain tells of")
    listing = add_command(authority, "set", set_authority, "list an authority of the governor's state")
    listing.add_argument("account", help="0x and 40 hexadecimal digits")
    listing.add_argument(
        "--role", action="append", choices=list(ROLES), help="may be given again; none: none"
    )
    listing.add_argument(
        "--from", dest="begins", metavar="TIME", help="ISO 8601; default: as it was listed before, else now"
    )
    listing.add_argument("--until", dest="ends", required=True, metavar="TIME", help="ISO 8601")
    striking = add_command(authority, "strike", strike, "end listings of a state that was left out")
    striking.add_argument("accounts", nargs="+", metavar="ACCOUNT", help="0x and 40 hexadecimal digits")
    voting = add_command(group, "vote", vote_for, "give the governor's voice for another state's governor")
    voting.add_argument("state", help="two letters")
    voting.add_argument("governor", help="0x and 40 hexadecimal digits, or none: for leaving the state out")
    deploying = add_command(group, "deploy", deploy, "make a new registry")
    deploying.add_argument(
        "--state", action="append", required=True, metavar="CODE=ACCOUNT", help="a state and its governor"
    )
    deploying.add_argument("--node", required=True, metavar="URL", help="of the node's JSON-RPC")
    for command in (listing, striking, voting, deploying):
        command.add_argument("--keystore", type=Path, required=True, help="of the account that acts")
        command.add_argument("--keystore-password", type=Path, required=True, metavar="FILE")
        command.add_argument("--timeout", type=float, default=120.0, metavar="S", help="how long to wait")


def list_authorities(options: argparse.Namespace) -> Outcome:
    """Read the listings from the node, the oldest first."""
    found = _listings(services_of(options))
    lines = (
        f"{one.state} 0x{one.account.hex()} {_roles(one.roles)}"
        f" {one.valid_from:%Y-%m-%d} to {one.valid_until:%Y-%m-%d}"
        for one in found
    )
    facts = [
        {
            "state": one.state,
            "account": "0x" + one.account.hex(),
            "roles": _roles(one.roles).split(),
            "valid_from": one.valid_from,
            "valid_until": one.valid_until,
        }
        for one in found
    ]
    return Outcome("\n".join(lines), {"authorities": facts})


def set_authority(options: argparse.Namespace) -> Outcome:
    """List an authority; one that is listed already keeps its begin, else what it issued would be too early.

    Raises `RefusedError` when the registry refuses it.
    """
    from hub.origin.chain.calls import ListAuthority

    roles = Role(0)
    for name in options.role or ():
        roles |= ROLES[name]
    account = _account(options.account)
    begins = _time(options.begins) if options.begins else _begin_of(account, services_of(options))
    call = ListAuthority(account, roles, begins, _time(options.ends))
    return _told(options, call, "authority-listed", options.account)


def strike(options: argparse.Namespace) -> Outcome:
    """End listings of a state that was left out; raises `RefusedError` when the registry refuses it."""
    from hub.origin.chain.calls import StrikeAuthorities

    call = StrikeAuthorities(tuple(map(_account, options.accounts)))
    return _told(options, call, "authorities-struck", " ".join(options.accounts))


def _begin_of(account: bytes, services: "Services") -> datetime:
    begins = [one.valid_from for one in _listings(services) if one.account == account]
    return begins[-1] if begins else datetime.now(UTC)


def _listings(services: "Services") -> "list[AuthorityListed]":
    """Ask a node for every listing that the registry tells of."""
    from hub.origin.chain.events import AuthorityListed
    from hub.origin.issuing.bootstrap import node_of
    from hub.origin.issuing.issued import registry_set_up

    node = node_of(services.settings, registry_set_up(services.settings.origin))
    last = node.head(final=False).number
    spans = ((first, min(first + SPAN - 1, last)) for first in range(0, last + 1, SPAN))
    events = (placed.event for span in spans for placed in node.events(*span))
    return [event for event in events if isinstance(event, AuthorityListed)]


def vote_for(options: argparse.Namespace) -> Outcome:
    """Give a voice; raises `RefusedError` when the registry refuses it."""
    from hub.origin.chain.calls import Vote

    governor = b"" if options.governor == "none" else _account(options.governor)
    return _told(options, Vote(_state(options.state), governor), "governor-voted", options.state)


def deploy(options: argparse.Namespace) -> Outcome:
    """Make a registry and say what goes into hub.toml."""
    from hub.origin.issuing.bootstrap import node_of
    from hub.origin.issuing.governing import deployed

    services = services_of(options)
    governors = dict(_governor(text) for text in options.state)
    if len(governors) < len(options.state):
        raise HubError("--state: a state stands there twice")
    nowhere = RegistryPlace(1, bytes(20))
    chain_id = node_of(services.settings, nowhere, options.node).chain_id()
    relay = _relay(options, services, RegistryPlace(chain_id, bytes(20)))
    address = "0x" + deployed(services, relay, governors, _tell, options.timeout).hex()
    _record(services, "registry-deployed", address)
    words = f'[origin]\nregistry_chain_id = {chain_id}\nregistry_address = "{address}"'
    return Outcome(words, {"registry_chain_id": chain_id, "registry_address": address})


def _told(options: argparse.Namespace, call: "RegistryCall", action: str, target: str) -> Outcome:
    from hub.origin.issuing.governing import told
    from hub.origin.issuing.issued import registry_set_up

    services = services_of(options)
    relay = _relay(options, services, registry_set_up(services.settings.origin))
    done = told(services, relay, call, _tell, options.timeout)
    _record(services, action, target)
    facts = {"block": done.block, "gas_used": done.gas_used}
    return Outcome(f"done in block {done.block}, {done.gas_used} gas", facts)


def _relay(options: argparse.Namespace, services: "Services", registry: RegistryPlace) -> "Relay":
    """Open the acting account's keystore, and send from there."""
    from hub.origin.issuing.advancing import terms_for
    from hub.origin.issuing.bootstrap import node_of
    from hub.origin.issuing.keystore_signer import open_keystore
    from hub.origin.issuing.relaying import Relay

    node = node_of(services.settings, registry, getattr(options, "node", ""))
    signer = open_keystore(options.keystore, options.keystore_password)
    return Relay(services, node, signer, terms_for(services, registry))


def _record(services: "Services", action: str, target: str) -> None:
    from hub.people.audit import Act, record
    from hub.store.database import writing

    with writing(services.engine) as connection:
        record(connection, Act(COMMAND_LINE, action, target, {}), services.clock())


def _tell(words: str) -> None:
    sys.stderr.write(words + "\n")


def _roles(roles: Role) -> str:
    return " ".join(name for name, role in ROLES.items() if role in roles) or "none"


def _account(text: str) -> bytes:
    try:
        account = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        account = b""
    if len(account) != 20 or not text.startswith("0x"):
        raise HubError(f"{text[:50]!r} is no account: 0x and 40 hexadecimal digits")
    return account


def _state(text: str) -> StateCode:
    if len(text) != 2 or not (text.isascii() and text.isalpha() and text.isupper()):
        raise HubError(f"{text[:20]!r} is no state: two letters such as GE")
    return StateCode(text)


def _governor(text: str) -> tuple[StateCode, bytes]:
    state, _, account = text.partition("=")
    return _state(state), _account(account)


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise HubError(f"{text[:40]!r} is no time: such as 2027-01-31 or 2027-01-31T12:00Z") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

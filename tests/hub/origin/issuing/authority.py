"""An issuing authority with a hub, a registry in its virtual machine, and a node to it."""

import dataclasses
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import msgspec

from hub.bootstrap import Services
from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.certificate.certificate import Certificate
from hub.origin.certificate.template_files import read_templates
from hub.origin.chain.facts import Status
from hub.origin.issuing.advancing import Advance, Issuer, advance
from hub.origin.issuing.fakes import MemorySigner
from hub.origin.issuing.issuing import IssueTerms, issue
from hub.origin.issuing.settings import IssuingSettings
from hub.origin.issuing.values import IssueReport
from hub.origin.registry.layout import status_slot, unpack_status
from hub.origin.settings import OriginSettings
from tests.hub.builders import Clock, Hub
from tests.hub.origin.certificate.samples import certificate
from tests.hub.origin.issuing.chain import CalledRegistry, EvmNode
from tests.hub.origin.registry.evm import ADDRESS, BEGIN, CHAIN_ID

GOVERNOR = b"\x0a" * 20
AUTHORITY, RELAYER = MemorySigner(b"\x07" * 32), MemorySigner(b"\x08" * 32)
PLACE = RegistryPlace(CHAIN_ID, ADDRESS)
TERMS = IssueTerms(read_templates())
ALONE = IssueTerms(TERMS.templates, is_alone=True)
DAY = date(2026, 9, 20)


@dataclass(frozen=True, slots=True)
class Authority:
    services: Services
    clock: Clock
    node: EvmNode
    issuer: Issuer

    def issue(self, *wanted: Certificate, terms: IssueTerms = ALONE) -> IssueReport:
        return issue(self.services, wanted, terms, actor="lia")

    def step(self, *, mines: bool = True) -> Advance:
        """Advance, then mine what waits; the hub's clock goes with the chain's."""
        done = advance(self.services, self.issuer)
        if mines:
            self.node.mine()
        self.clock.now = max(self.clock.now, datetime.fromtimestamp(self.node.registry.now, UTC))
        return done

    def status_on_chain(self, batch: bytes, index: int) -> Status:
        return unpack_status(self.node.registry.storage(status_slot(batch, index)), index)


def authority_of(hub: Hub, **changes: object) -> Authority:
    """Set up an authority of Georgia in a hub."""
    origin = OriginSettings(registry_chain_id=CHAIN_ID, registry_address="0x" + ADDRESS.hex())
    issuing = msgspec.structs.replace(IssuingSettings(state="GE"), **changes)
    settings = msgspec.structs.replace(hub.services.settings, origin=origin, origin_issuing=issuing)
    hub.clock.now = datetime.fromtimestamp(BEGIN, UTC)
    registry = CalledRegistry({b"GE": GOVERNOR, b"AZ": b"\x0b" * 20})
    until = BEGIN + int(timedelta(days=900).total_seconds())
    registry.call(GOVERNOR, "list_authority", AUTHORITY.address, 1, BEGIN - 10, until)
    node = EvmNode(registry)
    services = dataclasses.replace(hub.services, settings=settings)
    return Authority(services, hub.clock, node, Issuer(PLACE, AUTHORITY, RELAYER, node))


def some(count: int, first: int = 1) -> list[Certificate]:
    return [certificate(f"GE-{number:04}") for number in range(first, first + count)]

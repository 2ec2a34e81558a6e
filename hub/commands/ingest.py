"""`kechid-hub ingest`: a worker that takes in what a share of the devices sends."""

import argparse
import logging
import signal
from dataclasses import asdict
from threading import Event
from typing import TYPE_CHECKING

from msgspec import structs

from hub.bootstrap import Services, create_services
from hub.commands.options import Commands, add_command, settings_of
from hub.commands.outcome import Outcome
from hub.commands.processes import LOG_FORMAT, broker_address
from hub.ingest.sharding import Claim, Shard, parse_shard
from hub.settings_tree import BrokerSettings
from sync import service_notify

if TYPE_CHECKING:
    from hub.ingest.lock import ShardLock

STANDBY_S = 0.5
"""A standby asks that often whether the shard is free."""


def add_parsers(commands: Commands) -> None:
    """Add the command."""
    ingest = add_command(commands, "ingest", run_ingest, "take in what devices send until stopped")
    ingest.add_argument(
        "--shard", default="1", metavar="K[/N]", help="take in this share of the devices (N: of the settings)"
    )
    ingest.add_argument("--standby", action="store_true", help="wait while another worker has the shard")


def run_ingest(options: argparse.Namespace) -> Outcome:
    """Take in a shard's devices until SIGTERM or SIGINT."""
    from hub.ingest.lock import AlreadyRunningError, shard_lock

    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    settings = settings_of(options)
    shard, stop = parse_shard(options.shard, settings.ingest.shards), Event()
    services = create_services(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with shard_lock(services, shard) as lock:
        while not lock.take():
            if not options.standby:
                raise AlreadyRunningError(shard)
            if is_stopped_in_stand_by(stop):
                return Outcome("", {"stopped": True})
        return Outcome("", _work(services, shard, lock, stop))


def broker_of_shard(broker: BrokerSettings, number: int) -> BrokerSettings:
    """Put a worker's number in place of ``{shard}``: a broker lets one account in once."""
    if broker.username is None:
        return broker
    return structs.replace(broker, username=broker.username.replace("{shard}", str(number)))


def _work(services: Services, shard: Shard, lock: "ShardLock", stop: Event) -> dict[str, object]:
    """Take in until stopped; returns what was counted."""
    from hub.ingest.loop import IngestLoop
    from sync.client import PahoTransport

    address = broker_address(broker_of_shard(services.settings.broker, shard.number))
    name = "kechid-hub-ingest" if shard.is_whole else f"kechid-hub-ingest-{shard.number}"
    transport = PahoTransport(address, name, is_acknowledged_by_owner=True)
    loop = IngestLoop(services, transport, claim=Claim(shard, lock.keep), stop_requested=stop)
    loop.run()
    service_notify.stopping()
    return asdict(loop.counters)


def is_stopped_in_stand_by(stop: Event) -> bool:
    """Wait before the lock is asked for once more; True when the command is to end."""
    service_notify.ready()
    service_notify.status("standing by")
    service_notify.watchdog()
    return stop.wait(STANDBY_S)

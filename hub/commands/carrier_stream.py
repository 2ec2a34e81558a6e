"""`kechid-hub carrier-stream`: takes in what carriers declare at the broker, and answers there."""

import argparse
import logging
import signal
from dataclasses import asdict
from threading import Event

from msgspec import structs

from hub.bootstrap import Services, create_services
from hub.commands.ingest import broker_of_shard, is_stopped_in_stand_by
from hub.commands.options import Commands, add_command, settings_of
from hub.commands.outcome import Outcome
from hub.commands.processes import LOG_FORMAT, broker_address
from hub.ingest.sharding import Claim, Shard, parse_shard
from hub.settings_tree import BrokerSettings, HubSettings
from sync import service_notify

NAME = "carrier-stream"


def add_parsers(commands: Commands) -> None:
    """Add the command."""
    stream = add_command(commands, NAME, run_stream, "take in what carriers declare over MQTT until stopped")
    stream.add_argument(
        "--shard",
        default="1",
        metavar="K[/N]",
        help="take in this share of the carriers (N: of the settings)",
    )
    stream.add_argument("--standby", action="store_true", help="wait while another one has the share")


def run_stream(options: argparse.Namespace) -> Outcome:
    """Take in a shard's carriers and answer until SIGTERM or SIGINT; others may stand by for it."""
    from hub.ingest.lock import AlreadyRunningError, shard_lock

    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    settings = settings_of(options)
    shard, stop = parse_shard(options.shard, settings.carrier_stream.shards), Event()
    services = create_services(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with shard_lock(services, shard, NAME) as lock:
        while not lock.take():
            if not options.standby:
                raise AlreadyRunningError(shard, NAME)
            if is_stopped_in_stand_by(stop):
                return Outcome("", {"stopped": True})
        return Outcome("", _work(services, Claim(shard, lock.keep), stop))


def broker_of_stream(settings: HubSettings, shard: Shard) -> BrokerSettings:
    """Name the broker with the stream's own account: a broker lets one account in once."""
    own = settings.carrier_stream
    broker = structs.replace(settings.broker, username=own.username, password_file=own.password_file)
    return broker_of_shard(broker, shard.number)


def _work(services: Services, claim: Claim, stop: Event) -> dict[str, object]:
    """Take in until stopped; returns what was counted."""
    from hub.carrier_stream.loop import UNDER_WAY, CarrierLoop
    from sync.client import PahoTransport

    address = broker_address(broker_of_stream(services.settings, claim.shard))
    name = f"kechid-hub-{NAME}" if claim.shard.is_whole else f"kechid-hub-{NAME}-{claim.shard.number}"
    transport = PahoTransport(address, name, most_under_way=UNDER_WAY, is_acknowledged_by_owner=True)
    loop = CarrierLoop(services, transport, claim=claim, stop_requested=stop)
    loop.run()
    service_notify.stopping()
    return asdict(loop.counters)

"""`kechid-hub carrier-stream`: takes in what carriers declare at the broker, and answers there."""

import argparse
import logging
import signal
from dataclasses import asdict
from threading import Event
from typing import TYPE_CHECKING

from msgspec import structs

from hub.bootstrap import Services, create_services
from hub.commands.ingest import is_stopped_in_stand_by
from hub.commands.options import Commands, add_command, settings_of
from hub.commands.outcome import Outcome
from hub.commands.processes import LOG_FORMAT, broker_address
from hub.ingest.sharding import Shard
from hub.settings import BrokerSettings, HubSettings
from sync import service_notify

if TYPE_CHECKING:
    from hub.ingest.lock import ShardLock

NAME = "carrier-stream"


def add_parsers(commands: Commands) -> None:
    """Add the command."""
    stream = add_command(commands, NAME, run_stream, "take in what carriers declare over MQTT until stopped")
    stream.add_argument("--standby", action="store_true", help="wait while another one runs")


def run_stream(options: argparse.Namespace) -> Outcome:
    """Take in and answer until SIGTERM or SIGINT; one process does, others may stand by."""
    from hub.ingest.lock import AlreadyRunningError, shard_lock

    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    stop, only = Event(), Shard()
    services = create_services(settings_of(options))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with shard_lock(services, only, NAME) as lock:
        while not lock.take():
            if not options.standby:
                raise AlreadyRunningError(only, NAME)
            if is_stopped_in_stand_by(stop):
                return Outcome("", {"stopped": True})
        return Outcome("", _work(services, lock, stop))


def broker_of_stream(settings: HubSettings) -> BrokerSettings:
    """Name the broker with the stream's own account: a broker lets one account in once."""
    own = settings.carrier_stream
    return structs.replace(settings.broker, username=own.username, password_file=own.password_file)


def _work(services: Services, lock: "ShardLock", stop: Event) -> dict[str, object]:
    """Take in until stopped; returns what was counted."""
    from hub.carrier_stream.loop import UNDER_WAY, CarrierLoop
    from sync.client import PahoTransport

    address = broker_address(broker_of_stream(services.settings))
    transport = PahoTransport(
        address, f"kechid-hub-{NAME}", most_under_way=UNDER_WAY, is_acknowledged_by_owner=True
    )
    loop = CarrierLoop(services, transport, keep_lock=lock.keep, stop_requested=stop)
    loop.run()
    service_notify.stopping()
    return asdict(loop.counters)

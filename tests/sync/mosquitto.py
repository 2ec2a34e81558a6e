"""A real broker for tests, where one is installed."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from sync.broker import MosquittoProcess, find_program, write_mosquitto_configuration
from sync.broker_accounts import BrokerAccount
from sync.client import BrokerAddress, PahoTransport
from sync.errors import BrokerError
from tests.sync.free_port import free_port

PASSWORD = "secret"


def _is_installed() -> bool:
    try:
        find_program("mosquitto")
    except BrokerError:
        return False
    return True


needs_mosquitto = pytest.mark.skipif(not _is_installed(), reason="mosquitto is not installed")


class Mosquitto:
    """A mosquitto on a free port whose accounts, all with one password, may do everything."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self.port = free_port()
        accounts = [BrokerAccount(name, PASSWORD, ("#",), ("#",)) for name in names]
        self.process = MosquittoProcess(write_mosquitto_configuration(folder, self.port, accounts), self.port)
        self.process.start()

    def transport(
        self, client_id: str, *, keepalive_s: int = 30, is_acknowledged_by_owner: bool = False
    ) -> PahoTransport:
        address = BrokerAddress("127.0.0.1", self.port, client_id, PASSWORD)
        return PahoTransport(
            address,
            client_id,
            timeout_s=3.0,
            keepalive_s=keepalive_s,
            is_acknowledged_by_owner=is_acknowledged_by_owner,
        )

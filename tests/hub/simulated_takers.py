"""A process of simulated devices that take a watchlist version up: MQTT, signature, download, confirmation.

``python -m tests.hub.simulated_takers SPEC``: prints ``ready``, serves until standard input ends.
"""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from sync import topics
from sync.client import BrokerAddress, PahoTransport
from sync.codec import decode_manifest, decode_package, encode_batch
from sync.identifiers import uuid7
from sync.messages import Message, MessageLane, WatchlistApplied, WatchlistManifest
from sync.package_client import DownloadError, HubAddress, fetch_package
from sync.signing import key_id, load_public_key, verify_manifest

DOWNLOADS_AT_ONCE = 6
POLL_S = 0.01


class TakerSpec(msgspec.Struct, frozen=True):
    """What the process needs to know."""

    site_id: str
    tokens: dict[str, str]
    """By device."""
    broker_port: int
    password: str
    hub_url: str
    public_key: str
    folder: str


class Taker:
    """One device."""

    def __init__(self, spec: TakerSpec, device_id: str) -> None:
        self.device_id, self._spec, self._seq = device_id, spec, 0
        address = BrokerAddress("127.0.0.1", spec.broker_port, device_id, spec.password)
        self.transport = PahoTransport(address, device_id)
        key = load_public_key(Path(spec.public_key))
        self._keys = {key_id(key): key}

    def connect(self) -> None:
        """Listen for manifests."""
        self.transport.connect()
        self.transport.subscribe([topics.ALL_MANIFESTS, topics.site_manifests(self._spec.site_id)])

    def take(self, payload: bytes) -> bytes:
        """Verify, download, decode; returns the confirmation to send."""
        now = datetime.now(UTC)
        manifest = decode_manifest(payload)
        verify_manifest(manifest, self._keys, now)
        hub = HubAddress(self._spec.hub_url, self._spec.tokens[self.device_id])
        path = _fetched(hub, manifest, Path(self._spec.folder, self.device_id))
        package = decode_package(path.read_bytes())
        path.unlink()
        return self._confirmation(manifest, len(package.subjects), now)

    def _confirmation(self, manifest: WatchlistManifest, subjects: int, now: datetime) -> bytes:
        self._seq += 1
        body = WatchlistApplied(
            list_id=manifest.list_id,
            version=manifest.version,
            contract_id=manifest.contract_id,
            subjects=subjects,
            references=manifest.references,
            self_test="decoded",
            applied_at=now,
        )
        message = Message(
            message_id=uuid7(now, self.device_id.encode().rjust(10, b"0")[-10:]),
            device_id=self.device_id,
            epoch="benchmark",
            lane=MessageLane.EVENT,
            seq=self._seq,
            occurred_at=now,
            body=body,
        )
        return encode_batch([message])


def _fetched(hub: HubAddress, manifest: WatchlistManifest, folder: Path) -> Path:
    """Download as a relay does: what cannot be had now is tried again."""
    while True:
        try:
            return fetch_package(hub, manifest, folder)
        except DownloadError as error:
            sys.stderr.write(f"{error}\n")


def serve(spec: TakerSpec, stop: threading.Event) -> None:
    """Let every device take up what is announced until stopped; one thread owns all connections."""
    takers = [Taker(spec, device_id) for device_id in spec.tokens]
    for taker in takers:
        taker.connect()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool:
        running = []
        while not stop.is_set():
            for taker in takers:
                incoming = taker.transport.receive(0.0)
                if incoming is not None and incoming.payload:
                    running.append((taker, pool.submit(taker.take, incoming.payload)))
            for taker, future in [one for one in running if one[1].done()]:
                running.remove((taker, future))
                topic = topics.events(spec.site_id, taker.device_id)
                taker.transport.publish(topic, future.result())
            stop.wait(POLL_S)
    for taker in takers:
        taker.transport.close()


def main() -> None:
    """Serve the devices of the file that is named."""
    spec = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=TakerSpec)
    stop = threading.Event()
    thread = threading.Thread(target=serve, args=(spec, stop))
    thread.start()
    sys.stdin.read()
    stop.set()
    thread.join()


if __name__ == "__main__":
    main()

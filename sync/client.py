"""The MQTT 5 client over paho, driven by its owner's thread.

paho's own network thread dies silently on an exception in a callback while the client goes on claiming to
be connected; so there is none. The owner's calls turn the network loop, and every failure is raised to it.
"""

import logging
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from sync.errors import BrokerError
from sync.ports import NO_LABEL, Incoming, Label, Publication, Reception, Will

WILL_DELAY_S = 2
"""A connection that is back within this time was never gone for anyone."""
SESSION_EXPIRY_S = 86400
"""How long the broker keeps what came for a client that is away."""
_NO_SUBSCRIBER = 0x10
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where a broker is and how to be let in; with `ca` the connection is TLS."""

    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


@dataclass(slots=True)
class _Answers:
    """What the broker has said on one connection; callbacks do nothing but write here."""

    connection: ReasonCode | None = None
    granted: list[ReasonCode] | None = None
    received: dict[int, ReasonCode] = field(default_factory=dict)
    incoming: deque[paho.MQTTMessage] = field(default_factory=deque)
    unacknowledged: deque[paho.MQTTMessage] = field(default_factory=deque)
    """Received by the owner, not yet acknowledged by it."""


class PahoTransport:
    """Implements `sync.ports.Transport`; its owner calls `receive` more often than every `keepalive_s`."""

    def __init__(
        self,
        address: BrokerAddress,
        client_id: str,
        *,
        keepalive_s: int = 30,
        timeout_s: float = 10.0,
        most_under_way: int | None = None,
        is_acknowledged_by_owner: bool = False,
    ) -> None:
        """Take one `client_id` per connection; `timeout_s` bounds the wait for each answer of the broker.

        With `is_acknowledged_by_owner` the broker keeps what was received until `acknowledge`, and sends at
        most `most_under_way` messages before (None: as many as it likes).
        Raises `BrokerError` naming a certificate file that cannot be used: waiting would not mend it.
        """
        if address.ca is not None:
            _tls_context(address)
        self._address = address
        self._client_id = client_id
        self._keepalive_s = keepalive_s
        self._timeout_s = timeout_s
        self._most_under_way = most_under_way
        self._is_acknowledged_by_owner = is_acknowledged_by_owner
        self._client: paho.Client | None = None
        self._answers = _Answers()

    @property
    def is_connected(self) -> bool:
        """True from the broker's acceptance until the loss was noticed."""
        return self._client is not None and self._client.is_connected()

    def connect(self, will: Will | None = None) -> None:
        """Connect with a new client object, for a used one would send its old messages again."""
        self._drop()
        self._answers = _Answers()
        client = _new_client(self._client_id, self._answers)
        client.manual_ack_set(self._is_acknowledged_by_owner)
        if will is not None:
            delay = _properties(PacketTypes.WILLMESSAGE, WillDelayInterval=WILL_DELAY_S)
            client.will_set(will.topic, will.payload, qos=1, retain=True, properties=delay)
        try:
            self._open(client)
        except (OSError, ValueError) as error:
            raise BrokerError(f"{self._name}: {error}") from error
        self._client = client
        self._turn_until(lambda: self._answers.connection is not None)
        answer = self._answers.connection
        if answer is None or answer.is_failure:
            self._drop()
            raise BrokerError(f"{self._name}: refused ({answer})")

    def subscribe(self, topics: Sequence[str]) -> None:
        """Subscribe at QoS 1; raises `BrokerError` naming a filter that the broker refuses."""
        client = self._require_client()
        self._answers.granted = None
        result, _ = client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in topics])
        self._require(result)
        self._turn_until(lambda: self._answers.granted is not None)
        granted: list[ReasonCode] = self._answers.granted or []
        for topic, reason in zip(topics, granted, strict=True):
            if reason.is_failure:
                raise BrokerError(f"{self._name}: may not subscribe to {topic} ({reason})")

    def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        is_retained: bool = False,
        expiry_s: int | None = None,
        label: Label = NO_LABEL,
    ) -> Reception:
        """Publish at QoS 1 and wait for the broker's confirmation."""
        publication = Publication(topic, payload, label)
        return self._reception(topic, self._send(publication, expiry_s, is_retained=is_retained))

    def publish_each(self, publications: Sequence[Publication]) -> tuple[Reception, ...]:
        """Publish at QoS 1, all under way at once, and wait for the broker's confirmations."""
        sent = [(one.topic, self._send(one)) for one in publications]
        return tuple(self._reception(*one) for one in sent)

    def receive(self, timeout_s: float) -> Incoming | None:
        """Return the next message, or None after `timeout_s` seconds."""
        client = self._require_client()
        incoming = self._answers.incoming
        deadline = time.monotonic() + timeout_s
        while not incoming:
            remaining = deadline - time.monotonic()
            self._require(client.loop(max(0.0, remaining)))
            if not incoming and remaining <= 0:
                return None
        message = incoming.popleft()
        if self._is_acknowledged_by_owner:
            self._answers.unacknowledged.append(message)
        return Incoming(message.topic, bytes(message.payload), message.retain, _label_of(message))

    def acknowledge(self) -> None:
        """Acknowledge what was received, in its order, as MQTT 5 (section 4.6) wants it."""
        client = self._require_client()
        unacknowledged = self._answers.unacknowledged
        while unacknowledged:
            message = unacknowledged.popleft()
            self._require(client.ack(message.mid, message.qos))

    def close(self) -> None:
        """Say good-bye and close the socket."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(OSError, ValueError):
                client.disconnect()

    @property
    def _name(self) -> str:
        return f"broker {self._address.host}:{self._address.port}"

    def _open(self, client: paho.Client) -> None:
        address = self._address
        client.connect_timeout = self._timeout_s
        if address.username is not None:
            client.username_pw_set(address.username, address.password)
        if address.ca is not None:
            # Read again for each connection: certificates are renewed while this runs.
            client.tls_set_context(_tls_context(address))
        limit = {} if self._most_under_way is None else {"ReceiveMaximum": self._most_under_way}
        session = _properties(PacketTypes.CONNECT, SessionExpiryInterval=SESSION_EXPIRY_S, **limit)
        client.connect(address.host, address.port, self._keepalive_s, clean_start=False, properties=session)

    def _send(
        self, publication: Publication, expiry_s: int | None = None, *, is_retained: bool = False
    ) -> int:
        """Hand over to the broker, or to its queue of what is sent next; returns the packet's number."""
        client, properties = self._require_client(), _properties_of(expiry_s, publication.label)
        topic, payload = publication.topic, publication.payload
        info = client.publish(topic, payload, qos=1, retain=is_retained, properties=properties)
        self._require(info.rc)
        return info.mid

    def _reception(self, topic: str, number: int) -> Reception:
        """Wait for a packet's confirmation."""
        self._turn_until(lambda: number in self._answers.received)
        reason = self._answers.received.pop(number)
        if reason.is_failure:
            raise BrokerError(f"{self._name}: publishing to {topic} refused ({reason})")
        return Reception.NO_SUBSCRIBER if reason.value == _NO_SUBSCRIBER else Reception.ACCEPTED

    def _require_client(self) -> paho.Client:
        if self._client is None:
            raise BrokerError(f"{self._name}: not connected")
        return self._client

    def _turn_until(self, is_answered: Callable[[], bool]) -> None:
        client = self._require_client()
        deadline = time.monotonic() + self._timeout_s
        while not is_answered():
            if time.monotonic() > deadline:
                self._drop()
                raise BrokerError(f"{self._name}: no answer within {self._timeout_s:g} s")
            self._require(client.loop(0.1), unless=is_answered)

    def _require(self, result: MQTTErrorCode, unless: Callable[[], bool] = lambda: False) -> None:
        if result != MQTTErrorCode.MQTT_ERR_SUCCESS and not unless():
            self._drop()
            raise BrokerError(f"{self._name}: connection lost ({paho.error_string(result)})")

    def _drop(self) -> None:
        """Close without a good-bye, so that the broker publishes the will."""
        client, self._client = self._client, None
        channel = None if client is None else client.socket()
        if channel is not None:
            channel.close()


def _tls_context(address: BrokerAddress) -> ssl.SSLContext:
    """Read the certificate files; raises `BrokerError` naming the one that cannot be used."""
    path = address.ca
    try:
        context = ssl.create_default_context(cafile=path)
        if address.certificate is not None:
            path = address.certificate
            context.load_cert_chain(address.certificate, address.key)
    except OSError as error:  # also what ssl raises for a file that is no certificate
        raise BrokerError(f"broker certificate {path}: {error.strerror or error}") from error
    return context


def _new_client(client_id: str, answers: _Answers) -> paho.Client:
    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        protocol=MQTTProtocolVersion.MQTTv5,
        reconnect_on_failure=False,
    )

    def on_connect(_c: paho.Client, _u: object, _f: object, reason: ReasonCode, _p: object) -> None:
        answers.connection = reason

    def on_subscribe(_c: paho.Client, _u: object, _m: int, reasons: list[ReasonCode], _p: object) -> None:
        answers.granted = reasons

    def on_publish(_c: paho.Client, _u: object, mid: int, reason: ReasonCode, _p: object) -> None:
        answers.received[mid] = reason

    def on_message(_c: paho.Client, _u: object, message: paho.MQTTMessage) -> None:
        answers.incoming.append(message)

    client.on_connect = on_connect
    client.on_subscribe = on_subscribe
    client.on_publish = on_publish
    client.on_message = on_message
    client.on_socket_open = _send_at_once
    return client


def _send_at_once(_client: paho.Client, _userdata: object, channel: object) -> None:
    """Switch Nagle's algorithm off: it holds small packets back for about 40 ms."""
    if isinstance(channel, socket.socket):
        channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _properties_of(expiry_s: int | None, label: Label) -> Properties | None:
    named: dict[str, int | str | bytes | None] = {
        "MessageExpiryInterval": expiry_s,
        "ContentType": label.content_type or None,
        "ResponseTopic": label.response_topic or None,
        "CorrelationData": label.correlation or None,
    }
    values = {name: value for name, value in named.items() if value is not None}
    return _properties(PacketTypes.PUBLISH, **values) if values else None


def _label_of(message: paho.MQTTMessage) -> Label:
    said = message.properties
    return Label(
        content_type=getattr(said, "ContentType", ""),
        response_topic=getattr(said, "ResponseTopic", ""),
        correlation=getattr(said, "CorrelationData", b""),
    )


def _properties(kind: int, **values: int | str | bytes) -> Properties:
    properties = Properties(kind)  # type: ignore[no-untyped-call]
    for name, value in values.items():
        setattr(properties, name, value)
    return properties

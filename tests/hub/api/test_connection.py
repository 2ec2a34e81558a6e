"""What the server does with a connection before the application hears of it."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.api.connection import MOST_HEAD_BYTES
from tests.hub.builders import make_hub
from tests.hub.live_server import DEADLINE_S, running_api

HEAD = b"POST /api/v1/login HTTP/1.1\r\nHost: hub.test\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
TIMES = 10
"""What is read with the end of a head is not counted, up to the buffer of a socket."""
LONG = b"a" * (TIMES * MOST_HEAD_BYTES)
BODY = b'{"user_id": "nobody", "password": "' + b"p" * (2 * MOST_HEAD_BYTES) + b'"}'


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    services = make_hub(Path(tmp_path_factory.mktemp("hub"))).services
    with running_api(services) as address:
        yield int(address.rpartition(":")[2])
    services.engine.dispose()


def answer_to(port: int, sent: bytes) -> bytes:
    """Send bytes in pieces, and read until the server ends the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_S) as connection:
        taken = b""
        try:
            connection.sendall(sent)
            while piece := connection.recv(1 << 16):
                taken += piece
        except ConnectionError:
            # It was ended while we still sent.
            pass
        return taken


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /" + LONG,
        HEAD + b"X-Long: " + LONG,
        HEAD + b"X-Short: a\r\n" * (TIMES * MOST_HEAD_BYTES // 8),
        CHUNKED + b"1;" + LONG,
        CHUNKED + b"1\r\n{\r\n0\r\n" + b"X-Trailer: a\r\n" * (TIMES * MOST_HEAD_BYTES // 8),
    ],
    ids=["address", "one-header", "many-headers", "chunk", "trailers"],
)
def test_a_head_without_end_ends_the_connection(port: int, sent: bytes) -> None:
    assert b"200 OK" not in answer_to(port, sent)


@pytest.mark.parametrize(
    "sent",
    [
        HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY,
        HEAD
        + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"".join(b"1\r\n%c\r\n" % byte for byte in BODY)
        + b"0\r\n\r\n",
    ],
    ids=["whole", "chunked"],
)
def test_a_long_body_is_none_of_it(port: int, sent: bytes) -> None:
    assert answer_to(port, sent).startswith(b"HTTP/1.1 422 ")


def test_many_requests_on_one_connection_are_no_long_head(port: int) -> None:
    one = b"GET /.well-known/oauth-authorization-server HTTP/1.1\r\nHost: hub.test\r\n"
    many = (one + b"\r\n") * (MOST_HEAD_BYTES // len(one) + 10) + one + b"Connection: close\r\n\r\n"
    taken = answer_to(port, many)
    assert taken.count(b"HTTP/1.1 200 OK") == MOST_HEAD_BYTES // len(one) + 11

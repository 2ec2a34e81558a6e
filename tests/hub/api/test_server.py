"""The socket the API is served from."""

import socket

from hub.api.server import open_listener
from hub.settings_tree import ApiSettings


def test_an_answer_on_a_kept_connection_does_not_wait_for_the_callers_acknowledgement() -> None:
    with open_listener(ApiSettings(host="127.0.0.1", port=0)) as listener:
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

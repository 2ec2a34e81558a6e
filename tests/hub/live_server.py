"""The API served over real sockets by a thread of the test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import msgspec

from hub.api.server import ApiServer, open_listener
from hub.bootstrap import Services
from hub.settings_tree import ApiSettings

DEADLINE_S = 20.0


def with_api(services: Services, **changes: object) -> Services:
    """Change the API's settings."""
    api = msgspec.structs.replace(services.settings.api, **changes)
    return replace(services, settings=msgspec.structs.replace(services.settings, api=api))


@contextmanager
def running_api(services: Services) -> Iterator[str]:
    """Serve on a free port of 127.0.0.1 until the block ends; gives the address."""
    api: ApiSettings = services.settings.api
    with open_listener(msgspec.structs.replace(api, host="127.0.0.1", port=0)) as listener:
        server = ApiServer(services)
        server.config.timeout_graceful_shutdown = 0
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        scheme = "https" if api.tls_key is not None else "http"
        try:
            yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.ask_to_stop()
            thread.join(DEADLINE_S)
            assert not thread.is_alive()


def token_for(services: Services, user_id: str, password: str, address: str) -> dict[str, str]:
    """Sign in and give the headers that prove it."""
    answer = httpx.post(
        f"{address}/api/v1/login", json={"user_id": user_id, "password": password}, timeout=DEADLINE_S
    )
    return {"Authorization": f"Bearer {answer.json()['token']}"}

"""An answer of server-sent events (WHATWG HTML, section 9.2) that a slow or vanished reader cannot hold."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub.live.feed import LiveFeed
from hub.store.notify import Change

HEARTBEAT_S = 15.0
SEND_S = 10.0
"""A reader that takes nothing for so long is dropped; what it missed waits in the store."""
RETRY_MS = 2000
_log = logging.getLogger(__name__)
Filter = Callable[[Sequence[Change]], Awaitable[Sequence[Change] | None]]
"""What of some changes is shown; None: the reader may look no longer."""


class EventStream(Response):
    """Sends changes after a position until the reader leaves, is too slow, or may look no longer."""

    media_type = "text/event-stream"

    def __init__(self, feed: LiveFeed, position: str, show: Filter, on_end: Callable[[], None]) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._feed = feed
        self._position = position
        self._show = show
        self._on_end = on_end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run sender and receiver side by side; whichever ends first ends the stream."""
        tasks = [asyncio.ensure_future(self._send_all(send)), asyncio.ensure_future(_until_gone(receive))]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._on_end()

    async def _send_all(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        try:
            await self._follow(send)
        except TimeoutError:
            _log.info("a stream was dropped: its reader was too slow")
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _follow(self, send: Send) -> None:
        loop = asyncio.get_running_loop()
        with self._feed.watching(loop) as woken:
            # The id alone sets the place that a browser comes back to, without an event.
            await _put(send, f"retry: {RETRY_MS}\nid: {self._position}\n\n".encode())
            while True:
                woken.clear()
                found = self._feed.kept_after(self._position)
                if found is None:
                    found = await loop.run_in_executor(None, self._feed.stored_after, self._position)
                shown = await self._show(found)
                if shown is None:
                    return
                if found:
                    self._position = found[-1].position
                if shown:
                    await _put(send, b"".join(map(encode_event, shown)))
                if not found and not await _is_woken(woken):
                    await _put(send, f": alive\nid: {self._position}\n\n".encode())


def encode_event(change: Change) -> bytes:
    """Write one change: kind, identifier and time, never what it holds."""
    data = msgspec.json.encode({"kind": change.kind, "id": change.identifier, "at": change.at})
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (change.position.encode(), change.kind.encode(), data)


async def _put(send: Send, body: bytes) -> None:
    async with asyncio.timeout(SEND_S):
        await send({"type": "http.response.body", "body": body, "more_body": True})


async def _is_woken(woken: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(HEARTBEAT_S):
            await woken.wait()
    except TimeoutError:
        return False
    return True


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

"""A synchronous HTTP client for an application in this process."""

import asyncio

import httpx
from starlette.types import ASGIApp


class AsgiTransport(httpx.BaseTransport):
    """Runs each request on an event loop of its own; failures become the answers a browser would get."""

    def __init__(self, app: ASGIApp) -> None:
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._handle(request))

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        body = httpx.ByteStream(request.read())
        whole = httpx.Request(request.method, request.url, headers=request.headers, stream=body)
        answer = await self._transport.handle_async_request(whole)
        content = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=content, request=request)


def client_for(app: ASGIApp, base_url: str) -> httpx.Client:
    """Make a client; cookies are kept as a browser keeps them, redirects are not followed."""
    return httpx.Client(transport=AsgiTransport(app), base_url=base_url)

"""A browser without a window: requests to the application in this process, cookies kept."""

import asyncio

import httpx
from fastapi import FastAPI

ORIGIN = "http://hub.test"


class Browser:
    """Follows no redirect by itself, so that tests see where a page leads."""

    def __init__(self, app: FastAPI, cookies: dict[str, str]) -> None:
        self._app = app
        self.cookies = httpx.Cookies(cookies)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page."""
        return asyncio.run(self._send(httpx.Request("GET", ORIGIN + path, headers=headers)))

    def post(
        self,
        path: str,
        data: dict[str, str] | None = None,
        photos: tuple[tuple[str, bytes], ...] = (),
        origin: str = ORIGIN,
        file: tuple[str, bytes] | None = None,
    ) -> httpx.Response:
        """Send a form, with photos or another file as a multipart one."""
        files = [("photos", (name, content, "image/jpeg")) for name, content in photos]
        if file is not None:
            files.append(("file", (*file, "application/octet-stream")))
        request = httpx.Request(
            "POST", ORIGIN + path, data=data or {}, files=files or None, headers={"Origin": origin}
        )
        return asyncio.run(self._send(request))

    async def _send(self, request: httpx.Request) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, cookies=self.cookies) as client:
            self.cookies.set_cookie_header(request)
            answer = await client.send(request)
            self.cookies.extract_cookies(answer)
            return answer

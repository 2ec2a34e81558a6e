"""Sends the files that pages are made of, and lets browsers keep them."""

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response

from hub.console.assets import Asset
from hub.errors import NotFoundError

YEAR_S = 365 * 86400


class StaticFiles:
    """Sends files of the pages from memory; nothing else on the disk has an address."""

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        """Send these, by their relative addresses."""
        self._assets = assets

    def send(self, name: str, request: Request, v: str = "") -> Response:
        """Send a file; for a year when the address carries its content's mark."""
        asset = self._assets.get(name)
        if asset is None:
            raise NotFoundError("file", name)
        age = f"public, max-age={YEAR_S}, immutable" if v == asset.etag else "no-cache"
        headers = {
            "Cache-Control": age,
            "ETag": f'"{asset.etag}"',
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        if request.headers.get("if-none-match", "").removeprefix("W/") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        if asset.packed and "gzip" in request.headers.get("accept-encoding", ""):
            headers |= {"Content-Encoding": "gzip", "ETag": f'W/"{asset.etag}"'}
            return Response(asset.packed, media_type=asset.media_type, headers=headers)
        return Response(asset.content, media_type=asset.media_type, headers=headers)

"""What makes the app installable and useful without a network: manifest, service worker, offline page."""

import json
from collections.abc import Mapping
from hashlib import sha256

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.assets import Asset
from hub.console.wording import mark
from hub.public_app.context import AppContext
from hub.public_app.declare import ParcelForm, form_context
from hub.public_app.pages import address_of
from hub.public_app.reader import ADDRESS, HOME

NAME = mark("My parcels")
COLOUR = "#0b5c75"
KEPT = ("console.css", "app.css", "app.js", "mark.svg", "icon.svg")
"""Files of the shell; the letters come with them."""
PICTURE_SIZES = (192, 512)


class OfflinePages:
    """The files that a browser asks for when it installs the app."""

    def __init__(self, context: AppContext) -> None:
        """Work out once what the shell is made of."""
        self._context = context
        self._worker = _worker(context.pages.assets)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        for path, handler in (
            ("/manifest.webmanifest", self.manifest),
            ("/service-worker.js", self.worker),
            ("/offline", self.offline),
        ):
            router.add_api_route(path, handler, methods=["GET"], response_model=None)

    def manifest(self, request: Request) -> Response:
        """Describe the app to a browser, in the reader's language."""
        reader = self._context.reader(request)
        described = {
            "id": HOME,
            "name": reader.word(NAME),
            "short_name": reader.word(NAME),
            "lang": reader.language.code,
            "start_url": HOME,
            "scope": HOME,
            "display": "standalone",
            "theme_color": COLOUR,
            "background_color": "#f3f5f7",
            "icons": _icons(self._context.pages.assets),
        }
        content = json.dumps(described, ensure_ascii=False)
        return Response(
            content, media_type="application/manifest+json", headers={"Cache-Control": "no-cache"}
        )

    def worker(self) -> Response:
        """Send the service worker, which changes with every file of the shell."""
        headers = {"Cache-Control": "no-cache"}
        return Response(self._worker, media_type="text/javascript; charset=utf-8", headers=headers)

    def offline(self, request: Request) -> Response:
        """Show what can be done without a network: an empty form whose drafts stay on the phone.

        It is kept by browsers, so it says nothing of who asks.
        """
        reader = self._context.reader(request)
        form = ParcelForm({"currency": "USD"}, 1)
        return self._context.pages.render("offline.html", reader, given=form_context(reader, form))


def _icons(assets: Mapping[str, Asset]) -> list[dict[str, str]]:
    """List the icon for every size, and as pictures for browsers that show no SVG on a home screen."""
    drawing = address_of("icon.svg", assets)
    drawings = [
        {"src": drawing, "sizes": "any", "type": "image/svg+xml", "purpose": purpose}
        for purpose in ("any", "maskable")
    ]
    pictures = [
        {
            "src": address_of(f"icon-{size}.png", assets),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "any",
        }
        for size in PICTURE_SIZES
    ]
    return [*drawings, *pictures]


def _worker(assets: Mapping[str, Asset]) -> str:
    letters = [name for name in assets if name.endswith(".woff2")]
    shell = [address_of(name, assets) for name in KEPT] + [f"{ADDRESS}/static/{name}" for name in letters]
    version = sha256(json.dumps(shell).encode()).hexdigest()[:16]
    head = f"const VERSION = {json.dumps(f'kechid-{version}')};\nconst SHELL = {json.dumps(shell)};\n"
    return head + assets["worker.js"].content.decode()

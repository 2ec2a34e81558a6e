"""Devices: one page that refreshes itself."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.context import ConsoleContext
from hub.console.device_view import present_device
from hub.fleet.devices import list_devices
from hub.people.access import Permission


class DevicePages:
    """GET /console/devices."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.add_api_route("/devices", self.index, methods=["GET"], response_model=None)

    def index(self, request: Request) -> Response:
        """Show every device as the hub last heard of it."""
        reader, _ = self._context.require(request, Permission.VIEW_DEVICES)
        now = self._context.now
        with self._context.reading() as connection:
            devices = list_devices(connection, now)
        rows = [present_device(one, now, reader) for one in devices]
        return self._context.pages.render("devices.html", reader, page_name="devices", rows=rows)

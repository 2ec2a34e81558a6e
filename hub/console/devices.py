"""The fleet: sites with counts, devices filtered and paged, one device, one site."""

from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from hub.console.charts import Chart, Value, Words, columns
from hub.console.command_view import present_command, present_settings
from hub.console.context import ConsoleContext, go_to
from hub.console.device_view import Titles, device_address, device_facts, list_expiry, present_device
from hub.console.formatting import format_number
from hub.console.reader import Reader
from hub.console.subject_form import FormState
from hub.console.wording import DEVICE_STATES, word
from hub.fleet.commands import CommandName, Order, commands_of, issue
from hub.fleet.configuration import send_settings, settings_of_device
from hub.fleet.devices import DeviceSummary, device, revoke_device
from hub.fleet.health import HealthSample, history
from hub.fleet.overview import (
    DeviceQuery,
    DeviceState,
    SiteCounts,
    find_devices,
    lanes_by_place,
    site_counts,
)
from hub.fleet.places import list_sites
from hub.people.access import Permission, User
from hub.people.audit import Act, record

PAGE_SIZE = 50
COMMANDS_SHOWN = 8
HISTORY = timedelta(days=7)
COLUMN = timedelta(hours=4)


class DevicePages:
    """Who may see devices sees those of his sites; who manages the fleet acts on them."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        one = "/devices/{device_id}"
        router.add_api_route("/devices", self.index, methods=["GET"], response_model=None)
        router.add_api_route(one, self.show, methods=["GET"], response_model=None)
        router.add_api_route(f"{one}/revocation", self.revoke, methods=["POST"], response_model=None)
        router.add_api_route(f"{one}/commands", self.command, methods=["POST"], response_model=None)

    def index(
        self, request: Request, state: str = "", text: str = "", site: str = "", cursor: str | None = None
    ) -> Response:
        """Show sites and devices as the hub last heard of them; an unknown state counts as none."""
        reader, user = self._context.require(request, Permission.VIEW_DEVICES)
        now = self._context.now
        state = state if state in DEVICE_STATES else ""
        wanted = DeviceQuery(user.sites, site, DeviceState(state) if state else None, text.strip())
        with self._context.reading() as connection:
            page = find_devices(connection, wanted, now, cursor=cursor, limit=PAGE_SIZE)
            counts = site_counts(connection, now, sites=user.sites)
            titles = titles_of(connection)
        fields = {"state": state, "text": text, "site": site}
        further = urlencode({**fields, "cursor": page.next_cursor or ""})
        is_filtered = bool(state or text or site or cursor)
        return self._context.pages.render(
            "devices.html",
            reader,
            page_name="devices",
            rows=[present_device(one, now, reader, titles) for one in page.items],
            sites=[] if is_filtered or len(counts) < 2 else counts,
            totals=_totals(counts),
            form=FormState(fields),
            states=_choices(reader),
            site_choices=[("", reader.language.words.gettext("All sites")), *_sites(counts)],
            is_filtered=is_filtered,
            next_address=f"/console/devices?{further}" if page.next_cursor else "",
        )

    def show(self, request: Request, device_id: str) -> Response:
        """Show one device; raises `NotFoundError` also for one of another site than the user's."""
        reader, user = self._context.require(request, Permission.VIEW_DEVICES)
        now = self._context.now
        with self._context.reading() as connection:
            found = device(connection, device_id, now, sites=user.sites)
            samples = history(connection, device_id, now - HISTORY)
            commands = commands_of(connection, device_id, COMMANDS_SHOWN)
            settings = {} if found.is_revoked else settings_of_device(connection, device_id)[0]
            titles = titles_of(connection)
        return self._context.pages.render(
            "device.html",
            reader,
            page_name="devices",
            row=present_device(found, now, reader, titles),
            facts=(*device_facts(found, reader), *list_expiry(found, reader)),
            is_revoked=found.is_revoked,
            queue_chart=queue_chart(samples, now, reader) if samples else None,
            settings=[line for line in present_settings(settings, reader) if line.name in settings],
            commands=[present_command(one, now, reader) for one in commands],
        )

    def revoke(self, request: Request, device_id: str) -> Response:
        """Shut a device out."""
        user, found = self._managed(request, device_id, Permission.MANAGE_DEVICES)
        with self._context.writing() as connection:
            revoke_device(connection, found.device_id, self._context.now)
            record(connection, Act(user.user_id, "device-revoked", device_id, {}), self._context.now)
        return go_to(device_address(device_id))

    def command(self, request: Request, device_id: str, name: Annotated[str, Form()] = "") -> Response:
        """Ask for a restart, or tell the device its settings again; anything else does nothing."""
        user, _ = self._managed(request, device_id, Permission.MANAGE_FLEET)
        services, now = self._context.services, self._context.now
        with self._context.writing() as connection:
            match name:
                case CommandName.RESTART:
                    order = Order(CommandName.RESTART, {}, user.user_id)
                    command_id = issue(services, connection, device_id, order, now)
                case CommandName.CONFIGURE:
                    command_id = send_settings(services, connection, device_id, actor=user.user_id, now=now)
                case _:
                    return go_to(device_address(device_id))
            detail = {"device": device_id, "name": name}
            record(connection, Act(user.user_id, "command-issued", command_id, detail), now)
        return go_to(device_address(device_id))

    def _managed(
        self, request: Request, device_id: str, permission: Permission
    ) -> tuple[User, DeviceSummary]:
        _, user = self._context.require(request, permission)
        with self._context.reading() as connection:
            return user, device(connection, device_id, self._context.now, sites=user.sites)


def titles_of(connection: Connection) -> Titles:
    """Read what sites and lanes are called."""
    return Titles({one.site_id: one for one in list_sites(connection)}, lanes_by_place(connection))


def queue_chart(samples: tuple[HealthSample, ...], now: datetime, reader: Reader) -> Chart:
    """Draw the longest queue of every four hours of the last week."""
    words, language = reader.language.words, reader.language
    title = words.gettext("Waiting messages in the last seven days")
    head = Words("queue", title, (words.gettext("From"), words.gettext("Messages")))
    slots = int(HISTORY / COLUMN)
    longest = [0] * slots
    for sample in samples:
        at = slots - 1 - int((now - sample.slot_at) / COLUMN)
        if 0 <= at < slots:
            longest[at] = max(longest[at], sample.queue_depth)
    values = [
        Value(
            f"{(now - COLUMN * (slots - at)).astimezone(reader.zone):%d.%m. %H:%M}",
            depth,
            format_number(depth, language),
        )
        for at, depth in enumerate(longest)
    ]
    return columns(head, values, lambda number: format_number(number, language))


def _totals(counts: tuple[SiteCounts, ...]) -> dict[str, int]:
    return {
        name: sum(getattr(one, name) for one in counts) for name in ("devices", "online", "troubled", "stale")
    }


def _choices(reader: Reader) -> list[tuple[str, str]]:
    words = reader.language.words
    states = [(code, word(DEVICE_STATES, code, words)) for code in DEVICE_STATES]
    return [("", words.gettext("In any state")), *states]


def _sites(counts: tuple[SiteCounts, ...]) -> list[tuple[str, str]]:
    return [(one.site.site_id, one.site.title) for one in counts]

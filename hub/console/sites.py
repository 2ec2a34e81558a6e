"""One site: its lanes with their devices, and what site and lanes are called."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.context import ConsoleContext, go_to
from hub.console.device_view import DeviceRow, present_device, site_address
from hub.console.devices import titles_of
from hub.console.forms import returned_form
from hub.console.reader import Reader
from hub.console.subject_form import FormState
from hub.console.wording import DIRECTIONS, mark, word
from hub.errors import FieldProblem, InvalidInputError
from hub.fleet.devices import list_devices
from hub.fleet.places import Direction, Lane, Site, SiteKind, lanes_of, put_lane, put_site, site
from hub.people.access import Permission
from hub.people.audit import Act, record
from hub.people.site_bounds import require_site

SITE_KINDS = {
    "road": mark("Road"),
    "rail": mark("Railway"),
    "air": mark("Airport"),
    "sea": mark("Port"),
    "foot": mark("On foot"),
}
BOTH_WAYS = mark("both ways")


class SitePages:
    """GET and POST /console/sites/{site_id}."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        one = "/sites/{site_id}"
        router.add_api_route(one, self.show, methods=["GET"], response_model=None)
        router.add_api_route(one, self.change, methods=["POST"], response_model=None)
        router.add_api_route(
            f"{one}/lanes/{{lane_id}}", self.change_lane, methods=["POST"], response_model=None
        )

    def show(self, request: Request, site_id: str) -> Response:
        """Show a site; raises `NotFoundError` also for one that is not the user's."""
        reader, user = self._context.require(request, Permission.VIEW_DEVICES)
        require_site(user, site_id)
        return self._render(reader, site_id, None)

    def change(
        self,
        request: Request,
        site_id: str,
        title: Annotated[str, Form()] = "",
        kind: Annotated[str, Form()] = "road",
        latitude: Annotated[str, Form()] = "",
        longitude: Annotated[str, Form()] = "",
    ) -> Response:
        """Name a site and say where it lies."""
        reader, user = self._context.require(request, Permission.MANAGE_DEVICES)
        require_site(user, site_id)
        values = {"title": title.strip(), "kind": kind, "latitude": latitude, "longitude": longitude}
        try:
            north, east = _degrees("latitude", latitude), _degrees("longitude", longitude)
            crossing = SiteKind(kind) if kind in SITE_KINDS else SiteKind.ROAD
            wanted = Site(site_id, values["title"], north, east, crossing)
            with self._context.writing() as connection:
                site(connection, site_id)
                put_site(connection, wanted)
                record(connection, Act(user.user_id, "site-changed", site_id, {}), self._context.now)
        except InvalidInputError as error:
            return self._render(reader, site_id, returned_form(values, error.problems, reader.language.words))
        return go_to(site_address(site_id))

    def change_lane(
        self,
        request: Request,
        site_id: str,
        lane_id: str,
        title: Annotated[str, Form()] = "",
        direction: Annotated[str, Form()] = "",
    ) -> Response:
        """Name a lane and say where it leads; raises `InvalidInputError` for a title that is none."""
        _, user = self._context.require(request, Permission.MANAGE_DEVICES)
        require_site(user, site_id)
        way = Direction(direction) if direction in ("in", "out") else Direction.BOTH
        with self._context.writing() as connection:
            put_lane(connection, Lane(site_id, lane_id, title.strip(), way))
            record(
                connection, Act(user.user_id, "lane-changed", f"{site_id}/{lane_id}", {}), self._context.now
            )
        return go_to(site_address(site_id))

    def _render(self, reader: Reader, site_id: str, form: FormState | None) -> Response:
        now, words = self._context.now, reader.language.words
        with self._context.reading() as connection:
            found = site(connection, site_id)
            lanes = lanes_of(connection, site_id)
            devices = list_devices(connection, now, sites=frozenset({site_id}))
            titles = titles_of(connection)
        rows: dict[str, list[DeviceRow]] = {}
        for one in devices:
            rows.setdefault(one.lane_id, []).append(present_device(one, now, reader, titles))
        return self._context.pages.render(
            "site.html",
            reader,
            status=422 if form else 200,
            page_name="devices",
            site=found,
            kind=word(SITE_KINDS, found.kind.value, words),
            lanes=[(lane, _way(lane, reader), rows.get(lane.lane_id, [])) for lane in lanes],
            form=form or FormState(_values(found)),
            kinds=[(code, word(SITE_KINDS, code, words)) for code in SITE_KINDS],
            ways=[
                ("", words.gettext(BOTH_WAYS)),
                *((code, word(DIRECTIONS, code, words)) for code in DIRECTIONS),
            ],
        )


def _way(lane: Lane, reader: Reader) -> str:
    words = reader.language.words
    return word(DIRECTIONS, lane.direction.value, words) if lane.direction else words.gettext(BOTH_WAYS)


def _values(found: Site) -> dict[str, str]:
    degrees = {name: getattr(found, name) for name in ("latitude", "longitude")}
    shown = {name: "" if value is None else f"{value:.6g}" for name, value in degrees.items()}
    return {"title": found.title, "kind": found.kind.value, **shown}


def _degrees(name: str, text: str) -> float | None:
    plain = text.strip().replace(",", ".")
    if not plain:
        return None
    try:
        return float(plain)
    except ValueError as error:
        raise InvalidInputError(FieldProblem(f"/{name}", "out-of-range", f"{text[:40]!r}")) from error

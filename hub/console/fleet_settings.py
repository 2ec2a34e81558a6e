"""Settings of devices: for the fleet, a site, a lane or a device; shown before they are given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from hub.console.command_view import OWN, TRUTHS, present_settings
from hub.console.context import ConsoleContext, go_to
from hub.console.device_view import Titles
from hub.console.devices import titles_of
from hub.console.forms import returned_form
from hub.console.reader import Moment, Reader
from hub.console.subject_form import FormState
from hub.console.wording import word
from hub.errors import ConflictError, InvalidInputError
from hub.fleet.allowed_settings import ALLOWED
from hub.fleet.configuration import (
    NewSettings,
    SettingsVersion,
    all_newest_settings,
    change_settings,
    checked_reason,
    newest_settings,
    preview_settings,
    settings_history,
)
from hub.fleet.places import list_sites
from hub.fleet.scope import Scope, ScopeKind, parse_scope, site_of_scope
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.people.site_bounds import require_site

HISTORY_SHOWN = 10
CHANGES_SHOWN = 50
SCOPES_SHOWN = 500


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """One scope in the list of all."""

    title: str
    address: str
    newest: SettingsVersion | None
    set_at: Moment | None


class SettingsForm(BaseModel):
    """What was typed, and whether it was confirmed."""

    model_config = ConfigDict(frozen=True)
    allowed_false_alarms_per_day: str = ""
    travellers_per_day: str = ""
    shadow: str = ""
    preview_mask: str = ""
    reason: str = ""
    confirmed: str = ""
    version: int = 0
    """Of the scope, as it was when the change was shown."""


class SettingsPages:
    """Who manages the fleet sets; a site-bound one sets for his sites only."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/settings", self.index, methods=["GET"], response_model=None)
        router.add_api_route("/settings/{scope:path}", self.show, methods=["GET"], response_model=None)
        router.add_api_route("/settings/{scope:path}", self.change, methods=["POST"], response_model=None)

    def index(self, request: Request) -> Response:
        """List the fleet, its sites, and every lane and device for which something is set."""
        reader, user = self._context.require(request, Permission.MANAGE_FLEET)
        with self._context.reading() as connection:
            newest = all_newest_settings(connection)
            sites = [one.site_id for one in list_sites(connection) if user.works_at(one.site_id)]
            titles = titles_of(connection)
        everywhere = [Scope(ScopeKind.FLEET)] if user.sites is None else []
        scopes = [*everywhere, *(Scope(ScopeKind.SITE, site_id) for site_id in sites)]
        scopes += [
            scope
            for scope in newest
            if scope.kind is ScopeKind.LANE and scope.place.partition("/")[0] in sites
        ]
        if user.sites is None:
            scopes += [scope for scope in newest if scope.kind is ScopeKind.DEVICE]
        lines = [_line(newest.get(scope), scope, titles, reader) for scope in scopes[:SCOPES_SHOWN]]
        return self._context.pages.render("settings_list.html", reader, page_name="devices", lines=lines)

    def show(self, request: Request, scope: str) -> Response:
        """Show a scope's settings with a form; raises `NotFoundError`."""
        reader, user = self._context.require(request, Permission.MANAGE_FLEET)
        with self._context.reading() as connection:
            wanted = _own_scope(connection, scope, user)
            newest = newest_settings(connection, wanted)
        return self._render(reader, wanted, FormState(dict(newest.settings) if newest else {}))

    def change(self, request: Request, scope: str, sent: Annotated[SettingsForm, Form()]) -> Response:
        """Show what would change; with ``confirmed`` change it, unless somebody else was faster."""
        reader, user = self._context.require(request, Permission.MANAGE_FLEET)
        words, now, services = reader.language.words, self._context.now, self._context.services
        values = {name: getattr(sent, name).strip() for name in (*ALLOWED, "reason")}
        settings = {name: values[name] for name in ALLOWED}
        with self._context.reading() as connection:
            wanted = _own_scope(connection, scope, user)
        try:
            checked_reason(sent.reason)
            if sent.confirmed != "yes":
                return self._preview(reader, wanted, values)
            with self._context.writing() as connection:
                new = NewSettings(wanted, settings, sent.reason, sent.version)
                made, told = change_settings(services, connection, new, actor=user.user_id, now=now)
                record(
                    connection, Act(user.user_id, "settings-changed", str(wanted), made.audited(told)), now
                )
        except InvalidInputError as error:
            return self._render(reader, wanted, returned_form(values, error.problems, words), 422)
        except ConflictError:
            said = words.gettext("Somebody has changed these settings meanwhile. Look again.")
            return self._render(reader, wanted, FormState(values, {"reason": said}), 409)
        return go_to(f"/console/settings/{wanted}")

    def _preview(self, reader: Reader, scope: Scope, values: Mapping[str, str]) -> Response:
        settings = {name: values[name] for name in ALLOWED}
        with self._context.reading() as connection:
            changes = preview_settings(connection, scope, settings)
            newest = newest_settings(connection, scope)
            titles = titles_of(connection)
        lines = [
            (one.device_id, _differences(one.before, one.after, reader)) for one in changes[:CHANGES_SHOWN]
        ]
        return self._context.pages.render(
            "settings_preview.html",
            reader,
            page_name="devices",
            scope=scope,
            title=_title(scope, titles, reader),
            values=values,
            version=newest.version if newest else 0,
            changes=lines,
            devices=len(changes),
        )

    def _render(self, reader: Reader, scope: Scope, form: FormState, status: int = 200) -> Response:
        words = reader.language.words
        with self._context.reading() as connection:
            past = settings_history(connection, scope, HISTORY_SHOWN)
            titles = titles_of(connection)
        truths = [("", words.gettext(OWN)), *((code, word(TRUTHS, code, words)) for code in TRUTHS)]
        return self._context.pages.render(
            "settings.html",
            reader,
            status=status,
            page_name="devices",
            scope=scope,
            title=_title(scope, titles, reader),
            form=form,
            truths=truths,
            past=[(one, present_settings(one.settings, reader), reader.moment(one.set_at)) for one in past],
        )


def _own_scope(connection: Connection, text: str, user: User) -> Scope:
    scope = parse_scope(text)
    site_id = site_of_scope(connection, scope)
    # What holds for the whole fleet is no matter of somebody who works at a few sites.
    require_site(user, site_id or "")
    return scope


def _line(newest: SettingsVersion | None, scope: Scope, titles: Titles, reader: Reader) -> ScopeLine:
    moment = reader.moment(newest.set_at) if newest else None
    return ScopeLine(_title(scope, titles, reader), f"/console/settings/{scope}", newest, moment)


def _title(scope: Scope, titles: Titles, reader: Reader) -> str:
    match scope.kind:
        case ScopeKind.FLEET:
            return reader.language.words.gettext("All devices")
        case ScopeKind.SITE:
            return titles.site(scope.place)
        case ScopeKind.LANE:
            site_id, _, lane_id = scope.place.partition("/")
            return f"{titles.site(site_id)} · {titles.lane(site_id, lane_id)}"
        case ScopeKind.DEVICE:
            return scope.place


def _differences(
    before: Mapping[str, str], after: Mapping[str, str], reader: Reader
) -> list[tuple[str, str, str]]:
    old, new = present_settings(before, reader), present_settings(after, reader)
    pairs = zip(old, new, strict=True)
    return [(was.title, was.value, will.value) for was, will in pairs if was.value != will.value]

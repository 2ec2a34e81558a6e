"""Roll-outs of model packs: the list with a form, and one with its stages."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from hub.console.command_view import present_rollout, rollout_badge
from hub.console.context import ConsoleContext, go_to
from hub.console.devices import titles_of
from hub.console.forms import returned_form
from hub.console.reader import Reader
from hub.console.subject_form import FormState
from hub.errors import ConflictError, FieldProblem, InvalidInputError
from hub.fleet.places import list_sites
from hub.fleet.rollout_progress import Rollout, get_rollout, list_rollouts, packs_in_use
from hub.fleet.rollouts import (
    NewRollout,
    open_next_stage,
    pause_rollout,
    resume_rollout,
    start_rollout,
    stop_rollout,
)
from hub.fleet.scope import parse_scope, site_of_scope
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.people.site_bounds import require_site

SHOWN = 30


class RolloutForm(BaseModel):
    """What was typed for a new roll-out."""

    model_config = ConfigDict(frozen=True)
    pack: str = ""
    scope: str = ""
    reason: str = ""
    canaries: str = "1"
    percentage: str = "25"
    restarts: str = ""

    def rollout(self) -> NewRollout:
        """Read it; raises `InvalidInputError`."""
        return NewRollout(
            pack=self.pack.strip(),
            scope=parse_scope(self.scope),
            reason=self.reason,
            canaries=_whole("canaries", self.canaries),
            percentage=_whole("percentage", self.percentage),
            restarts=self.restarts == "yes",
        )


class RolloutPages:
    """Who manages the fleet rolls out; a site-bound one at his sites only."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/rollouts", self.index, methods=["GET"], response_model=None)
        router.add_api_route("/rollouts", self.start, methods=["POST"], response_model=None)
        router.add_api_route("/rollouts/{rollout_id}", self.show, methods=["GET"], response_model=None)
        router.add_api_route("/rollouts/{rollout_id}", self.act, methods=["POST"], response_model=None)

    def index(self, request: Request) -> Response:
        """Show the newest roll-outs, the packs in use, and a form for another."""
        reader, user = self._context.require(request, Permission.MANAGE_FLEET)
        return self._index(
            reader, user, FormState({"canaries": "1", "percentage": "25", "restarts": ("yes",)})
        )

    def start(self, request: Request, sent: Annotated[RolloutForm, Form()]) -> Response:
        """Begin with the first devices; what is wrong is said beside its field."""
        reader, user = self._context.require(request, Permission.MANAGE_FLEET)
        words, services, now = reader.language.words, self._context.services, self._context.now
        values = {**sent.model_dump(), "restarts": (sent.restarts,)}
        try:
            new = sent.rollout()
            with self._context.writing() as connection:
                require_site(user, site_of_scope(connection, new.scope) or "")
                rollout_id = start_rollout(services, connection, new, actor=user.user_id, now=now)
                detail = {"pack": new.pack, "scope": sent.scope, "reason": sent.reason.strip()}
                record(connection, Act(user.user_id, "rollout-started", rollout_id, detail), now)
        except InvalidInputError as error:
            return self._index(reader, user, returned_form(values, error.problems, words), 422)
        except ConflictError as error:
            said = {
                "no-devices": words.gettext("There is no device."),
                "rollout-running": words.gettext("A device there is in a roll-out that is not over."),
            }
            form = FormState(values, {"scope": said.get(error.code, str(error))})
            return self._index(reader, user, form, 409)
        return go_to(f"/console/rollouts/{rollout_id}")

    def show(self, request: Request, rollout_id: str) -> Response:
        """Show how far each device is; raises `NotFoundError`."""
        reader, user = self._context.require(request, Permission.MANAGE_FLEET)
        with self._context.reading() as connection:
            found = self._own(connection, rollout_id, user)
            titles = titles_of(connection)
        return self._context.pages.render(
            "rollout.html", reader, page_name="devices", page=present_rollout(found, reader), titles=titles
        )

    def act(self, request: Request, rollout_id: str, act: Annotated[str, Form()] = "") -> Response:
        """Open the next stage, pause, resume or stop; raises `ConflictError` when that is over."""
        _, user = self._context.require(request, Permission.MANAGE_FLEET)
        services, now = self._context.services, self._context.now
        with self._context.writing() as connection:
            self._own(connection, rollout_id, user)
            match act:
                case "advance":
                    open_next_stage(services, connection, rollout_id, actor=user.user_id, now=now)
                case "pause":
                    pause_rollout(connection, rollout_id, now)
                case "resume":
                    resume_rollout(services, connection, rollout_id, actor=user.user_id, now=now)
                case "stop":
                    stop_rollout(connection, rollout_id, now)
                case _:
                    raise InvalidInputError(FieldProblem("/act", "unknown", f"{act[:40]!r}"))
            record(connection, Act(user.user_id, f"rollout-{act}", rollout_id, {}), now)
        return go_to(f"/console/rollouts/{rollout_id}")

    def _own(self, connection: Connection, rollout_id: str, user: User) -> Rollout:
        found = get_rollout(connection, rollout_id, self._context.now)
        for one in found.devices:
            require_site(user, one.site_id)
        return found

    def _index(self, reader: Reader, user: User, form: FormState, status: int = 200) -> Response:
        words = reader.language.words
        with self._context.reading() as connection:
            found = list_rollouts(connection, SHOWN, sites=user.sites)
            packs = packs_in_use(connection)
            own = [one for one in list_sites(connection) if user.works_at(one.site_id)]
        everywhere = [("fleet", words.gettext("All devices"))] if user.sites is None else []
        return self._context.pages.render(
            "rollouts.html",
            reader,
            status=status,
            page_name="devices",
            rollouts=[(one, rollout_badge(one.state, reader), reader.moment(one.made_at)) for one in found],
            packs=packs,
            form=form,
            scopes=[*everywhere, *((f"site:{one.site_id}", one.title) for one in own)],
        )


def _whole(name: str, text: str) -> int:
    if not text.strip().isdecimal() or len(text) > 6:
        raise InvalidInputError(FieldProblem(f"/{name}", "out-of-range", f"{text[:20]!r} is no whole number"))
    return int(text)

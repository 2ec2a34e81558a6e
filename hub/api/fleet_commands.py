"""Routes: commands, settings and roll-outs of the fleet."""

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from hub.api.dependencies import Hub, IdempotencyKey, allowed, answer_of, as_response, attempt_of
from hub.bootstrap import Services
from hub.fleet.commands import CommandName, CommandRow, Order, command, commands_of, issue
from hub.fleet.configuration import (
    NewSettings,
    SettingsChange,
    SettingsVersion,
    change_settings,
    preview_settings,
    send_settings,
    settings_history,
)
from hub.fleet.devices import device
from hub.fleet.health import KEPT, HealthSample, history
from hub.fleet.rollout_progress import Rollout, RolloutSummary, get_rollout, list_rollouts
from hub.fleet.rollouts import (
    NewRollout,
    open_next_stage,
    pause_rollout,
    resume_rollout,
    start_rollout,
    stop_rollout,
)
from hub.fleet.scope import Scope, parse_scope, site_of_scope
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.people.site_bounds import require_site
from hub.store.database import reading, writing
from hub.store.idempotency import Answer, digest_of, once

router = APIRouter(tags=["fleet"])
Viewer = Annotated[User, Depends(allowed(Permission.VIEW_DEVICES))]
Manager = Annotated[User, Depends(allowed(Permission.MANAGE_FLEET))]
Name = Annotated[str, Path(max_length=64)]
ScopeText = Annotated[str, Query(max_length=200, description="fleet, site:ID, lane:SITE/ID or device:ID")]
Text = Annotated[str, Field(max_length=40)]


class CommandRequest(BaseModel):
    """A restart, or the device's settings once more."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Literal["restart", "configure"]


class SettingsRequest(BaseModel):
    """The whole set of a scope; what is left out is as in each device's own file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    settings: Mapping[Annotated[str, Field(max_length=64)], Text] = Field(max_length=20)
    reason: str = Field(max_length=500)
    expected_version: int | None = Field(default=None, ge=0, le=2**31 - 1, strict=True)
    """The scope's version it was made from; another one by now is refused."""


class RolloutRequest(BaseModel):
    """A model pack for the devices of a scope."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    pack: str = Field(max_length=200)
    scope: str = Field(max_length=200)
    reason: str = Field(max_length=500)
    canaries: int = Field(default=1, ge=-(2**31), le=2**31 - 1, strict=True)
    percentage: int = Field(default=25, ge=-(2**31), le=2**31 - 1, strict=True)
    restarts: bool = Field(default=True, strict=True)


class RolloutAct(BaseModel):
    """What to do with a roll-out."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    act: Literal["advance", "pause", "resume", "stop"]


@router.get("/devices/{device_id}/health", operation_id="device_health")
def get_health(services: Hub, user: Viewer, device_id: Name) -> tuple[HealthSample, ...]:
    """List samples of the last seven days, one per five minutes, the oldest first."""
    now = services.clock()
    with reading(services.engine) as connection:
        device(connection, device_id, now, sites=user.sites)
        return history(connection, device_id, now - KEPT)


@router.get("/devices/{device_id}/commands", operation_id="list_commands")
def get_commands(
    services: Hub, user: Viewer, device_id: Name, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> tuple[CommandRow, ...]:
    """List a device's commands, the newest first."""
    with reading(services.engine) as connection:
        device(connection, device_id, services.clock(), sites=user.sites)
        return commands_of(connection, device_id, limit)


@router.post(
    "/devices/{device_id}/commands",
    status_code=201,
    operation_id="issue_command",
    response_model=CommandRow,
)
def post_command(
    services: Hub, user: Manager, device_id: Name, wanted: CommandRequest, key: IdempotencyKey = None
) -> Response:
    """Ask a device for a restart, or tell it its settings again."""
    now = services.clock()
    parts = [b"command", device_id.encode(), wanted.model_dump_json().encode()]
    with writing(services.engine) as connection:

        def work() -> Answer:
            device(connection, device_id, now, sites=user.sites)
            if wanted.name == "configure":
                command_id = send_settings(services, connection, device_id, actor=user.user_id, now=now)
            else:
                order = Order(CommandName.RESTART, {}, user.user_id)
                command_id = issue(services, connection, device_id, order, now)
            detail = {"device": device_id, "name": wanted.name}
            record(connection, Act(user.user_id, "command-issued", command_id, detail), now)
            return answer_of(201, command(connection, command_id))

        return as_response(once(services, connection, attempt_of(user, key, digest_of(parts)), work))


@router.get("/settings", operation_id="list_settings")
def get_settings(services: Hub, user: Manager, scope: ScopeText = "fleet") -> tuple[SettingsVersion, ...]:
    """List what was set for exactly this scope, the newest first."""
    with reading(services.engine) as connection:
        return settings_history(connection, _own_scope(connection, scope, user), 50)


@router.post("/settings/preview", operation_id="preview_settings")
def post_preview(
    services: Hub, user: Manager, wanted: SettingsRequest, scope: ScopeText = "fleet"
) -> tuple[SettingsChange, ...]:
    """Say which devices would be told something new, and what; changes nothing."""
    with reading(services.engine) as connection:
        return preview_settings(connection, _own_scope(connection, scope, user), wanted.settings)


@router.post("/settings", status_code=201, operation_id="change_settings", response_model=SettingsVersion)
def post_settings(
    services: Hub,
    user: Manager,
    wanted: SettingsRequest,
    scope: ScopeText = "fleet",
    key: IdempotencyKey = None,
) -> Response:
    """Give a scope its settings and tell every device they change."""
    now = services.clock()
    parts = [b"settings", scope.encode(), wanted.model_dump_json().encode()]
    with writing(services.engine) as connection:

        def work() -> Answer:
            new = NewSettings(
                _own_scope(connection, scope, user), wanted.settings, wanted.reason, wanted.expected_version
            )
            made, told = change_settings(services, connection, new, actor=user.user_id, now=now)
            record(connection, Act(user.user_id, "settings-changed", scope, made.audited(told)), now)
            return answer_of(201, made)

        return as_response(once(services, connection, attempt_of(user, key, digest_of(parts)), work))


@router.get("/rollouts", operation_id="list_rollouts")
def get_rollouts(
    services: Hub, user: Manager, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> tuple[RolloutSummary, ...]:
    """Roll-outs at the user's sites, the newest first."""
    with reading(services.engine) as connection:
        return list_rollouts(connection, limit, sites=user.sites)


@router.post("/rollouts", status_code=201, operation_id="start_rollout", response_model=Rollout)
def post_rollout(
    services: Hub, user: Manager, wanted: RolloutRequest, key: IdempotencyKey = None
) -> Response:
    """Begin a roll-out with its first devices."""
    now = services.clock()
    parts = [b"rollout", wanted.model_dump_json().encode()]
    with writing(services.engine) as connection:

        def work() -> Answer:
            scope = _own_scope(connection, wanted.scope, user)
            new = NewRollout(**{**wanted.model_dump(), "scope": scope})
            rollout_id = start_rollout(services, connection, new, actor=user.user_id, now=now)
            detail = {"pack": new.pack, "scope": str(scope), "reason": new.reason}
            record(connection, Act(user.user_id, "rollout-started", rollout_id, detail), now)
            return answer_of(201, get_rollout(connection, rollout_id, now))

        return as_response(once(services, connection, attempt_of(user, key, digest_of(parts)), work))


@router.get("/rollouts/{rollout_id}", operation_id="get_rollout")
def get_one_rollout(services: Hub, user: Manager, rollout_id: Name) -> Rollout:
    """One roll-out with its devices."""
    with reading(services.engine) as connection:
        return _own_rollout(services, connection, rollout_id, user)


@router.post("/rollouts/{rollout_id}/acts", operation_id="act_on_rollout")
def post_act(services: Hub, user: Manager, rollout_id: Name, wanted: RolloutAct) -> Rollout:
    """Open the next stage, pause, resume or stop; 409 where the roll-out is not in the state for it."""
    now, actor = services.clock(), user.user_id
    with writing(services.engine) as connection:
        _own_rollout(services, connection, rollout_id, user)
        match wanted.act:
            case "advance":
                done = open_next_stage(services, connection, rollout_id, actor=actor, now=now)
            case "pause":
                done = pause_rollout(connection, rollout_id, now)
            case "resume":
                done = resume_rollout(services, connection, rollout_id, actor=actor, now=now)
            case "stop":
                done = stop_rollout(connection, rollout_id, now)
        record(connection, Act(actor, f"rollout-{wanted.act}", rollout_id, {}), now)
        return done


def _own_scope(connection: Connection, text: str, user: User) -> Scope:
    scope = parse_scope(text)
    require_site(user, site_of_scope(connection, scope) or "")
    return scope


def _own_rollout(services: Services, connection: Connection, rollout_id: str, user: User) -> Rollout:
    found = get_rollout(connection, rollout_id, services.clock())
    for one in found.devices:
        require_site(user, one.site_id)
    return found

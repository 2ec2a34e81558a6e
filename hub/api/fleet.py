"""Routes: devices and what was set aside of them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from hub.api.dependencies import Hub, IdempotencyKey, allowed, answer_of, as_response, attempt_of
from hub.fleet.configuration import send_standing_settings
from hub.fleet.devices import (
    DeviceIdentity,
    DeviceSummary,
    device,
    register_device,
    renew_token,
    revoke_device,
)
from hub.fleet.overview import DeviceQuery, find_devices
from hub.ingest.quarantine import QuarantineRow, find_refusals
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.store.database import reading, writing
from hub.store.idempotency import Answer, digest_of, once
from hub.store.paging import MAX_LIMIT, Page

router = APIRouter(tags=["devices"])
Viewer = Annotated[User, Depends(allowed(Permission.VIEW_DEVICES))]
Administrator = Annotated[User, Depends(allowed(Permission.MANAGE_DEVICES))]
DeviceId = Annotated[str, Path(max_length=64)]
Cursor = Annotated[str | None, Query(max_length=300)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
PlainName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$")]


class DeviceRequest(BaseModel):
    """A device to let in."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    device_id: PlainName
    site_id: PlainName
    lane_id: PlainName


class DeviceToken(BaseModel):
    """A device's bearer token; it is shown this once and stored hashed."""

    device_id: str
    token: str


@router.get("/devices", operation_id="list_devices")
def get_devices(services: Hub, user: Viewer, cursor: Cursor = None, limit: Limit = 50) -> Page[DeviceSummary]:
    """Devices of the user's sites, by site, lane and id."""
    wanted = DeviceQuery(sites=user.sites)
    with reading(services.engine) as connection:
        return find_devices(connection, wanted, services.clock(), cursor=cursor, limit=limit)


@router.get("/devices/{device_id}", operation_id="get_device")
def get_device(services: Hub, user: Viewer, device_id: DeviceId) -> DeviceSummary:
    """One device."""
    with reading(services.engine) as connection:
        return device(connection, device_id, services.clock(), sites=user.sites)


@router.post("/devices", status_code=201, operation_id="register_device", response_model=DeviceToken)
def post_device(
    services: Hub, user: Administrator, wanted: DeviceRequest, key: IdempotencyKey = None
) -> Response:
    """Let a device in; what is set for its place waits for it."""
    identity = DeviceIdentity(wanted.device_id, wanted.site_id, wanted.lane_id)
    now, token = services.clock(), services.new_token()
    attempt = attempt_of(user, key, digest_of([b"device", wanted.model_dump_json().encode()]))
    with writing(services.engine) as connection:

        def work() -> Answer:
            register_device(connection, identity, token=token, actor=user.user_id, now=now)
            send_standing_settings(services, connection, wanted.device_id, actor=user.user_id, now=now)
            record(connection, Act(user.user_id, "device-registered", wanted.device_id, {}), now)
            return answer_of(201, DeviceToken(device_id=wanted.device_id, token=token).model_dump())

        return as_response(once(services, connection, attempt, work))


@router.post("/devices/{device_id}/token", operation_id="renew_device_token", response_model=DeviceToken)
def post_token(
    services: Hub, user: Administrator, device_id: DeviceId, key: IdempotencyKey = None
) -> Response:
    """Replace a device's token; the old one opens nothing any more."""
    now, token = services.clock(), services.new_token()
    attempt = attempt_of(user, key, digest_of([b"device-token", device_id.encode()]))
    with writing(services.engine) as connection:

        def work() -> Answer:
            renew_token(connection, device_id, token)
            send_standing_settings(services, connection, device_id, actor=user.user_id, now=now)
            record(connection, Act(user.user_id, "device-token-renewed", device_id, {}), now)
            return answer_of(200, DeviceToken(device_id=device_id, token=token).model_dump())

        return as_response(once(services, connection, attempt, work))


@router.post("/devices/{device_id}/revocation", status_code=204, operation_id="revoke_device")
def post_revocation(services: Hub, user: Administrator, device_id: DeviceId) -> None:
    """Shut a device out."""
    now = services.clock()
    with writing(services.engine) as connection:
        revoke_device(connection, device_id, now)
        record(connection, Act(user.user_id, "device-revoked", device_id, {}), now)


@router.get("/quarantine", operation_id="list_quarantine")
def get_quarantine(
    services: Hub, user: Viewer, cursor: Cursor = None, limit: Limit = 50
) -> Page[QuarantineRow]:
    """List what could not be taken in, the last seen first."""
    with reading(services.engine) as connection:
        return find_refusals(connection, cursor=cursor, limit=limit)

"""The dependency that counts a request against its caller's allowance."""

import math
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Connection, select
from starlette.concurrency import run_in_threadpool

from hub.api.dependencies import Caller, Hub
from hub.api.problems import RefusedError
from hub.api.rate_limit import Allowance, Leases, Portion, take
from hub.bootstrap import Services
from hub.fleet.devices import device_of_token
from hub.machines.tables import api_clients
from hub.machines.tokens import ACTOR_PREFIX
from hub.people.access import User
from hub.people.web_session import bearer_token
from hub.settings_tree import ApiSettings
from hub.store.database import reading, writing_beside_others


def leases_of(request: Request) -> Leases:
    """Return the process's own; the application was created with it."""
    leases: Leases = request.app.state.leases
    return leases


def limited(
    request: Request, services: Hub, caller: Caller, leases: Annotated[Leases, Depends(leases_of)]
) -> None:
    """Count the request; raises 429 with ``Retry-After`` when the caller has sent too many."""
    now = services.clock()
    name = caller.user_id if caller is not None else stranger_name(services, request)
    wait_s = leases.spend(name, now)
    _refuse(_spend_new(services, leases, name, caller) if wait_s is None else wait_s)


async def count_at_once(request: Request, services: Services, caller: User | None) -> None:
    """Do the same for who is known, in a thread only where the store has to be asked."""
    leases = leases_of(request)
    if caller is None:
        await run_in_threadpool(limited, request, services, caller, leases)
        return
    wait_s = leases.spend(caller.user_id, services.clock())
    if wait_s is None:
        wait_s = await run_in_threadpool(_spend_new, services, leases, caller.user_id, caller)
    _refuse(wait_s)


def _spend_new(services: Services, leases: Leases, name: str, caller: User | None) -> float:
    """Take a portion out of the store and spend one token of it; returns for how long to wait otherwise."""
    with leases.asking:
        now = services.clock()
        wait_s = leases.spend(name, now)
        if wait_s is not None:
            # Who asked before has brought some for this one too.
            return wait_s
        with writing_beside_others(services.engine) as connection:
            allowance = allowance_of(connection, services.settings.api, caller)
            portion = take(connection, name, allowance, now)
        spent = portion if not portion.tokens else Portion(portion.tokens - 1, 0.0)
        if spent.tokens or spent.wait_s:
            leases.put(name, spent, now)
        return portion.wait_s


def _refuse(wait_s: float) -> None:
    if wait_s:
        raise RefusedError(
            429, "too-many-requests", "too many requests; wait a little", retry_after_s=math.ceil(wait_s)
        )


def stranger_name(services: Services, request: Request) -> str:
    """Name a caller who is no user: a device by its token, everybody else by the address."""
    token = bearer_token(request)
    if token is not None:
        with reading(services.engine) as connection:
            device = device_of_token(connection, token)
        if device is not None:
            return f"device:{device.device_id}"
    return f"address:{request.client.host if request.client else ''}"


def allowance_of(connection: Connection, api: ApiSettings, caller: User | None) -> Allowance:
    """Look up what the settings allow, or a machine's registration does."""
    if caller is None:
        return Allowance(api.stranger_requests_per_minute, api.stranger_requests_per_minute)
    own = None
    if caller.user_id.startswith(ACTOR_PREFIX):
        client_id = caller.user_id.removeprefix(ACTOR_PREFIX)
        query = select(api_clients.c.requests_per_minute).where(api_clients.c.client_id == client_id)
        own = connection.scalar(query)
    per_minute = own or api.requests_per_minute
    return Allowance(per_minute, min(api.request_burst, per_minute))

"""Routes of what comes hundreds of times in a second: called with the request alone.

What FastAPI does for a route's parameters and dependencies takes longer than storing a declaration.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from hub.api.dependencies import require_one, services_of, signed_in
from hub.api.limits import count_at_once
from hub.api.strict_json import strict_json
from hub.people.access import Permission, User
from hub.people.web_session import recent_machine, user_of_request


class DirectRoute(APIRoute):
    """A route that is described like any other; its endpoint takes the request and calls `admit` first."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give the endpoint itself."""
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler


async def admit(request: Request, *permissions: Permission) -> User:
    """Do what the dependencies of other routes do, in their order: who it is, how often, whether it may.

    Raises `RefusedError` for 401, 403 and 429, `InvalidInputError` for JSON that is not strict.
    """
    services = services_of(request)
    caller = recent_machine(services, request)
    if caller is None:
        caller = await run_in_threadpool(user_of_request, services, request)
    await count_at_once(request, services, caller)
    await strict_json(request)
    return require_one(signed_in(caller), permissions)

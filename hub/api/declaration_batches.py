"""Route: declarations in batches, as carriers send them."""

from asyncio import get_running_loop
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import BoundedSemaphore
from typing import Annotated, TypeVar

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from hub.api.dependencies import Hub, allowed
from hub.api.problems import BadField, RefusedError
from hub.declarations.batches import BatchForm
from hub.declarations.intake import RowFate, take_batch
from hub.people.access import Permission, User

router = APIRouter(tags=["declarations"])
Sender = Annotated[User, Depends(allowed(Permission.DECLARE))]
Answer = TypeVar("Answer")
WAIT_S = 2
_BODY = {
    "requestBody": {
        "required": True,
        "description": "At most 10,000 declarations of the low-value data set and 16 MiB.",
        "content": {
            BatchForm.JSON.value: {"schema": {"type": "array", "items": {"type": "object"}, "minItems": 1}},
            BatchForm.LINES.value: {"schema": {"type": "string"}},
        },
    }
}


class RowReply(BaseModel):
    """The answer to one row."""

    index: int
    fate: RowFate
    reference: str = ""
    declaration_id: str = ""
    problem: BadField | None = None


class BatchReply(BaseModel):
    """The answer to a batch, row by row in its order."""

    stored: int
    repeated: int
    refused: int
    rows: list[RowReply]


class Admission:
    """Lets few batches in at a time, before their bodies are read; for several threads."""

    def __init__(self, at_once: int) -> None:
        self._places = BoundedSemaphore(at_once)
        # Threads of their own: each keeps the memory of the largest batch it had, so there are few.
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="batch")

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Take a place for the block; raises 429 when there is none."""
        if not self._places.acquire(blocking=False):
            detail = "others' batches are being stored; send it again then"
            raise RefusedError(429, "batches-at-once", detail, retry_after_s=WAIT_S)
        try:
            yield
        finally:
            self._places.release()

    async def work(self, work: Callable[[], Answer]) -> Answer:
        """Do the work of one that is let in, beside the event loop."""
        return await get_running_loop().run_in_executor(self._threads, work)


@router.post(
    "/declaration-batches",
    operation_id="declare_batch",
    response_model=BatchReply,
    openapi_extra=_BODY,
)
async def post_batch(request: Request, services: Hub, user: Sender) -> Response:
    """Lodge many declarations; each is answered for, and sent again under its number it is the same one."""
    form = _form(request)
    admission: Admission = request.app.state.admission
    with admission.entered():
        body = await request.body()
        answer = await admission.work(partial(take_batch, services, user.user_id, body, form))
    return Response(msgspec.json.encode(answer), media_type="application/json")


def _form(request: Request) -> BatchForm:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        return BatchForm(kind)
    except ValueError as error:
        names = " or ".join(BatchForm)
        raise RefusedError(415, "unknown-form", f"a batch is {names}") from error

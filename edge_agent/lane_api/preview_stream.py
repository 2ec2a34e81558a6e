"""GET /v1/preview/{camera_id}: motion JPEG whose parts carry the tracks found on that very picture."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from edge_agent.capture.preview import PreviewPicture
from edge_agent.errors import AccessDeniedError, UnknownCameraError
from edge_agent.lane_api.calls import Call, authorise
from edge_agent.lane_api.problems import ANSWERED, problem_of

BOUNDARY = "kechid-frame"
PICTURES_PER_S = 8.0
SESSION_CHECKED_EVERY_S = 10.0


async def preview(request: Request) -> Response:
    """Stream pictures of one camera until the viewer goes or the session ends."""
    try:
        call = await run_in_threadpool(authorise, request)
        camera_id = call.parameters["camera_id"]
        if camera_id not in call.services.preview.camera_ids:
            raise UnknownCameraError(f"there is no camera {camera_id}")
    except ANSWERED as error:
        return problem_of(error)
    media_type = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
    headers = {"Cache-Control": "no-store"}
    return StreamingResponse(_stream(call, camera_id), headers=headers, media_type=media_type)


async def _stream(call: Call, camera_id: str) -> AsyncIterator[bytes]:
    board, loop = call.services.preview, asyncio.get_running_loop()
    last, session_due = -1, loop.time() + SESSION_CHECKED_EVERY_S
    with board.watching(camera_id):
        while not call.services.stopping.is_set():
            began = loop.time()
            picture = await run_in_threadpool(board.picture, camera_id, last)
            if picture is not None:
                last = picture.sequence
                yield part_of(picture)
            if began >= session_due:
                session_due = began + SESSION_CHECKED_EVERY_S
                try:
                    await run_in_threadpool(call.services.access.session, call.token, call.services.now())
                except AccessDeniedError:
                    return
            await asyncio.sleep(max(0.0, 1.0 / PICTURES_PER_S - (loop.time() - began)))


def part_of(picture: PreviewPicture) -> bytes:
    """Frame one picture as a part of the stream."""
    head = (
        f"--{BOUNDARY}\r\n"
        "Content-Type: image/jpeg\r\n"
        f"Content-Length: {len(picture.jpeg)}\r\n"
        f"X-Captured-At: {picture.captured_at.isoformat()}\r\n"
        f"X-Sequence: {picture.sequence}\r\n"
        f"X-Tracks: {msgspec.json.encode(picture.tracks).decode()}\r\n\r\n"
    )
    return head.encode() + picture.jpeg + b"\r\n"

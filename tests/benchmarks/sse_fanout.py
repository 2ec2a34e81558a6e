"""50 clients with 200 live streams of a real hub process, beside a bare broadcaster without store or rights.

``python -m tests.benchmarks.sse_fanout 600`` runs for ten minutes instead of one.
"""

import asyncio
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from hub.people.access import Role, Session, User, open_session
from hub.people.tables import users
from hub.store.database import open_engine, writing
from hub.store.notify import publish_change
from tests.benchmarks.hub_process import HubProcess, free_port, running_hub, wait_until_it_serves
from tests.benchmarks.measurement import Measurement

NAME = "sse_fanout"
CLIENTS, STREAMS_EACH = 50, 4
PER_SECOND = 5
SETTLE_S = 3.0


def run(seconds: float = 60.0) -> Measurement:
    """Publish to both by turns and time each event until each reader has it."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder), seconds))


async def _measure(folder: Path, seconds: float) -> Measurement:
    port = free_port()
    bare = multiprocessing.get_context("spawn").Process(target=serve_bare, args=(port,), daemon=True)
    bare.start()
    try:
        with running_hub(folder) as hub:
            await asyncio.to_thread(wait_until_it_serves, port)
            engine = open_engine(hub.store_url)
            tokens = await asyncio.to_thread(_sign_in_all, engine)
            measured = await _run_streams(engine, hub, port, tokens, seconds)
            engine.dispose()
            return measured
    finally:
        bare.terminate()
        bare.join()


async def _run_streams(
    engine: Engine, hub: HubProcess, bare_port: int, tokens: list[str], seconds: float
) -> Measurement:
    ports = (hub.port, bare_port)
    delays: tuple[list[float], list[float]] = ([], [])
    ready: tuple[list[str], list[str]] = ([], [])
    paths = ("/api/v1/events/stream", "/stream")
    readers = [
        asyncio.create_task(_read(ports[which], paths[which], token, (ready[which], delays[which])))
        for token in tokens
        for _ in range(STREAMS_EACH)
        for which in range(2)
    ]
    while sum(map(len, ready)) < len(readers):
        await asyncio.sleep(0.05)
    await asyncio.sleep(SETTLE_S)
    rounds = max(1, int(seconds * PER_SECOND))
    memory = [hub.memory_mb()]
    for number in range(rounds):
        start = time.monotonic()
        await asyncio.to_thread(_publish, engine, number)
        await _push(ports[1])
        if number % PER_SECOND == 0:
            memory.append(hub.memory_mb())
        await asyncio.sleep(max(0.0, 1 / PER_SECOND - (time.monotonic() - start)))
    await asyncio.sleep(SETTLE_S)
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    return _summed_up(delays, memory, rounds)


def _summed_up(delays: tuple[list[float], list[float]], memory: list[float], rounds: int) -> Measurement:
    expected = rounds * CLIENTS * STREAMS_EACH
    ours, bare = (statistics.quantiles(one, n=100)[98] * 1e3 for one in delays)
    settled = memory[len(memory) // 5 :]
    notes = (
        f"99th percentile of {len(delays[0])} of {expected} deliveries, median "
        f"{statistics.median(delays[0]) * 1e3:.0f} ms; memory {settled[0]:.0f} to {settled[-1]:.0f} MB, "
        f"at most {max(settled):.0f}; the reference has neither store nor rights"
    )
    return Measurement(NAME, "ms", rounds, ours, bare, notes)


async def _read(port: int, path: str, token: str, into: tuple[list[str], list[float]]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n"
    writer.write(head.encode())
    try:
        into[0].append((await reader.readline()).decode())
        async for line in reader:
            if line.startswith(b"data: "):
                at = datetime.fromisoformat(json.loads(line[6:])["at"])
                into[1].append((datetime.now(UTC) - at).total_seconds())
    finally:
        writer.close()


def _publish(engine: Engine, number: int) -> None:
    with writing(engine) as connection:
        publish_change(connection, "device", f"device-{number}", datetime.now(UTC))


async def _push(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /push HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    await reader.read()
    writer.close()


def _sign_in_all(engine: Engine) -> list[str]:
    now = datetime.now(UTC)
    made = []
    with writing(engine) as connection:
        for number in range(CLIENTS):
            user = User(f"reader-{number}", "Reader", Role.GUARD)
            facts = {"user_id": user.user_id, "display_name": user.display_name, "role": user.role}
            connection.execute(users.insert().values(**facts, password_hash="none", created_at=now))
            session = Session(f"{number:064}", user, now + timedelta(hours=2))
            open_session(connection, session, now)
            made.append(session.token)
    return made


def serve_bare(port: int) -> None:
    """Serve the reference: one queue per stream, filled at each push."""
    queues: set[asyncio.Queue[bytes]] = set()

    async def events() -> AsyncIterator[bytes]:
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        queues.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            queues.discard(queue)

    async def stream(_: Request) -> Response:
        return StreamingResponse(events(), media_type="text/event-stream")

    async def push(_: Request) -> Response:
        event = f'data: {{"at": "{datetime.now(UTC).isoformat()}"}}\n\n'.encode()
        for queue in queues:
            queue.put_nowait(event)
        return Response(status_code=204)

    app = Starlette(routes=[Route("/stream", stream), Route("/push", push, methods=["POST"])])
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", timeout_graceful_shutdown=1)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0).as_dict()) + "\n")

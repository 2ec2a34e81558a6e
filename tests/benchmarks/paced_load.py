"""Requests at an even rate over a few connections, sent by a process of its own that costs little.

An answer is timed from when its request was due, so that a server which falls behind shows.
"""

import asyncio
import multiprocessing
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import count

import msgspec

CONNECTIONS = 16
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What came back."""

    status: int
    body: bytes
    took_s: float
    """From when the request was due."""


def request_bytes(
    method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> bytes:
    """Write a request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + _HEAD_END + body


def send_paced(port: int, requests: Sequence[bytes], per_second: float) -> list[Answer]:
    """Send each at its time to 127.0.0.1; returns every answer, in the order in which they came."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned) as process:
        return process.submit(_send, port, requests, per_second).result()


def _send(port: int, requests: Sequence[bytes], per_second: float) -> list[Answer]:
    return asyncio.run(_sent(port, requests, per_second))


async def _sent(port: int, requests: Sequence[bytes], per_second: float) -> list[Answer]:
    turns, answers = count(), list[Answer]()
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS)]
    begin = time.perf_counter() + 0.1

    async def work(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (turn := next(turns)) < len(requests):
            due = begin + turn / per_second
            await asyncio.sleep(due - time.perf_counter())
            writer.write(requests[turn])
            status, body = await _answer(reader)
            answers.append(Answer(status, body, time.perf_counter() - due))
        writer.close()

    await asyncio.gather(*(work(*pair) for pair in opened))
    return answers


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(_HEAD_END)).lower()
    length = int(head.partition(_LENGTH)[2].partition(b"\r\n")[0])
    return int(head[9:12]), await reader.readexactly(length)

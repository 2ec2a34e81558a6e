"""Downloads watchlist packages from the hub over HTTP."""

import os
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO
from urllib.error import HTTPError, URLError
from urllib.request import (
    BaseHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from sync.errors import SignatureError, SyncError
from sync.messages import WatchlistManifest

_CHUNK = 1 << 18


class DownloadError(SyncError):
    """A package that cannot be had now; trying again may help."""


@dataclass(frozen=True, slots=True)
class HubAddress:
    """Where the hub's API is and the token that lets this device in; `ca` is for HTTPS."""

    url: str
    token: str = field(repr=False)
    ca: Path | None = None
    timeout_s: float = 30.0


def package_path(folder: Path, list_id: str, version: int) -> Path:
    """Name the file that holds a version of a list."""
    return folder / f"{list_id}-{version}.package"


def packages_of(folder: Path, list_id: str) -> list[Path]:
    """Find the files that hold versions of a list; none in a folder that is not there."""
    is_version = re.compile(re.escape(list_id) + r"-[0-9]+\.package")
    return sorted(path for path in folder.glob("*.package") if is_version.fullmatch(path.name))


def fetch_package(hub: HubAddress, manifest: WatchlistManifest, folder: Path) -> Path:
    """Download the package of a verified manifest and return its file; one that is there already is kept.

    The file appears under its name only when size and digest are the manifest's. Raises `DownloadError` when
    the hub cannot be reached or refuses, `SignatureError` when it gives something else than was signed.
    """
    target = package_path(folder, manifest.list_id, manifest.version)
    if target.exists() and _digest_of(target) == manifest.package_sha256:
        return target
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = target.with_suffix(".part")
    try:
        with _get(hub, manifest) as response, _private_file(temporary) as file:
            _copy(response, file, manifest)
        temporary.replace(target)
    except (OSError, HTTPException) as error:
        raise DownloadError(f"{_url(hub, manifest)}: {_reason(error)}") from error
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(folder)
    return target


def _copy(response: HTTPResponse, file: BinaryIO, manifest: WatchlistManifest) -> None:
    name = f"package {manifest.list_id} version {manifest.version}"
    digest, size = sha256(), 0
    while chunk := response.read(_CHUNK):
        size += len(chunk)
        if size > manifest.package_size:
            raise SignatureError(f"{name}: larger than the {manifest.package_size} bytes that were signed")
        digest.update(chunk)
        file.write(chunk)
    if size < manifest.package_size:
        raise DownloadError(f"{name}: ended after {size} of {manifest.package_size} bytes")
    if digest.hexdigest() != manifest.package_sha256:
        raise SignatureError(f"{name}: not what was signed (its digest differs)")


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would carry the device's token to wherever it points."""

    def redirect_request(self, *_: object) -> None:
        return None


def _opener(hub: HubAddress) -> OpenerDirector:
    handlers: list[BaseHandler] = [ProxyHandler({}), _NoRedirect()]
    if hub.url.lower().startswith("https:"):
        # Reading the trusted roots takes tens of milliseconds, more than a download on a fast line.
        context = ssl.create_default_context(cafile=None if hub.ca is None else str(hub.ca))
        handlers.append(HTTPSHandler(context=context))
    return build_opener(*handlers)


@contextmanager
def _get(hub: HubAddress, manifest: WatchlistManifest) -> Iterator[HTTPResponse]:
    request = Request(_url(hub, manifest), headers={"Authorization": f"Bearer {hub.token}"})  # noqa: S310 - settings allow http(s) only
    with _opener(hub).open(request, timeout=hub.timeout_s) as response:
        yield response


@contextmanager
def _private_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file that only its owner may read and that is on the disk when the block ends."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest_of(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _url(hub: HubAddress, manifest: WatchlistManifest) -> str:
    return f"{hub.url.rstrip('/')}/api/v1/watchlists/{manifest.list_id}/versions/{manifest.version}/package"


def _reason(error: Exception) -> str:
    if isinstance(error, HTTPError):
        return f"the hub answers {error.code}"
    if isinstance(error, URLError):
        return str(error.reason)
    return str(error) or type(error).__name__

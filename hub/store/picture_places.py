"""Where sealed pictures lie: a folder of this machine, or a bucket of an S3 server, by fsspec."""

import os
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import fsspec

from hub.errors import HubError
from hub.settings_tree import StoreSettings

_WAIT_S = 10
_ATTEMPTS = 3


class PicturePlaceError(HubError):
    """The place is badly named, or cannot be reached, read or written."""


class PicturePlace(Protocol):
    """Keeps pieces of bytes under relative names such as ``ab/cdef.sealed``."""

    def write(self, name: str, content: bytes) -> None:
        """Keep durably and whole, in place of what was there; raises `PicturePlaceError`."""
        ...

    def read(self, name: str) -> bytes:
        """Give back; raises `PicturePlaceError`."""
        ...

    def delete(self, name: str) -> None:
        """Forget, also what is not there; raises `PicturePlaceError`."""
        ...


def place_of(store: StoreSettings) -> PicturePlace:
    """Open the place that the settings name; raises `PicturePlaceError`."""
    address = urlsplit(store.pictures)
    match address.scheme:
        case "":
            return FolderPlace(Path(store.pictures) if store.pictures else store.evidence)
        case "file":
            return FolderPlace(Path(address.path))
        case "s3":
            return BucketPlace(store)
        case other:
            raise PicturePlaceError(f"store.pictures: {other!r} is neither a folder, file:// nor s3://")


def folder_of(store: StoreSettings) -> Path | None:
    """Return the folder that pictures lie in; None: they lie in a bucket."""
    place = place_of(store)
    return place.folder if isinstance(place, FolderPlace) else None


class FolderPlace:
    """Files below a folder, readable by their owner only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, content: bytes) -> None:
        """Write beside, flush to the disk, then rename."""
        path = self.folder / name
        temporary = path.with_suffix(".new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            _flush_folder(path.parent)
        except OSError as error:
            raise PicturePlaceError(f"{path.parent}: {error.strerror}") from error

    def read(self, name: str) -> bytes:
        """Read the file."""
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise PicturePlaceError(f"{name}: {error.strerror}") from error

    def delete(self, name: str) -> None:
        """Remove the file."""
        try:
            (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise PicturePlaceError(f"{name}: {error.strerror}") from error


class BucketPlace:
    """Objects of an S3 server; a server takes an object whole or not at all."""

    def __init__(self, store: StoreSettings) -> None:
        """Name the server; it is asked at the first use."""
        try:
            from botocore.exceptions import BotoCoreError
        except ImportError as error:
            raise PicturePlaceError("store.pictures: s3:// needs the packages of the extra s3") from error
        self._errors = (OSError, BotoCoreError)
        self._root = store.pictures.removeprefix("s3://").rstrip("/")
        self._files = fsspec.filesystem("s3", **_options(store))

    def write(self, name: str, content: bytes) -> None:
        """Put the object."""
        try:
            self._files.pipe_file(f"{self._root}/{name}", content)
        except self._errors as error:
            raise self._named(name, error) from error

    def read(self, name: str) -> bytes:
        """Get the object."""
        try:
            return bytes(self._files.cat_file(f"{self._root}/{name}"))
        except self._errors as error:
            raise self._named(name, error) from error

    def delete(self, name: str) -> None:
        """Delete the object."""
        try:
            self._files.rm_file(f"{self._root}/{name}")
        except FileNotFoundError:
            return
        except self._errors as error:
            raise self._named(name, error) from error

    def _named(self, name: str, error: Exception) -> PicturePlaceError:
        text = " ".join(str(error).split()) or type(error).__name__
        return PicturePlaceError(f"s3://{self._root}/{name}: {text}")


def _options(store: StoreSettings) -> dict[str, object]:
    settings = {"connect_timeout": _WAIT_S, "read_timeout": _WAIT_S, "retries": {"max_attempts": _ATTEMPTS}}
    options: dict[str, object] = {"use_listings_cache": False, "config_kwargs": settings}
    if store.pictures_endpoint:
        options["endpoint_url"] = store.pictures_endpoint
    if store.pictures_region:
        options["client_kwargs"] = {"region_name": store.pictures_region}
    if store.pictures_credentials is not None:
        options["key"], options["secret"] = _credentials(store.pictures_credentials)
    return options


def _credentials(path: Path) -> tuple[str, str]:
    """Read the access key and the secret key, a line each."""
    try:
        key, secret = path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise PicturePlaceError(f"{path}: {reason}") from error
    except ValueError as error:
        raise PicturePlaceError(f"{path}: not an access key and a secret key, a line each") from error
    return key, secret


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

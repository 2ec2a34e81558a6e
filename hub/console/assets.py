"""Static files of the console, read once and named by their content, so browsers may keep them for ever."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).parent / "static"
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
SAVES = 0.9
"""Share of the content below which its packed form is worth keeping; fonts and small drawings are above."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    content: bytes
    media_type: str
    etag: str
    packed: bytes
    """The content by gzip; empty where that saves nothing."""


def load_assets(folder: Path = STATIC) -> Mapping[str, Asset]:
    """Read every file of a known media type below `folder`; keys are relative addresses."""
    return {
        path.relative_to(folder).as_posix(): _read(path)
        for path in sorted(folder.rglob("*"))
        if path.suffix in MEDIA_TYPES
    }


def asset_address(name: str, assets: Mapping[str, Asset]) -> str:
    """Address of a file; changes with its content. Raises `KeyError` for a file that does not exist."""
    return f"/console/static/{name}?v={assets[name].etag}"


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    packed = gzip.compress(content, mtime=0)
    etag = hashlib.sha256(content).hexdigest()[:16]
    return Asset(
        content, MEDIA_TYPES[path.suffix], etag, packed if len(packed) < SAVES * len(content) else b""
    )

"""Files of declarations that commands read."""

from pathlib import Path

from hub.errors import HubError


def content_of(file: Path) -> bytes:
    """Read a file, one byte more than is taken at most; raises `HubError` naming it."""
    from hub.declarations.wco.parsing import MOST_BYTES

    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise HubError(f"{file}: {error.strerror}") from error

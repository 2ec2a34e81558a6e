"""Keeps the carriers' lines of a broker's password file and access list; everybody else's stay."""

import os
from collections.abc import Sequence
from pathlib import Path

from hub.carrier_stream.accounts import PREFIX
from hub.errors import HubError
from sync.broker import password_line
from sync.broker_accounts import BrokerAccount, access_of, access_without, passwords_without


def write_broker_files(passwords: Path, access: Path, accounts: Sequence[BrokerAccount]) -> bool:
    """Make the files name exactly these carriers; False when they did already. Raises `HubError`.

    The access list is written first: a password never lets anybody in before its limits stand.
    """
    rules = access_without(_read(access), PREFIX) + "".join(map(access_of, accounts))
    lines = passwords_without(_read(passwords), PREFIX) + "".join(map(password_line, accounts))
    changed = [_replace(path, text) for path, text in ((access, rules), (passwords, lines))]
    return any(changed)


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise _failed(path, error) from error
    return text if not text or text.endswith("\n") else f"{text}\n"


def _replace(path: Path, text: str) -> bool:
    """Write beside and rename, with the owner and rights that the file had."""
    if path.exists() and _read(path) == text:
        return False
    beside = path.with_name(f"{path.name}.new")
    try:
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            if path.exists():
                known = path.stat()
                os.fchown(file.fileno(), known.st_uid, known.st_gid)
                os.fchmod(file.fileno(), known.st_mode & 0o777)
        beside.replace(path)
    except OSError as error:
        raise _failed(path, error) from error
    return True


def _failed(path: Path, error: OSError | UnicodeDecodeError) -> HubError:
    return HubError(f"{path}: {error.strerror if isinstance(error, OSError) else 'not UTF-8'}")

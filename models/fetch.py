"""IO: fetches a pack's files from their pinned addresses, checks them, then puts them in place at once."""

import hashlib
import itertools
import logging
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from models.errors import ChecksumError, FetchError
from models.pack import Pack, PackFile, require_licence
from models.pack_files import cache_folder, check_content, problems, read_pack, search_order

PYPI = "pypi:"
CHUNK = 1 << 18
TIMEOUT_S = 60
PIP_TIMEOUT_S = 600
Progress = Callable[[str, int, int], None]
"""Told what is being fetched, bytes so far and bytes in all (0: unknown)."""
_log = logging.getLogger(__name__)


Download = Callable[[str, Path, Progress], Path]
"""Fetches an address into a folder and gives the file."""


def silent(what: str, done: int, total: int) -> None:
    """Show nothing."""


def fetch_pack(
    name: str,
    *,
    search_path: Sequence[Path] = (),
    into: Path | None = None,
    accept_noncommercial: bool = False,
    progress: Progress = silent,
) -> list[PackFile]:
    """Fetch what a pack lacks into the cache or another folder; returns the files that were fetched.

    Raises `PackError` (no such pack), `LicenceError`, `FetchError` or `ChecksumError`.
    """
    pack = read_pack(name, search_path)
    require_licence(pack, accept_noncommercial=accept_noncommercial)
    return fetch_files(pack, search_order(search_path), into or cache_folder(), progress, download_file)


def fetch_files(
    pack: Pack,
    folders: Sequence[Path],
    target: Path,
    progress: Progress,
    download: Download,
) -> list[PackFile]:
    """Fetch what is missing or wrong into the target folder; returns the files that were fetched.

    Files that are nowhere published are left out when their part is optional. Raises `FetchError`,
    `ChecksumError`; nothing half-written stays behind.
    """
    wanted = []
    for part, file, _ in problems(pack, (target, *folders)):
        if file.url:
            wanted.append(file)
        elif not part.optional:
            raise FetchError(
                f"{file.file} of pack {pack.name} is not published: put it into {target} by hand"
            )
    for _, files in itertools.groupby(sorted(wanted, key=lambda file: file.url), lambda file: file.url):
        _fetch_together(list(files), target, progress, download)
    return wanted


def _fetch_together(files: Sequence[PackFile], target: Path, progress: Progress, download: Download) -> None:
    url = files[0].url
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=target) as folder:
            fetched = download(url, Path(folder), progress)
            if files[0].archive_sha256:
                _check_archive(files[0], fetched)
            for file in files:
                _place(file, _content(fetched, file), target)
    except OSError as error:
        raise FetchError(f"{url}: cannot be fetched into {target}: {error}") from error
    _log.info("fetched %d files from %s", len(files), url)


def download_file(url: str, folder: Path, progress: Progress) -> Path:
    """Fetch an https or pypi address into a folder; raises `FetchError` or `OSError`."""
    if url.startswith(PYPI):
        return _download_from_index(url.removeprefix(PYPI), folder, progress)
    if not url.startswith("https://"):
        raise FetchError(f"{url}: only https and pypi addresses are fetched")
    path = folder / "download"
    request = urllib.request.Request(url, headers={"User-Agent": "kechid-models"})  # noqa: S310  https only
    opener = urllib.request.build_opener()  # urlopen's own keeps the certificates it first saw
    with opener.open(request, timeout=TIMEOUT_S) as answer, path.open("wb") as file:
        total, done = int(answer.headers.get("Content-Length") or 0), 0
        while chunk := answer.read(CHUNK):
            file.write(chunk)
            done += len(chunk)
            progress(url, done, total)
    return path


def _download_from_index(requirement: str, folder: Path, progress: Progress) -> Path:
    progress(requirement, 0, 0)
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-input",
        "--no-deps",
        "--no-binary",
        ":all:",
    ]
    command += ["--dest", str(folder), requirement]
    try:
        answer = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=PIP_TIMEOUT_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise FetchError(f"{requirement}: the package index took longer than {PIP_TIMEOUT_S} s") from error
    found = sorted(folder.glob("*.tar.gz"))
    if answer.returncode != 0 or len(found) != 1:
        raise FetchError(f"{requirement}: cannot be had from the package index: {_reason(answer.stderr)}")
    return found[0]


def _reason(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["pip gave no reason"])[-1]


def _check_archive(file: PackFile, path: Path) -> None:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != file.archive_sha256:
        raise ChecksumError(f"{file.url}: sha256 is {digest}, the manifest pins {file.archive_sha256}")


def _content(download: Path, file: PackFile) -> bytes:
    if not file.member:
        return download.read_bytes()
    try:
        return _member(download, file.member)
    except (KeyError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise FetchError(f"{file.url}: no {file.member} inside: {error}") from error


def _member(archive: Path, member: str) -> bytes:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as packed:
            return packed.read(member)
    with tarfile.open(archive) as packed:
        stream = packed.extractfile(member)
        if stream is None:
            raise KeyError(member)
        return stream.read()


def _place(file: PackFile, content: bytes, target: Path) -> None:
    check_content(file, content, Path(file.url))
    path = target / file.file
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix=".part-", dir=path.parent, delete=False) as part:
        temporary = Path(part.name)
        try:
            part.write(content)
            part.flush()
            temporary.chmod(0o644)
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

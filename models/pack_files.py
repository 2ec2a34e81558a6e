"""IO: finds manifests and model files in the search order, and refuses files that are not the pinned ones."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from models.errors import ChecksumError, PackError
from models.pack import Pack, PackFile, Part, parse_pack

BUILT_IN = Path(__file__).resolve().parent / "packs"
BESIDE_CHECKOUT = Path(__file__).resolve().parents[2] / "shared" / "models"
PATH_VARIABLE = "KECHID_MODEL_PATH"


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where fetched files go: ``~/.cache/kechid/models``, or below ``$XDG_CACHE_HOME``."""
    cache = environment.get("XDG_CACHE_HOME", "")
    return (Path(cache) if cache else Path.home() / ".cache") / "kechid" / "models"


def search_order(
    explicit: Sequence[Path] = (), environment: Mapping[str, str] = os.environ
) -> tuple[Path, ...]:
    """List where model files may be: explicit, ``$KECHID_MODEL_PATH``, cache, beside the checkout."""
    listed = (Path(part) for part in environment.get(PATH_VARIABLE, "").split(os.pathsep) if part)
    return (*explicit, *listed, cache_folder(environment), BESIDE_CHECKOUT)


def pack_names(explicit: Sequence[Path] = ()) -> list[str]:
    """Names of every pack whose manifest is built in or lies in an explicit folder."""
    return sorted({path.stem for folder in (BUILT_IN, *explicit) for path in folder.glob("*.toml")})


def read_pack(name: str, explicit: Sequence[Path] = ()) -> Pack:
    """Read a manifest, a built-in one first; raises `PackError` when there is none or it is wrong."""
    path = next((p for folder in (BUILT_IN, *explicit) if (p := folder / f"{name}.toml").is_file()), None)
    if path is None or Path(name).name != name:
        raise PackError(f"no pack {name!r}; there are {', '.join(pack_names(explicit))}")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{path}: cannot be read: {error}") from error
    pack = parse_pack(text, str(path))
    if pack.name != name:
        raise PackError(f"{path}: says name = {pack.name!r}")
    return pack


def find_file(file: PackFile, folders: Sequence[Path]) -> Path | None:
    """Give the first place where a file of this name is, without looking into it."""
    # os.path, unlike pathlib, takes a folder that may not be entered for one that has no such file.
    return next((path for folder in folders if os.path.isfile(path := folder / file.file)), None)  # noqa: PTH113


def verified_file(file: PackFile, folders: Sequence[Path]) -> tuple[Path, bytes]:
    """Find, read and check a pinned file.

    Raises `PackError` when it is nowhere, `ChecksumError` when it is another file; the first found counts.
    """
    path = find_file(file, folders)
    if path is None:
        raise PackError(f"{file.file} is missing; looked in {', '.join(map(str, folders))}")
    try:
        if (size := path.stat().st_size) != file.size:
            raise ChecksumError(f"{path}: {size} bytes, the manifest pins {file.size}")
        content = path.read_bytes()
    except OSError as error:
        raise PackError(f"{path}: cannot be read: {error.strerror}") from error
    check_content(file, content, path)
    return path, content


def check_content(file: PackFile, content: bytes, path: Path) -> None:
    """Raise `ChecksumError` unless the content has the pinned digests."""
    for algorithm, pinned in (("sha256", file.sha256), ("sha384", file.sha384)):
        if pinned and (digest := hashlib.new(algorithm, content).hexdigest()) != pinned:
            raise ChecksumError(f"{path}: {algorithm} is {digest}, the manifest pins {pinned}")


def problems(pack: Pack, folders: Sequence[Path]) -> Iterator[tuple[Part, PackFile, PackError]]:
    """Every file of a pack that is missing or wrong, with its part and the reason."""
    for part in pack.parts:
        for file in part.files:
            try:
                verified_file(file, folders)
            except PackError as error:
                yield part, file, error

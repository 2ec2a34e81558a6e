"""What this process holds of the machine, read from /proc."""

import gc
import threading
from dataclasses import dataclass
from pathlib import Path

PROCESS = Path("/proc/self")
PAGE_MIB = 4096 / 2**20


@dataclass(frozen=True, slots=True)
class Holding:
    """Resident memory in MiB, and how many of the rest."""

    resident_mib: float
    files: int
    memory_files: int
    """Anonymous ones, as frame rings are."""
    threads: int
    mappings: int


def held_now() -> Holding:
    """Measure after garbage was collected."""
    gc.collect()
    links = [_target(link) for link in (PROCESS / "fd").iterdir()]
    resident = int((PROCESS / "statm").read_text().split()[1])
    maps = (PROCESS / "maps").read_text().splitlines()
    return Holding(
        resident * PAGE_MIB,
        len(links),
        sum("memfd" in target for target in links),
        threading.active_count(),
        sum("memfd" in line for line in maps),
    )


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except FileNotFoundError:  # of the listing itself
        return ""

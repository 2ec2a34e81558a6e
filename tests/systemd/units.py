"""The unit files as systemd reads them."""

from collections import defaultdict
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "systemd"
SERVICES = sorted(FOLDER.glob("*.service"))
TARGETS = sorted(FOLDER.glob("*.target"))
SYSTEM_SERVICES = [path for path in SERVICES if path.name != "kechid-terminal.service"]
"""All but the terminal, which runs in the session of whoever sits before it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Values by section and key, in order; a key may come several times (systemd.syntax(7))."""

    values: dict[tuple[str, str], list[str]]

    def all(self, section: str, key: str) -> list[str]:
        return self.values.get((section, key), [])

    def one(self, section: str, key: str) -> str:
        (value,) = self.all(section, key)
        return value


def read_unit(path: Path) -> Unit:
    """Parse a unit; raises `ValueError` with the line of anything that is not systemd's syntax."""
    values: dict[tuple[str, str], list[str]] = defaultdict(list)
    section = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith(("#", ";")):
            continue
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
            continue
        key, equals, value = line.partition("=")
        if not (section and equals and key.isalnum()):
            raise ValueError(f"{path.name}, line {number}: {line!r}")
        values[section, key].append(value)
    return Unit(dict(values))


def console_scripts() -> set[str]:
    """Names of the programs that the package installs."""
    setup = ConfigParser(interpolation=None)
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    entries = setup["options.entry_points"]["console_scripts"].strip().splitlines()
    return {entry.partition("=")[0].strip() for entry in entries}

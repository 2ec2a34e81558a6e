"""A passport reader that exists in memory: what is laid on it goes through the real zone parser."""

from collections import deque
from datetime import date

from hardware.errors import HardwareError
from hardware.mrz import MrzError, parse_mrz
from hardware.passport_reader import Reading, UnreadableDocument


class SimulatedPassportReader:
    """Reads the zones given to `lay_on`; `cut_link` is what the world does to it."""

    def __init__(self, name: str = "passport-reader") -> None:
        self._name = name
        self._laid_on: deque[str] = deque(maxlen=8)
        self._is_open = False
        self._is_linked = True

    @property
    def name(self) -> str:
        """How messages and the terminal call it."""
        return self._name

    def open(self) -> None:
        """Start reading."""
        self._require_link()
        self._is_open = True

    def lay_on(self, zone: str) -> None:
        """Lay a document with this machine readable zone on the glass; a closed reader sees nothing."""
        if self._is_open and self._is_linked:
            self._laid_on.append(zone)

    def poll(self, today: date) -> Reading | None:
        """Return the next document laid on, None without one."""
        self._require_link()
        if not self._is_open:
            raise HardwareError(f"{self._name}: not open")
        if not self._laid_on:
            return None
        try:
            return parse_mrz(self._laid_on.popleft(), today)
        except MrzError as error:
            return UnreadableDocument(str(error))

    def status(self) -> str:
        """Word the state for the terminal: ready, off or offline."""
        if not self._is_linked:
            return "offline"
        return "ready" if self._is_open else "off"

    def close(self) -> None:
        """Stop reading and forget what was laid on."""
        self._is_open = False
        self._laid_on.clear()

    def cut_link(self, *, is_cut: bool) -> None:
        """Break or mend the line; what lay on the glass meanwhile is not read later."""
        self._is_linked = not is_cut
        self._laid_on.clear()

    def _require_link(self) -> None:
        if not self._is_linked:
            raise HardwareError(f"{self._name}: out of reach; read the document by eye")

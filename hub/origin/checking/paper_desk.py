"""Compares scanned papers with their codes, one after the other, and keeps what was seen. Shell."""

import logging
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from hub.bootstrap import Services
from hub.documents.errors import ReadingError
from hub.errors import InvalidInputError
from hub.origin.checking.papers import keep_paper

if TYPE_CHECKING:
    from hub.origin.paper.checking_paper import PaperChecker

_PICTURES = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG")
_log = logging.getLogger(__name__)


def is_scan(content: bytes) -> bool:
    """Say whether what was presented is a picture or pages, not a file or the text of a code."""
    return content.startswith(_PICTURES)


class PaperDesk:
    """One for a process, for several threads; nothing is loaded before the first paper."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._turn = Lock()

    def compare(self, check_id: str, content: bytes) -> bool:
        """Compare a scan with its code and keep it; False: it cannot be compared, the log says why."""
        from hub.origin.paper.scan import pictures_of

        try:
            with self._turn:
                paper = self._checker.check(pictures_of([content]))
        except (ReadingError, InvalidInputError) as error:
            _log.warning("check %s: its paper is not compared: %s", check_id, error)
            return False
        keep_paper(self._services, check_id, paper)
        return True

    @cached_property
    def _checker(self) -> "PaperChecker":
        from hub.documents.tesseract import TesseractReader
        from hub.origin.certificate.template_files import read_templates
        from hub.origin.paper.checking_paper import PaperChecker

        return PaperChecker(TesseractReader(), read_templates(self._services.settings.origin.forms))

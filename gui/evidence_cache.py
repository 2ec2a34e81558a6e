"""Photos of the alert on the screen, fetched once and forgotten with it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

from gui.lane_api_client import LaneApiClient, Reply, path_of
from gui.masking import masked_whole

RETRY_MS = 1500
Show = Callable[[str, QImage | None], None]


class EvidenceCache(QObject):
    """Calls back with each photo, or with None when the lane has none; asks again while the lane is away."""

    def __init__(self, client: LaneApiClient, show: Show, parent: QObject, *, mask_faces: bool) -> None:
        """`show` gets an evidence id and its photo."""
        super().__init__(parent)
        self._client, self._show, self._mask_faces = client, show, mask_faces
        self._images: dict[str, QImage] = {}
        self._wanted: set[str] = set()

    def want(self, evidence_id: str) -> None:
        """Show a photo now if it is here, else as soon as it comes."""
        if evidence_id in self._images:
            self._show(evidence_id, self._images[evidence_id])
        elif evidence_id not in self._wanted:
            self._wanted.add(evidence_id)
            self._fetch(evidence_id)

    def forget(self) -> None:
        """Let all photos go: no face stays in memory longer than its alert on the screen."""
        self._images.clear()
        self._wanted.clear()

    def _fetch(self, evidence_id: str) -> None:
        """Ask unless nobody waits any more."""
        if evidence_id in self._wanted:
            self._client.get(path_of("evidence", evidence_id), lambda reply: self._take(evidence_id, reply))

    def _take(self, evidence_id: str, reply: Reply) -> None:
        """Keep and show a photo that is still wanted."""
        if evidence_id not in self._wanted:
            return
        image = QImage.fromData(reply.body) if reply.is_good else QImage()
        if not image.isNull():
            self._wanted.discard(evidence_id)
            self._images[evidence_id] = masked_whole(image) if self._mask_faces else image
            self._show(evidence_id, self._images[evidence_id])
            return
        self._show(evidence_id, None)
        if reply.is_good or reply.is_final:
            self._wanted.discard(evidence_id)
        else:
            QTimer.singleShot(RETRY_MS, self, lambda: self._fetch(evidence_id))

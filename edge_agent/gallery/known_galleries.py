"""Where a list's gallery need not be built anew: the version in force, or the one on the disk."""

import logging
from collections.abc import Iterable

from edge_agent.errors import GalleryError
from edge_agent.gallery.faiss_gallery import FaissGallery
from edge_agent.gallery.shelf import GalleryShelf
from edge_agent.watchlists.watchlist import KnownGallery, Watchlist
from models.errors import ModelError
from models.template import EmbeddingContract
from sync.watchlist_package import WatchlistPackage

log = logging.getLogger(__name__)


class KnownGalleries:
    """Finds what a version can start from, and keeps on the disk what a restart can start from."""

    def __init__(self, shelf: GalleryShelf | None = None) -> None:
        self._shelf = shelf
        self._kept: dict[str, int] = {}
        """Version of each list that is on the disk, as far as is known."""

    def find(self, package: WatchlistPackage, active: Iterable[Watchlist]) -> KnownGallery | None:
        """Return the gallery in force of this list, else the one stored for this version, else None."""
        for watchlist in active:
            if watchlist.list_id == package.list_id and isinstance(watchlist.gallery, FaissGallery):
                return KnownGallery(watchlist.gallery, watchlist.subjects)
        return self._stored(package)

    def keep(self, watchlist: Watchlist) -> None:
        """Store a gallery unless it is; one that cannot be stored is built again at the next start."""
        is_kept = self._kept.get(watchlist.list_id) == watchlist.version
        if self._shelf is None or is_kept or not isinstance(watchlist.gallery, FaissGallery):
            return
        try:
            self._shelf.save(watchlist.list_id, watchlist.version, watchlist.gallery)
        except GalleryError as error:
            log.error("%s", error)
            return
        self._kept[watchlist.list_id] = watchlist.version

    def forget(self, list_id: str) -> None:
        """Delete a list's gallery; one that cannot be deleted is tried again at the next start."""
        self._kept.pop(list_id, None)
        if self._shelf is None:
            return
        try:
            self._shelf.remove(list_id)
        except GalleryError as error:
            log.error("%s", error)

    def _stored(self, package: WatchlistPackage) -> KnownGallery | None:
        if self._shelf is None or not self._shelf.path(package.list_id).exists():
            return None
        try:
            contract = EmbeddingContract(
                package.contract.model_id,
                package.contract.sha256,
                package.contract.alignment,
                package.contract.colour_order,
                package.contract.dimension,
            )
            gallery = self._shelf.load(package.list_id, package.version, contract)
        except (GalleryError, ModelError) as error:
            log.warning("%s; built from the sealed package", error)
            return None
        self._kept[package.list_id] = package.version
        return KnownGallery(gallery, {subject.subject_id: subject for subject in package.subjects})

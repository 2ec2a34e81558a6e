"""All reference photos of a candidate: one large, each with its age, the others as thumbnails."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui import words
from gui.named import named
from gui.photo_view import PhotoState, PhotoView
from gui.phrase import phrase
from gui.plain_figures import reference_age
from gui.theme import Theme
from gui.translation import say
from sync.lane_messages import ReferenceView

THUMBNAIL = 76
MOST_THUMBNAILS = 8


class ReferenceStrip(QWidget):
    """Remembers which reference is shown large."""

    def __init__(self, theme: Theme, today: Callable[[], date]) -> None:
        """Empty until `show_references`."""
        super().__init__()
        self._theme, self._today = theme, today
        self.references: tuple[ReferenceView, ...] = ()
        self.chosen = 0
        self._images: dict[str, QImage | None] = {}
        self.large = PhotoView(theme)
        self.title = named(QLabel(), "photo-title")
        self.age = named(QLabel(wordWrap=True), "dim")
        self._thumbnails: list[PhotoView] = []
        self.thumbnails = QWidget()
        self._column = QVBoxLayout(self.thumbnails)
        self._lay_out()

    def _lay_out(self) -> None:
        """Set thumbnails apart, so that the large photo is as large as the probe."""
        main = QVBoxLayout(self)
        main.setContentsMargins(0, 0, 0, 0)
        main.setSpacing(4)
        main.addWidget(self.title)
        main.addWidget(self.large, 1)
        main.addWidget(self.age)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)

    def show_references(self, references: tuple[ReferenceView, ...]) -> None:
        """Show another candidate's photos, or the same ones again."""
        if references == self.references:
            return
        self.references, self.chosen, self._images = references, 0, {}
        for thumbnail in self._thumbnails:
            self._column.removeWidget(thumbnail)
            thumbnail.deleteLater()
        many = references[:MOST_THUMBNAILS] if len(references) > 1 else ()
        self._thumbnails = [self._thumbnail(number) for number in range(len(many))]
        self.thumbnails.setVisible(bool(self._thumbnails))
        self.refresh()

    def _thumbnail(self, number: int) -> PhotoView:
        """Make a small photo that chooses itself when clicked."""
        view = PhotoView(self._theme)
        view.setFixedSize(THUMBNAIL, THUMBNAIL)
        view.set_state(PhotoState.LOADING)
        view.clicked.connect(lambda: self.choose(number))
        self._column.addWidget(view)
        return view

    def take(self, evidence_id: str, image: QImage | None) -> None:
        """Show a photo that came, or that it does not come."""
        if any(reference.evidence_id == evidence_id for reference in self.references):
            self._images[evidence_id] = image
            self.refresh()

    def choose(self, number: int) -> None:
        """Show another photo large; beyond either end it starts over."""
        if self.references:
            self.chosen = number % len(self.references)
            self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        for view in (self.large, *self._thumbnails):
            view.set_theme(theme)

    def refresh(self) -> None:
        """Bring photos and words in line with what is known; also after a change of language."""
        total = len(self.references)
        self.title.setText(
            say(phrase(words.REFERENCE_OF, number=str(self.chosen + 1), total=str(total)))
            if total > 1
            else say(words.REFERENCE)
        )
        if not total:
            self.large.set_state(PhotoState.EMPTY)
            self.age.setText("")
            return
        current = self.references[self.chosen]
        self.age.setText(say(reference_age(current.captured_on, self._today())))
        self._fill(self.large, current)
        for number, view in enumerate(self._thumbnails):
            self._fill(view, self.references[number])
            view.set_marked(is_marked=number == self.chosen)
            view.setToolTip(say(reference_age(self.references[number].captured_on, self._today())))

    def _fill(self, view: PhotoView, reference: ReferenceView) -> None:
        """Give one view its photo or its words."""
        image = self._images.get(reference.evidence_id)
        if image is not None:
            view.set_image(image)
        else:
            is_missing = reference.evidence_id in self._images
            view.set_state(PhotoState.FAILED if is_missing else PhotoState.LOADING)

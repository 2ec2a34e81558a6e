"""The cameras of the lane, each in a tile."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gui import words
from gui.lane_api_client import path_of
from gui.lane_session import LaneSession
from gui.named import named
from gui.preview_stream import PreviewStream
from gui.settings import WindowSettings
from gui.theme import Theme
from gui.translation import say
from gui.video_view import VideoView


class LaneView(QWidget):
    """Follows the cameras that the lane's state names: each gets a tile for as long as it is there."""

    def __init__(self, session: LaneSession, window: WindowSettings, theme: Theme) -> None:
        """Empty until the lane tells its cameras."""
        super().__init__()
        self._session, self._window, self._theme = session, window, theme
        self._tiles: dict[str, tuple[VideoView, PreviewStream]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        self._empty = named(QLabel(), "empty")
        self._grid.addWidget(self._empty, 0, 0)
        session.state_changed.connect(self._follow)
        session.logged_out.connect(lambda _reason: self.clear())
        self.retranslate()

    def videos(self) -> dict[str, VideoView]:
        """Return the tiles by camera id."""
        return {camera_id: view for camera_id, (view, _stream) in self._tiles.items()}

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        for view, _stream in self._tiles.values():
            view.set_theme(theme)

    def clear(self) -> None:
        """Take every tile off: nobody is logged in."""
        for camera_id in tuple(self._tiles):
            self._remove(camera_id)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language at once."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Word everything anew."""
        self._empty.setText(say(words.PICTURE_NONE))
        self._caption()

    def _follow(self) -> None:
        """Bring the tiles in line with the lane's state."""
        state = self._session.state
        if state is None:
            return
        wanted = [camera.camera_id for camera in state.cameras]
        if wanted != list(self._tiles):
            for camera_id in set(self._tiles) - set(wanted):
                self._remove(camera_id)
            for camera_id in wanted:
                self._add(camera_id)
            self._tiles = {camera_id: self._tiles[camera_id] for camera_id in wanted}
            self._arrange()
        self._caption()

    def _add(self, camera_id: str) -> None:
        """Open a tile and its stream."""
        if camera_id in self._tiles:
            return
        view = VideoView(self._theme, self._window.font_scale, mask_faces=self._window.mask_faces)
        stream = PreviewStream(camera_id, view)
        stream.part_received.connect(view.show_part)
        stream.start(self._session.client.request(path_of("preview", camera_id)))
        self._tiles[camera_id] = (view, stream)

    def _remove(self, camera_id: str) -> None:
        """Close a tile and its stream."""
        view, stream = self._tiles.pop(camera_id)
        stream.stop()
        self._grid.removeWidget(view)
        view.deleteLater()

    def _arrange(self) -> None:
        """Put the tiles in a grid as square as it gets."""
        columns = 1 if len(self._tiles) < 2 else 2 if len(self._tiles) < 5 else 3
        self._empty.setVisible(not self._tiles)
        for index, (view, _stream) in enumerate(self._tiles.values()):
            self._grid.addWidget(view, index // columns, index % columns)

    def _caption(self) -> None:
        """Name each camera and its status on its tile."""
        cameras = self._session.state.cameras if self._session.state else ()
        for camera in cameras:
            if camera.camera_id in self._tiles:
                view, _stream = self._tiles[camera.camera_id]
                view.camera_id = camera.camera_id
                view.status_words = say(words.CAMERA_STATUS.get(camera.status, camera.status))

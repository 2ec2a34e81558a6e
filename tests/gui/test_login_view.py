from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from gui.main_window import MainWindow
from tests.gui.fake_lane import PASSWORD, FakeLane
from tests.gui.waiting import Waiting


def fields(window: MainWindow) -> tuple[QLineEdit, QLineEdit]:
    officer, password = window.login.findChildren(QLineEdit)
    return officer, password


def said(window: MainWindow) -> str:
    return "\n".join(label.text() for label in window.login.findChildren(QLabel) if label.isVisible())


def test_an_officer_logs_in_with_the_keyboard_alone(window: MainWindow, qtbot: Waiting) -> None:
    officer, password = fields(window)
    qtbot.keyClicks(officer, "officer-7")
    qtbot.keyClicks(password, PASSWORD)
    qtbot.keyClick(password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.officer is not None)
    assert window.stack.currentWidget() is not window.login
    assert password.text() == ""


def test_a_password_is_never_readable(window: MainWindow) -> None:
    assert fields(window)[1].echoMode() is QLineEdit.EchoMode.Password


def test_empty_fields_are_told_without_asking_the_lane(window: MainWindow, qtbot: Waiting) -> None:
    qtbot.keyClick(fields(window)[1], Qt.Key.Key_Return)
    assert "Type officer number and password." in said(window)


def test_a_wrong_password_is_told_and_cleared(window: MainWindow, qtbot: Waiting) -> None:
    window.login.log_in("officer-7", "wrong")
    qtbot.waitUntil(lambda: "is wrong" in said(window))
    officer, password = fields(window)
    assert (officer.text(), password.text()) == ("officer-7", "")


def test_the_next_officer_does_not_see_the_last_ones_number(terminal: MainWindow) -> None:
    terminal.session.log_out()
    assert fields(terminal)[0].text() == ""


def test_a_lane_that_does_not_answer_is_told(lane: FakeLane, window: MainWindow, qtbot: Waiting) -> None:
    lane.stop()
    window.login.log_in("officer-7", PASSWORD)
    qtbot.waitUntil(lambda: "does not answer" in said(window))

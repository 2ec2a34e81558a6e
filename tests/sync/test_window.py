"""The window knows what is under way and how much more fits."""

from sync.messages import MessageLane
from sync.window import SendWindow

ALERT, EVENT = MessageLane.ALERT, MessageLane.EVENT


def test_room_shrinks_with_what_is_sent_and_grows_with_acknowledgements() -> None:
    window = SendWindow(1000)
    window.sent([(ALERT, 1), (EVENT, 1), (EVENT, 2), (EVENT, 3)], 400)
    assert (window.room, window.last_sent()) == (600, {ALERT: 1, EVENT: 3})
    window.acknowledged({EVENT: 2})
    assert (window.room, window.last_sent()) == (800, {ALERT: 1, EVENT: 3})
    window.acknowledged({ALERT: 1, EVENT: 9})
    assert window.lanes == frozenset()
    assert window.room == 1000


def test_a_full_window_has_no_room() -> None:
    window = SendWindow(100)
    window.sent([(ALERT, 1)], 150)
    assert window.room <= 0


def test_after_a_rewind_nothing_counts_as_sent() -> None:
    window = SendWindow(100)
    window.sent([(ALERT, 1)], 50)
    window.rewind()
    assert (window.lanes, window.last_sent(), window.room) == (frozenset(), {}, 100)

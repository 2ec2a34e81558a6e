"""Topics are built from names and taken apart again."""

import pytest

from sync import topics
from sync.errors import MessageError, SyncError
from sync.fakes import matches


def test_a_device_topic_gives_its_site_and_device_back() -> None:
    for build in (topics.events, topics.acknowledgements, topics.commands, topics.state):
        assert topics.device_of(build("red-bridge", "lane-1")) == ("red-bridge", "lane-1")


@pytest.mark.parametrize(
    "topic", ["", "kechid/a/b", "kechid/a/b/c/d", "other/a/b/events", "kechid/watchlist/l/manifest"]
)
def test_another_topic_is_no_devices(topic: str) -> None:
    with pytest.raises(MessageError, match="not a device's"):
        topics.device_of(topic)


@pytest.mark.parametrize("name", ["+", "#", "a/b", ""])
def test_a_name_cannot_widen_its_topic(name: str) -> None:
    with pytest.raises(SyncError):
        topics.events(name, "d")
    with pytest.raises(SyncError):
        topics.state("s", name)
    with pytest.raises(SyncError):
        topics.manifest(name)


@pytest.mark.parametrize(
    ("topic_filter", "topic", "expected"),
    [
        (topics.ALL_EVENTS, topics.events("s", "d"), True),
        (topics.ALL_EVENTS, topics.state("s", "d"), False),
        (topics.ALL_MANIFESTS, topics.manifest("l"), True),
        (topics.ALL_STATES, "kechid/s/state", False),
        ("#", "a/b", True),
        ("a/#", "a/b/c", True),
        ("a/#", "a", True),
        ("a/#", "b/c", False),
        ("a/+/c", "a/b/c", True),
        ("a/+", "a/b/c", False),
    ],
)
def test_filters_match_as_mqtt_says(topic_filter: str, topic: str, expected: bool) -> None:
    assert matches(topic_filter, topic) is expected

"""MQTT topics; one function per topic, one parser."""

from sync.errors import MessageError
from sync.identifiers import require_name

ROOT = "kechid"
CARRIERS = f"{ROOT}/carriers"
_DECLARATIONS = "declarations"


def events(site_id: str, device_id: str) -> str:
    """Device to hub: batches of messages."""
    return _device_topic(site_id, device_id, "events")


def acknowledgements(site_id: str, device_id: str) -> str:
    """Hub to device: cumulative, after the hub's commit, retained."""
    return _device_topic(site_id, device_id, "acks")


def commands(site_id: str, device_id: str) -> str:
    """Hub to device; never retained."""
    return _device_topic(site_id, device_id, "commands")


def state(site_id: str, device_id: str) -> str:
    """Birth and will of a device, retained."""
    return _device_topic(site_id, device_id, "state")


def manifest(list_id: str) -> str:
    """Hub to all: the newest signed version of a list, retained."""
    return f"{ROOT}/watchlist/{require_name(list_id, 'list')}/manifest"


def site_manifest(site_id: str, list_id: str) -> str:
    """Hub to one site: the newest signed version of a list that goes to some sites only, retained."""
    return f"{ROOT}/{require_name(site_id, 'site')}/watchlist/{require_name(list_id, 'list')}/manifest"


def site_manifests(site_id: str) -> str:
    """Filter for every list that goes to a site by name."""
    return f"{ROOT}/{require_name(site_id, 'site')}/watchlist/+/manifest"


def carrier_declarations(carrier_id: str) -> str:
    """Carrier to hub: declarations, one or some to a message."""
    return f"{CARRIERS}/{require_name(carrier_id, 'carrier')}/{_DECLARATIONS}"


def carrier_answers(carrier_id: str) -> str:
    """Hub to carrier: what became of each declaration, and later decisions."""
    return f"{CARRIERS}/{require_name(carrier_id, 'carrier')}/answers"


ALL_EVENTS = f"{ROOT}/+/+/events"
ALL_STATES = f"{ROOT}/+/+/state"
ALL_MANIFESTS = f"{ROOT}/watchlist/+/manifest"
ALL_SITE_MANIFESTS = f"{ROOT}/+/watchlist/+/manifest"
ALL_CARRIER_DECLARATIONS = f"{CARRIERS}/+/{_DECLARATIONS}"


def device_of(topic: str) -> tuple[str, str]:
    """Site and device of a device topic; raises `MessageError` for any other topic."""
    levels = topic.split("/")
    if len(levels) != 4 or levels[0] != ROOT or levels[1] == "watchlist":
        raise MessageError(f"topic {topic!r} is not a device's")
    return levels[1], levels[2]


def carrier_of(topic: str) -> str:
    """Whose declarations a topic carries; raises `MessageError` for any other topic."""
    levels = topic.split("/")
    if len(levels) != 4 or "/".join(levels[:2]) != CARRIERS or levels[3] != _DECLARATIONS:
        raise MessageError(f"topic {topic!r} is not a carrier's declarations")
    return levels[2]


def _device_topic(site_id: str, device_id: str, leaf: str) -> str:
    return f"{ROOT}/{require_name(site_id, 'site')}/{require_name(device_id, 'device')}/{leaf}"

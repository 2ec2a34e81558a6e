"""The lane API's reference names what the application serves."""

from pathlib import Path

from starlette.routing import Route

from edge_agent.lane_api.application import build_application
from edge_agent.lane_api.problems import STATUS
from tests.edge_agent.appliance_kit import Site, running

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "lane_api.md"


def test_every_route_is_in_the_reference(tmp_path: Path) -> None:
    text = REFERENCE.read_text()
    with running(Site(tmp_path).prepare()) as edge:
        routes = build_application(edge.appliance.services).routes
    served = [route for route in routes if isinstance(route, Route)]
    assert len(served) == 13
    missing = [route.path for route in served if f" {route.path}" not in text]
    assert missing == []


def test_every_status_is_in_the_reference() -> None:
    text = REFERENCE.read_text()
    assert [status for _, status in STATUS if str(status) not in text] == []

"""The lane API's routes in one table."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from edge_agent.lane_api import handlers
from edge_agent.lane_api.calls import route_of
from edge_agent.lane_api.event_stream import events
from edge_agent.lane_api.preview_stream import preview
from edge_agent.lane_api.problems import on_failure, on_http_error
from edge_agent.lane_api.services import LaneServices


def build_application(services: LaneServices) -> Starlette:
    """Build the ASGI application of one lane."""
    routes = [
        Route("/healthz", route_of(handlers.health, needs_session=False), methods=["GET"]),
        Route("/metrics", route_of(handlers.metrics), methods=["GET"]),
        Route("/v1/login", route_of(handlers.login, needs_session=False), methods=["POST"]),
        Route("/v1/logout", route_of(handlers.logout), methods=["POST"]),
        Route("/v1/state", route_of(handlers.state), methods=["GET"]),
        Route("/v1/events", events, methods=["GET"]),
        Route("/v1/preview/{camera_id}", preview, methods=["GET"]),
        Route("/v1/alerts", route_of(handlers.alerts), methods=["GET"]),
        Route("/v1/alerts/{alert_id}", route_of(handlers.alert), methods=["GET"]),
        Route("/v1/alerts/{alert_id}/decisions", route_of(handlers.decide), methods=["POST"]),
        Route("/v1/evidence/{evidence_id}", route_of(handlers.evidence), methods=["GET"]),
        Route("/v1/barrier", route_of(handlers.barrier), methods=["POST"]),
        Route("/v1/documents", route_of(handlers.documents), methods=["POST"]),
    ]
    application = Starlette(
        routes=routes, exception_handlers={HTTPException: on_http_error, Exception: on_failure}
    )
    application.state.services = services
    return application

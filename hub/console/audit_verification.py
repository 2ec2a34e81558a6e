"""Verifying the audit log: a button starts it, the page follows it and keeps what was found."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.audit_view import present_verification
from hub.console.context import ConsoleContext, go_to
from hub.people.access import Permission
from hub.people.audit_checks import latest_verification
from hub.people.audit_walk import start_verification

ADDRESS = "/console/audit/verification"


class AuditVerificationPages:
    """For who may see the audit log."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/audit/verification", self.show, methods=["GET"], response_model=None)
        router.add_api_route("/audit/verification", self.start, methods=["POST"], response_model=None)

    def show(self, request: Request) -> Response:
        """Show how far the newest verification has come, or what it found."""
        reader, _ = self._context.require(request, Permission.VIEW_AUDIT)
        with self._context.reading() as connection:
            newest = latest_verification(connection)
        shown = present_verification(newest, reader, self._context.now)
        return self._context.pages.render(
            "audit_verification.html", reader, page_name="audit", verification=shown
        )

    def start(self, request: Request) -> Response:
        """Let a worker walk the whole chain, unless one does already."""
        _, user = self._context.require(request, Permission.VIEW_AUDIT)
        start_verification(self._context.services, user.user_id)
        return go_to(ADDRESS)

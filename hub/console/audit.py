"""The audit log for the auditor: entries with filters, export; and who looked at whom."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict

from hub.console.audit_view import present_entry, present_look, present_verification
from hub.console.context import ConsoleContext
from hub.console.reader import Reader
from hub.console.subject_form import FormState
from hub.console.wording import mark
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.people.audit_checks import latest_verification
from hub.people.audit_export import csv_line, csv_lines, json_lines, signed_head
from hub.people.audit_heads import noted_heads
from hub.people.audit_search import AuditQuery, actions, find_entries, looked_at
from hub.store.database import reading

PAGE_SIZE = 50
EXPORTED_LOOKS = 200
HEADS_SHOWN = 14
NOT_A_DAY = mark("This is not a date.")


class AuditFilter(BaseModel):
    """What the auditor filters by, as typed."""

    model_config = ConfigDict(frozen=True)
    actor: str = ""
    action: str = ""
    target: str = ""
    since: str = ""
    until: str = ""
    cursor: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """Everything but the place in the list."""
        return {name: text.strip() for name, text in self.model_dump(exclude={"cursor"}).items()}

    def query(self, reader: Reader) -> tuple[AuditQuery, dict[str, str]]:
        """Read it, with what is wrong by field; a day that is none does not narrow."""
        problems, days = {}, {}
        for name in ("since", "until"):
            text = self.fields[name]
            try:
                days[name] = _midnight(text, reader) if text else None
            except ValueError:
                days[name], problems[name] = None, reader.language.words.gettext(NOT_A_DAY)
        until = days["until"] + timedelta(days=1) if days["until"] else None
        wanted = AuditQuery(
            self.fields["actor"], self.fields["action"], self.fields["target"], days["since"], until
        )
        return wanted, problems


class AuditPages:
    """For who may see the audit log; the look-up log is for who may see look-ups."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/audit", self.index, methods=["GET"], response_model=None)
        router.add_api_route("/audit/export.jsonl", self.export_lines, methods=["GET"], response_model=None)
        router.add_api_route("/audit/export.csv", self.export_csv, methods=["GET"], response_model=None)
        router.add_api_route("/lookups", self.lookups, methods=["GET"], response_model=None)
        router.add_api_route("/lookups/export.csv", self.export_lookups, methods=["GET"], response_model=None)

    def index(self, request: Request, sent: Annotated[AuditFilter, Query()]) -> Response:
        """Show entries, newest first."""
        reader, _ = self._context.require(request, Permission.VIEW_AUDIT)
        wanted, problems = sent.query(reader)
        with self._context.reading() as connection:
            page = find_entries(connection, wanted, cursor=sent.cursor or None, limit=PAGE_SIZE)
            known = actions(connection)
            heads = noted_heads(connection, HEADS_SHOWN)
            newest = latest_verification(connection)
        further = urlencode({**sent.fields, "cursor": page.next_cursor or ""})
        return self._context.pages.render(
            "audit.html",
            reader,
            page_name="audit",
            rows=[present_entry(one, reader) for one in page.items],
            actions=[("", reader.language.words.gettext("Everything")), *((one, one) for one in known)],
            verification=present_verification(newest, reader, self._context.now),
            heads=[(one, reader.moment(one.noted_at)) for one in heads],
            form=FormState(sent.fields, problems),
            is_filtered=any(sent.fields.values()) or bool(sent.cursor),
            next_address=f"/console/audit?{further}" if page.next_cursor else "",
        )

    def export_lines(self, request: Request) -> Response:
        """Send the whole log as JSON lines, its signed head last."""
        _, user = self._context.require(request, Permission.VIEW_AUDIT)
        return self._export(user, "jsonl", "application/x-ndjson")

    def export_csv(self, request: Request) -> Response:
        """Send the whole log for a spreadsheet."""
        _, user = self._context.require(request, Permission.VIEW_AUDIT)
        return self._export(user, "csv", "text/csv; charset=utf-8")

    def lookups(self, request: Request, sent: Annotated[AuditFilter, Query()], subject: str = "") -> Response:
        """Show who looked at whom and when, newest first."""
        reader, user = self._context.require(request, Permission.VIEW_LOOKUPS)
        wanted, problems = _looks(sent, subject, reader)
        with self._context.writing() as connection:
            page = find_entries(connection, wanted, cursor=sent.cursor or None, limit=PAGE_SIZE)
            at = looked_at(connection, page.items)
            act = Act(user.user_id, "lookups-viewed", subject.strip()[:64], {"actor": wanted.actor})
            record(connection, act, self._context.now)
        fields = {**sent.fields, "subject": subject}
        further = urlencode({**fields, "cursor": page.next_cursor or ""})
        return self._context.pages.render(
            "lookups.html",
            reader,
            page_name="lookups",
            rows=[present_look(one, at.get(one.seq), reader) for one in page.items],
            form=FormState(fields, problems),
            is_filtered=any(fields.values()) or bool(sent.cursor),
            next_address=f"/console/lookups?{further}" if page.next_cursor else "",
            export_address=f"/console/lookups/export.csv?{urlencode(fields)}",
        )

    def export_lookups(
        self, request: Request, sent: Annotated[AuditFilter, Query()], subject: str = ""
    ) -> Response:
        """Send the same for a spreadsheet; the export is itself in the audit log."""
        reader, user = self._context.require(request, Permission.VIEW_LOOKUPS)
        wanted, _ = _looks(sent, subject, reader)
        with self._context.writing() as connection:
            act = Act(user.user_id, "lookups-exported", subject.strip()[:64], {"actor": wanted.actor})
            record(connection, act, self._context.now)
        lines = self._look_lines(wanted)
        return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=_named("lookups.csv"))

    def _look_lines(self, wanted: AuditQuery) -> Iterator[str]:
        yield csv_line(("at", "actor", "action", "subject_id", "name", "case_id"))
        cursor: str | None = None
        while True:
            with reading(self._context.services.engine) as connection:
                page = find_entries(connection, wanted, cursor=cursor, limit=EXPORTED_LOOKS)
                at = looked_at(connection, page.items)
            for one in page.items:
                who = at.get(one.seq)
                about = (who.subject_id, who.name, who.case_id) if who else (one.target, "", "")
                yield csv_line((one.at.isoformat(), one.actor, one.action, *about))
            cursor = page.next_cursor
            if cursor is None:
                return

    def _export(self, user: User, form: str, media_type: str) -> Response:
        services, now = self._context.services, self._context.now
        with self._context.writing() as connection:
            record(connection, Act(user.user_id, "audit-exported", form, {}), now)
            head = signed_head(connection, services.signing_key, now)

        def lines() -> Iterator[str]:
            write = json_lines if form == "jsonl" else csv_lines
            with reading(services.engine) as connection:
                yield from write(connection, upto=head.seq)
            if form == "jsonl":
                yield head.line() + "\n"

        return StreamingResponse(lines(), media_type=media_type, headers=_named(f"audit.{form}"))


def _looks(sent: AuditFilter, subject: str, reader: Reader) -> tuple[AuditQuery, dict[str, str]]:
    wanted, problems = sent.query(reader)
    looks = AuditQuery(
        actor=wanted.actor,
        since=wanted.since,
        until=wanted.until,
        looks_at=subject.strip(),
        only_looks=True,
    )
    return looks, problems


def _midnight(text: str, reader: Reader) -> datetime:
    local = datetime.combine(date.fromisoformat(text), time.min)
    return (local.replace(tzinfo=reader.zone) if reader.zone else local.astimezone()).astimezone(UTC)


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}

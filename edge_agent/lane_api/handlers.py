"""The lane API's plain routes; streams are in `event_stream` and `preview_stream`."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from edge_agent.alerts.views import view_of
from edge_agent.errors import StoreError
from edge_agent.lane_api.calls import Call, json_answer
from edge_agent.lane_api.documents import DocumentRequest, view_of_document
from hardware.mrz import parse_mrz
from sync.lane_messages import BarrierRequest, DecisionRequest, LoginRequest

MAX_PAGE = 500
MAX_ID = 64
MAX_REASON = 2000
"""Characters."""
MAX_SECONDS = 86_400.0


def health(call: Call) -> Response:
    """GET /healthz: the process answers; how the lane is doing is in the state."""
    return json_answer({"status": "ok"})


def login(call: Call) -> Response:
    """POST /v1/login."""
    return json_answer(call.services.access.login(call.message(LoginRequest), call.now))


def logout(call: Call) -> Response:
    """POST /v1/logout: ends this session."""
    call.services.access.logout(call.token, call.now)
    return Response(status_code=204)


def state(call: Call) -> Response:
    """GET /v1/state."""
    return json_answer(call.services.state())


def metrics(call: Call) -> Response:
    """GET /metrics in Prometheus' text format."""
    return Response(call.services.metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")


def alerts(call: Call) -> Response:
    """GET /v1/alerts?after=ID&limit=N: a JSON array, oldest first; without `after` the newest ones."""
    limit = _limit(call.query.get("limit", "100"))
    records = call.services.records
    after = call.query.get("after")
    unstored = call.services.desk.unstored()
    try:
        page = records.newest_alerts(limit) if after is None else records.alerts_after(after, limit)
    except StoreError:
        if not unstored:
            raise
        page = []
    return json_answer([view_of(record) for record in [*page, *unstored]])


def alert(call: Call) -> Response:
    """GET /v1/alerts/{alert_id}."""
    return json_answer(view_of(call.services.desk.alert(call.parameters["alert_id"])))


def decide(call: Call) -> Response:
    """POST /v1/alerts/{alert_id}/decisions: 201, or 200 for a repeat; answers with the alert, now named."""
    request = call.message(DecisionRequest)
    _require_text("decision_id", request.decision_id, MAX_ID, may_be_empty=False)
    _require_text("reason", request.reason, MAX_REASON)
    if not 0 <= request.seconds_to_answer <= MAX_SECONDS:
        raise HTTPException(422, f"seconds_to_answer: {request.seconds_to_answer} is outside a day")
    alert_id = call.parameters["alert_id"]
    is_new = call.services.desk.decide(alert_id, request, call.officer, call.now)
    call.services.barrier.refresh()
    return json_answer(view_of(call.services.desk.alert(alert_id)), 201 if is_new else 200)


def evidence(call: Call) -> Response:
    """GET /v1/evidence/{evidence_id}: a picture; the look is audited."""
    found = call.services.desk.evidence(call.parameters["evidence_id"], call.officer, call.now)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(found.content, headers=headers, media_type=found.media_type)


def barrier(call: Call) -> Response:
    """POST /v1/barrier: opens or holds, only ever on this explicit command."""
    request = call.message(BarrierRequest)
    _require_text("request_id", request.request_id, MAX_ID, may_be_empty=False)
    _require_text("reason", request.reason, MAX_REASON)
    return json_answer(call.services.barrier.command(request, call.officer, call.now))


def documents(call: Call) -> Response:
    """POST /v1/documents: the fields of a machine-readable zone."""
    request, today = call.message(DocumentRequest), call.now.date()
    document = parse_mrz(request.mrz, today)
    crossings = call.services.read_document(document, request.direction, call.now)
    return json_answer(view_of_document(document, today, crossings))


def _limit(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_PAGE:
        raise HTTPException(422, f"limit: {text[:20]!r} is not 1 to {MAX_PAGE}")
    return int(text)


def _require_text(name: str, value: str, limit: int, *, may_be_empty: bool = True) -> None:
    if len(value) > limit or not (value or may_be_empty):
        raise HTTPException(422, f"{name}: has {len(value)} characters, at most {limit} and not none")

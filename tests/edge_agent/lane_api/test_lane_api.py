"""The lane API's routes, one by one, over real HTTP."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from starlette.applications import Starlette

from edge_agent.errors import EdgeError
from edge_agent.lane_api.calls import MAX_BODY
from edge_agent.lane_api.server import LaneServer, open_listener
from edge_agent.settings import ApiSection
from sync.lane_messages import BarrierRequest, DecisionRequest, LoginRequest, Problem, TrackView
from sync.messages import Answer
from tests.edge_agent.appliance_kit import Running, Site, running
from tests.edge_agent.passages import Walk, package_of, passage
from tests.edge_agent.shell_builders import GUARD

PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
"""The specimen printed in ICAO Doc 9303, part 4."""


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    site = Site(tmp_path_factory.mktemp("site")).prepare()
    site.deliver(package_of({"subject-1": [5]}))
    with running(site, list(passage([Walk(5)]))) as lane:
        lane.login()
        lane.wait_for_list(1)
        lane.camera.play()
        lane.wait_for_alert()
        yield lane


def problem(response: httpx.Response) -> Problem:
    assert response.headers["content-type"] == "application/problem+json"
    found = msgspec.json.decode(response.content, type=Problem)
    assert found.status == response.status_code
    return found


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/state"),
        ("GET", "/v1/alerts"),
        ("GET", "/v1/alerts/x"),
        ("POST", "/v1/alerts/x/decisions"),
        ("GET", "/v1/evidence/x"),
        ("GET", "/v1/events"),
        ("GET", "/v1/preview/c1"),
        ("POST", "/v1/barrier"),
        ("POST", "/v1/documents"),
        ("POST", "/v1/logout"),
        ("GET", "/metrics"),
    ],
)
@pytest.mark.parametrize("token", ["", "Bearer wrong", "Basic Z3VhcmQ6eA=="])
def test_nothing_is_told_without_a_session(edge: Running, method: str, path: str, token: str) -> None:
    headers = {"Authorization": token}
    response = httpx.request(method, edge.appliance.server.url + path, headers=headers, content=b"{}")
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert problem(response).title == "Unauthorized"


def test_health_needs_no_session(edge: Running) -> None:
    assert httpx.get(edge.appliance.server.url + "/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/v1/alerts/none", "/v1/evidence/none", "/v1/preview/none", "/nowhere"])
def test_what_is_not_there_is_a_404_problem(edge: Running, path: str) -> None:
    assert problem(edge.client.get(path)).status == 404


def test_a_wrong_method_is_a_405_problem(edge: Running) -> None:
    response = edge.client.get("/v1/barrier")
    assert problem(response).status == 405
    assert "POST" in response.headers["allow"]


@pytest.mark.parametrize("is_length_told", [True, False])
def test_a_large_body_is_a_413_problem(edge: Running, is_length_told: bool) -> None:
    content = b"x" * (MAX_BODY + 1) if is_length_told else iter([b"x" * MAX_BODY, b"x"])
    assert problem(edge.client.post("/v1/login", content=content)).status == 413


@pytest.mark.parametrize(
    ("path", "body", "status", "detail"),
    [
        ("/v1/login", b"{", 400, "truncated"),
        ("/v1/login", b"", 400, "truncated"),
        ("/v1/login", b"{}", 422, "officer_id"),
        ("/v1/login", b'{"officer_id":"a","password":"b","x":1}', 422, "unknown field `x`"),
        (
            "/v1/alerts/a/decisions",
            b'{"decision_id":"d","answer":"maybe","seconds_to_answer":1}',
            422,
            "maybe",
        ),
        (
            "/v1/alerts/a/decisions",
            b'{"decision_id":"","answer":"same","seconds_to_answer":1}',
            422,
            "decision_id",
        ),
        (
            "/v1/alerts/a/decisions",
            b'{"decision_id":"d","answer":"same","seconds_to_answer":-1}',
            422,
            "seconds",
        ),
        (
            "/v1/alerts/a/decisions",
            b'{"decision_id":"d","answer":"same","seconds_to_answer":1}',
            404,
            "alert a",
        ),
        ("/v1/barrier", b'{"request_id":"r","action":"explode"}', 422, "open or hold"),
        ("/v1/barrier", b'{"request_id":"r","action":"hold","alert_id":"none"}', 404, "none"),
        ("/v1/documents", b'{"mrz":"nonsense"}', 422, "machine readable zone"),
        ("/v1/documents", b'{"mrz":5}', 422, "mrz"),
    ],
)
def test_a_bad_body_is_refused_naming_the_field(
    edge: Running, path: str, body: bytes, status: int, detail: str
) -> None:
    found = problem(edge.client.post(path, content=body))
    assert found.status == status
    assert detail in found.detail


@pytest.mark.parametrize("limit", ["0", "501", "x", "-1"])
def test_a_page_has_sane_bounds(edge: Running, limit: str) -> None:
    assert problem(edge.client.get("/v1/alerts", params={"limit": limit})).status == 422


def test_alerts_after_the_last_one_are_none(edge: Running) -> None:
    alert = edge.alerts()[0]
    assert edge.client.get("/v1/alerts", params={"after": alert.alert_id}).json() == []
    assert edge.client.get(f"/v1/alerts/{alert.alert_id}").json()["alert_id"] == alert.alert_id


def test_a_wrong_password_is_401_and_too_many_are_429(edge: Running) -> None:
    request = msgspec.json.encode(LoginRequest("chief-1", "wrong horse"))
    replies = [edge.client.post("/v1/login", content=request).status_code for _ in range(6)]
    assert replies == [401] * 5 + [429]


def test_logging_out_ends_the_token(edge: Running) -> None:
    mine = edge.client.headers["Authorization"]
    try:
        edge.login(GUARD.officer_id)
        assert edge.client.post("/v1/logout", content=b"{}").status_code == 204
        assert edge.client.get("/v1/state").status_code == 401
    finally:
        edge.client.headers["Authorization"] = mine


def test_the_preview_carries_the_tracks_of_each_picture(edge: Running) -> None:
    edge.camera.play(list(passage([Walk(5)], frames=8, start_s=60.0)))
    with edge.client.stream("GET", "/v1/preview/c1") as stream:
        assert stream.headers["content-type"] == "multipart/x-mixed-replace; boundary=kechid-frame"
        part = next(stream.iter_bytes())
    head, _, body = part.partition(b"\r\n\r\n")
    boundary, *lines = head.decode().split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines)
    assert boundary == "--kechid-frame"
    assert body[: int(fields["Content-Length"])].startswith(b"\xff\xd8")
    assert int(fields["X-Sequence"]) >= 0
    assert fields["X-Captured-At"].endswith("+00:00")
    for track in msgspec.json.decode(fields["X-Tracks"], type=list[TrackView]):
        assert 0 <= track.x <= 1


def test_metrics_are_prometheus_text(edge: Running) -> None:
    text = edge.client.get("/metrics").text
    assert "kechid_alerts_total 1.0" in text
    assert 'kechid_watchlist_version{list="wanted"} 1.0' in text
    assert 'kechid_camera_up{camera="c1"} 1.0' in text


def test_a_travel_document_is_read_into_fields(edge: Running) -> None:
    fields = edge.client.post("/v1/documents", json={"mrz": PASSPORT}).json()
    assert (fields["surname"], fields["given_names"]) == ("ERIKSSON", "ANNA MARIA")
    assert (fields["birth_date"], fields["expiry_date"]) == ("1974-08-12", "2012-04-15")
    assert (fields["is_sound"], fields["is_expired"], fields["faults"]) == (True, True, [])


def test_a_decision_id_cannot_be_used_for_another_answer(edge: Running) -> None:
    alert_id = edge.alerts()[0].alert_id
    path = f"/v1/alerts/{alert_id}/decisions"

    def give(answer: Answer) -> httpx.Response:
        body = DecisionRequest(decision_id="only-once", answer=answer, seconds_to_answer=1.0)
        return edge.client.post(path, content=msgspec.json.encode(body))

    assert give(Answer.SAME).status_code == 201
    assert problem(give(Answer.UNSURE)).status == 409


def test_a_barrier_command_is_carried_out_once(edge: Running) -> None:
    alert_id = edge.alerts()[0].alert_id
    body = DecisionRequest(decision_id="answer", answer=Answer.NOT_SAME, seconds_to_answer=1.0)
    edge.client.post(f"/v1/alerts/{alert_id}/decisions", content=msgspec.json.encode(body))

    def command(action: str) -> httpx.Response:
        request = BarrierRequest(request_id="same-request", action=action)
        return edge.client.post("/v1/barrier", content=msgspec.json.encode(request))

    assert [command("hold").status_code, command("hold").status_code] == [200, 200]
    assert problem(command("open")).status == 409
    moved = edge.appliance.store.read(
        lambda c: c.execute(
            "SELECT count(*) FROM barrier_command WHERE request_id = 'same-request'"
        ).fetchone()
    )
    assert moved == (1,)


def test_a_busy_port_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(EdgeError, match=rf"127\.0\.0\.1 port {port}: Address already in use"):
            LaneServer(Starlette(), ApiSection(port=port))


def test_an_answer_on_a_kept_connection_does_not_wait_for_the_terminals_acknowledgement() -> None:
    with open_listener("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_bad_certificate_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_text("nonsense")
    api = ApiSection(port=0, tls_certificate=str(tmp_path / "c.pem"), tls_key=str(tmp_path / "c.pem"))
    with pytest.raises(EdgeError, match=r"certificate c\.pem"):
        LaneServer(Starlette(), api)


def test_the_lane_is_served_over_tls(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    server = LaneServer(Starlette(), ApiSection(port=0, tls_certificate=certificate, tls_key=key))
    server.start()
    try:
        context = ssl.create_default_context(cafile=certificate)
        assert server.url.startswith("https://")
        assert httpx.get(server.url + "/", verify=context).status_code == 404
    finally:
        server.stop()


def self_signed(folder: Path) -> tuple[str, str]:
    """Make a certificate for 127.0.0.1."""
    import datetime
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lane")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "lane.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "lane.key").write_bytes(private)
    return str(folder / "lane.pem"), str(folder / "lane.key")

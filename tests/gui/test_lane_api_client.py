import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from PySide6.QtWidgets import QApplication

from gui.lane_api_client import LaneApiClient, Reply, path_of
from gui.settings import LaneSettings
from sync.lane_messages import LoginRequest
from tests.gui.fake_lane import PASSWORD, FakeLane
from tests.gui.waiting import Waiting


def write_certificate(folder: Path, name: str) -> Path:
    """Write a key and a certificate of its own authority for 127.0.0.1; return the latter."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def secure_lane(tmp_path: Path) -> Iterator[FakeLane]:
    certificate = write_certificate(tmp_path, "lane")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, tmp_path / "lane.key")
    fake = FakeLane()
    fake.start(context)
    yield fake
    fake.stop()


def log_in(client: LaneApiClient, qtbot: Waiting) -> Reply:
    replies: list[Reply] = []
    client.post("/v1/login", LoginRequest("officer-7", PASSWORD), replies.append)
    qtbot.waitUntil(lambda: bool(replies))
    return replies[0]


def test_a_lane_signed_by_the_sites_authority_is_trusted(
    secure_lane: FakeLane, tmp_path: Path, qtbot: Waiting
) -> None:
    url = secure_lane.url.replace("http:", "https:")
    client = LaneApiClient(LaneSettings(url=url, ca=str(tmp_path / "lane.pem")))
    assert log_in(client, qtbot).status == 200


def test_a_lane_signed_by_somebody_else_gets_no_password(
    secure_lane: FakeLane, tmp_path: Path, qtbot: Waiting
) -> None:
    url = secure_lane.url.replace("http:", "https:")
    other = write_certificate(tmp_path, "other")
    client = LaneApiClient(LaneSettings(url=url, ca=str(other)))
    assert log_in(client, qtbot) == Reply(0, b"")


def test_an_id_cannot_leave_its_place_in_the_path() -> None:
    assert path_of("alerts", "a/../b?c", "decisions") == "/v1/alerts/a%2F..%2Fb%3Fc/decisions"


@pytest.mark.parametrize(
    ("status", "is_good", "is_final"),
    [
        (200, True, False),
        (201, True, False),
        (0, False, False),
        (302, False, False),
        (401, False, False),
        (404, False, True),
        (409, False, True),
        (422, False, True),
        (429, False, False),
        (503, False, False),
    ],
)
def test_what_is_worth_another_try(status: int, is_good: bool, is_final: bool) -> None:
    reply = Reply(status, b"")
    assert (reply.is_good, reply.is_final) == (is_good, is_final)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"title":"Conflict","status":409,"detail":"alert 7 is open"}', "alert 7 is open"),
        (b'{"title":"Conflict","status":409}', "Conflict"),
        (b"<html>", ""),
    ],
)
def test_the_lanes_own_words_are_kept(body: bytes, said: str, qapp: QApplication) -> None:
    assert Reply(409, body).problem() == said

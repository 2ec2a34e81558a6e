"""Mutual TLS over real sockets: our own listener, and haproxy in front; only a trusted proxy is believed."""

import base64
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from hub.bootstrap import Services
from hub.machines.certificates import read_header
from hub.store.database import writing
from tests.hub.api.clients import client_of
from tests.hub.builders import make_hub
from tests.hub.live_server import DEADLINE_S, running_api, with_api
from tests.hub.machines.authority import Authority
from tests.hub.machines.machines import SECRET, let_in
from tests.hub.test_processes import free_port

HEADER = "X-Client-Certificate"


@dataclass(frozen=True, slots=True)
class Site:
    """A hub whose client ``feed`` proves itself by a certificate, and whoever else has one."""

    services: Services
    authority: Authority
    feed: tuple[Path, Path, str]
    other: tuple[Path, Path, str]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    hub, authority = make_hub(tmp_path), Authority(tmp_path)
    feed, other = authority.issue("feed"), authority.issue("other")
    with writing(hub.services.engine) as connection:
        let_in(connection, certificate_sha256=feed[2])
        let_in(connection, "plain")
    return Site(hub.services, authority, feed, other)


def client(site: Site, identity: tuple[Path, Path, str] | None) -> httpx.Client:
    """Make a client that trusts the authority and shows a certificate, or none."""
    trusted = ssl.create_default_context(cafile=site.authority.file)
    if identity is not None:
        trusted.load_cert_chain(identity[0], identity[1])
    return httpx.Client(verify=trusted, timeout=DEADLINE_S, trust_env=False)


def token(calling: httpx.Client, address: str, client_id: str = "feed", **form: str) -> httpx.Response:
    wanted = {"grant_type": "client_credentials", "client_id": client_id, **form}
    return calling.post(f"{address}/api/v1/oauth/token", data=wanted)


def devices(calling: httpx.Client, address: str, bearer: str, **headers: str) -> int:
    proof = {"Authorization": f"Bearer {bearer}", **headers}
    return calling.get(f"{address}/api/v1/devices", headers=proof).status_code


def check_binding(site: Site, address: str) -> None:
    """Only the certificate's holder gets a token, and only with it does the token open anything."""
    with client(site, site.feed) as feed, client(site, site.other) as other, client(site, None) as nobody:
        for stranger in (other, nobody):
            assert token(stranger, address).status_code == 401
        bearer = token(feed, address).json()["access_token"]
        assert devices(feed, address, bearer) == 200
        assert devices(other, address, bearer) == 401
        assert devices(nobody, address, bearer) == 401
        forged = {HEADER: site.feed[2]}
        assert devices(nobody, address, bearer, **forged) == 401
        assert devices(other, address, bearer, **forged) == 401
        assert token(nobody, address, "plain", client_secret=SECRET).status_code == 200


def test_our_own_listener_asks_for_certificates_and_binds_tokens_to_them(site: Site) -> None:
    server = site.authority.issue("server")
    services = with_api(
        site.services, tls_certificate=server[0], tls_key=server[1], client_ca=site.authority.file
    )
    with running_api(services) as address:
        check_binding(site, address)


def test_our_own_listener_refuses_a_certificate_of_another_authority(site: Site, tmp_path: Path) -> None:
    server = site.authority.issue("server")
    services = with_api(
        site.services, tls_certificate=server[0], tls_key=server[1], client_ca=site.authority.file
    )
    foreign = Authority(tmp_path, "another authority").issue("foreign")
    with (
        running_api(services) as address,
        client(site, foreign) as calling,
        pytest.raises(httpx.TransportError),
    ):
        token(calling, address)


@pytest.mark.real
@pytest.mark.skipif(shutil.which("haproxy") is None, reason="haproxy is not installed")
@pytest.mark.parametrize(
    "form", ["%[ssl_c_der,sha2(256),hex]", ":%[ssl_c_der,base64]:"], ids=["hex", "RFC 9440"]
)
def test_behind_haproxy_the_verified_certificate_counts(site: Site, tmp_path: Path, form: str) -> None:
    services = with_api(
        site.services,
        client_certificate_header=HEADER,
        trusted_proxies=("127.0.0.1",),
        is_behind_tls_proxy=True,
    )
    with running_api(services) as plain, running_haproxy(site, tmp_path, plain, form) as address:
        check_binding(site, address)


def test_a_header_from_anybody_but_the_trusted_proxy_is_not_believed(site: Site) -> None:
    services = with_api(site.services, client_certificate_header=HEADER, trusted_proxies=("192.0.2.1",))
    with running_api(services) as address, httpx.Client(timeout=DEADLINE_S) as calling:
        calling.headers[HEADER] = site.feed[2]
        # Nor does it help to claim the proxy's address.
        calling.headers["X-Forwarded-For"] = "192.0.2.1"
        assert token(calling, address).status_code == 401


def test_without_a_header_in_the_settings_none_is_believed(site: Site) -> None:
    with client_of(site.services) as calling:
        answer = calling.post(
            "/api/v1/oauth/token",
            data={"grant_type": "client_credentials", "client_id": "feed"},
            headers={HEADER: site.feed[2]},
        )
    assert answer.status_code == 401


DER = b"\x30\x03not a certificate, but bytes all the same"
PEM = ssl.DER_cert_to_PEM_cert(DER)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (sha256(DER).hexdigest(), sha256(DER).hexdigest()),
        (sha256(DER).hexdigest().upper(), sha256(DER).hexdigest()),
        (sha256(DER).digest().hex(":"), sha256(DER).hexdigest()),
        (f":{base64.b64encode(DER).decode()}:", sha256(DER).hexdigest()),
        (quote(PEM), sha256(DER).hexdigest()),
        ("", None),
        ("none", None),
        ("::", None),
        (":not base64:", None),
        ("-----BEGIN nothing", None),
        ("a" * 63, None),
    ],
    ids=range(11),
)
def test_a_proxys_header_is_read_in_its_three_forms(value: str, expected: str | None) -> None:
    assert read_header(value) == expected


@contextmanager
def running_haproxy(site: Site, folder: Path, plain: str, form: str) -> Iterator[str]:
    """Terminate TLS in front of the API until the block ends; gives the address."""
    certificate, key, _ = site.authority.issue("server")
    joined, port = folder / "server.pem", free_port()
    joined.write_bytes(certificate.read_bytes() + key.read_bytes())
    lines = (
        "global",
        "  log stderr local0 emerg",
        "defaults",
        "  mode http",
        "  timeout connect 5s",
        "  timeout client 30s",
        "  timeout server 30s",
        "frontend https",
        f"  bind 127.0.0.1:{port} ssl crt {joined} ca-file {site.authority.file} verify optional",
        f"  http-request del-header {HEADER}",
        f"  http-request set-header {HEADER} {form} if {{ ssl_c_used }} {{ ssl_c_verify 0 }}",
        "  default_backend api",
        "backend api",
        f"  server api {plain.removeprefix('http://')}",
    )
    configuration = folder / "haproxy.cfg"
    configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")
    process = subprocess.Popen(["haproxy", "-db", "-f", str(configuration)], stderr=subprocess.PIPE)
    try:
        _wait_for(process, port, site)
        yield f"https://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=DEADLINE_S)


def _wait_for(process: "subprocess.Popen[bytes]", port: int, site: Site) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()[1]
        with client(site, None) as calling:
            try:
                calling.get(f"https://127.0.0.1:{port}/healthz")
            except httpx.TransportError:
                threading.Event().wait(0.05)
                continue
            return
    raise AssertionError("haproxy does not answer")

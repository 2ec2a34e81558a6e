"""The proxy before several API processes: a dead one costs no page, a forged header is not believed."""

import base64
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from hub.deploy.haproxy import Proxy, ProxyError, haproxy_configuration
from tests.hub.deploy.backend import Backend
from tests.hub.deploy.certificates import TestAuthority
from tests.hub.deploy.haproxy_process import HaproxyProcess, needs_haproxy
from tests.sync.free_port import free_port

CERTIFICATE = Path("/etc/kechid/hub.pem")


@pytest.mark.parametrize(
    "values",
    [
        {"bind": "*:443\n    acl x"},
        {"bind": "443"},
        {"api": ()},
        {"api": ("127.0.0.1:1 weight 0",)},
        {"certificate": Path("hub.pem")},
        {"certificate": Path("/etc/kechid/hub.pem crt /x")},
        {"client_ca": Path("/etc/ca.pem verify none")},
        {"certificate_header": "Client Cert"},
        {"account": "root\n"},
    ],
    ids=["line", "port", "none", "option", "relative", "word", "second-word", "header", "account"],
)
def test_a_value_that_would_be_more_than_a_value_is_refused(values: dict[str, object]) -> None:
    given: dict[str, object] = {"bind": "*:443", "certificate": CERTIFICATE, "api": ("127.0.0.1:8441",)}
    with pytest.raises(ProxyError):
        Proxy(**(given | values))  # type: ignore[arg-type]


def test_every_process_is_a_server_and_strangers_headers_are_dropped() -> None:
    text = haproxy_configuration(Proxy("*:443", CERTIFICATE, ("a:8441", "b:8441"), "X-Cert"))
    assert "server api1 a:8441\n    server api2 b:8441\n" in text
    assert "del-header X-Cert" in text
    assert "set-header X-Cert" not in text


@contextmanager
def proxied(folder: Path, *backends: Backend, authority: TestAuthority) -> Iterator[HaproxyProcess]:
    proxy = Proxy(
        bind=f"127.0.0.1:{free_port()}",
        certificate=authority.issue("hub"),
        api=tuple(backend.address for backend in backends),
        client_ca=authority.file,
    )
    with ExitStack() as stack:
        for backend in backends:
            stack.enter_context(backend)
        yield stack.enter_context(HaproxyProcess(folder, proxy))


def client(authority: TestAuthority, proxy: HaproxyProcess, certificate: Path | None = None) -> httpx.Client:
    context = ssl.create_default_context(cafile=authority.file)
    if certificate is not None:
        context.load_cert_chain(certificate)
    return httpx.Client(base_url=f"https://127.0.0.1:{proxy.port}", verify=context, timeout=20)


@pytest.mark.real
@needs_haproxy
def test_haproxy_has_no_complaint(tmp_path: Path) -> None:
    authority = TestAuthority(tmp_path)
    proxy = Proxy("127.0.0.1:1", authority.issue("hub"), ("127.0.0.1:2",), client_ca=authority.file)
    assert HaproxyProcess(tmp_path, proxy).check() == ""


@pytest.mark.real
@needs_haproxy
def test_a_process_that_dies_over_a_request_costs_no_page(tmp_path: Path) -> None:
    authority, dead, living = TestAuthority(tmp_path), Backend("dead", is_mortal=True), Backend("living")
    with proxied(tmp_path, dead, living, authority=authority) as proxy, client(authority, proxy) as browser:
        answers = [browser.get(f"/page/{number}") for number in range(6)]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["by"] for answer in answers} == {"living"}
    assert dead.asked


@pytest.mark.real
@needs_haproxy
def test_what_changes_something_is_asked_twice_only_under_an_idempotency_key(tmp_path: Path) -> None:
    authority, first, second = (TestAuthority(tmp_path), *(Backend(n, is_mortal=True) for n in "ab"))
    with proxied(tmp_path, first, second, authority=authority) as proxy, client(authority, proxy) as script:
        for path, headers in (("/once", {}), ("/again", {"Idempotency-Key": "k"})):
            # Nobody is left to answer: an error page, or the connection ends as the dead server's did.
            with suppress(httpx.RemoteProtocolError):
                assert script.post(path, json={}, headers=headers).status_code in {502, 503}
    assert (first.asked + second.asked).count("POST /once") == 1
    assert (first.asked + second.asked).count("POST /again") > 1


@pytest.mark.real
@needs_haproxy
def test_a_stranger_names_neither_address_nor_certificate(tmp_path: Path) -> None:
    authority, api = TestAuthority(tmp_path), Backend("api")
    forged = {
        "Client-Cert": ":Zm9yZ2Vk:",
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "http",
        "Forwarded": "for=203.0.113.9",
        "X-Real-IP": "203.0.113.9",
    }
    with proxied(tmp_path, api, authority=authority) as proxy, client(authority, proxy) as stranger:
        seen = stranger.get("/", headers=forged).json()["headers"]
    assert "client-cert" not in seen
    assert "forwarded" not in seen
    assert "x-real-ip" not in seen
    assert (seen["x-forwarded-for"], seen["x-forwarded-proto"]) == ("127.0.0.1", "https")


@pytest.mark.real
@needs_haproxy
def test_a_machines_certificate_is_named_in_full(tmp_path: Path) -> None:
    authority, api = TestAuthority(tmp_path), Backend("api")
    holder = authority.issue("machine")
    with proxied(tmp_path, api, authority=authority) as proxy, client(authority, proxy, holder) as machine:
        seen = machine.get("/", headers={"Client-Cert": ":Zm9yZ2Vk:"}).json()["headers"]
    der = x509.load_pem_x509_certificate(holder.read_bytes()).public_bytes(Encoding.DER)
    assert seen["client-cert"] == f":{base64.b64encode(der).decode()}:"


@pytest.mark.real
@needs_haproxy
def test_a_live_streams_event_goes_out_as_it_comes(tmp_path: Path) -> None:
    authority, api = TestAuthority(tmp_path), Backend("api")
    with (
        proxied(tmp_path, api, authority=authority) as proxy,
        client(authority, proxy) as browser,
        browser.stream("GET", "/stream") as answer,
    ):
        lines = answer.iter_lines()
        # The stand-in sends the second only after the first has arrived here.
        assert next(lines) == "data: 0"
        api.next_event.set()
        assert [line for line in lines if line] == ["data: 1"]

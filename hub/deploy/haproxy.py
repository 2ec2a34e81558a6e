"""Writes the configuration of haproxy 2.4 or later before several `kechid-hub api` processes. Pure."""

import re
from dataclasses import dataclass
from pathlib import Path

from hub.errors import HubError

_ADDRESS = re.compile(r"(?:\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.*-]*):\d{1,5}")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_PATH = re.compile(r"/[\w./+@-]+")

_TEXT = """\
# Written by kechid-hub proxy: TLS outside, several kechid-hub api processes inside.
global
    maxconn 8192
    ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets
{account}
defaults
    mode http
    log stderr format raw local0 notice
    timeout connect 1s
    # Longer than the silence of a live stream, whose sign of life comes at least every half minute.
    timeout client 75s
    timeout server 75s
    timeout http-request 15s
    timeout http-keep-alive 30s
    timeout queue 5s
    # A busy process is slow to answer, a dead one refuses at once.
    timeout check 5s
    # Each event goes out as it comes.
    option http-no-delay
    # A process that dies costs nobody a page: what may be asked twice is asked of another one.
    retries 3
    option redispatch 1
    option http-buffer-request
    retry-on conn-failure empty-response junk-response

frontend hub
    bind {bind} ssl crt {certificate} alpn h2,http/1.1{client_ca}
    # What the processes believe of a caller comes from here and from nowhere else.
    http-request del-header Forwarded
    http-request del-header X-Forwarded-For
    http-request del-header X-Forwarded-Host
    http-request del-header X-Real-IP
    http-request del-header {header}
    http-request set-header X-Forwarded-For %[src]
    http-request set-header X-Forwarded-Proto https
{certificate_rule}    # Only what is harmless twice: reading, and what the hub knows again by its key.
    acl is_repeatable method GET HEAD OPTIONS
    acl is_repeatable req.hdr(Idempotency-Key) -m found
    http-request disable-l7-retry unless is_repeatable
    http-response set-header Strict-Transport-Security max-age=31536000
    default_backend api

backend api
    # Live streams last for hours, so the one with the fewest connections is next.
    balance leastconn
    option httpchk
    http-check send meth GET uri /healthz ver HTTP/1.1 hdr Host hub
    http-check expect status 200
    default-server check inter 1s fastinter 250ms downinter 500ms fall 3 rise 1
    default-server observe layer4 error-limit 2 on-error mark-down
{servers}
"""


class ProxyError(HubError):
    """A value that has no place in the configuration."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """What the proxy listens on and passes on to."""

    bind: str
    """Such as ``*:443`` or ``127.0.0.1:8443``."""
    certificate: Path
    """PEM of the certificate chain and its key."""
    api: tuple[str, ...]
    """Addresses of the API processes, such as ``127.0.0.1:8441``."""
    certificate_header: str = "Client-Cert"
    """Names a verified client certificate (RFC 9440); `[api] client_certificate_header` of the hub."""
    client_ca: Path | None = None
    """Authority of machines' client certificates; None: nobody is asked for one."""
    account: str = ""
    """User and group to run as once the port is bound; empty: as it was started."""

    def __post_init__(self) -> None:
        """Refuse what would be a line of its own, or no address."""
        if not self.api:
            raise ProxyError("the proxy needs at least one API process")
        addresses = [(_ADDRESS, "address", each) for each in (self.bind, *self.api)]
        paths = [(_PATH, "absolute path", str(each)) for each in (self.certificate, self.client_ca) if each]
        names = [(_HEADER, "header", self.certificate_header)]
        if self.account:
            names.append((_HEADER, "account", self.account))
        for pattern, what, value in addresses + paths + names:
            if not pattern.fullmatch(value):
                raise ProxyError(f"{value!r} is no {what}")


def haproxy_configuration(proxy: Proxy) -> str:
    """Return the whole haproxy.cfg."""
    header = proxy.certificate_header
    has_ca = proxy.client_ca is not None
    certificate = f"{header} :%[ssl_c_der,base64]: if {{ ssl_c_used }} {{ ssl_c_verify 0 }}"
    servers = [f"    server api{number} {address}" for number, address in enumerate(proxy.api, 1)]
    return _TEXT.format(
        account=f"    user {proxy.account}\n    group {proxy.account}\n" if proxy.account else "",
        bind=proxy.bind,
        certificate=proxy.certificate,
        client_ca=f" ca-file {proxy.client_ca} verify optional" if has_ca else "",
        header=header,
        certificate_rule=f"    http-request set-header {certificate}\n" if has_ca else "",
        servers="\n".join(servers),
    )

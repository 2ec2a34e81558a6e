"""`kechid-hub proxy`: prints the configuration of haproxy before several API processes."""

import argparse
from pathlib import Path

from hub.commands.options import Commands, add_command, settings_of
from hub.commands.outcome import Outcome
from hub.deploy.haproxy import Proxy, ProxyError, haproxy_configuration


def add_parsers(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "proxy", write_proxy, "print haproxy.cfg for several API processes")
    parser.add_argument("--api", action="append", required=True, metavar="HOST:PORT", help="one API process")
    parser.add_argument("--bind", default="*:443", metavar="HOST:PORT", help="where people reach the hub")
    parser.add_argument("--certificate", type=Path, required=True, help="PEM of the chain and its key")
    parser.add_argument("--client-ca", type=Path, help="PEM of the authority of machines' certificates")
    parser.add_argument("--account", default="haproxy", help="user and group that haproxy runs as")


def write_proxy(options: argparse.Namespace) -> Outcome:
    """Print a configuration that fits the settings; raises `ProxyError` where they would not believe it."""
    api = settings_of(options).api
    if not (api.is_behind_tls_proxy and api.trusted_proxies):
        raise ProxyError(
            "[api] needs is_behind_tls_proxy = true and trusted_proxies: it believes no proxy yet"
        )
    if options.client_ca is not None and not api.client_certificate_header:
        raise ProxyError("[api] client_certificate_header is empty: client certificates would go unseen")
    proxy = Proxy(
        bind=options.bind,
        certificate=options.certificate,
        api=tuple(options.api),
        certificate_header=api.client_certificate_header or "Client-Cert",
        client_ca=options.client_ca,
        account=options.account,
    )
    text = haproxy_configuration(proxy)
    return Outcome(text.rstrip("\n"), {"configuration": text})

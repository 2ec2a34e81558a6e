"""A `kechid-sync run` of its own, with everything its settings name."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.sync.checkpoint import DEVICE, HUB_KEY, SITE
from tests.sync.mosquitto import PASSWORD


def write_settings(folder: Path, broker_port: int, hub_port: int = 1) -> Path:
    """Write sync.toml and the files it names; returns its path."""
    (folder / "hub.token").write_text("device-token\n")
    (folder / "broker.password").write_text(PASSWORD)
    public = HUB_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "hub-public.pem").write_bytes(public)
    path = folder / "sync.toml"
    path.write_text(
        f"""
        [device]
        id = "{DEVICE}"
        site = "{SITE}"
        data = "."
        [broker]
        port = {broker_port}
        password_file = "broker.password"
        [hub]
        url = "http://127.0.0.1:{hub_port}"
        token_file = "hub.token"
        [trust]
        hub_public = ["hub-public.pem"]
        [outbox]
        acknowledgement_timeout_s = 1
        """
    )
    return path


def start(settings: Path) -> "subprocess.Popen[str]":
    """Start a relay."""
    command = [sys.executable, "-m", "sync", "run", "--config", str(settings)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


@contextmanager
def running(settings: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run a relay; it is killed at the end if it still lives."""
    process = start(settings)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()

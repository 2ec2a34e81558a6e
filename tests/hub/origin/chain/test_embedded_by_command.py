"""The whole way without any node: registry, authority, certificate and verdicts on a chain in a file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub.__main__ import main
from hub.origin.issuing.keystore_signer import create_keystore
from tests.hub.builders import PASSWORD
from tests.hub.origin.certificate.samples import FIELDS

CHEAP = 1024
DATES = {"invoices.1.date": "2026-01-02", "declaration.date": "2026-01-02"}
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str, status: int = 0) -> dict[str, Any]:
        done = main([*words, "--config", str(tmp_path / "hub.toml"), "--json"])
        said = capsys.readouterr()
        assert done == status, said.err or said.out
        return dict(json.loads(said.out)) if said.out else {}

    return run


@pytest.fixture
def folder(tmp_path: Path, run: Run) -> Path:
    """Set up a registry of Georgia and its authority, as the pages for operators say."""
    (tmp_path / "password").write_text(PASSWORD)
    for name, number in (("governor", 21), ("authority", 22)):
        create_keystore(tmp_path / f"{name}.json", tmp_path / "password", bytes([number]) * 32, cost=CHEAP)
    (tmp_path / "hub.toml").write_text("")
    run("key", "create")
    run("migrate")
    key = _key(tmp_path)
    issuing = 'state = "GE"\nkeystore = "authority.json"\nkeystore_password = "password"\n'
    (tmp_path / "hub.toml").write_text(f"[origin_issuing]\n{issuing}")
    url = f"file:{tmp_path / 'chain.db'}"
    account = run("origin", "key", "show")["address"]
    made = run("origin", "deploy", "--state", f"GE={_governor(tmp_path)}", "--node", url, *key)
    origin = (
        f"[origin]\nregistry_chain_id = {made['registry_chain_id']}\n"
        f'registry_address = "{made["registry_address"]}"\nagree = 1\n'
        f'nodes = [{{ name = "trial", url = "{url}" }}]\n'
    )
    (tmp_path / "hub.toml").write_text(f"{origin}[origin_issuing]\n{issuing}")
    run("origin", "authority", "set", account, "--role", "issuer", "--until", "2099-01-01", *key)
    return tmp_path


def _key(folder: Path) -> tuple[str, ...]:
    return ("--keystore", str(folder / "governor.json"), "--keystore-password", str(folder / "password"))


def _governor(folder: Path) -> str:
    return "0x" + str(json.loads((folder / "governor.json").read_text())["address"]).removeprefix("0x")


def test_issued_and_verified_without_any_node(folder: Path, run: Run) -> None:
    fields = {path: value for path, value in FIELDS.items() if not path.endswith(".date")} | DATES
    (folder / "one.ndjson").write_text(json.dumps({"number": "GE-1", "form": "ct-1", "fields": fields}))
    issued = run("origin", "issue", str(folder / "one.ndjson"), "--now", "--out", str(folder / "out"))
    assert issued["progress"] == "anchored"
    certificate = next(path for path in issued["files"] if path.endswith(".json"))
    found = run("origin", "verify", certificate)
    assert (found["verdict"], found["provenance"]) == ("VALID", "proven")
    assert run("origin", "nodes")["agreed_block"] == found["as_of_block"]
    run("origin", "index", "--once")
    found = run("origin", "verify", certificate, "--offline")
    assert (found["verdict"], found["provenance"]) == ("VALID", "snapshot")
    forged = json.loads(Path(certificate).read_text())
    forged_path = folder / "forged.json"
    forged_path.write_text(json.dumps(forged).replace("8400", "84000"))
    found = run("origin", "verify", str(forged_path), status=1)
    assert (found["verdict"], found["reasons"]) == ("INVALID", ["not-anchored"])


def test_a_listing_that_is_prolonged_keeps_its_begin(folder: Path, run: Run) -> None:
    """Else everything that the authority has issued would come before its time."""
    account = run("origin", "key", "show")["address"]
    renewing = ("--role", "issuer", "--until", "2101-01-01")
    run("origin", "authority", "set", account, *renewing, *_key(folder))
    first, second = run("origin", "authority", "list")["authorities"]
    assert second["valid_from"] == first["valid_from"]
    assert second["valid_until"][:4] == "2101"


def test_a_members_authority_is_not_struck(
    folder: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    account = run("origin", "key", "show")["address"]
    words = ["origin", "authority", "strike", account, *_key(folder)]
    assert main([*words, "--config", str(folder / "hub.toml")]) == 2
    assert "its state is a member" in capsys.readouterr().err

"""The whole way on a real node, by commands: registry, authority, key, issued, revoked, killed."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from hub.__main__ import main
from hub.bootstrap import Services, create_services
from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.anchored_json import anchored_from_json
from hub.origin.chain.facts import Status
from hub.origin.issuing.fakes import MemorySigner
from hub.origin.issuing.keystore_signer import create_keystore
from hub.origin.issuing.tables import issue_batches, registry_transactions
from hub.origin.issuing.upkeep import advance_issuing
from hub.origin.registry.layout import batch_slot, status_slot, unpack_batch, unpack_status
from hub.settings import load_settings
from hub.store.database import reading
from tests.hub.builders import PASSWORD
from tests.hub.origin.certificate.samples import FIELDS
from tests.hub.origin.ethereum import Anvil, anvil, needs_anvil
from tests.hub.origin.issuing.tokens import made_token

pytestmark = [pytest.mark.real, needs_anvil]
CHEAP = 1024
GOVERNOR, AUTHORITY, RELAYER = (MemorySigner(bytes([one]) * 32) for one in (21, 22, 23))
Run = Callable[..., dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Site:
    folder: Path
    chain: Anvil
    run: Run
    place: RegistryPlace
    account: str

    def services(self) -> Services:
        return create_services(load_settings(self.folder / "hub.toml"))

    def storage(self, slot: bytes) -> int:
        word = self.chain.ask(
            "eth_getStorageAt", "0x" + self.place.address.hex(), "0x" + slot.hex(), "latest"
        )
        return int(word, 16)

    def advance(self, times: int = 3) -> None:
        services = self.services()
        for _ in range(times):
            advance_issuing(services, {})
        services.engine.dispose()


@pytest.fixture(scope="module")
def chain() -> Iterator[Anvil]:
    with anvil() as node:
        for signer in (GOVERNOR, AUTHORITY, RELAYER):
            fund(node, signer.address.hex())
        yield node


def fund(node: Anvil, account: str) -> None:
    node.ask("anvil_setBalance", "0x" + account.removeprefix("0x"), hex(10**18))


@pytest.fixture(params=["keystore", "token"])
def site(
    request: pytest.FixtureRequest, tmp_path: Path, chain: Anvil, capsys: pytest.CaptureFixture[str]
) -> Site:
    """Set up a registry of Georgia and its authority by commands."""

    def run(*words: str, status: int = 0) -> dict[str, Any]:
        done = main([*words, "--config", str(tmp_path / "hub.toml"), "--json"])
        said = capsys.readouterr()
        assert done == status, said.err
        return dict(json.loads(said.out)) if said.out else {}

    (tmp_path / "password").write_text(PASSWORD)
    for name, number in (("governor", 21), ("authority", 22), ("relayer", 23)):
        create_keystore(tmp_path / f"{name}.json", tmp_path / "password", bytes([number]) * 32, cost=CHEAP)
    (tmp_path / "hub.toml").write_text("")
    run("key", "create")
    run("migrate")
    governor = (
        "--keystore",
        str(tmp_path / "governor.json"),
        "--keystore-password",
        str(tmp_path / "password"),
    )
    final = "[origin]\nfinal = false\n"
    (tmp_path / "hub.toml").write_text(final)
    states = f"GE=0x{GOVERNOR.address.hex()}"
    made = run("origin", "deploy", "--state", states, "--node", chain.url, *governor)
    node = f'{{ name = "own", url = "{chain.url}", state = "GE" }}'
    origin = (
        f"{final}registry_chain_id = {made['registry_chain_id']}\n"
        f'registry_address = "{made["registry_address"]}"\nnodes = [{node}]\nagree = 1\n'
    )
    key = 'keystore = "authority.json"\nkeystore_password = "password"\n'
    if request.param == "token":
        token = made_token(tmp_path)
        key = f'token_library = "{token.library}"\ntoken_label = "{token.token}"\n'
        key += f'token_key = "{token.key}"\ntoken_pin = "{token.pin_file}"\n'
    relayer = 'relayer_keystore = "relayer.json"\nrelayer_password = "password"\n'
    (tmp_path / "hub.toml").write_text(f'{origin}[origin_issuing]\nstate = "GE"\n{key}{relayer}')
    account = run("origin", "key", "create" if request.param == "token" else "show")["address"]
    fund(chain, account)
    run("origin", "authority", "set", account, "--role", "issuer", "--until", "2099-01-01", *governor)
    place = RegistryPlace(made["registry_chain_id"], bytes.fromhex(made["registry_address"][2:]))
    return Site(tmp_path, chain, run, place, account)


def written(folder: Path, count: int) -> Path:
    path = folder / "certificates.ndjson"
    rows = [{"number": f"GE-{place}", "form": "ct-1", "fields": FIELDS} for place in range(count)]
    for row in rows:
        row["fields"] = {path: value for path, value in FIELDS.items() if not path.endswith(".date")} | {
            "invoices.1.date": "2026-01-02",
            "declaration.date": "2026-01-02",
        }
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def document(path: str) -> AnchoredCertificate:
    return anchored_from_json(Path(path).read_bytes())


def status_of(site: Site, one: AnchoredCertificate) -> Status:
    return unpack_status(site.storage(status_slot(one.batch, one.index)), one.index)


def test_issued_by_command_verified_by_proof_revoked_by_two(site: Site) -> None:
    listed = site.run("origin", "authority", "list")["authorities"]
    assert [(one["account"], one["roles"]) for one in listed] == [(site.account, ["issuer"])]
    file = written(site.folder, 5)
    done = site.run("origin", "issue", str(file), "--now", "--out", str(site.folder / "out"))
    assert (len(done["issued"]), done["progress"]) == (5, "anchored")
    files = [path for path in done["files"] if path.endswith(".json")]
    assert [Path(path).suffix for path in done["files"]] == [".json", ".pdf"] * 5
    one = document(files[1])
    anchor = unpack_batch(site.storage(batch_slot(one.batch)), one.certificate.state, one.root)
    assert anchor is not None
    assert ("0x" + anchor.issuer.hex(), anchor.count) == (site.account, 8)
    assert site.run("origin", "verify", files[1])["verdict"] == "VALID"
    again = site.run("origin", "issue", str(file), "--now")
    assert (again["issued"], len(again["repeated"])) == ([], 5)

    for user in ("lia", "gia"):
        site.run(
            *("user", "add", user, "--name", user, "--role", "origin-officer"),
            *("--password-file", str(site.folder / "password")),
        )
    officer = ("--password-file", str(site.folder / "password"), "--as")
    number = one.certificate.number
    act = site.run("origin", "revoke", number, "--reason", "issued-in-error", *officer, "lia")["act"]
    assert act["progress"] == "waiting"
    site.run("origin", "approve", act["act_id"], *officer, "lia", status=2)
    site.run("origin", "approve", act["act_id"], *officer, "gia")
    site.advance()
    assert status_of(site, one) is Status.REVOKED
    found = site.run("origin", "verify", files[1], status=1)
    assert (found["verdict"], found["reasons"][0][:7]) == ("INVALID", "revoked")
    shown = {row["number"]: row["status"] for row in site.run("origin", "list")["certificates"]}
    assert shown[number] == "revoked"
    assert list(shown.values()).count("good") == 4


KILLED = """
import os, signal, sys
from pathlib import Path
from hub.bootstrap import create_services
from hub.origin.issuing import relaying
from hub.origin.issuing.upkeep import advance_issuing
from hub.settings import load_settings

send = relaying.Relay._send

def dies(self, raw):
    if sys.argv[2] == "after":
        send(self, raw)
    os.kill(os.getpid(), signal.SIGKILL)

relaying.Relay._send = dies
services = create_services(load_settings(Path(sys.argv[1])))
for _ in range(3):
    advance_issuing(services, {})
"""


@pytest.mark.parametrize("site", ["keystore"], indirect=True)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_killed_at_the_send_anchors_once(site: Site, when: str) -> None:
    settings = site.folder / "hub.toml"
    settings.write_text(settings.read_text() + "batch_minutes = 0\nraise_after_s = 0.001\n")
    before = nonce(site)
    done = site.run("origin", "issue", str(written(site.folder, 3)))
    killed = subprocess.run([sys.executable, "-c", KILLED, str(settings), when], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    site.advance(4)
    services = site.services()
    with reading(services.engine) as connection:
        batch = connection.execute(select(issue_batches)).one()
        sent = connection.execute(
            select(registry_transactions.c.progress).where(registry_transactions.c.purpose == "anchor")
        ).all()
    services.engine.dispose()
    assert (batch.batch_id, batch.progress) == (done["batch_id"], "anchored")
    assert [row.progress for row in sent] == ["confirmed"]
    assert nonce(site) == before + 1


def nonce(site: Site) -> int:
    return int(site.chain.ask("eth_getTransactionCount", "0x" + RELAYER.address.hex(), "latest"), 16)

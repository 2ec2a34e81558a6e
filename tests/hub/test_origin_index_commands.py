"""`kechid-hub origin index|nodes` against a real node: what it tells is kept on site."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.__main__ import main
from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.anchored_json import anchored_to_json
from hub.origin.chain.calls import AnchorBatch, SetStatus
from hub.origin.chain.facts import Status
from tests.hub.origin.certificate.samples import anchored
from tests.hub.origin.ethereum import GEORGIA, ISSUER, Anvil, anvil, needs_anvil

pytestmark = needs_anvil


@pytest.fixture(scope="module")
def chain() -> Iterator[Anvil]:
    with anvil() as node:
        yield node


@pytest.fixture
def registry(chain: Anvil) -> RegistryPlace:
    return chain.consortium()


def settings_of(folder: Path, registry: RegistryPlace, *urls: str) -> Path:
    nodes = ", ".join(f'{{ name = "{name}", url = "{url}" }}' for name, url in zip("abc", urls, strict=False))
    path = folder / "hub.toml"
    path.write_text(
        f"[origin]\nregistry_chain_id = {registry.chain_id}\n"
        f'registry_address = "0x{registry.address.hex()}"\n'
        f"nodes = [{nodes}]\nfinal = false\ntimeout_s = 2.0\nindex_every_s = 0.1\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def config(tmp_path: Path, chain: Anvil, registry: RegistryPlace) -> str:
    return str(settings_of(tmp_path, registry, chain.url, chain.url))


@pytest.fixture
def document(registry: RegistryPlace) -> AnchoredCertificate:
    return anchored(5, 2, registry)[0]


def free_address() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def test_what_the_chain_says_is_kept_and_verified_without_it(
    tmp_path: Path, chain: Anvil, registry: RegistryPlace, capsys: pytest.CaptureFixture[str]
) -> None:
    document, tree = anchored(5, 2, registry)
    chain.call(registry, ISSUER, AnchorBatch(tree.root, tree.count))
    chain.call(registry, GEORGIA, SetStatus(tree.root, 3, Status.REVOKED, 7, b""))
    config = settings_of(tmp_path, registry, chain.url, chain.url)
    assert main(["origin", "index", "--config", str(config), "--once", "--progress", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["block"] >= 4
    assert "events" in said.err
    file = tmp_path / "certificate.json"
    file.write_bytes(anchored_to_json(document))
    main(["origin", "verify", "--config", str(config), "--json", "--offline", str(file)])
    found = json.loads(capsys.readouterr().out)
    assert (found["provenance"], found["as_of_block"]) == ("snapshot", json.loads(said.out)["block"])
    assert "not-anchored" not in found["reasons"]


def test_blocks_that_a_real_node_takes_back_are_taken_back(
    tmp_path: Path, chain: Anvil, registry: RegistryPlace, capsys: pytest.CaptureFixture[str]
) -> None:
    config = settings_of(tmp_path, registry, chain.url, chain.url)
    _, tree = anchored(5, 2, registry)
    chain.call(registry, ISSUER, AnchorBatch(tree.root, tree.count))
    assert main(["origin", "index", "--config", str(config), "--once"]) == 0
    chain.reorg(1)
    chain.mine(2)
    assert main(["origin", "index", "--config", str(config), "--once"]) == 0
    assert main(["origin", "status", "--config", str(config), "--json"]) == 0
    counts = json.loads(capsys.readouterr().out.splitlines()[-1])["counts"]
    assert (counts["batches"], counts["authorities"]) == (0, 2)


def test_without_enough_nodes_the_command_fails_and_names_them(
    tmp_path: Path, chain: Anvil, registry: RegistryPlace, capsys: pytest.CaptureFixture[str]
) -> None:
    config = settings_of(tmp_path, registry, chain.url, free_address())
    assert main(["origin", "index", "--config", str(config), "--once", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["silence"] == "nodes-unreachable"
    assert list(said["faults"]) == ["b"]
    assert main(["origin", "nodes", "--config", str(config), "--json"]) == 1
    first, second = json.loads(capsys.readouterr().out)["nodes"]
    assert (first["fault"], first["chain_id"]) == ("", registry.chain_id)
    assert second["fault"]


def test_a_verdict_by_proof_is_kept_and_checked_again_without_the_chain(
    tmp_path: Path, chain: Anvil, registry: RegistryPlace, capsys: pytest.CaptureFixture[str]
) -> None:
    document, tree = anchored(5, 2, registry)
    chain.call(registry, ISSUER, AnchorBatch(tree.root, tree.count))
    config = str(settings_of(tmp_path, registry, chain.url, chain.url))
    file, evidence = tmp_path / "certificate.json", tmp_path / "evidence.json"
    file.write_bytes(anchored_to_json(document))
    verify = ["origin", "verify", "--config", config, "--json", "--draw", "1=0.5"]
    main([*verify, "--evidence", str(evidence), str(file)])
    found = json.loads(capsys.readouterr().out)
    assert (found["provenance"], found["left"]) == ("proven", {"1": "1"})
    offline = str(settings_of(tmp_path, registry))
    recheck = ["origin", "recheck", "--config", offline, "--json", str(evidence)]
    assert main([*recheck, str(file)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["holds"], said["verdict_again"], said["nodes"]) == (True, found["verdict"], ["a", "b"])
    file.write_bytes(anchored_to_json(anchored(5, 3, registry)[0]))
    assert main([*recheck, str(file)]) == 2
    assert "of another certificate" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("place", "status", "reason"), [("header", 1, "holds"), ("block_digest", 1, "holds"), ("", 2, "nodes")]
)
def test_evidence_that_was_altered_does_not_hold(
    document: AnchoredCertificate,
    config: str,
    capsys: pytest.CaptureFixture[str],
    place: str,
    status: int,
    reason: str,
) -> None:
    folder = Path(config).parent
    file, evidence = folder / "certificate.json", folder / "evidence.json"
    file.write_bytes(anchored_to_json(document))
    main(["origin", "verify", "--config", config, "--evidence", str(evidence), str(file)])
    kept = json.loads(evidence.read_text(encoding="utf-8"))
    if place:
        kept["proof"][place] = kept["proof"][place][:-2] + "00"
    else:
        del kept["proof"]["nodes"]
    evidence.write_text(json.dumps(kept), encoding="utf-8")
    capsys.readouterr()
    assert main(["origin", "recheck", "--config", config, "--json", str(evidence)]) == status
    said = capsys.readouterr()
    assert reason in said.out + said.err


def test_nodes_that_agree_are_shown(
    tmp_path: Path, chain: Anvil, registry: RegistryPlace, capsys: pytest.CaptureFixture[str]
) -> None:
    config = settings_of(tmp_path, registry, chain.url, chain.url)
    assert main(["origin", "nodes", "--config", str(config)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[2].startswith("2 agree on block ")


@pytest.mark.real
def test_the_process_follows_the_chain_until_it_is_told_to_end(
    tmp_path: Path, chain: Anvil, registry: RegistryPlace
) -> None:
    config = settings_of(tmp_path, registry, chain.url, chain.url)
    command = [sys.executable, "-m", "hub", "origin", "index", "--config", str(config), "--progress"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        target = int(chain.ask("eth_blockNumber"), 16)
        _read_until(process.stderr, f"block {target} of {target}")
        chain.mine()
        _read_until(process.stderr, f"block {target + 1} of {target + 1}")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def _read_until(lines: Iterator[str], wanted: str) -> None:
    for line in lines:
        if wanted in line:
            return
    pytest.fail(f"it never said {wanted!r}")

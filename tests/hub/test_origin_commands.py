"""`kechid-hub origin`: one verdict with its exit status, and what is kept on site."""

import io
import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from hub.__main__ import main
from hub.commands.origin_wording import GROUNDS
from hub.origin.anchoring.leaves import leaf_digest
from hub.origin.anchoring.merkle import MerkleTree
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.anchored_json import anchored_to_json
from hub.origin.certificate.canonical import document_digest
from hub.origin.certificate.certificate import Certificate, StateCode
from hub.origin.certificate.template_files import read_templates
from hub.origin.chain.events import Anchored, AuthorityListed, DrawnDown, StatusChanged
from hub.origin.chain.facts import Role, Status
from hub.origin.chain.fake_chain import FakeChain, FakeNode
from hub.origin.issuing.printing import print_certificate
from hub.origin.paper.code import code_of
from hub.origin.paper.code_image import modules_of
from hub.origin.snapshot.indexer import Indexer, IndexTerms
from hub.origin.snapshot.store import SnapshotStore
from hub.origin.verifying.verdict import Ground
from tests.hub.origin.certificate.samples import FIELDS, REGISTRY, key_of

ISSUER, CUSTOMS = b"\x11" * 20, b"\x22" * 20
NOW = datetime.now(UTC).replace(microsecond=0)


def batch(issued_on: date) -> list[AnchoredCertificate]:
    """Issue three certificates of a day."""
    ones = [
        Certificate(
            form="ct-1", state=StateCode("GE"), number=f"GE-{place}", issued_on=issued_on, fields=FIELDS
        )
        for place in range(3)
    ]
    digests = [document_digest(one, key_of(place)) for place, one in enumerate(ones)]
    tree = MerkleTree(
        [leaf_digest(REGISTRY, one.state, place, digests[place]) for place, one in enumerate(ones)]
    )
    return [
        AnchoredCertificate(
            certificate=one, key=key_of(place), registry=REGISTRY, index=place, proof=tree.proof(place)
        )
        for place, one in enumerate(ones)
    ]


BATCH = batch((NOW - timedelta(days=1)).date())


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Set up a post that knows a batch: its second is revoked, of its third half a line is used."""
    chain = FakeChain(NOW - timedelta(hours=1))
    period = (NOW - timedelta(days=30), NOW + timedelta(days=30))
    one = BATCH[0]
    chain.mine(AuthorityListed(one.certificate.state, ISSUER, Role.ISSUER, *period))
    chain.mine(Anchored(one.certificate.state, one.root, ISSUER, 4))
    chain.mine(StatusChanged(one.batch, 1, Status.REVOKED, 3, b""))
    chain.mine(DrawnDown(one.batch, 2, 1, 500_000_000, 500_000_000, bytes(32), CUSTOMS))
    store = SnapshotStore(tmp_path / "origin-snapshot.db", REGISTRY)
    indexer = Indexer(store, [FakeNode(chain, "a")], IndexTerms(chain_id=9441, agree=1, final=False))
    indexer.catch_up()
    indexer.close()
    store.close()
    return settings_at(tmp_path, f'registry_chain_id = 9441\nregistry_address = "0x{REGISTRY.address.hex()}"')


def settings_at(folder: Path, origin: str = "") -> Path:
    path = folder / "hub.toml"
    path.write_text(f"[origin]\n{origin}\n", encoding="utf-8")
    return path


def written(folder: Path, document: AnchoredCertificate) -> Path:
    file = folder / "certificate.json"
    file.write_bytes(anchored_to_json(document))
    return file


def verify(
    capsys: pytest.CaptureFixture[str], config: Path, *arguments: str
) -> tuple[int, dict[str, object]]:
    status = main(["origin", "verify", "--config", str(config), "--json", *arguments])
    printed: dict[str, object] = json.loads(capsys.readouterr().out)
    return status, printed


def test_a_good_certificate_is_valid(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = verify(capsys, site, str(written(site.parent, BATCH[0])))
    assert (status, said["verdict"], said["reasons"], said["as_of_block"]) == (0, "VALID", ["anchored"], 4)
    assert said["provenance"] == "snapshot"
    assert isinstance(said["ms"], float)


@pytest.mark.parametrize(
    ("place", "draw", "status", "reasons"),
    [
        (1, [], 1, ["revoked"]),
        (2, ["--draw", "1=0.5"], 0, ["anchored"]),
        (2, ["--draw", "1=0.75"], 1, ["quantity-used"]),
        (2, ["--draw", "7=0.5"], 1, ["unknown-line"]),
    ],
)
def test_status_and_use_are_told(
    site: Path,
    capsys: pytest.CaptureFixture[str],
    place: int,
    draw: list[str],
    status: int,
    reasons: list[str],
) -> None:
    found, said = verify(capsys, site, str(written(site.parent, BATCH[place])), *draw)
    assert (found, said["reasons"]) == (status, reasons)


def test_what_is_left_is_told(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, said = verify(capsys, site, str(written(site.parent, BATCH[2])), "--draw", "1=0.25")
    assert said["left"] == {"1": "0.5"}


def test_without_a_registry_nobody_can_tell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = verify(capsys, settings_at(tmp_path), str(written(tmp_path, BATCH[0])))
    assert (status, said["verdict"], said["reasons"]) == (2, "CANNOT_TELL", ["not-configured"])


def test_settings_are_those_of_this_folder_or_none(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, elsewhere = str(written(site.parent, BATCH[0])), tmp_path / "elsewhere"
    elsewhere.mkdir()
    for folder, status in ((site.parent, 0), (elsewhere, 2)):
        monkeypatch.chdir(folder)
        assert main(["origin", "verify", "--json", file]) == status
    found = [json.loads(line)["verdict"] for line in capsys.readouterr().out.splitlines()]
    assert found == ["VALID", "CANNOT_TELL"]


@pytest.mark.parametrize(
    ("days_old", "status", "reasons"), [(9, 1, ["not-anchored"]), (1, 2, ["snapshot-too-old"])]
)
def test_what_nothing_anchors_is_invalid_unless_it_may_be_on_its_way(
    site: Path, capsys: pytest.CaptureFixture[str], days_old: int, status: int, reasons: list[str]
) -> None:
    file = written(site.parent, batch((NOW - timedelta(days=days_old)).date())[0])
    file.write_text(file.read_text(encoding="utf-8").replace("8400", "9400"), encoding="utf-8")
    assert verify(capsys, site, str(file))[0] == status
    assert verify(capsys, site, str(file))[1]["reasons"] == reasons


def test_what_is_no_certificate_is_malformed(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = site.parent / "nonsense.json"
    file.write_text('{"schema": "another"}', encoding="utf-8")
    status, said = verify(capsys, site, str(file))
    assert (status, said["verdict"], said["reasons"]) == (1, "INVALID", ["malformed"])


def picture_of(text: str) -> bytes:
    modules = np.array(modules_of(text), dtype=np.uint8)
    page = np.full((modules.shape[0] + 20, modules.shape[1] + 20), 255, dtype=np.uint8)
    page[10:-10, 10:-10] = np.where(modules, 0, 255)
    return cv2.imencode(".png", cv2.resize(page, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST))[
        1
    ].tobytes()


def test_codes_are_read_from_text_pictures_and_several_sheets(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text, picture, sheets = site.parent / "code.txt", site.parent / "code.png", []
    text.write_text(code_of(BATCH[0])[0] + "\n", encoding="ascii")
    picture.write_bytes(picture_of(code_of(BATCH[0])[0]))
    for number, part in enumerate(code_of(BATCH[0], 2)):
        sheets.append(site.parent / f"{number}.png")
        sheets[-1].write_bytes(picture_of(part))
    form = site.parent / "form.pdf"
    form.write_bytes(print_certificate(BATCH[0], read_templates()["ct-1"]))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.read_bytes())))
    for files in ([text], [picture], sheets, [form], [Path("-")]):
        status, said = verify(capsys, site, *map(str, files))
        assert (status, said["verdict"]) == (0, "VALID"), files


@pytest.mark.parametrize(
    ("name", "content", "extra", "reason"),
    [
        ("empty.png", picture_of("KCO1")[:40], [], "neither a certificate's file nor a picture"),
        ("none.png", None, [], "none.png: No such file"),
        ("other.png", picture_of("HTTPS://EXAMPLE.ORG"), [], "no certificate's code"),
        ("any.json", b"{}", ["--draw", "1=2"], "/draw: '1=2' is no line and its part"),
        ("any.json", b"{}", ["--draw", "half"], "/draw: 'half'"),
        ("any.json", b"{}", ["--draw", "0=0.5"], "/draw"),
    ],
)
def test_bad_input_is_named_in_one_line(
    site: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes | None,
    extra: list[str],
    reason: str,
) -> None:
    file = site.parent / name
    if content is not None:
        file.write_bytes(content)
    assert main(["origin", "verify", "--config", str(site), str(file), *extra]) == 2
    said = capsys.readouterr()
    assert reason in said.err
    assert (said.out, said.err.count("\n")) == ("", 1)


def test_people_read_a_few_lines(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["origin", "verify", "--config", str(site), str(written(site.parent, BATCH[1]))]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["INVALID", "  its authority has revoked it (reason 3)"]
    assert any("by what is kept on site, as of block 4" in line for line in lines)


def test_every_reason_has_its_words() -> None:
    assert set(GROUNDS) == set(Ground)


def test_the_snapshot_is_described_and_copied(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["origin", "status", "--config", str(site), "--json", "--authorities"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["block"], said["is_stale"]) == (4, False)
    assert said["counts"] == {"batches": 1, "statuses": 1, "draws": 1, "authorities": 1}
    assert said["authorities"][0]["account"] == ISSUER.hex()
    copy = site.parent / "post" / "copy.db"
    copy.parent.mkdir()
    assert main(["origin", "snapshot", "--config", str(site), "--json", "--to", str(copy)]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["block"], made["bytes"]) == (4, copy.stat().st_size)


def test_a_chain_in_a_file_that_cannot_be_opened_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = settings_at(
        tmp_path,
        f'registry_chain_id = 9441\nregistry_address = "0x{REGISTRY.address.hex()}"\nagree = 1\n'
        'nodes = [{ name = "demo", url = "file:nowhere/chain.db" }]',
    )
    assert main(["origin", "nodes", "--config", str(config)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("kechid-hub: demo: ")
    assert "chain.db: unable to open" in said


def test_a_snapshot_of_nothing_is_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["origin", "status", "--config", str(settings_at(tmp_path))]) == 2
    assert "[origin] names no registry_address" in capsys.readouterr().err

"""Issuing by commands without a chain: what is taken, and one line for what is wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub.__main__ import main
from tests.hub.origin.certificate.samples import FIELDS

Run = Callable[..., tuple[int, str, str]]
DAYS = {"invoices.1.date": "2026-01-02", "declaration.date": "2026-01-02"}
GOOD = {"number": "GE-1", "form": "ct-1", "fields": FIELDS | DAYS}
BAD = GOOD | {"number": "GE-2", "fields": FIELDS | DAYS | {"items.1.hs_code": "12"}}
ISSUING = '[origin_issuing]\nstate = "GE"\nkeystore = "key.json"\nkeystore_password = "password"\n'


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command at a hub of an authority."""
    (tmp_path / "hub.toml").write_text(ISSUING)
    (tmp_path / "password").write_text("a long password")

    def call(*words: str) -> tuple[int, str, str]:
        status = main([*words, "--config", str(tmp_path / "hub.toml")])
        said = capsys.readouterr()
        return status, said.out, said.err

    assert call("key", "create")[0] == 0
    assert call("migrate")[0] == 0
    return call


def written(folder: Path, *rows: dict[str, Any], name: str = "many.json") -> str:
    path = folder / name
    path.write_text(json.dumps(rows))
    return str(path)


def test_a_file_joins_the_hours_batch_and_is_listed(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("origin", "issue", written(tmp_path, GOOD), "--json")
    assert status == 0
    assert len(json.loads(out)["issued"]) == 1
    assert json.loads(run("origin", "issue", written(tmp_path, GOOD), "--json")[1])["issued"] == []
    assert run("origin", "list")[1] == f"GE-1 ct-1 {today(run)} good, batch open\n"


def today(run: Run) -> str:
    found = json.loads(run("origin", "list", "--json")[1])["certificates"]
    return str(found[0]["issued_on"])


def test_one_bad_row_issues_nothing_and_says_which(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, GOOD, BAD)
    status, out, _ = run("origin", "issue", file)
    assert status == 1
    assert "issued 0" in out
    assert "row 2, GE-2: /fields/items.1.hs_code" in out
    status, out, _ = run("origin", "issue", file, "--skip-bad", "--json")
    assert (status, len(json.loads(out)["issued"])) == (1, 1)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("issue", "nowhere.json"), "nowhere.json: No such file"),
        (("issue", "{file}", "--out", "there"), "--out needs --now"),
        (("issue", "{empty}"), "has 0 certificates"),
        (("issue", "{file}", "--now"), "no registry is set up"),
        (("issue", "{file}", "--as", "nobody", "--password-file", "{password}"), "no such officer"),
        (("print", "GE-9"), "no certificate 'GE-9'"),
        (("revoke", "GE-9", "--reason", "replaced"), "no certificate 'GE-9'"),
        (("authority", "list"), "no registry is set up"),
        (("key", "show"), "key.json: No such file"),
        (("key", "create", "--of", "relayer"), "names no keystore of the relayer"),
        (("vote", "Georgia", "none", *("--keystore", "a"), *("--keystore-password", "b")), "is no state"),
        (
            (
                "authority",
                "set",
                "0x12",
                "--until",
                "2027-01-01",
                "--keystore",
                "a",
                "--keystore-password",
                "b",
            ),
            "is no account",
        ),
        (
            (
                "deploy",
                "--state",
                "GE=1",
                "--node",
                "http://a",
                *("--keystore", "a", "--keystore-password", "b"),
            ),
            "is no account",
        ),
    ],
)
def test_what_is_wrong_is_one_line(run: Run, tmp_path: Path, words: tuple[str, ...], reason: str) -> None:
    names = {
        "file": written(tmp_path, GOOD),
        "empty": written(tmp_path, name="empty.json"),
        "password": str(tmp_path / "password"),
    }
    status, out, err = run("origin", *(word.format(**names) for word in words))
    last = err.strip().splitlines()[-1]
    assert (status, out) == (2, "")
    assert last.startswith("kechid-hub: ")
    assert reason in last


def test_nothing_is_given_out_or_revoked_before_it_is_anchored(run: Run, tmp_path: Path) -> None:
    run("origin", "issue", written(tmp_path, GOOD))
    assert "takes certificates still" in run("origin", "print", "GE-1", "--out", str(tmp_path))[2]
    assert "does not know" in run("origin", "suspend", "GE-1", "--reason", "under-verification")[2]


def test_a_hub_of_no_authority_issues_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text("")
    status, _, err = run("origin", "issue", written(tmp_path, GOOD))
    assert (status, "no certificates are issued here" in err) == (2, True)

"""`kechid-hub origin exchange`: there and back, with what was not carried."""

import json
from pathlib import Path

import pytest

from hub.__main__ import main
from hub.origin.certificate.anchored_json import anchored_to_json
from tests.hub.origin.certificate.samples import FIELDS, anchored


def test_a_certificates_file_goes_out_and_comes_back_as_one_to_issue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = tmp_path / "ours.json", tmp_path / "theirs.json"
    ours.write_bytes(anchored_to_json(anchored()[0]))
    assert main(["origin", "exchange", str(ours)]) == 0
    told = capsys.readouterr()
    theirs.write_text(told.out, encoding="utf-8")
    assert "not carried: items.1.net_mass_kg\n" in told.err
    assert main(["origin", "exchange", str(theirs), "--json"]) == 0
    back = json.loads(capsys.readouterr().out)
    lost = {line.removeprefix("not carried: ") for line in told.err.splitlines()}
    assert (back["direction"], back["lost"]) == ("received", [])
    assert back["document"]["number"] == "GE-0002"
    assert back["document"]["fields"] == {path: value for path, value in FIELDS.items() if path not in lost}


@pytest.mark.parametrize(("content", "said"), [(b"{}", "/iD"), (b"text", "malformed"), (None, "none.json")])
def test_bad_input_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, said: str
) -> None:
    file = tmp_path / "none.json"
    if content is not None:
        file.write_bytes(content)
    assert main(["origin", "exchange", str(file)]) in {1, 2}
    assert said in capsys.readouterr().err

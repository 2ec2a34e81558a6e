"""The demo's certificate goes its way: valid, altered, without a line, by what is kept on site."""

import json
from pathlib import Path

import pytest

from demo.certificates import found, settings_text, show
from demo.narration import Narrator
from demo.report import EXPECTED_VERDICTS
from hub.__main__ import main


def test_the_verdicts_are_those_of_the_four_situations(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    consortium = found(tmp_path)
    assert show(consortium, Narrator()) == EXPECTED_VERDICTS
    config = tmp_path / "hub.toml"
    config.write_text(settings_text(consortium.origin), encoding="utf-8")
    capsys.readouterr()
    assert (
        main(["origin", "verify", "--config", str(config), "--json", str(tmp_path / "certificate.json")]) == 0
    )
    said = json.loads(capsys.readouterr().out)
    assert (said["verdict"], said["provenance"]) == ("VALID", "proven")

"""The command line as a whole: quick to start, one summary per command."""

import argparse
import errno
import subprocess
import sys
from importlib import import_module

import pytest

from edge_agent.__main__ import COMMANDS, main
from sync.version import VERSION


@pytest.mark.parametrize("name", COMMANDS)
def test_summary_before_the_import_is_the_commands_own(name: str) -> None:
    subparsers = argparse.ArgumentParser().add_subparsers()
    import_module(f"edge_agent.commands.{name}").add_parser(subparsers)
    listed = {action.dest: action.help for action in subparsers._choices_actions}
    assert listed == {name: COMMANDS[name]}


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert (stop.value.code, capsys.readouterr().out) == (0, f"{VERSION}\n")


@pytest.mark.parametrize("words", [[], ["nothing"], ["--nothing"]])
def test_wrong_usage_is_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 2
    assert "kechid-edge: error:" in capsys.readouterr().err


def test_interruption_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("edge_agent.commands.key.run_create", interrupt)
    assert main(["key", "create", "store.key"]) == 1
    assert capsys.readouterr().err == "kechid-edge: interrupted\n"


def test_a_folder_that_may_not_be_entered_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", "locked/store.key")

    monkeypatch.setattr("edge_agent.commands.key.run_create", refuse)
    assert main(["key", "create", "store.key"]) == 2
    assert capsys.readouterr().err == "kechid-edge: locked/store.key: Permission denied\n"


def test_the_command_line_loads_no_run_time_before_a_command_needs_it() -> None:
    slow = ("numpy", "cv2", "faiss", "onnxruntime", "uvicorn", "argon2")
    code = f"import sys, edge_agent.__main__; print([name for name in {slow!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

"""Every warning that an edge can give has words on the lane's terminal and on the hub's console."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gui.words
import hub.console.wording
import models.engine
from edge_agent.lane import monitor

CODE = re.compile(r"[a-z]+(-[a-z]+)*")
GIVERS = {"_warnings", "_list_warnings", "store_warnings"}
"""The functions of the lane's monitor that give codes."""


def trees(module: object, names: set[str]) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(Path(str(vars(module)["__file__"])).read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in names)


def given_to(call: str, node: ast.AST) -> Iterator[str]:
    """Constants that are put into the list `call`; a provider's name is the slow one's."""
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and ast.unparse(one.func) in (f"{call}.append", f"{call}.insert"):
            said = ast.unparse(one.args[-1])
            said = said.replace("{actual}", models.engine.CPU).removeprefix("f").strip("\"'")
            yield str(vars(monitor).get(said, said))


def codes() -> set[str]:
    lane = {code for giver in trees(monitor, GIVERS) for code in given_to("codes", giver)}
    loader = {"engine", "_noted", "_attack_detector"}
    engine = {code for giver in trees(models.engine, loader) for code in given_to("self._lacks", giver)}
    return lane | engine | set(monitor.CAMERA_WARNINGS.values())


def test_the_codes_are_found_where_they_are_given() -> None:
    found = codes()

    assert {"shadow", "recording", "uplink-down", "camera-blind", "list-unsearchable", "disk-low"} <= found
    assert {"calibration-assumed", f"running-on-{models.engine.CPU}"} <= found
    assert [code for code in found if not CODE.fullmatch(code) and not code.startswith("running-on-")] == []


@pytest.mark.parametrize(
    "words", [gui.words.WARNINGS, hub.console.wording.WARNINGS], ids=["terminal", "console"]
)
def test_every_warning_of_an_edge_is_put_into_words(words: dict[str, str]) -> None:
    assert codes() - set(words) == set()

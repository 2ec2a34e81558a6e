import ast
from pathlib import Path

import pytest

GUI = Path(__file__).parents[2] / "gui"
PURE = (
    "alert_list",
    "barrier_confirmation",
    "checkpoint_state",
    "errors",
    "frame_age",
    "mjpeg_parser",
    "pending_decisions",
    "phrase",
    "plain_figures",
    "reconnection",
    "review",
    "settings",
    "sse_parser",
    "theme",
    "tone",
    "words",
)


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("name", PURE)
def test_a_pure_module_knows_neither_qt_nor_a_module_that_does(name: str) -> None:
    allowed = {f"gui.{pure}" for pure in PURE}
    for imported in imports_of(GUI / f"{name}.py"):
        assert imported.split(".")[0] != "PySide6"
        assert (
            imported.split(".")[0] != "gui"
            or imported == "gui"
            or ".".join(imported.split(".")[:2]) in allowed
        )


@pytest.mark.parametrize("path", sorted(GUI.glob("*.py")), ids=lambda path: path.stem)
def test_the_terminal_knows_no_other_package_of_ours_than_sync(path: Path) -> None:
    others = {"edge_agent", "hardware", "hub", "models"}
    assert not others & {imported.split(".")[0] for imported in imports_of(path)}


@pytest.mark.parametrize("path", sorted(GUI.glob("*.py")), ids=lambda path: path.stem)
def test_letters_change_case_only_by_the_languages_rules(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ".upper()" not in text
    assert ".capitalize()" not in text

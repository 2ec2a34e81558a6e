"""Behaviour of the gauges."""

from pathlib import Path

import pytest

from tests.gauges import (
    LONGEST,
    blanket_excepts_of,
    count_tests_and_mocks,
    functions_of,
    gauge,
    report,
)


def function(lines: int, head: str = "def work():", docstring: str = "") -> str:
    body = [f"    {docstring}"] if docstring else []
    return "\n".join([head, *body, *["    pass"] * (lines - 1)])


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (function(1 + 4), 5),
        (function(5, docstring='"""Says."""'), 5),
        (function(5, docstring='"""Says.\n\n    More.\n    """'), 5),
        ("class A:\n    async def work(self):\n        pass", 2),
    ],
    ids=["plain", "docstring", "long docstring", "method"],
)
def test_length_counts_every_line_but_the_docstring(source: str, lines: int) -> None:
    (found,) = functions_of(source, "a.py")
    assert found.lines == lines


@pytest.mark.parametrize(
    ("head", "excused"),
    [
        ("def work():", False),
        ("def work():  # long: one table", True),
        ("def work(\n    a,\n):  # long: one table", True),
    ],
)
def test_reason_on_the_head_excuses(head: str, excused: bool) -> None:
    (found,) = functions_of(function(9, head), "a.py")
    assert found.excused == excused


@pytest.mark.parametrize(
    ("handler", "blanket"),
    [
        ("except:", 1),
        ("except Exception:", 1),
        ("except builtins.BaseException as e:", 1),
        ("except OSError:", 0),
    ],
)
def test_handlers_of_everything_are_found(handler: str, blanket: int) -> None:
    source = f"try:\n    pass\n{handler}\n    pass"
    assert len(list(blanket_excepts_of(source, "a.py"))) == blanket


def test_tests_and_mocks_are_counted() -> None:
    assert count_tests_and_mocks(
        "def test_a(): Mock()\ndef test_b(): mock.patch('x')\ndef c(): Mocking()"
    ) == (
        2,
        2,
    )


def tree(root: Path, source: str) -> Path:
    for folder, content in (("models", source), ("tests", "def test_a():\n    pass\n")):
        (root / folder).mkdir()
        (root / folder / "a.py").write_text(content)
    return root


def test_long_function_without_reason_is_reported_with_its_place(tmp_path: Path) -> None:
    gauges = gauge(tree(tmp_path, function(LONGEST + 1)))
    assert [found.name for found in gauges.too_long] == ["work"]
    assert "models/a.py:1 work has 31 lines" in report(gauges)


def test_function_at_the_limit_is_not(tmp_path: Path) -> None:
    gauges = gauge(tree(tmp_path, function(LONGEST)))
    assert gauges.too_long == []
    assert (gauges.code_lines, gauges.test_lines, gauges.tests, gauges.mocks) == (LONGEST, 2, 1, 0)
    assert gauges.p90 == LONGEST

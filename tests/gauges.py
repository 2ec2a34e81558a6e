"""``python -m tests.gauges``: numbers on the code's shape; fails on long functions that give no reason."""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CODE = ("demo", "edge_agent", "gui", "hardware", "hub", "models", "sync")
LONGEST = 30
EXCUSE = "# long:"
MOCKS = {"Mock", "MagicMock", "AsyncMock", "patch", "create_autospec"}
BLANKET = {"Exception", "BaseException"}
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Function:
    """One function, where it is and how long, its docstring not counted."""

    place: str
    name: str
    lines: int
    excused: bool


@dataclass(frozen=True, slots=True)
class Gauges:
    """What was counted."""

    functions: tuple[Function, ...]
    blanket_excepts: tuple[str, ...]
    code_lines: int
    test_lines: int
    tests: int
    mocks: int

    @property
    def p90(self) -> int:
        """Length that nine of ten functions do not exceed."""
        lengths = sorted(function.lines for function in self.functions)
        return lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0

    @property
    def too_long(self) -> list[Function]:
        """Functions over the limit without a reason, longest first."""
        found = [f for f in self.functions if f.lines > LONGEST and not f.excused]
        return sorted(found, key=lambda function: -function.lines)


def functions_of(source: str, place: str) -> Iterator[Function]:
    """Every function of a module, inner ones too."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, _Function):
            head = lines[node.lineno - 1 : node.body[0].lineno]
            excused = any(EXCUSE in line for line in head)
            yield Function(f"{place}:{node.lineno}", node.name, _length(node), excused)


def blanket_excepts_of(source: str, place: str) -> Iterator[str]:
    """Every handler that catches everything."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler) and (node.type is None or _name(node.type) in BLANKET):
            yield f"{place}:{node.lineno}"


def count_tests_and_mocks(source: str) -> tuple[int, int]:
    """How many tests a module has, and how many mocks it makes."""
    nodes = list(ast.walk(ast.parse(source)))
    tests = sum(isinstance(node, _Function) and node.name.startswith("test_") for node in nodes)
    mocks = sum(isinstance(node, ast.Call) and _name(node.func) in MOCKS for node in nodes)
    return tests, mocks


def gauge(root: Path) -> Gauges:
    """Count over a whole tree."""
    code = [(path.read_text(), str(path.relative_to(root))) for path in _modules(root, CODE)]
    tests = [path.read_text() for path in _modules(root, ("tests",))]
    counted = [count_tests_and_mocks(source) for source in tests]
    return Gauges(
        tuple(function for source, place in code for function in functions_of(source, place)),
        tuple(found for source, place in code for found in blanket_excepts_of(source, place)),
        sum(_written_lines(source) for source, _ in code),
        sum(_written_lines(source) for source in tests),
        sum(count for count, _ in counted),
        sum(count for _, count in counted),
    )


def report(gauges: Gauges) -> str:
    """Write the numbers for people."""
    rows = [
        f"functions            {len(gauges.functions)}, nine of ten within {gauges.p90} lines",
        f"over {LONGEST} lines        {len(gauges.too_long)}",
        f"tests                {gauges.tests}, {gauges.mocks / max(1, gauges.tests):.2f} mocks each",
        f"test : code lines    {gauges.test_lines} : {gauges.code_lines}",
        f"blanket excepts      {len(gauges.blanket_excepts)} {' '.join(gauges.blanket_excepts)}".rstrip(),
    ]
    rows += [f"{f.place} {f.name} has {f.lines} lines and no '{EXCUSE} reason'" for f in gauges.too_long]
    return "\n".join(rows)


def main() -> int:
    """Print the gauges of this checkout; returns 1 when a function is too long without a reason."""
    gauges = gauge(ROOT)
    sys.stdout.write(report(gauges) + "\n")
    return 1 if gauges.too_long else 0


def _length(node: _Function) -> int:
    docstring = node.body[0] if ast.get_docstring(node) is not None else None
    skipped = docstring.end_lineno - docstring.lineno + 1 if docstring and docstring.end_lineno else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - skipped


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _modules(root: Path, folders: Iterable[str]) -> list[Path]:
    return sorted(path for folder in folders for path in (root / folder).rglob("*.py"))


def _written_lines(source: str) -> int:
    return sum(bool(line.strip()) for line in source.splitlines())


if __name__ == "__main__":
    raise SystemExit(main())

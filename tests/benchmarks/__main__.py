"""``python -m tests.benchmarks NAME… [--json]``: every other module of this folder is a benchmark."""

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.measurement import Measurement

NOT_BENCHMARKS = {
    "__main__",
    "degraded_faces",
    "hub_population",
    "hub_process",
    "measurement",
    "mqtt_load",
    "origin_chain",
    "paced_load",
}
ALL = "all"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run benchmarks by name; exit code 0 even where an input is missing, the notes say so."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description="Ours beside its reference."
    )
    parser.add_argument("names", nargs="+", metavar="NAME", help=f"{ALL}, {', '.join(names())}")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.names) - {ALL, *names()}):
        sys.stderr.write(f"no benchmark {', '.join(unknown)}; there are {ALL}, {', '.join(names())}\n")
        return 2
    wanted = names() if ALL in options.names else options.names
    measured = [measure(name) for name in wanted]
    one = len(options.names) == 1 and options.names[0] != ALL
    sys.stdout.write((as_json(measured, one=one) if options.json else "\n".join(map(line, measured))) + "\n")
    return 0


def names() -> list[str]:
    """Every benchmark, by its module's name."""
    modules = pkgutil.iter_modules([str(Path(__file__).parent)])
    return sorted(module.name for module in modules if module.name not in NOT_BENCHMARKS)


def measure(name: str) -> Measurement:
    """Run one benchmark."""
    sys.stderr.write(f"measuring {name}\n")
    measurement: Measurement = importlib.import_module(f"tests.benchmarks.{name}").run()
    return measurement


def line(measurement: Measurement) -> str:
    """One benchmark for people."""
    if measurement.ours is None:
        return f"{measurement.name:20} not measured: {measurement.notes}"
    ours = f"{measurement.ours:.4g} {measurement.unit}"
    if measurement.ratio is None:
        return f"{measurement.name:20} {ours} (n {measurement.n})  {measurement.notes}"
    beside = f"reference {measurement.reference:.4g} {measurement.unit}, ratio {measurement.ratio:.2f}"
    return f"{measurement.name:20} {ours}, {beside} (n {measurement.n})  {measurement.notes}"


def as_json(measured: Sequence[Measurement], *, one: bool) -> str:
    """One object: the benchmark that was asked for, or all under ``benchmarks``."""
    objects = [measurement.as_dict() for measurement in measured]
    return json.dumps(objects[0] if one else {"benchmarks": objects})


if __name__ == "__main__":
    raise SystemExit(main())

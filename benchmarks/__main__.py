"""`python -m benchmarks`: measure reading, importing, the whole run and the account; a table, and build/bench.json.

Believe ratios within one run; times depend on the machine and on who else uses it, so its load stands beside each.
Exit code 1 where a bound that the programme is held to is not kept on a machine that had its cores to itself.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from benchmarks import bench_account, bench_demo, bench_import, bench_methods, bench_reading
from benchmarks.measuring import Measure, against_first, load
from dafeng import __version__

OUT = Path(__file__).resolve().parents[1] / "build" / "bench.json"
IMPORT_ROWS, IMPORT_REPEATS, IMPORT_SECONDS = 100_000, 3, 20.0


def importing() -> list[Measure]:
    """100,000 activity rows from xlsx and CSV, against the bare readers of the same bytes."""
    before = load()
    times = bench_import.import_times(IMPORT_ROWS, IMPORT_REPEATS)
    loads = (before, load())
    by_csv = against_first({name: times[name] for name in ("bare polars, csv", "import csv")}, loads)
    found = against_first(times, loads) | by_csv
    return [_held(m) if m.name.startswith("import ") else m for m in found.values()]


def _held(measure: Measure) -> Measure:
    more = {"rows_per_s": round(IMPORT_ROWS / measure.median)}
    return replace(measure, more=more, held_to=f"< {IMPORT_SECONDS:g} s", kept=measure.median < IMPORT_SECONDS)


def main() -> int:
    start, found = time.perf_counter(), []
    with tempfile.TemporaryDirectory() as folder:
        parts: Sequence[tuple[str, Callable[[], list[Measure]]]] = (
            ("reading", bench_reading.measured),
            ("importing", importing),
            ("the whole run", lambda: bench_demo.measured(Path(folder, "demo"))),
            ("the account", lambda: bench_account.measured(Path(folder, "demo"))),
            ("a province by method", lambda: list(bench_methods.measured())),
        )
        for words, part in parts:
            print(f"# {words}", flush=True)
            for measure in part():
                print(_line(measure), flush=True)
                found.append(measure)
    seconds = time.perf_counter() - start
    _write(found, seconds)
    broken = [m for m in found if m.kept is False]
    print(f"{seconds:.0f} s in all → {OUT.relative_to(OUT.parents[1])}")
    for m in broken:
        print(f"NOT KEPT: {m.name}, {m.held_to}" + (" (the machine was busy: measure again)" if m.busy else ""))
    return 1 if any(not m.busy for m in broken) else 0


def _line(m: Measure) -> str:
    spread = f"{min(m.seconds):.2f}…{max(m.seconds):.2f} ×{len(m.seconds)}"
    ratio = f"×{m.ratio:.2f} of {m.reference}" if m.ratio is not None else ""
    held = "" if m.kept is None else f"[{m.held_to}: {'kept' if m.kept else 'NOT KEPT'}]"
    more = ", ".join(f"{k} {v}" for k, v in m.more.items())
    parts = [f"{m.name:48s} {m.median:8.2f} s ({spread})", ratio, more, f"load {m.load[0]:g}→{m.load[1]:g}", held]
    return "  ".join(p for p in parts if p)


def _write(found: list[Measure], seconds: float) -> None:
    OUT.parent.mkdir(exist_ok=True)
    about = {
        "dafeng": __version__,
        "python": platform.python_version(),
        "polars": pl.__version__,
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
    }
    measures = [m.fields() for m in found]
    OUT.write_text(json.dumps(about | {"measures": measures}, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())

"""The whole job: `dafeng demo` from nothing to the report, and a second run on what is there."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measuring import Measure, dafeng, load

DEMO_SECONDS = 60.0
SECOND_SECONDS = 15.0
REPEATS = 3


def measured(folder: Path) -> list[Measure]:
    """Builds the demonstration programme in ``folder`` and leaves it there."""
    before = load()
    first = dafeng("demo", "-p", folder, "--json")
    _done(first.code)
    middle = load()
    again = [dafeng("demo", "-p", folder, "--json") for _ in range(REPEATS)]
    _done(*(run.code for run in again))
    seconds = tuple(run.seconds for run in again)
    return [
        Measure(
            "dafeng demo, from nothing", (first.seconds,), load=(before, middle),
            more={"peak_mb": round(first.peak_mb)}, held_to=f"< {DEMO_SECONDS:g} s", kept=first.seconds < DEMO_SECONDS,
        ),
        Measure(
            "dafeng demo, second run", seconds, load=(middle, load()),
            more={"peak_mb": round(max(run.peak_mb for run in again))}, held_to=f"< {SECOND_SECONDS:g} s",
            kept=sorted(seconds)[len(seconds) // 2] < SECOND_SECONDS,
        ),
    ]  # fmt: skip


def _done(*codes: int) -> None:
    if any(codes):
        raise RuntimeError(f"dafeng demo ended with {codes}: what was measured is no run")

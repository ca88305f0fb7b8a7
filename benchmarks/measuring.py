"""How the benchmarks measure: alternating repeats, medians with their spread, machine load, memory of processes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_LOOK_EVERY = 0.1  # seconds between two looks at the memory of processes


@dataclass(frozen=True)
class Measure:
    """One measured thing.

    seconds    each repeat [s]
    reference  the measure of the same run that it is held against ("" = none), and ratio its median over that one's
    load       machine load over one minute before and after; more: counts, rates [1/s] and memory [MB]
    held_to    the bound it is held to, in words, and whether it is kept (None: nothing is promised)
    """

    name: str
    seconds: tuple[float, ...]
    reference: str = ""
    ratio: float | None = None
    load: tuple[float, float] = (0.0, 0.0)
    more: Mapping[str, float | int | str] = field(default_factory=dict)
    held_to: str = ""
    kept: bool | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def busy(self) -> bool:
        """Whether others used the machine before or while this was measured."""
        return self.load[0] > (os.cpu_count() or 1)

    def fields(self) -> dict[str, Any]:
        """Plain values for the JSON file."""
        spread = {"median": self.median, "low": min(self.seconds), "high": max(self.seconds)}
        return asdict(self) | {"repeats": len(self.seconds)} | spread


def load() -> float:
    """The machine's load over the last minute."""
    return round(os.getloadavg()[0], 2)


def seconds_of(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def alternating(cases: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, Measure]:
    """Each case once to warm up, then all in turn, ``repeats`` times; the first case is the reference of the others."""
    for work in cases.values():
        work()
    before, times = load(), {name: [] for name in cases}  # type: tuple[float, dict[str, list[float]]]
    for _ in range(repeats):
        for name, work in cases.items():
            times[name].append(seconds_of(work))
    return against_first(times, (before, load()))


def against_first(times: Mapping[str, Sequence[float]], loads: tuple[float, float]) -> dict[str, Measure]:
    """Measures of alternating repeats, each but the first as a ratio to the first."""
    first = next(iter(times))
    reference = statistics.median(times[first])
    return {
        name: Measure(
            name,
            tuple(found),
            reference="" if name == first else first,
            ratio=None if name == first else statistics.median(found) / reference,
            load=loads,
        )
        for name, found in times.items()
    }


@dataclass(frozen=True)
class Process:
    """A command that was run: seconds, exit code, output, its own peak memory and that of each of its workers [MB]."""

    seconds: float
    code: int
    out: str
    peak_mb: float
    workers_mb: tuple[float, ...]


def dafeng(*words: object) -> Process:
    """Run a dafeng command as a process of its own, with the same interpreter."""
    command = [sys.executable, "-m", "dafeng.cli.main", *map(str, words)]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # noqa: S603
    workers: dict[int, float] = {}
    own = 0.0
    out = ""
    while True:
        own = max(own, _peak(process.pid))
        for child in _children(process.pid):
            workers[child] = max(workers.get(child, 0.0), _peak(child))
        try:
            out, _ = process.communicate(timeout=_LOOK_EVERY)
            break
        except subprocess.TimeoutExpired:
            continue
    seconds = time.perf_counter() - start
    return Process(seconds, process.returncode, out, own, tuple(v for v in workers.values() if v))


def _peak(pid: int) -> float:
    """The largest memory a living process has held [MB]; 0 where that is not known."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            continue
    return found

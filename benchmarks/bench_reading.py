"""Reading plans: the five real ones on one core, and a folder of a thousand in parallel with the memory of each worker.

Without ../shared the plans are the two of the demonstration city, and the output says so.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from benchmarks.measuring import Measure, Process, alternating, dafeng, load
from dafeng.adapters.reading import default_workers
from dafeng.plan.read import read_plan

_SEEDS = Path(__file__).resolve().parents[1].parent / "shared" / "seeds" / "plans"
REPEATS = 5
FOLDER = 1000
FIVE_IN_SECONDS = 3.0
WORKER_MB = 500.0


def plans() -> tuple[dict[str, bytes], str]:
    """File name → bytes, and the words for what they are."""
    if _SEEDS.is_dir():
        found = {p.name: p.read_bytes() for p in sorted(_SEEDS.glob("*.txt"))}
        return found, f"{len(found)} real plans"
    folder = files("dafeng.app.demo") / "data"
    made = {name: (folder / name).read_bytes() for name in ("plan.txt", "province.txt")}
    return made, f"{len(made)} demonstration plans (no ../shared here)"


def measured() -> list[Measure]:
    """One core, a cold start, and the folder."""
    found, words = plans()
    return [_one_core(found, words), _cold(found, words), _folder(found, words)]


def _one_core(found: dict[str, bytes], words: str) -> Measure:
    name = f"read {words}, one core"
    made = alternating({name: lambda: [read_plan(data, n) for n, data in found.items()]}, REPEATS)[name]
    rate = round(len(found) / made.median, 1)
    return replace(
        made, more={"plans_per_s": rate}, held_to=f"< {FIVE_IN_SECONDS:g} s", kept=made.median < FIVE_IN_SECONDS
    )


def _cold(found: dict[str, bytes], words: str) -> Measure:
    """The command as a person calls it, with its start and the written records, one worker."""
    before, runs = load(), []
    with tempfile.TemporaryDirectory() as folder:
        for name, data in found.items():
            Path(folder, name).write_bytes(data)
        for n in range(3):
            runs.append(dafeng("plan", "read", folder, "--out", f"{folder}/out{n}", "--workers", 1, "--json"))
    _all_done(runs)
    peak = round(max(r.peak_mb for r in runs))
    return Measure(
        f"dafeng plan read, {words}", tuple(r.seconds for r in runs), load=(before, load()), more={"peak_mb": peak}
    )


def _folder(found: dict[str, bytes], words: str) -> Measure:
    before, workers = load(), default_workers()
    with tempfile.TemporaryDirectory() as folder:
        inbox = Path(folder, "in")
        inbox.mkdir()
        names = list(found)
        for n in range(FOLDER):
            name = names[n % len(names)]
            (inbox / f"{n:04d}-{name}").write_bytes(found[name])
        run = dafeng("plan", "read", inbox, "--out", f"{folder}/out", "--workers", workers, "--json")
    _all_done([run])
    worst = round(max(run.workers_mb, default=0.0))
    more = {
        "plans_per_s": round(FOLDER / run.seconds, 1),
        "workers": workers,
        "cores": os.cpu_count() or 0,
        "worker_peak_mb": worst,
        "parent_peak_mb": round(run.peak_mb),
    }
    return Measure(
        f"folder of {FOLDER} copies of {words}",
        (run.seconds,),
        load=(before, load()),
        more=more,
        held_to=f"worker < {WORKER_MB:g} MB",
        kept=worst < WORKER_MB,
    )


def _all_done(runs: Sequence[Process]) -> None:
    if any(run.code for run in runs):
        raise RuntimeError(f"plan read ended with {[r.code for r in runs]}: what was measured is no reading")

"""Reading many plans at once: a process that dies, a file that kills, a file that takes for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dafeng.adapters import reading
from dafeng.adapters.reading import FileResult, plan_files, read_many
from dafeng.base.errors import BadRequest

TEXT = "试验市工业领域碳达峰实施方案\n\n一、主要目标\n到2025年,单位工业增加值能耗较2020年下降13.5%。\n"
KILLER = b"this file ends the process that reads it"
SLOW = b"this file keeps the process that reads it"
FAULT = b"this file finds a fault of ours"
_honest = reading._read_one


def hostile(path: Path, out: Path, tables: bool) -> FileResult:
    """Reads as always, but does what a broken C library would do on the files that ask for it (runs in the worker)."""
    data = path.read_bytes()
    if data.startswith(KILLER):
        os.kill(os.getpid(), signal.SIGKILL)
    if data.startswith((SLOW, FAULT)):
        reading.SECONDS_A_FILE = 1
        reading.read_plan = _sleeps if data.startswith(SLOW) else _faulty  # type: ignore[assignment]
        try:
            return _honest(path, out, tables)
        finally:
            reading.read_plan = _read_plan
    return _honest(path, out, tables)


_read_plan = reading.read_plan


def _sleeps(*_: object) -> None:
    time.sleep(30)


def _faulty(*_: object) -> None:
    raise KeyError("nobody thought of this")


def folder(where: Path, good: int, **bad: bytes) -> list[Path]:
    where.mkdir()
    for n in range(good):
        (where / f"g{n:03d}.txt").write_text(TEXT, "utf-8")
    for name, data in bad.items():
        (where / f"{name}.txt").write_bytes(data)
    return plan_files([where])


def test_a_file_that_kills_its_process_costs_only_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_read_one", hostile)
    paths = folder(tmp_path / "in", 12, g004x=KILLER, zzz=KILLER)
    listed = list(read_many(paths, tmp_path / "out", tables=False, workers=2))
    assert sorted(r.path for r in listed) == sorted(map(str, paths)), "each file has one result"
    results = {Path(r.path).stem: r for r in listed}
    assert {name for name, r in results.items() if not r.ok} == {"g004x", "zzz"}
    assert results["zzz"].error is not None
    assert "broke the reader" in results["zzz"].error["what"]
    assert all(r.targets == 1 for name, r in results.items() if r.ok)
    assert len(list((tmp_path / "out").glob("*.targets.jsonl"))) == 12


def test_a_worker_killed_from_outside_loses_no_file(tmp_path):
    """What the out-of-memory killer does: it ends a process whatever that one reads."""
    paths = folder(tmp_path / "in", 60)
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from dafeng.adapters.reading import plan_files, read_many\n"
        "if __name__ == '__main__':\n"
        "    for r in read_many(plan_files([Path(sys.argv[1])]), Path(sys.argv[2]), tables=True, workers=2):\n"
        "        print(r.ok, r.path, flush=True)\n"
    )
    (tmp_path / "main.py").write_text(script)
    command = [sys.executable, str(tmp_path / "main.py"), str(tmp_path / "in"), str(tmp_path / "out")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        lines = [reader.stdout.readline() for _ in range(3)]
        victims = _children(reader.pid)
        if not victims:
            pytest.skip("needs /proc to find the worker processes")
        os.kill(victims[-1], signal.SIGKILL)
        lines += reader.stdout.readlines()
    assert reader.returncode == 0
    assert len(lines) == len(paths)
    assert all(line.startswith("True") for line in lines)
    assert len(list((tmp_path / "out").glob("*.targets.jsonl"))) == len(paths)


def _children(parent: int) -> list[int]:
    """The workers of a reading process: its children that were started to run a task (not the tracker)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rsplit(")", 1)[1].split()
            words = (entry.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == parent and b"spawn_main" in words:
            found.append(int(entry.parent.name))
    return sorted(found)


def test_a_file_that_takes_too_long_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_read_one", hostile)
    paths = folder(tmp_path / "in", 3, slow=SLOW)
    began = time.monotonic()
    results = {Path(r.path).stem: r for r in read_many(paths, tmp_path / "out", tables=False, workers=2)}
    assert time.monotonic() - began < 25
    assert {n for n, r in results.items() if not r.ok} == {"slow"}
    assert results["slow"].error is not None
    assert "not read within" in results["slow"].error["what"]


def test_a_fault_of_ours_is_named_as_ours_and_stops_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_read_one", hostile)
    paths = folder(tmp_path / "in", 3, fault=FAULT)
    results = {Path(r.path).stem: r for r in read_many(paths, tmp_path / "out", tables=False, workers=2)}
    assert {n for n, r in results.items() if not r.ok} == {"fault"}
    assert results["fault"].error is not None
    assert "KeyError" in results["fault"].error["what"]
    assert "report it" in results["fault"].error["mend"]


def test_a_path_that_is_not_there_is_an_error_before_anything_is_read(tmp_path):
    with pytest.raises(BadRequest) as told:
        plan_files([tmp_path / "absent"])
    assert told.value.mend

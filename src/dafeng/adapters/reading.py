"""Read many plan files in parallel 批量读方案: bounded memory and time a file, one bad file never stops the rest."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from dafeng.adapters.columns import write_whole
from dafeng.base.errors import BadRequest, DafengError, UnreadableFile
from dafeng.plan.export import record_files, table_files
from dafeng.plan.limits import DEFAULT_LIMITS
from dafeng.plan.read import read_plan
from dafeng.plan.reading import PlanReading

ENDINGS = (".txt", ".html", ".htm", ".docx", ".pdf")
SECONDS_A_FILE = 60
FILES_A_WORKER = 200  # then the process is renewed, so that no library's leak adds up


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file: counts when it was read, else what, where, mend."""

    path: str
    ok: bool
    targets: int = 0
    tasks: int = 0
    boxes: int = 0
    repairs: int = 0
    error: dict[str, str] | None = None


def plan_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and those in the folders named, in order. Raises BadRequest where a path is not there."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.suffix.lower() in ENDINGS and not p.name.startswith("."))
        elif path.is_file():
            found.append(path)
        else:
            raise BadRequest("no such file or folder", where=str(path))
    return found


def read_whole(path: Path) -> bytes:
    """The bytes of a file, refused unread where it is larger than a plan can be."""
    size = path.stat().st_size
    if size > DEFAULT_LIMITS.max_bytes:
        raise UnreadableFile(
            f"the file has {size / 1e6:.0f} MB; a plan may have {DEFAULT_LIMITS.max_bytes / 1e6:.0f} MB",
            where=str(path),
            mend="Give the plan itself, without attached pictures or tables.",
        )
    return path.read_bytes()


def outputs(paths: Sequence[Path], out: Path) -> list[tuple[Path, Path]]:
    """Where the records of each file go. Raises BadRequest where two files would write the same names."""
    seen: dict[str, Path] = {}
    for path in paths:
        if (other := seen.setdefault(path.stem, path)) != path:
            raise BadRequest(
                f"{other} and {path} would write the same record files",
                mend="Rename one, or read them into two folders.",
            )
    return [(path, out) for path in paths]


def read_many(paths: Sequence[Path], out: Path, *, tables: bool, workers: int) -> Iterator[FileResult]:
    """Read files and write their records into ``out``; results come as they are done.

    A file that kills its process (a fault in a C library) costs only itself: the rest is read again by new processes.
    """
    jobs = [path for path, _ in outputs(paths, out)]
    if workers <= 1 or len(jobs) <= 2:
        yield from (_read_one(path, out, tables) for path in jobs)
        return
    left = list(jobs)
    while left:
        done: set[Path] = set()
        for path, result in _pool_pass(left, out, tables, workers):
            done.add(path)
            yield result
        left = [path for path in left if path not in done]
        if left and not done:  # a file breaks the pool at once: read one file a process to find it
            yield from (_alone(path, out, tables) for path in left)
            return


def _pool_pass(paths: Sequence[Path], out: Path, tables: bool, workers: int) -> Iterator[tuple[Path, FileResult]]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, max_tasks_per_child=FILES_A_WORKER) as pool:
        waiting: dict[Future[FileResult], Path] = {}
        queue = iter(paths)
        while True:
            for path in queue:
                try:
                    waiting[pool.submit(_read_one, path, out, tables)] = path
                except BrokenProcessPool:
                    return
                if len(waiting) >= 4 * workers:
                    break
            if not waiting:
                return
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                path = waiting.pop(future)
                try:
                    yield path, future.result()
                except BrokenProcessPool:
                    return


def _alone(path: Path, out: Path, tables: bool) -> FileResult:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            return pool.submit(_read_one, path, out, tables).result()
        except BrokenProcessPool:
            error = UnreadableFile("the file broke the reader", where=str(path), mend="Convert it to plain text.")
            return FileResult(str(path), ok=False, error=_fields(error))


def _out_of_time(signum: int, frame: FrameType | None) -> None:
    raise UnreadableFile(f"not read within {SECONDS_A_FILE} s", mend="Convert the file to plain text.")


def _read_one(path: Path, out: Path, tables: bool) -> FileResult:
    alarm = hasattr(signal, "SIGALRM") and multiprocessing.current_process().name != "MainProcess"
    if alarm:
        signal.signal(signal.SIGALRM, _out_of_time)
        signal.alarm(SECONDS_A_FILE)
    try:
        reading = read_plan(read_whole(path), path.name)
        write_records(reading, out, tables=tables)
        return FileResult(
            str(path), True, len(reading.targets), len(reading.tasks), len(reading.boxes), len(reading.source.repairs)
        )
    except (DafengError, OSError, MemoryError, RecursionError) as error:
        return FileResult(str(path), ok=False, error=_fields(error, str(path)))
    finally:
        if alarm:
            signal.alarm(0)


def _fields(error: BaseException, where: str = "") -> dict[str, str]:
    if isinstance(error, DafengError):
        return {"what": error.what, "where": error.where or where, "mend": error.mend}
    return {"what": f"{type(error).__name__}: {error}", "where": where, "mend": "Check the file and its rights."}


def write_records(reading: PlanReading, out: Path, *, tables: bool) -> list[str]:
    """Write the record files of a reading, and a list of what was repaired where something was."""
    files = dict(record_files(reading))
    if tables:
        files |= table_files(reading)
    if reading.source.repairs:
        files[f"{reading.document.doc}.repairs.json"] = repairs_json([asdict(r) for r in reading.source.repairs])
    for name, data in files.items():
        write_whole(out / name, data)
    return sorted(files)


def repairs_json(repairs: list[dict[str, Any]]) -> bytes:
    """The list of repairs, a line each."""
    return ("[\n" + ",\n".join(json.dumps(r, ensure_ascii=False) for r in repairs) + "\n]\n").encode()


def default_workers() -> int:
    return max(1, min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1))

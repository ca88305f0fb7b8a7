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
from dafeng.plan.metadata import document_id
from dafeng.plan.read import read_plan
from dafeng.plan.reading import PlanReading

ENDINGS = (".txt", ".html", ".htm", ".docx", ".pdf")
OTHERS = (".doc", ".wps", ".ofd", ".rtf", ".odt")  # documents too, and not read: named in the result, not passed over
SECONDS_A_FILE = 60
_LONGEST_SHOWN = 400  # characters of a mended passage that are written out
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
    """The files named, and the documents in the folders named, in order. Raises BadRequest where one is not there."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.suffix.lower() in ENDINGS + OTHERS and p.is_file())
            found += sorted(p for p in inside if not p.name.startswith((".", "~$")))
        elif path.is_file():
            found.append(path)
        else:
            raise BadRequest("no such file or folder", where=str(path), mend="Check the path.")
    return found


def read_whole(path: Path) -> bytes:
    """The bytes of a file, refused unread where it is larger than a plan can be."""
    if not path.is_file():
        raise BadRequest("no such file", where=str(path), mend="Check the path.")
    size = path.stat().st_size
    if size > DEFAULT_LIMITS.max_bytes:
        raise UnreadableFile(
            f"the file has {size / 1e6:.0f} MB; a plan may have {DEFAULT_LIMITS.max_bytes / 1e6:.0f} MB",
            where=str(path),
            mend="Give the plan itself, without attached pictures or tables.",
        )
    return path.read_bytes()


def namesakes(paths: Sequence[Path]) -> tuple[list[Path], list[FileResult]]:
    """The files to read, and a refusal for each that would write the record files of one before it."""
    seen: dict[str, Path] = {}
    refused = []
    for path in dict.fromkeys(paths):
        other = seen.setdefault(document_id(path.name), path)
        if other != path:
            mend = "Rename one, or read them into two folders."
            error = BadRequest(f"{other} would write the same record files", where=str(path), mend=mend)
            refused.append(FileResult(str(path), ok=False, error=_fields(error)))
    return list(seen.values()), refused


def read_many(paths: Sequence[Path], out: Path, *, tables: bool, workers: int) -> Iterator[FileResult]:
    """Read files and write their records into ``out``; results come as they are done.

    A file that kills its process (a fault in a C library) costs only itself: those that were under way with it are read
    again, each by a process of its own, and the rest by new processes. Of two files of one name the first is read.
    """
    jobs, refused = namesakes(paths)
    yield from refused
    if workers <= 1 or len(jobs) <= 2:
        yield from (_read_one(path, out, tables) for path in jobs)
        return
    left = list(jobs)
    while left:
        done: set[Path] = set()
        under_way: list[Path] = []
        for path, result in _pool_pass(left, out, tables, workers, under_way):
            done.add(path)
            yield result
        for path in under_way:  # when a process died: one of these killed it
            done.add(path)
            yield _alone(path, out, tables)
        left = [path for path in left if path not in done]


def _pool_pass(
    paths: Sequence[Path], out: Path, tables: bool, workers: int, under_way: list[Path]
) -> Iterator[tuple[Path, FileResult]]:
    """Results of one pool of processes; where one of them dies, ``under_way`` gets the files that were with it then."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, max_tasks_per_child=FILES_A_WORKER) as pool:
        waiting: dict[Future[FileResult], Path] = {}
        queue = iter(paths)
        while True:
            for path in queue:
                try:
                    waiting[pool.submit(_read_one, path, out, tables)] = path
                except BrokenProcessPool:
                    under_way += [path, *waiting.values()]
                    return
                if len(waiting) >= 4 * workers:
                    break
            if not waiting:
                return
            broken = []
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                path = waiting.pop(future)
                try:
                    yield path, future.result()
                except BrokenProcessPool:
                    broken.append(path)
            if broken:
                under_way += [*broken, *waiting.values()]
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
    except Exception as error:  # noqa: BLE001 (one bad file never stops the folder; it is named in its result)
        return FileResult(str(path), ok=False, error=_fields(error, str(path)))
    finally:
        if alarm:
            signal.alarm(0)


def _fields(error: BaseException, where: str = "") -> dict[str, str]:
    if isinstance(error, DafengError):
        return {"what": error.what, "where": error.where or where, "mend": error.mend}
    ours = not isinstance(error, OSError | MemoryError | RecursionError)
    mend = "This is a fault of dafeng: report it, with the file." if ours else "Check the file and its rights."
    return {"what": f"{type(error).__name__}: {error}", "where": where, "mend": mend}


def write_records(reading: PlanReading, out: Path, *, tables: bool) -> list[str]:
    """Write the record files of a reading, and a list of what was repaired where something was."""
    files = dict(record_files(reading))
    if tables:
        files |= table_files(reading)
    if reading.source.span_of is not None:
        files[f"{reading.document.doc}.text.txt"] = reading.source.text.encode()  # what the spans point into
    if reading.source.repairs:
        files[f"{reading.document.doc}.repairs.json"] = repairs_json([asdict(r) for r in reading.source.repairs])
    for name, data in files.items():
        write_whole(out / name, data)
    return sorted(files)


def repairs_json(repairs: list[dict[str, Any]]) -> bytes:
    """The list of repairs, a line each; a mending of the whole text (its script) is told without repeating the text."""
    lines = (json.dumps({k: _shortened(v) for k, v in r.items()}, ensure_ascii=False) for r in repairs)
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def _shortened(value: Any) -> Any:
    long = isinstance(value, str) and len(value) > _LONGEST_SHOWN
    return f"{value[:40]}… ({len(value)} characters)" if long else value


def default_workers() -> int:
    return max(1, min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1))

"""Read one plan file in a process of its own 单独进程读方案: bounded in time and memory.

The file goes in by standard input; what comes back is data (MessagePack of our own records), never code.
"""

from __future__ import annotations

import subprocess
import sys

import msgspec
import numpy as np

from dafeng.adapters.reading import SECONDS_A_FILE
from dafeng.base.errors import UnreadableFile
from dafeng.plan.outline import Outline
from dafeng.plan.read import read_plan
from dafeng.plan.reading import PlanReading
from dafeng.plan.records import Box, Document, Target, Task
from dafeng.plan.source import Format, Repair, Script, SourceText

MEMORY = 3 << 30  # bytes of address space
_STARTING = 20  # seconds that the process itself may take to begin


class _Read(msgspec.Struct, frozen=True, kw_only=True):
    """A reading as it crosses from process to process; spans and repairs only, no way back to the raw text."""

    name: str
    sha256: str
    format: Format
    encoding: str | None
    script: Script
    text: str
    span_of: str | None
    repairs: tuple[Repair, ...]
    document: Document
    targets: tuple[Target, ...]
    tasks: tuple[Task, ...]
    boxes: tuple[Box, ...]


class _Refused(msgspec.Struct, frozen=True, kw_only=True):
    what: str
    where: str
    mend: str


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    read: _Read | None = None
    refused: _Refused | None = None


def read_apart(data: bytes, name: str, *, seconds: float = SECONDS_A_FILE) -> PlanReading:
    """As ``read_plan``, in another process. Raises UnreadableFile, also where it takes too long."""
    command = [sys.executable, "-P", "-m", "dafeng.adapters.reading_apart", name, str(int(seconds) + 1)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=seconds + _STARTING)  # noqa: S603 (our own module)
    except subprocess.TimeoutExpired:
        raise _out_of_time(name, seconds) from None
    if done.returncode != 0:
        mend = "Convert it to plain text, and read that."
        raise UnreadableFile("the file broke the reader, or took too long", where=name, mend=mend)
    answer = msgspec.msgpack.decode(done.stdout, type=_Answer)
    if answer.refused is not None:
        raise UnreadableFile(answer.refused.what, where=answer.refused.where, mend=answer.refused.mend)
    assert answer.read is not None
    return _reading(answer.read)


def _out_of_time(name: str, seconds: float) -> UnreadableFile:
    return UnreadableFile(f"not read within {seconds:.0f} s", where=name, mend="Convert the file to plain text.")


def _reading(read: _Read) -> PlanReading:
    source = SourceText(
        name=read.name,
        sha256=read.sha256,
        format=read.format,
        encoding=read.encoding,
        script=read.script,
        raw_text="",
        text=read.text,
        raw_index=np.full(len(read.text), -1, dtype=np.int32),
        span_of=read.span_of,
        repairs=read.repairs,
    )
    return PlanReading(source, Outline((), ()), read.document, read.targets, read.tasks, read.boxes)


def _answer(data: bytes, name: str) -> _Answer:
    try:
        made = read_plan(data, name)
    except UnreadableFile as error:
        return _Answer(refused=_Refused(what=error.what, where=error.where or name, mend=error.mend))
    s = made.source
    return _Answer(
        read=_Read(
            name=s.name,
            sha256=s.sha256,
            format=s.format,
            encoding=s.encoding,
            script=s.script,
            text=s.text,
            span_of=s.span_of,
            repairs=s.repairs,
            document=made.document,
            targets=made.targets,
            tasks=made.tasks,
            boxes=made.boxes,
        )
    )


def _bounded(seconds: int) -> None:
    """Let the system end this process where it takes too much; where it cannot, the time limit stands alone."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    _bounded(int(sys.argv[2]))
    sys.stdout.buffer.write(msgspec.msgpack.encode(_answer(sys.stdin.buffer.read(), sys.argv[1])))

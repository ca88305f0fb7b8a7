"""What the command line shows 显示: tables and progress for people, JSON for machines, errors in three fields."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress
from rich.table import Table
from rich.text import Text

from dafeng.base.errors import DafengError

out = Console(soft_wrap=False, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def _plain(value: object) -> object:
    return msgspec.to_builtins(value, str_keys=True, enc_hook=str)


def as_json(value: object) -> None:
    """One JSON document on standard output, and nothing else; escaped where the output cannot hold Chinese."""
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(json.dumps(_plain(value), ensure_ascii=not unicode, indent=1, default=str) + "\n")


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], *, right: Sequence[int] = ()) -> None:
    """A table; cells are shown as they are, never read as markup."""
    shown = Table(title=title, title_justify="left", header_style="bold", expand=False)
    for i, head in enumerate(heads):
        shown.add_column(head, justify="right" if i in right else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(Text("—" if cell is None else printable(str(cell))) for cell in row))
    out.print(shown)


def say(words: str) -> None:
    out.print(Text(printable(words)), soft_wrap=True)


def printable(words: str) -> str:
    """Words from outside without the control characters by which they could steer the terminal."""
    return "".join(c if c in "\n\t" or (c >= " " and not "\x7f" <= c <= "\x9f") else "\ufffd" for c in words)


def fail(error: DafengError, *, machine: bool = False) -> None:
    """An error: what, where, mend."""
    if machine:
        fields = {"what": error.what, "where": error.where, "mend": error.mend}
        sys.stderr.write(json.dumps({"error": fields}, ensure_ascii=False) + "\n")
        return
    err.print(Text(printable(f"✗ {error.what}"), style="bold red"))
    if error.where:
        err.print(Text(printable(f"  where 位置: {error.where}")))
    if error.mend:
        err.print(Text(printable(f"  mend 办法: {error.mend}")))


class Bars:
    """``Progress`` as bars on the error stream, so that standard output stays clean; Ctrl-C cancels between steps."""

    def __init__(self, progress: RichProgress) -> None:
        self._progress = progress
        self._task: Any = None

    def stage(self, name: str, total: int) -> None:
        if self._task is not None:
            self._finish()
        self._task = self._progress.add_task(name, total=max(total, 1), words="")

    def step(self, words: str = "") -> None:
        self._progress.update(self._task, advance=1, words=words[:40])

    def cancelled(self) -> bool:
        return False

    def _finish(self) -> None:
        total = self._progress.tasks[self._task].total
        self._progress.update(self._task, completed=total, words="")

    def close(self) -> None:
        if self._task is not None:
            self._finish()


@contextmanager
def bars(*, quiet: bool = False) -> Iterator[Bars]:
    """Progress bars while the block runs; nothing where the error stream is no terminal or ``quiet``."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[words]}"),
    )
    with RichProgress(*columns, console=err, disable=quiet or not err.is_terminal, transient=False) as progress:
        drawn = Bars(progress)
        yield drawn
        drawn.close()

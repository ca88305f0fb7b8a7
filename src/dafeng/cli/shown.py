"""What the command line shows 显示: tables and progress for people, JSON for machines, errors in three fields."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import msgspec
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress
from rich.table import Table
from rich.text import Text

from dafeng.base.errors import DafengError

out = Console(soft_wrap=False, highlight=False)
_FOLDED = 14  # columns of a terminal that a text needs at least
_WHOLE = re.compile(r"(?=.*[0-9#@_./:-])[!-~]{4,90}")  # one word of ASCII with a sign of an id in it
err = Console(stderr=True, soft_wrap=True, highlight=False)


def _plain(value: object) -> object:
    return msgspec.to_builtins(value, str_keys=True, enc_hook=str)


def as_json(value: object) -> None:
    """One JSON document on standard output, and nothing else; escaped where the output cannot hold Chinese."""
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(json.dumps(_plain(value), ensure_ascii=not unicode, indent=1, default=str) + "\n")


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], *, right: Sequence[int] = ()) -> None:
    """A table; cells are shown as they are, never read as markup.

    Ids, addresses and figures stand whole: where the terminal is too narrow for them, other columns are folded, and
    where that does not suffice each row is a block of lines.
    """
    cells = [["—" if cell is None else printable(str(cell)) for cell in row] for row in rows]
    widths = [max([cell_len(head), *(cell_len(row[i]) for row in cells)]) for i, head in enumerate(heads)]
    whole = {i for i in range(len(heads)) if i in right or _stands_whole([row[i] for row in cells])}
    least = sum(w if i in whole else min(w, _FOLDED) for i, w in enumerate(widths)) + 3 * len(widths) + 1
    if least > out.width and rows:
        _blocks(title, heads, cells)
        return
    shown = Table(title=title, title_justify="left", header_style="bold", expand=False)
    for i, head in enumerate(heads):
        side: Literal["left", "right"] = "right" if i in right else "left"
        shown.add_column(head, justify=side, overflow="fold", no_wrap=i in whole, min_width=min(widths[i], _FOLDED))
    for row in cells:
        shown.add_row(*map(Text, row))
    out.print(shown)


def _stands_whole(cells: Sequence[str]) -> bool:
    """Whether a column holds what must not be broken: ids, hashes, dates, addresses."""
    return bool(cells) and all(c in ("", "—") or _WHOLE.fullmatch(c) for c in cells)


def _blocks(title: str, heads: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Each row as lines of head and cell; no line is broken by us."""
    wide = max(cell_len(head) for head in heads)
    out.print(Text(title, style="italic"), soft_wrap=True)
    for row in cells:
        for head, cell in zip(heads, row, strict=True):
            if cell:
                out.print(Text(f"{head}{' ' * (wide - cell_len(head))}  {cell}"), soft_wrap=True)
        out.print()


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
    if error.zh:
        err.print(Text(printable(f"  {error.zh}"), style="bold red"))
    if error.where:
        err.print(Text(printable(f"  where 位置: {error.where}")))
    if error.mend:
        err.print(Text(printable(f"  mend 办法: {error.mend}")))
    if error.mend_zh:
        err.print(Text(printable(f"  {error.mend_zh}")))


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

"""Figures beside their past 与上期比较: what everybody who judges a filing is shown under its cells, and what was
changed after a return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import polars as pl

from dafeng.app.case_ports import Case, Moved
from dafeng.app.filing.draft import Checked, delivery_of, lists_of
from dafeng.app.filing.usual import Usual, usual_of
from dafeng.app.services import Services
from dafeng.base import cells
from dafeng.collect.quantities import scale_between

_BACK = frozenset({"return", "reopen"})
Row = Mapping[str, str | None]


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """The past of one cell in the unit typed in its row: the last period's value, the usual range, and how far the
    figure is from the last one (0.5 = half as much again; None: no figure, no last one, or a unit of another kind)."""

    row: int
    column: str
    unit: str
    last_period: str
    last: float | None
    low: float | None
    high: float | None
    change: float | None


class CellChange(msgspec.Struct, frozen=True, kw_only=True):
    """A cell that is not as it was handed in before the return. row None: the row was taken out (then told by item)."""

    row: int | None
    item: str
    column: str
    before: str | None
    after: str | None


def compared(services: Services, case: Case, found: Checked) -> tuple[Compared, ...]:
    """Every figure cell of the grid that has a past, beside it."""
    delivery = delivery_of(case)
    codes = delivery.contract.columns[delivery.named].codes if delivery.named else None
    resolve = lists_of(services)[codes].resolve if codes else str
    past = {(u.item, u.column): u for u in usual_of(services, case)}
    values = found.raw.frame.select(cells.number(pl.col(c)).alias(c) for c in delivery.figures).to_dicts()
    out = []
    for number, row in enumerate(found.raw.frame.iter_rows(named=True), start=1):
        item = row.get(delivery.named) or ""
        for column in delivery.figures:
            usual = past.get((resolve(item) or item, column))
            if usual is not None:
                out.append(_beside(number, column, row, values[number - 1][column], usual))
    return tuple(out)


def _beside(number: int, column: str, row: Row, figure: float | None, usual: Usual) -> Compared:
    typed = (row.get(f"{column}_unit") or row.get("unit") or "").strip()
    given = scale_between(usual.unit, typed) if typed else None
    scale, unit = (given, typed) if given else (1.0, usual.unit)
    last, low, high = (None if v is None else _neat(v * scale) for v in (usual.last, usual.low, usual.high))
    value = figure if given or typed == usual.unit else None
    change = None if value is None or not last else _neat(value / last - 1)
    return Compared(
        row=number, column=column, unit=unit, last_period=usual.last_period, last=last, low=low, high=high,
        change=change,
    )  # fmt: skip


def _neat(value: float) -> float:
    return float(f"{value:.12g}")


def changes(services: Services, case: Case, steps: Sequence[Moved]) -> tuple[CellChange, ...]:
    """What differs from the rows that were handed in before the last return; empty where there was none."""
    back = next((n for n in reversed(range(len(steps))) if steps[n].move in _BACK), None)
    if back is None:
        return ()
    handed = next((s for s in reversed(steps[:back]) if s.move == "submit" and s.evidence), None)
    if handed is None:
        return ()
    content = msgspec.json.decode(services.columns.get_bytes(handed.evidence[0]))
    return _differences(case, content["rows"], case.data["rows"])


def _differences(case: Case, before: Sequence[Row], after: Sequence[Row]) -> tuple[CellChange, ...]:
    delivery = delivery_of(case)
    item = delivery.named
    old, new = _by_item(before, item), _by_item(after, item)
    found = []
    for key in dict.fromkeys([*new, *old]):
        (_, was), (at, now) = old.get(key, (None, {})), new.get(key, (None, {}))
        if at is None:
            found.append(CellChange(row=None, item=key[0], column=item, before=key[0], after=None))
            continue
        found += [
            CellChange(row=at, item=key[0], column=c, before=was.get(c) or None, after=now.get(c) or None)
            for c in delivery.contract.columns
            if (was.get(c) or None) != (now.get(c) or None)
        ]
    return tuple(found)


def _by_item(rows: Sequence[Row], item: str) -> dict[tuple[str, int], tuple[int | None, dict[str, Any]]]:
    """The rows under their item and how often it came before, with their number."""
    seen: Counter[str] = Counter()
    out: dict[tuple[str, int], tuple[int | None, dict[str, Any]]] = {}
    for number, row in enumerate(rows, start=1):
        name = row.get(item) or ""
        out[name, seen[name]] = (number, dict(row))
        seen[name] += 1
    return out

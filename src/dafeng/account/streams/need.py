"""Which defaults a row needs 缺省值的取用: those of the formula it will take, and no others.

A works that measured its carbon does not use the default carbon per heat: that default must not stand among its
figures, lower its status, or be said to be a penalty. So the formula of each row is foreseen before anything is filled.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import polars as pl

from dafeng.rules.formulas import formula
from dafeng.rules.methods import StreamForm


def needed(
    form: StreamForm, frame: pl.DataFrame, has_default: Mapping[str, pl.Series], context: pl.Series
) -> dict[str, pl.Series]:
    """By input the rows in which a default is of use; an input without an entry is of use in all.

    frame : the given figures side by side, a column for each input given. has_default : by input, for every context
    (item, period, place), whether the rulebook has a value; context : which of them each row has. A row takes the first
    formula all of whose inputs are given or have a default; where there is none, every default is of use, so that what
    is said to be missing is what is missing.
    """
    able = {id: _able(formula(id, date.max).inputs, frame, has_default, context) for id in form.formulas}
    open_ones = {id: rows for id, rows in able.items() if rows is not False}
    wants = [reads(id, tuple(form.inputs)) for id in open_ones]
    if all(name in w for w in wants for name in has_default):  # whichever is taken uses all: the usual case at scale
        return {}
    taken = pl.Series("taken", [-1], dtype=pl.Int8).new_from_index(0, frame.height)
    for place, rows in enumerate(open_ones.values()):
        may = (taken == -1) if rows is True else (taken == -1) & rows
        taken = pl.select(pl.when(may).then(pl.lit(place, pl.Int8)).otherwise(taken)).to_series()
    need = {}
    for name in has_default:
        if not all(name in w for w in wants):
            need[name] = (taken == -1) | taken.is_in([n for n, w in enumerate(wants) if name in w])
    return need


@cache
def reads(id: str, names: tuple[str, ...]) -> frozenset[str]:
    """The columns of ``names`` that a formula reads: those it needs, and those it takes where they are there."""
    return formula(id, date.max).reads & frozenset(names)


def _able(
    inputs: tuple[str, ...], frame: pl.DataFrame, has_default: Mapping[str, pl.Series], context: pl.Series
) -> pl.Series | bool:
    """The rows that could take a formula; True for all of them, False for none, without looking at rows where the
    contexts and the counts of what is missing say it already."""
    rows: list[pl.Series] = []
    for name in inputs:
        default = has_default.get(name)
        there = name in frame.columns and frame[name].null_count() < frame.height
        if not there and (default is None or not default.any()):
            return False
        if (there and frame[name].null_count() == 0) or (default is not None and default.all()):
            continue
        given = frame[name].is_not_null() if there else None
        known = default.gather(context) if default is not None else None
        rows.append(known if given is None else given if known is None else given | known)  # type: ignore[arg-type]
    if not rows:
        return True
    whole = pl.DataFrame({str(n): r for n, r in enumerate(rows)}).select(pl.all_horizontal(pl.all())).to_series()
    return whole if whole.any() else False

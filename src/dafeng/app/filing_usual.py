"""What was usual 历史参照: last period's value and the usual range of each cell, from the firm's own facts."""

from __future__ import annotations

import msgspec
import polars as pl

from dafeng.act.terms import terms
from dafeng.app.case_ports import Case
from dafeng.app.filing_draft import Row, delivery_of, facts_of, lists_of
from dafeng.app.services import Services
from dafeng.app.versions import delivered
from dafeng.collect.quantities import scale_between


class Usual(msgspec.Struct, frozen=True, kw_only=True):
    """One cell's past: the last period's value, and least and most of the last periods (None: too few), in ``unit``."""

    item: str
    item_name: str
    column: str
    unit: str
    last_period: str
    last: float | None
    low: float | None = None
    high: float | None = None
    periods: int = 0


def usual_of(services: Services, case: Case) -> tuple[Usual, ...]:
    """The past of every item and figure column of the case, by the firm's last periods of the same kind before it;
    kept until a batch comes in."""
    return services.memory.get(("filing.usual", case.case_id), delivered(services), lambda: _usual_of(services, case))


def _usual_of(services: Services, case: Case) -> tuple[Usual, ...]:
    delivery, rule = delivery_of(case), terms()
    columns = {measure: column for column, measure in delivery.measures.items()}
    own = facts_of(
        services,
        (pl.col("subject_id") == case.subject_id)
        & pl.col("measure").is_in(list(columns))
        & (pl.col("period").str.len_chars() == len(case.period))
        & (pl.col("period") < case.period),
    ).drop_nulls("value")
    codes = delivery.contract.columns[delivery.item].codes if delivery.item else None
    names = lists_of(services)[codes].names if codes else {}
    found = []
    for (item, measure), rows in own.sort("period").group_by("item", "measure", maintain_order=True):
        past = rows.tail(rule.usual_periods)
        found.append(_usual(past, str(item), names.get(str(item), str(item)), columns[str(measure)]))
    return tuple(found)


def _usual(past: pl.DataFrame, item: str, name: str, column: str) -> Usual:
    """In the unit in which the firm gave it last, so that it can be held beside what is being typed."""
    last = past.row(-1, named=True)
    given = scale_between(last["unit"], last["unit_delivered"])
    scale, unit = (given, last["unit_delivered"]) if given else (1.0, last["unit"])
    enough = past.height >= terms().usual_at_least
    values = [v * scale for v in past["value"].to_list()]
    return Usual(
        item=item,
        item_name=name,
        column=column,
        unit=unit,
        last_period=last["period"],
        last=_neat(values[-1]),
        low=_neat(min(values)) if enough else None,
        high=_neat(max(values)) if enough else None,
        periods=past.height,
    )


def _neat(value: float) -> float:
    """Without the dust of a conversion there and back."""
    return float(f"{value:.12g}")


def first_rows(services: Services, case: Case, firm_name: str) -> list[Row]:
    """The rows that a new draft begins with: the items of the last period with their units, figures left empty."""
    past = usual_of(services, case)
    if not past:
        return []
    last = max(u.last_period for u in past)
    fixed: Row = {"enterprise_id": case.subject_id, "name": firm_name, "period": case.period}
    units = {u.item_name: u.unit for u in reversed(past) if u.last_period == last and _shares_unit(case, u.column)}
    return [{**fixed, "item": name, "unit": unit} for name, unit in units.items()]


def _shares_unit(case: Case, column: str) -> bool:
    """Whether the row's unit speaks for the column (not for one with a unit of its own)."""
    return f"{column}_unit" not in delivery_of(case).contract.columns

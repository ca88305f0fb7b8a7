"""What was usual 历史参照: last period's value and the usual range of each cell, from the firm's own facts."""

from __future__ import annotations

import msgspec
import polars as pl

from dafeng.act.terms import terms
from dafeng.app.case_ports import Case
from dafeng.app.filing.draft import Row, delivery_of, facts_of, lists_of
from dafeng.app.services import Services
from dafeng.app.versions import delivered
from dafeng.collect.quantities import scale_between
from dafeng.rules.method_data import STREAM


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
    if delivery.measure:
        return _usual_data(services, case)
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


def _usual_data(services: Services, case: Case) -> tuple[Usual, ...]:
    """The past of each datum of a table whose rows are single data; by its code, of each method apart."""
    lists, columns = lists_of(services), delivery_of(case).contract.columns
    names, methods = (lists[str(columns[c].codes)].names for c in ("datum", "method"))
    own = _past_data(services, case).drop_nulls("value").filter(pl.col("period").str.len_chars() == len(case.period))
    shared = own.group_by("measure").agg(pl.col("item").n_unique()).filter(pl.col("item") > 1)["measure"].to_list()
    found = []
    for (measure, item), rows in own.sort("period").group_by("measure", "item", maintain_order=True):
        code, method = str(measure), methods.get(str(item), str(item))
        name = names.get(code, code)
        if measure in shared:
            code, name = f"{item}|{code}", f"{name}（{method}）"
        found.append(_usual(rows.tail(terms().usual_periods), code, name, "value"))
    return tuple(found)


def _past_data(services: Services, case: Case) -> pl.DataFrame:
    """What the firm delivered for its methods before the period of the case."""
    own = (pl.col("subject_id") == case.subject_id) & pl.col("measure").str.starts_with(STREAM)
    return facts_of(services, own & (pl.col("period") < case.period))


def _data_rows(services: Services, case: Case, firm_name: str) -> list[Row]:
    """Every datum of the last year before, with method and unit, figures left empty; months as one year's figure."""
    past = _past_data(services, case).with_columns(year=pl.col("period").str.head(4))
    lists, columns = lists_of(services), delivery_of(case).contract.columns
    names, methods = (lists[str(columns[c].codes)].names for c in ("datum", "method"))
    last = past.filter(pl.col("year") == pl.col("year").max()).unique(["item", "measure"], maintain_order=True)
    fixed: Row = {"enterprise_id": case.subject_id, "name": firm_name, "period": case.period}
    return [
        {**fixed, "method": methods.get(item, item), "datum": names.get(code, code), "unit": unit}
        for item, code, unit in last.sort("item", "measure").select("item", "measure", "unit_delivered").iter_rows()
    ]


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
    if delivery_of(case).measure:
        return _data_rows(services, case, firm_name)
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

"""Units and items of delivered rows 计量单位与品种: which fit their measure, and what brings them to canonical.

A row's unit belongs to all its figures, but for those that have a column of their own (单位产品综合能耗).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from dafeng.base import cells
from dafeng.base.columns import CodeList
from dafeng.base.errors import BadRequest
from dafeng.base.faults import ROW, SHEET, Words, no_faults, told
from dafeng.base.units import factor
from dafeng.collect.codelists import measures
from dafeng.collect.contracts import Delivery, own_unit

_PLACE = [SHEET, ROW]
# Gas is metered and billed at standard conditions: a plain cubic metre of it is a normal one.
_COAL_EQUIVALENT, _ELECTRIC = re.compile("标准?煤|ce"), re.compile("时|度|[Ww]h")
_GAS_VOLUME = {"立方米": "Nm3", "m3": "Nm3", "m³": "Nm3"}
_WRONG_UNIT = Words(
    "the unit {text} does not fit {item}, which is counted in {unit}",
    "Give the physical quantity in {unit} or a unit of the same kind; not the standard-coal equivalent.",
    "“{item}”的计量单位“{text}”不能换算为 {unit}",
    "请按实物量填写，单位为 {unit} 或同类单位，不要填折标准煤数。",
)
_WRONG_ENERGY_UNIT = Words(
    "the energy unit {text} does not fit {item}, whose unit energy is given in {unit}: the figure was not taken",
    "Give it in {unit}, or leave the unit empty and give the figure in that unit.",
    "“{item}”的能耗单位“{text}”不能换算为 {unit}，该数未导入",
    "请按 {unit} 填报；能耗单位不填即为该单位。",
)
_ITEM_LACKING = Words(
    "{text} needs the product or title it is about",
    "Fill in the column {header}.",
    "“{text}”须填写“{header}”",
    "请填写产品或称号。",
)
_ITEM_STRANGE = Words(
    "{text} is not given by {item}",
    "Leave the column {header} empty, or choose another measure.",
    "“{text}”不按“{item}”填报",
    "请清空“{header}”，或更正指标名称。",
)


def _canonical_unit(delivery: Delivery, codelists: Mapping[str, CodeList]) -> pl.Expr:
    """The canonical unit of each row, from the item's or the measure's code list."""
    column = delivery.unit_by or delivery.measure or delivery.item
    codes = delivery.contract.columns[column].codes or ""
    table = codelists[codes].table
    return pl.col(column).replace_strict(table["code"], table["unit"], default=None, return_dtype=pl.String)


def scale_between(unit: str | None, to: str | None) -> float | None:
    """How many ``to`` make one ``unit``; None where they are of different kinds.

    Electricity in standard coal is no unit of it: what a tonne stands for (当量 or 等价) is a rule of the accounts.
    """
    if unit is None or to is None:
        return None
    text = cells.plain(unit)
    if bool(_COAL_EQUIVALENT.search(text)) != bool(_COAL_EQUIVALENT.search(to)) and _ELECTRIC.search(text + to):
        return None
    try:
        return factor(_GAS_VOLUME.get(text, text) if "Nm3" in to else text, to)
    except BadRequest:
        return None


def _scaled(rows: pl.DataFrame, delivered: str, canonical: str, scale: str) -> pl.DataFrame:
    """Add the column ``scale`` from two columns of units: one conversion for each different pair."""
    pairs = rows.select(delivered, canonical).unique()
    scales = pl.Series(scale, [scale_between(*pair) for pair in pairs.iter_rows()], dtype=pl.Float64)
    return rows.join(
        pairs.with_columns(scales), on=[delivered, canonical], how="left", nulls_equal=True, maintain_order="left"
    )


def with_units(
    rows: pl.DataFrame, delivery: Delivery, codelists: Mapping[str, CodeList]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with unit_delivered, unit_canonical and scale; rows whose unit is of another kind are left out and told."""
    if not delivery.unit:
        return rows, no_faults()
    paired = rows.with_columns(
        unit_delivered=pl.col(delivery.unit), unit_canonical=_canonical_unit(delivery, codelists)
    )
    scaled = _scaled(paired, "unit_delivered", "unit_canonical", "scale")
    column = delivery.unit_by or delivery.measure or delivery.item
    names = codelists[delivery.contract.columns[column].codes or ""].names
    wrong = scaled.filter(pl.col("scale").is_null()).select(
        *_PLACE, item=pl.col(column).replace(names), text="unit_delivered", unit="unit_canonical"
    )
    header = delivery.contract.columns[delivery.unit].zh
    return scaled.filter(pl.col("scale").is_not_null()), told(
        wrong, "wrong_unit", _WRONG_UNIT, column=delivery.unit, header=header
    )


def own_columns(figure: str) -> tuple[str, str, str]:
    """Names of the columns with the delivered unit, the canonical unit and the scale of a figure with its own unit."""
    return f"delivered_{figure}", f"canonical_{figure}", f"scale_{figure}"


def with_own_units(
    rows: pl.DataFrame, delivery: Delivery, codelists: Mapping[str, CodeList]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with the units of figures that have their own (单位产品综合能耗); where one does not fit its item the figure
    alone is not taken, and told."""
    found, units_of = [no_faults()], dict(measures().select("measure", "unit_of").iter_rows())
    for figure in delivery.figures:
        column = own_unit(delivery.contract, figure)
        if column is None:
            continue
        codes = codelists[delivery.contract.columns[delivery.item].codes or ""]
        unit = codes.table[units_of[delivery.measures[figure]]]
        canonical = pl.col(delivery.item).replace_strict(codes.table["code"], unit, default=None)
        given, own, scale = own_columns(figure)
        named = rows.with_columns(canonical.cast(pl.String).alias(own)).with_columns(
            pl.coalesce(column, own).alias(given)
        )
        rows = _scaled(named, given, own, scale)
        wrong = rows.filter(pl.col(scale).is_null() & pl.col(figure).is_not_null()).select(
            *_PLACE,
            item=pl.col(delivery.item).replace(codes.names),
            text=pl.col(given).fill_null("—"),
            unit=pl.col(own).fill_null("—"),
        )
        header = delivery.contract.columns[column].zh
        found.append(told(wrong, "wrong_unit", _WRONG_ENERGY_UNIT, column=column, header=header))
    return rows, pl.concat(found)


def with_fitting_items(
    rows: pl.DataFrame, delivery: Delivery, codelists: Mapping[str, CodeList]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Where a column names the measure: only the rows whose item is one that the measure goes by; the others told."""
    if not (delivery.measure and delivery.item):
        return rows, no_faults()
    col = delivery.contract.columns[delivery.item]
    names = codelists[col.codes or ""].names
    told_rows = rows.select(
        *_PLACE,
        measure=pl.col(delivery.measure),
        given=pl.col(delivery.item),
        item=pl.col(delivery.item).replace(names),
        text=pl.col(delivery.measure).replace(_measure_names(delivery, codelists)),
    ).join(_allowed(delivery, codelists), on=["measure", "given"], how="left", nulls_equal=True, maintain_order="left")
    open_item = pl.col("given").is_null()
    needs = pl.col("measure").is_in(measures().filter(pl.col("item") == "required")["measure"].to_list())
    lacking = told_rows.filter(open_item & needs)
    strange = told_rows.filter(~open_item & pl.col("allowed").is_null())
    faults = [
        told(lacking, "item_lacking", _ITEM_LACKING, column=delivery.item, header=col.zh),
        told(strange, "item_strange", _ITEM_STRANGE, column=delivery.item, header=col.zh),
    ]
    bad = pl.concat([lacking, strange]).select(_PLACE)
    return rows.join(bad, on=_PLACE, how="anti", nulls_equal=True, maintain_order="left"), pl.concat(faults)


def _measure_names(delivery: Delivery, codelists: Mapping[str, CodeList]) -> dict[str, str]:
    held = codelists.get(delivery.contract.columns[delivery.measure].codes or "")
    return dict(measures().select("measure", "zh").iter_rows()) | ({} if held is None else dict(held.names))


def _allowed(delivery: Delivery, codelists: Mapping[str, CodeList]) -> pl.DataFrame:
    """Every pair of measure and item that may be given."""
    if delivery.pairs:
        return codelists[delivery.pairs].table.select("measure", "given", allowed=pl.lit(True))
    listed = measures().filter(pl.col("items").is_not_null()).select("measure", "items").iter_rows()
    pairs = [(m, code) for m, name in listed if name in codelists for code in codelists[name].table["code"]]
    schema = {"measure": pl.String, "given": pl.String}
    return pl.DataFrame(pairs, schema=schema, orient="row").with_columns(allowed=pl.lit(True))

"""Units of regional tables 区域表计量单位: what a figure's unit is, and what brings it to the carrier's own."""

from __future__ import annotations

import polars as pl

from dafeng.base.errors import BadRequest
from dafeng.base.units import factor, known
from dafeng.collect.regional_cells import Given
from dafeng.rules.regional import regional_rules

_MYRIADS = {"万": 1e4, "亿": 1e8}
_PRINTED = {  # as yearbooks print them in English or with signs of their own
    "10^4 tons": "万吨", "10 000 tons": "万吨", "10000 tons": "万吨", "10^4 t": "万吨", "10^4 tce": "万吨标准煤",
    "10^8 cu.m": "亿立方米", "100 million cu.m": "亿立方米", "10^8 kwh": "亿千瓦时", "100 million kwh": "亿千瓦时",
    "10^10 kj": "万百万千焦", "10 billion kj": "万百万千焦", "亿千瓦小时": "亿千瓦时", "亿千瓦·时": "亿千瓦时",
    "mt": "Mt", "mtce": "Mtce", "mt co2": "Mt CO2", "mtco2": "Mt CO2", "百万吨": "Mt", "万吨标煤": "万吨标准煤",
    "万吨co2": "万吨二氧化碳", "万吨二氧化碳": "万吨二氧化碳",
}  # fmt: skip
_CANONICAL = {"physical": None, "tce": "tce", "co2": "tCO2", "product": "t"}
_USUAL = {"t": "万吨", "10^4 Nm3": "亿立方米", "MWh": "亿千瓦时", "GJ": "万百万千焦", "tce": "万吨标准煤"}


def with_units(rows: pl.DataFrame, kind: str, given: Given) -> pl.DataFrame:
    """Add basis, unit (canonical), scale (null where the unit does not fit) and assumed; unit_delivered filled in.

    rows: carrier, unit_delivered, basis. A balance in physical amounts without a unit is taken in the yearbook's own
    (万吨, 亿立方米 …); an inventory without a unit has none, and is refused.
    """
    pairs = rows.select("carrier", "unit_delivered", "basis").unique(maintain_order=True)
    made = [(c, unit, basis, *_read(c, unit, basis, kind, given)) for c, unit, basis in pairs.iter_rows()]
    texts = dict.fromkeys(("carrier", "unit_delivered", "basis", "said", "held", "unit"), pl.String)
    schema = {**texts, "scale": pl.Float64, "assumed": pl.Boolean}
    table = pl.DataFrame(made, schema=schema, orient="row")
    joined = rows.join(
        table, on=["carrier", "unit_delivered", "basis"], how="left", nulls_equal=True, maintain_order="left"
    )
    return joined.with_columns(unit_delivered=pl.col("said"), basis=pl.col("held")).drop("said", "held")


def _read(
    carrier: str | None, delivered: str | None, basis: str | None, kind: str, given: Given
) -> tuple[str | None, str, str | None, float | None, bool]:
    unit = given.unit or delivered
    unit = _PRINTED.get((unit or "").strip().lower(), unit)
    fixed = {"inventory": "co2", "process": "product"}.get(kind)
    held = fixed or given.basis or basis or _basis_of(unit)
    form = regional_rules().carriers.get(carrier or "")
    if form is None:
        return unit, held, None, None, False
    assumed = held == "physical" and unit is None
    if assumed:
        unit = _USUAL[form.unit]
    if held == "co2" and unit in ("Mt", "万吨", "t"):
        unit = {"Mt": "Mt CO2", "万吨": "万吨二氧化碳", "t": "tCO2"}[unit]
    to = _CANONICAL[held] or form.unit
    return unit, held, to, None if unit is None else scale_of(unit, to), assumed


def _basis_of(unit: str | None) -> str:
    return "tce" if unit and ("tce" in unit.lower() or "标准煤" in unit or "标煤" in unit) else "physical"


def scale_of(unit: str, to: str) -> float | None:
    """How many ``to`` make one ``unit``; 万百万千焦 is read by its myriad. None where it does not fit."""
    size, plain = 1.0, unit.strip()
    while plain and not known(plain) and plain[0] in _MYRIADS:
        size, plain = size * _MYRIADS[plain[0]], plain[1:]
    if plain == "Mt":
        size, plain = size * 1e6, "t"
    try:
        return size * factor(plain, to)
    except BadRequest:
        return None

"""Stated rests 声明的其余部分: what is published for parts of a whole that are not singly known.

Three provinces may be withheld while their sum, or the sum of all provinces, stands in print. Such a figure is stated
by a person with its source; it closes the comparison of parts and whole, and stands in no account.
"""

from __future__ import annotations

import polars as pl

REST_SCHEMA: dict[str, pl.DataType] = {
    "rest_id": pl.String(),
    "area_code": pl.String(),  # the whole; CN for the nation
    "period": pl.String(),
    "row": pl.String(),  # sector of the inventory, or total
    "carrier": pl.String(),
    "of": pl.String(),  # parts: the figure is that of ``parts``; all: of all parts together, those singly known too
    "parts": pl.List(pl.String()),  # of: parts only
    "value": pl.Float64(),  # tCO2; null: withdrawn
    "value_delivered": pl.Float64(),
    "unit_delivered": pl.String(),
    "source": pl.String(),
    "why": pl.String(),
    "status": pl.String(),
    "who": pl.String(),
    "at": pl.String(),
}
OF = {"parts": ("其余部分", "the parts named"), "all": ("全部下级合计", "all parts together")}
_KEY = ["area_code", "period", "row", "carrier"]


def no_rests() -> pl.DataFrame:
    return pl.DataFrame(schema=REST_SCHEMA)


def standing(rests: pl.DataFrame) -> pl.DataFrame:
    """Of statements in the order they were made the last for each whole, year, sector and fuel; withdrawn ones are
    gone."""
    return rests.unique(_KEY, keep="last", maintain_order=True).drop_nulls("value")

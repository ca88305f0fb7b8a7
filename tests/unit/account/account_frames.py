"""Small frames for account tests: facts in short form, a registry of two counties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from dafeng.base.provenance import content_id

UNITS = {
    "biogas": "10^4 Nm3",
    "natural_gas": "10^4 Nm3",
    "electricity": "MWh",
    "heat": "GJ",
    "coke_oven_gas": "10^4 Nm3",
    "converter_gas": "10^4 Nm3",
    "total": "tCO2",
}
Short = tuple[str, str, str, str, float | None]
SCHEMA = {
    "fact_id": pl.String,
    "subject_kind": pl.String,
    "subject_id": pl.String,
    "measure": pl.String,
    "item": pl.String,
    "period": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "value_delivered": pl.Float64,
    "unit_delivered": pl.String,
    "reason": pl.String,
    "status": pl.String,
    "file": pl.String,
    "sha256": pl.String,
    "sheet": pl.String,
    "row": pl.Int32,
    "column": pl.String,
}


def facts(*rows: Short, status: str = "official", unit: str | None = None) -> pl.DataFrame:
    """Rows (enterprise, measure without ``energy_``, item, period, value) as FACT rows; row numbers from 2."""
    full = []
    for number, (subject, measure, item, period, value) in enumerate(rows, start=2):
        name = measure if measure.startswith("process") else f"energy_{measure}"
        own = unit or UNITS.get(item or "total", "t")
        id = content_id("F", subject, name, item, period, str(value))
        place = ("energy.xlsx", "ab" * 32, "能源", number, "数值")
        full.append((id, "enterprise", subject, name, item, period, value, own, value, own, None, status, *place))
    return pl.DataFrame(full, schema=SCHEMA, orient="row")


def months(subject: str, measure: str, item: str, year: int, values: Sequence[float | None]) -> list[Short]:
    """One row a month from January."""
    return [(subject, measure, item, f"{year}-{m:02d}", v) for m, v in enumerate(values, start=1)]


def line(lines: pl.DataFrame, subject: str, measure: str, item: str, period: str) -> dict:
    """The one line of that key."""
    found = lines.filter(subject_id=subject, measure=measure, item=item, period=period)
    assert found.height == 1, f"{found.height} lines for {subject} {measure} {item} {period}"
    return found.row(0, named=True)


@dataclass(frozen=True)
class Registry:
    areas: pl.DataFrame
    industries: pl.DataFrame
    enterprises: pl.DataFrame


AREAS = pl.DataFrame(
    [
        ("140000", "山西省", None),
        ("140700", "晋中市", "140000"),
        ("140781", "介休市", "140700"),
        ("140728", "平遥县", "140700"),
    ],
    schema=["area_code", "name", "parent_code"],
    orient="row",
)
INDUSTRIES = pl.DataFrame(
    [
        ("C", "制造业", None),
        ("25", "石油、煤炭及其他燃料加工业", "C"),
        ("252", "煤炭加工", "25"),
        ("2521", "炼焦", "252"),
        ("31", "黑色金属冶炼和压延加工业", "C"),
        ("312", "炼钢", "31"),
        ("3120", "炼钢", "312"),
    ],
    schema=["industry_code", "name", "parent_code"],
    orient="row",
)


def registry(*rows: tuple) -> Registry:
    """Enterprise rows (id, area, industry, since, until) or (…, key_user, status)."""
    full = [(id, id, a, i, None, *(rest or (True, "operating")), s, u) for id, a, i, s, u, *rest in rows]
    schema = {
        "enterprise_id": pl.String,
        "name": pl.String,
        "area_code": pl.String,
        "industry_code": pl.String,
        "above_scale": pl.Boolean,
        "key_user": pl.Boolean,
        "status": pl.String,
        "since": pl.Date,
        "until": pl.Date,
    }
    return Registry(AREAS, INDUSTRIES, pl.DataFrame(full, schema=schema, orient="row"))


OLD = date(2010, 1, 1)

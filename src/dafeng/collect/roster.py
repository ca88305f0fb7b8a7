"""Rosters 名录导入: delivered tables of enterprises and sites → dated rows of the registry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from dafeng.base.columns import CodeList
from dafeng.base.contracts import check
from dafeng.base.faults import ROW, SHEET, Parsed
from dafeng.collect.contracts import ENTERPRISES, SITES
from dafeng.collect.headers import RawTable, table_in
from dafeng.collect.unpack import Limits
from dafeng.collect.workbooks import read_workbook
from dafeng.registry.enterprises import ENTERPRISE, SITE


def enterprise_roster(
    data: bytes,
    name: str,
    codelists: Mapping[str, CodeList],
    since: date,
    *,
    synthetic: bool = False,
    limits: Limits | None = None,
) -> tuple[pl.DataFrame, Parsed, RawTable]:
    """Read a roster of enterprises 企业名录: (ENTERPRISE rows, what was found, the table as delivered).

    since      the day from which rows hold that name none themselves
    synthetic  whether the enterprises are made up for a demonstration
    """
    raw = table_in(read_workbook(data, name, limits), ENTERPRISES)
    parsed = check(raw.frame, ENTERPRISES, codelists, source=name)
    return enterprise_rows(parsed.rows, since, synthetic=synthetic), parsed, raw


def site_roster(
    data: bytes, name: str, codelists: Mapping[str, CodeList], since: date, *, limits: Limits | None = None
) -> tuple[pl.DataFrame, Parsed, RawTable]:
    """Read a roster of sites 场所名录: (SITE rows, what was found, the table as delivered)."""
    raw = table_in(read_workbook(data, name, limits), SITES)
    parsed = check(raw.frame, SITES, codelists, source=name)
    return SITE.require(parsed.rows.with_columns(pl.col("since").fill_null(since))), parsed, raw


def enterprise_rows(rows: pl.DataFrame, since: date, *, synthetic: bool = False) -> pl.DataFrame:
    """ENTERPRISE rows from checked rows of a roster: the own id where one was given, else E- and the credit code."""
    named = rows.drop(SHEET, ROW, strict=False).with_columns(
        enterprise_id=pl.coalesce("enterprise_id", pl.lit("E-") + pl.col("uscc")),
        since=pl.col("since").fill_null(since),
        synthetic=pl.lit(synthetic),
    )
    return ENTERPRISE.require(named)

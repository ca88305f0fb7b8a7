"""Enterprises and sites 企业、场所: dated rows under ids that never change, and their place in the trees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from dafeng.base.columns import Col, Contract
from dafeng.base.errors import BadRequest
from dafeng.base.faults import Words, all_faults, told
from dafeng.base.periods import Period
from dafeng.registry.areas import Areas
from dafeng.registry.dated import as_of, date_faults, during
from dafeng.registry.industries import Industries

OPERATING_STATES = {"operating": "在产", "idle": "停产", "building": "在建", "closed": "关闭"}
ENTERPRISE = Contract(
    "enterprise",
    key=("enterprise_id", "since"),
    zh="企业名录",
    columns={
        "enterprise_id": Col(
            str, "企业标识", "id, E- and the credit code unless given", example="E-99990000MA00000019"
        ),
        "uscc": Col(str, "统一社会信用代码", "unified social credit code", form="uscc", missing=True),
        "name": Col(str, "企业名称", "name"),
        "area_code": Col(str, "所在地区划代码", "area, GB/T 2260", missing=True, example="140781"),
        "industry_code": Col(str, "行业代码", "industry, GB/T 4754-2017", missing=True, example="3120"),
        "above_scale": Col(bool, "是否规上", "above designated size", missing=True),
        "key_user": Col(bool, "是否重点用能单位", "key energy user", missing=True),
        "status": Col(str, "经营状态", "operating state", choices=OPERATING_STATES, missing=True),
        "since": Col(date, "起始日期", "first day on which the row holds", example="2020-01-01"),
        "until": Col(date, "终止日期", "first day on which it no longer holds", missing=True),
        "synthetic": Col(bool, "演示数据", "made up for a demonstration"),
    },
)
SITE = Contract(
    "site",
    key=("site_id", "since"),
    zh="场所名录",
    columns={
        "site_id": Col(str, "场所编码", "site id", example="S-001"),
        "enterprise_id": Col(str, "企业标识", "the enterprise it belongs to"),
        "name": Col(str, "场所名称", "name"),
        "area_code": Col(str, "所在地区划代码", "area, GB/T 2260", missing=True),
        "since": Col(date, "起始日期", "first day on which the row holds"),
        "until": Col(date, "终止日期", "first day on which it no longer holds", missing=True),
    },
)
_NO_SUCH = {
    "area_code": Words(
        "{id} lies in the area {text}, which is not in the table",
        "Correct the code, or add the area to the programme.",
        "{id} 的区划代码 {text} 不在区划表中",
        "请更正代码，或在方案工作区中增设该区域。",
    ),
    "industry_code": Words(
        "{id} has the industry {text}, which GB/T 4754-2017 does not know",
        "Give the code of the 2017 edition; the 2011 edition numbered some industries otherwise.",
        "{id} 的行业代码 {text} 不属于 GB/T 4754-2017",
        "请填写2017版代码（2011版部分代码含义不同）。",
    ),
    "enterprise_id": Words(
        "the site {id} belongs to {text}, which is not in the registry",
        "Add the enterprise, or correct the site's row.",
        "场所 {id} 所属的企业 {text} 不在名录中",
        "请先登记企业，或更正场所记录。",
    ),
}


def enterprise_id(uscc: str) -> str:
    """The id of an enterprise that is known by its credit code."""
    return f"E-{uscc}"


def registry_faults(
    enterprises: pl.DataFrame, sites: pl.DataFrame, areas: Areas, industries: Industries
) -> pl.DataFrame:
    """What does not fit together in a registry: dates that overlap or leave gaps, unknown areas and parents."""
    return all_faults(
        [
            date_faults(enterprises, "enterprise_id"),
            date_faults(sites, "site_id"),
            _strangers(enterprises, "enterprise_id", "area_code", areas),
            _strangers(enterprises, "enterprise_id", "industry_code", industries),
            _strangers(sites, "site_id", "area_code", areas),
            _strangers(sites, "site_id", "enterprise_id", set(enterprises["enterprise_id"])),
        ]
    )


def _strangers(rows: pl.DataFrame, id_column: str, column: str, known: Iterable[str]) -> pl.DataFrame:
    lost = rows.filter(pl.col(column).is_not_null() & ~pl.col(column).is_in(list(known)))
    place = lost.select(
        pl.col("_sheet") if "_sheet" in rows.columns else pl.lit(None, pl.String).alias("_sheet"),
        pl.col("_row") if "_row" in rows.columns else pl.lit(None, pl.Int64).alias("_row"),
        id=pl.col(id_column),
        text=pl.col(column),
    )
    return told(place, f"unknown_{column}", _NO_SUCH[column], column=column)


def subject_attributes(subjects: pl.DataFrame, enterprises: pl.DataFrame) -> pl.DataFrame:
    """Area, industry and the other attributes of enterprises in each period, as they were then 按当时归属.

    subjects  enterprise_id, period (period codes)
    Returns one row for each different pair, with the columns of ENTERPRISE (without since, until); null where the
    enterprise was not in the registry in that period. A firm that moved in mid-year counts where it stood at its end.
    """
    pairs = subjects.select("enterprise_id", "period").unique(maintain_order=True)
    spans = [(code, *_days(code)) for code in pairs["period"].unique().to_list()]
    days = pl.DataFrame(spans, schema={"period": pl.String, "first": pl.Date, "last": pl.Date}, orient="row")
    dated = pairs.join(days, on="period", how="left", maintain_order="left")
    return during(enterprises, "enterprise_id", dated).drop("first", "last")


def _days(code: str) -> tuple[date, date]:
    period = Period.parse(code)
    return period.first, period.last


def subject_tree(enterprises: pl.DataFrame, sites: pl.DataFrame, day: date) -> pl.DataFrame:
    """Who stands below whom on a day: subject_kind, subject_id, name, parent_kind, parent_id."""
    schema = ("subject_kind", "subject_id", "name", "parent_kind", "parent_id")
    firms = as_of(enterprises, day).select(
        pl.lit("enterprise").alias("subject_kind"),
        pl.col("enterprise_id").alias("subject_id"),
        "name",
        pl.lit("area").alias("parent_kind"),
        pl.col("area_code").alias("parent_id"),
    )
    places = as_of(sites, day).select(
        pl.lit("site").alias("subject_kind"),
        pl.col("site_id").alias("subject_id"),
        "name",
        pl.lit("enterprise").alias("parent_kind"),
        pl.col("enterprise_id").alias("parent_id"),
    )
    return pl.concat([firms, places]).select(schema)


def one_row_each(enterprises: pl.DataFrame, day: date) -> pl.DataFrame:
    """The registry on a day, one row an enterprise. Raises BadRequest where two rows are in force at once."""
    now = as_of(enterprises, day)
    twice = now.filter(pl.col("enterprise_id").is_duplicated())["enterprise_id"].unique().sort().to_list()
    if twice:
        raise BadRequest(
            f"{len(twice)} enterprises have two rows in force on {day}: {', '.join(twice[:5])}",
            mend="End the earlier row on the day the later one begins; see the registry's problems.",
        )
    return now

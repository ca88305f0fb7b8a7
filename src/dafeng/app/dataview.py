"""What a report says of its data: why emissions changed, and what is missing 变化原因、数据缺口."""

from __future__ import annotations

from collections import Counter

import polars as pl

from dafeng.account.lines import TOTAL
from dafeng.app.permission import require
from dafeng.app.registries import Registry
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest
from dafeng.collect.facts import current
from dafeng.evaluate.drivers import EFFECT_ZH, EFFECTS, Decomposition, decompose
from dafeng.report.inputs import Driver, Drivers, Gap, TargetProgress

_VALUE_ADDED = "value_added_constant"


def drivers_of(
    lines: pl.DataFrame, facts: pl.DataFrame, registry: Registry, services: Services, year: int
) -> Drivers | None:
    """LMDI of the programme's CO2 between the first year of the record and ``year``; None where it cannot be made.

    Only enterprises with energy, CO2 and value added in both years enter: comparable scope 可比口径.
    """
    years = sorted({int(p) for p in lines["period"].unique() if len(p) == 4 and int(p) < year})
    if not years:
        return None
    first = years[0]
    use, activity, left_out = _comparable(lines, current(facts), registry, (str(first), str(year)))
    if use.is_empty():
        return None
    try:
        made = decompose(activity, use, str(first), str(year), keys=("industry_code", "area_code"))
    except BadRequest:
        return None
    status = lines.filter(pl.col("subject_id") == services.settings.area)["status"]
    return _drivers(made, first, year, registry, left_out, status[0] if status.len() else "official")


def _comparable(
    lines: pl.DataFrame, facts: pl.DataFrame, registry: Registry, periods: tuple[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """USE and ACTIVITY of the firms that have both in both years, by the industry and county of the later year."""
    own = lines.filter(
        (pl.col("subject_kind") == "enterprise") & pl.col("period").is_in(periods) & (pl.col("item") != TOTAL)
    )
    energy = own.filter(pl.col("measure") == "energy_tce_equivalent").select(
        "subject_id", "item", "period", pl.col("value").alias("energy")
    )
    co2 = (
        own.filter(pl.col("measure").is_in(["co2_combustion_t", "co2_electricity_t", "co2_heat_t"]))
        .group_by("subject_id", "item", "period")
        .agg(pl.col("value").sum().alias("co2"), pl.col("value").null_count().alias("lost"))
    )
    co2 = co2.with_columns(pl.when(pl.col("lost") == 0).then("co2").alias("co2")).drop("lost")
    use = energy.join(co2, on=["subject_id", "item", "period"], how="full", coalesce=True)
    value = facts.filter((pl.col("measure") == _VALUE_ADDED) & (pl.col("subject_kind") == "enterprise"))
    yearly = (
        value.with_columns(pl.col("period").str.head(4).alias("period"))
        .group_by("subject_id", "period")
        .agg(pl.col("value").sum().alias("value_added"))
        .filter(pl.col("period").is_in(periods))
    )
    firms = _in_both(use.drop_nulls(["energy", "co2"]), periods) & _in_both(yearly, periods)
    incomplete = set(use.filter(pl.col("energy").is_null() | pl.col("co2").is_null())["subject_id"].to_list())
    kept = sorted(firms - incomplete)
    place = (
        registry.enterprises.sort("since")
        .unique("enterprise_id", keep="last")
        .select(pl.col("enterprise_id").alias("subject_id"), pl.col("industry_code").str.head(2), "area_code")
    )
    keys = ["industry_code", "area_code"]
    used = (
        use.filter(pl.col("subject_id").is_in(kept))
        .join(place, on="subject_id", how="inner")
        .group_by(*keys, "item", "period")
        .agg(pl.col("energy").sum(), pl.col("co2").sum())
    )
    active = (
        yearly.filter(pl.col("subject_id").is_in(kept))
        .join(place, on="subject_id", how="inner")
        .group_by(*keys, "period")
        .agg(pl.col("value_added").sum())
    )
    return used, active, own["subject_id"].n_unique() - len(kept)


def _in_both(rows: pl.DataFrame, periods: tuple[str, str]) -> set[str]:
    counted = rows.filter(pl.col("period").is_in(periods)).group_by("subject_id").agg(pl.col("period").n_unique())
    return set(counted.filter(pl.col("period") == len(periods))["subject_id"].to_list())


def _drivers(made: Decomposition, first: int, year: int, registry: Registry, left_out: int, status: str) -> Drivers:
    parts = tuple(
        Driver(EFFECT_ZH.get(e, e), made.effects[e])
        for e in EFFECTS
        if e in made.effects and abs(made.effects[e]) > 1e-9
    )
    names = dict(registry.industries.select("industry_code", "name").iter_rows())
    note = f"可比口径:两年能源、排放和增加值都报齐的企业;另有{left_out}家企业因缺数未纳入。残差{made.residual:.3g}吨。"
    return Drivers(
        first,
        year,
        made.start,
        made.end,
        parts,
        by_industry=_parts(made.by("industry_code"), "industry_code", names),
        by_county=_parts(
            made.by("area_code"), "area_code", {c: registry.area_name(c) for c in made.cells["area_code"].unique()}
        ),
        status=status,
        note=note,
    )


def _parts(rows: pl.DataFrame, key: str, names: dict[str, str]) -> tuple[Driver, ...]:
    ordered = rows.sort(pl.col("change").abs(), descending=True)
    return tuple(Driver(names.get(k, k), change) for k, change in ordered.select(key, "change").iter_rows())


def gaps_of(
    services: Services,
    caller: Caller,
    registry: Registry,
    lines: pl.DataFrame,
    items: tuple[TargetProgress, ...],
    year: int,
) -> tuple[Gap, ...]:
    """What is missing or doubtful, grouped so that a person knows whom to ask for what."""
    require(caller, "account.see")
    return (*_months(lines, registry, year), *_refused(services), *_doubts(services), *_unmeasured(items))


def _months(lines: pl.DataFrame, registry: Registry, year: int) -> list[Gap]:
    """Firms whose year is incomplete, and those that delivered nothing at all."""
    own = lines.filter(
        (pl.col("subject_kind") == "enterprise")
        & (pl.col("period") == str(year))
        & (pl.col("item") == TOTAL)
        & (pl.col("measure") == "energy_tce_equivalent")
    )
    short = own.filter(pl.col("coverage") < 1)
    names = dict(registry.enterprises.select("enterprise_id", "name").iter_rows())
    gaps = []
    if short.height:
        listed = "、".join(names.get(i, i) for i in short.sort("coverage")["subject_id"].head(5))
        gaps.append(
            Gap(
                f"{year}年能源月报不全",
                f"{short.height}家企业,如{listed}",
                "补报缺失月份后重新运行;导入模板:dafeng template energy",
            )
        )
    due = set(registry.enterprises.filter(pl.col("until").is_null())["enterprise_id"].to_list())
    silent = sorted(due - set(own["subject_id"].to_list()))
    if silent:
        listed = "、".join(names.get(i, i) for i in silent[:5])
        gaps.append(
            Gap(f"{year}年没有任何能源数据的企业", f"{len(silent)}家,如{listed}", "催报,或在名录中登记停产、退出")
        )
    return gaps


def _refused(services: Services) -> list[Gap]:
    refused = [b for b in services.records.batches() if b.rejected]
    if not refused:
        return []
    rows = sum(b.rejected for b in refused)
    listed = "、".join(dict.fromkeys(b.file.rsplit("/", 1)[-1] for b in refused[:4]))
    return [
        Gap(
            "未能导入的行",
            f"{len(refused)}个文件共{rows}行,如{listed}",
            "见 reports/problems 中的批注工作簿,改正后再次导入",
        )
    ]


def _doubts(services: Services) -> list[Gap]:
    """Figures that were taken in but look wrong."""
    kinds = Counter(
        p["what_zh"].split(",")[0][:24]
        for b in services.records.batches()
        for p in b.problems
        if p.get("severity") == "warning"
    )
    total = sum(kinds.values())
    if not total:
        return []
    return [Gap("存疑数值", f"{total}处(已导入并标注)", "逐条核实:在 reports/problems 的批注工作簿中查看")]


def _unmeasured(items: tuple[TargetProgress, ...]) -> list[Gap]:
    """Indicators that targets want and nobody delivers."""
    wanted = sorted({p.indicator_zh for p in items if p.state == "not_assessed" and p.indicator_zh})
    if not wanted:
        return []
    return [
        Gap(
            "尚不能计算的指标",
            f"{len(wanted)}项,如{'、'.join(wanted[:5])}",
            "按“未评估的目标”表所列数据补报区域统计:dafeng template area_statistics",
        )
    ]

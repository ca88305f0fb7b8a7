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
from dafeng.base.provenance import worst
from dafeng.collect.facts import current
from dafeng.evaluate.driver_frames import drivers_of_change
from dafeng.evaluate.drivers import EFFECT_ZH, EFFECTS, Decomposition
from dafeng.report.inputs import Driver, Drivers, Gap, TargetProgress


def drivers_of(
    lines: pl.DataFrame, facts: pl.DataFrame, registry: Registry, services: Services, year: int
) -> Drivers | None:
    """LMDI of the area's CO2 between the first year of the record and ``year``; None where it cannot be made."""
    years = sorted({int(p) for p in lines["period"].unique() if len(p) == 4 and int(p) < year})
    if not years:
        return None
    above = {code: registry.tree.parent(code) for code in registry.areas["area_code"].to_list()}
    first, area = years[0], services.settings.area
    try:
        made = drivers_of_change(
            lines, current(facts), registry.enterprises, first, year, area, by_county=True, tree=above
        )
    except BadRequest:
        return None
    status = lines.filter((pl.col("subject_id") == area) & (pl.col("period") == str(year)))["status"]
    return _drivers(made, first, year, registry, worst(status.to_list()))


def _drivers(made: Decomposition, first: int, year: int, registry: Registry, status: str) -> Drivers:
    parts = tuple(
        Driver(EFFECT_ZH.get(e, e), made.effects[e])
        for e in EFFECTS
        if e in made.effects and abs(made.effects[e]) > 1e-9
    )
    names = dict(registry.industries.select("industry_code", "name").iter_rows())
    lost = made.left_out.height
    note = f"能源按当量值,增加值按可比价;残差{made.residual:.3g}吨。" + (
        f"另有{lost}个行业·品种因缺数两年都未纳入。" if lost else ""
    )
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

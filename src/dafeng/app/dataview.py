"""What a report says of its data: what is missing or doubtful 数据缺口."""

from __future__ import annotations

from collections import Counter

import polars as pl

from dafeng.account.lines import TOTAL
from dafeng.app.permission import require
from dafeng.app.registries import Registry
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.report.inputs import Gap, TargetProgress


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

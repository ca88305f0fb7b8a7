"""What a report says of its data: what is missing or doubtful 数据缺口."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from dafeng.account.lines import TOTAL
from dafeng.account.subjects import placed
from dafeng.app.accounts.closing import held_batches
from dafeng.app.importing import doubts_of
from dafeng.app.permission import require_everything, use_case
from dafeng.app.ports import Batch
from dafeng.app.registries import Registry
from dafeng.app.services import Services
from dafeng.app.sight.disclosure import rule_on
from dafeng.base.callers import Caller
from dafeng.report.inputs import Gap, TargetProgress

_NAMED = 5  # examples named in a gap
_UNMEASURED = "没有数值可供评价的指标"


@use_case("data.see")
def gaps_of(
    services: Services,
    caller: Caller,
    registry: Registry,
    lines: pl.DataFrame,
    items: tuple[TargetProgress, ...],
    year: int,
    *,
    public: bool = False,
) -> tuple[Gap, ...]:
    """What is missing or doubtful, grouped so that a person knows whom to ask for what.

    In the public form no firm and no file is named, and a count of fewer firms than the rule of small cells allows is
    told in words.
    """
    require_everything(caller, "data.see", services.settings.area)
    standing = latest_batches(held_batches(services, year))
    found = (*_months(lines, registry, year), *_refused(standing), *_doubts(standing), *_unmeasured(items))
    if not public:
        return found
    fewest = rule_on(services.clock.today()).fewest
    return tuple(_nameless(gap, fewest) for gap in found)


def _nameless(gap: Gap, fewest: int) -> Gap:
    """A gap without examples (firms, files); an indicator's name tells of nobody."""
    if gap.what == _UNMEASURED:
        return gap
    extent = gap.extent.split(",如")[0]
    counted = re.match(r"(\d+)家企业", extent)
    if counted and int(counted[1]) < fewest:
        extent = "个别企业"
    return Gap(gap.what, extent, gap.mend)


def latest_batches(batches: Sequence[Batch]) -> list[Batch]:
    """Of each file and table the delivery that stands: a corrected file of the same name takes the place of the old."""
    return list({(b.file, b.contract): b for b in batches}.values())


def _months(lines: pl.DataFrame, registry: Registry, year: int) -> list[Gap]:
    """Firms whose year is incomplete, and those from whom data are due and nothing came."""
    own = lines.filter(
        (pl.col("subject_kind") == "enterprise")
        & (pl.col("period") == str(year))
        & (pl.col("item") == TOTAL)
        & (pl.col("measure") == "energy_tce_equivalent")
    )
    short = own.filter(pl.col("coverage") < 1).sort("coverage", "subject_id")["subject_id"].to_list()
    due = placed(registry.enterprises, pl.Series([str(year)])).filter("due")
    silent = due.filter(~pl.col("subject_id").is_in(own["subject_id"].to_list()))["subject_id"].sort().to_list()
    names = dict(registry.enterprises.select("enterprise_id", "name").iter_rows())
    gaps = []
    if short:
        mend = "补报缺失月份后重新运行;导入模板:dafeng template energy"
        gaps.append(Gap(f"{year}年能源月报不全", _firms(short, names), mend))
    if silent:
        what = f"{year}年没有任何能源数据的企业"
        gaps.append(Gap(what, _firms(silent, names), "催报,或在名录中登记停产、退出"))
    return gaps


def _firms(ids: Sequence[str], names: dict[str, str]) -> str:
    return f"{len(ids)}家企业,如{'、'.join(names.get(i, i) for i in ids[:_NAMED])}"


def _refused(batches: Sequence[Batch]) -> list[Gap]:
    refused = [b for b in batches if b.rejected]
    if not refused:
        return []
    rows, files = sum(b.rejected for b in refused), list(dict.fromkeys(b.file for b in refused))
    listed = "、".join(f.rsplit("/", 1)[-1] for f in files[:_NAMED])
    mend = "见 reports/problems 中的批注工作簿,改正后再次导入"
    return [Gap("未能导入的行", f"{len(files)}个文件共{rows}行,如{listed}", mend)]


def _doubts(batches: Sequence[Batch]) -> list[Gap]:
    """Figures that were taken in but look wrong."""
    total = sum(doubts_of(b) for b in batches)
    if not total:
        return []
    mend = "逐条核实:在 reports/problems 的批注工作簿中查看"
    return [Gap("存疑数值", f"记录在案{total}处(已导入并标注)", mend)]


def _unmeasured(items: tuple[TargetProgress, ...]) -> list[Gap]:
    """Indicators that targets with a figure want and that have no value."""
    asked = [p for p in items if p.state == "not_assessed" and p.actual is None and p.target.kind != "qualitative"]
    wanted = sorted({p.indicator_zh for p in asked if p.indicator_zh})
    if not wanted:
        return []
    return [
        Gap(
            _UNMEASURED,
            f"{len(wanted)}项,如{'、'.join(wanted[:_NAMED])}",
            "按“未评估的目标”表所列原因补报或补录;区域统计的模板:dafeng template area_statistics",
        )
    ]

"""Data sources and licences named in reports and documents 资料来源."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dafeng.app.accounts.closing import closed_years, held_batches, held_facts
from dafeng.app.ports import Batch
from dafeng.app.services import Services
from dafeng.report.inputs import Source

PACKAGED = (
    Source("行政区划代码", "国家统计局统计用区划代码(2023年版),事实数据"),
    Source("国民经济行业分类", "GB/T 4754-2017,代码与名称为事实数据"),
    Source("燃料与电力参数", "随规则库发布,逐项注明来源与状态,见参数表"),
)
_MOST = 20  # stated sources printed; every figure keeps its own


def sources_of(services: Services, year: int | None = None) -> tuple[Source, ...]:
    """The packaged tables, what was stated with the figures, and every file that was taken in; where the year of the
    report is closed, as it was then."""
    batches_then, facts = held_batches(services, year), held_facts(services)
    if year in closed_years(services):
        facts = facts.filter(pl.col("batch_id").is_in([b.batch_id for b in batches_then]))
    stated = facts["note"].drop_nulls().unique().sort().to_list()
    named = [Source("填报注明的来源", words) for words in stated[:_MOST]]
    if len(stated) > _MOST:
        named.append(Source("填报注明的来源", f"另有{len(stated) - _MOST}种,见各数值的解释"))
    files: dict[str, list[Batch]] = {}
    for batch in batches_then:
        files.setdefault(batch.sha256, []).append(batch)
    return (*PACKAGED, *named, *(_delivered(batches) for batches in files.values()))


def _delivered(batches: Sequence[Batch]) -> Source:
    """One file as it came, with the batches of its tables and their rows; a second look at a table replaces the first.

    A file whose content was changed is another file.
    """
    latest = {b.contract: b for b in batches}.values()
    first = batches[0]
    name, rows = first.file.rsplit("/", 1)[-1], sum(b.rows for b in latest)
    return Source(name, f"导入批次 {'、'.join(b.batch_id for b in latest)},{rows}行,SHA-256 {first.sha256[:12]}…")

"""Data sources and licences named in reports and documents 资料来源."""

from __future__ import annotations

from dafeng.app.services import Services
from dafeng.report.inputs import Source

PACKAGED = (
    Source("行政区划代码", "国家统计局统计用区划代码(2023年版),事实数据"),
    Source("国民经济行业分类", "GB/T 4754-2017,代码与名称为事实数据"),
    Source("燃料与电力参数", "随规则库发布,逐项注明来源与状态,见参数表"),
)
_MOST = 20  # stated sources printed; every figure keeps its own


def sources_of(services: Services) -> tuple[Source, ...]:
    """The packaged tables, and every file that was taken in."""
    stated = services.columns.facts()["note"].drop_nulls().unique(maintain_order=True).head(_MOST).to_list()
    batches = services.records.batches()
    files = dict.fromkeys(b.file for b in batches)
    listed = tuple(
        Source(name.rsplit("/", 1)[-1], f"导入批次 {b.batch_id},{b.rows}行,SHA-256 {b.sha256[:12]}…")
        for name in files
        for b in [next(x for x in batches if x.file == name)]
    )
    return (*PACKAGED, *(Source("填报注明的来源", words) for words in stated), *listed)

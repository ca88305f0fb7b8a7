"""碳达峰实施进展报告: from the inputs to a report value. Summary first; each figure carries the id that explains it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import polars as pl

from dafeng.base.provenance import STATUSES
from dafeng.report.annex import annex
from dafeng.report.inputs import Drivers, ProgressInputs
from dafeng.report.model import Block, Heading, Paragraph, Report, Run, Table
from dafeng.report.parts import drivers, emitters, gaps, methods, targets, tasks
from dafeng.report.wording import STATE_ZH, STATES, change_words, figure, large, number, percent


def progress_report(inputs: ProgressInputs) -> Report:
    """The whole report."""
    blocks: list[Block] = [
        *_summary(inputs),
        *targets.targets(inputs),
        *tasks.tasks(inputs),
        *emitters.emitters(inputs),
        *drivers.drivers(inputs),
        *gaps.gaps(inputs),
        *methods.methods(inputs),
    ]
    statuses = frozenset(r.status for b in blocks for r in _runs(b))
    report = Report(
        title=f"{inputs.area}工业领域碳达峰实施进展报告",
        issuer=f"{inputs.programme}  {inputs.year}年度",
        date=f"{inputs.day.year}年{inputs.day.month}月{inputs.day.day}日",
        blocks=tuple(blocks),
        data_time=inputs.data_time,
        rules=inputs.rules,
        run_id=inputs.run_id,
        watermark="演示数据" if inputs.demonstration else "",
        preface=_preface(inputs, statuses),
        statuses=statuses,
    )
    return annex(report)


def _runs(block: Block) -> Iterable[Run]:
    if isinstance(block, Paragraph):
        return block.runs
    return (r for row in block.rows for r in row) if isinstance(block, Table) else ()


def _preface(inputs: ProgressInputs, statuses: frozenset[str]) -> str:
    """What the reader must know about how sure the figures are."""
    words = ["本报告全部使用合成的演示数据,不代表任何真实地区或企业。"] if inputs.demonstration else []
    marks = {
        "transcribed": "“转”为转录自公开文件的参数",
        "recalled": "“忆”为凭记忆录入、待核实的参数",
        "user": "“自填”为用户填报值",
        "draft": "“征求意见”为征求意见稿参数",
        "trial": "“试算”为试行规则结果",
        "synthetic": "“演示”为合成数据",
    }
    used = [marks[s] for s in STATUSES if s in statuses and s in marks]
    if used:
        words.append("图表中带标记的数值并非全部来自官方原文:" + ";".join(used) + "。")
    words.append("数值右上角的小号数字可在文末附录中查到解释编号,用 dafeng explain 可逐级追溯。")
    return "".join(words)


# -- 摘要 ------------------------------------------------------------------------------------------------------------


def _total(inputs: ProgressInputs, measure: str, year: int) -> tuple[float | None, str | None, str, float | None]:
    rows = inputs.totals.filter((pl.col("measure") == measure) & (pl.col("year") == year))
    if rows.is_empty():
        return None, None, "official", None
    row = rows.row(0, named=True)
    return row["value"], row["line_id"], row["status"], row["coverage"]


def _summary(inputs: ProgressInputs) -> list[Block]:
    counts = Counter(p.state for p in inputs.progress)
    listed = "、".join(f"{STATE_ZH[s]}{counts[s]}项" for s in STATES if counts[s])
    blocks: list[Block] = [
        Heading(1, "摘要"),
        Paragraph.of(
            f"截至{inputs.year}年,{inputs.area}方案台账中可作进度评价的目标共{len(inputs.progress)}项"
            + (f":{listed}。" if listed else "。"),
            _worst_words(inputs),
        ),
        _emission_sentence(inputs),
    ]
    if inputs.drivers is not None:
        blocks.append(_driver_sentence(inputs.drivers))
    open_items = counts["not_assessed"]
    if open_items or inputs.gaps:
        blocks.append(
            Paragraph.of(
                f"有{open_items}项目标暂不能评价,另有{len(inputs.gaps)}类数据缺口,缺口与补齐办法见“数据缺口”一章;"
                "不能评价的一律列为“未评估”,没有按零值或达标处理。"
            )
        )
    return blocks


def _worst_words(inputs: ProgressInputs) -> str:
    late = [p for p in inputs.progress if p.state in ("off_track", "behind")]
    if not late:
        return ""
    late.sort(key=lambda p: (STATES.index(p.state) * -1, p.target.id))
    names = "、".join(f"“{p.target.indicator}”({STATE_ZH[p.state]})" for p in late[:3])
    return f"需要关注的是{names}{'等' if len(late) > 3 else ''}。"


def _emission_sentence(inputs: ProgressInputs) -> Paragraph:
    value, node, status, coverage = _total(inputs, "co2_total_t", inputs.year)
    before, *_ = _total(inputs, "co2_total_t", inputs.year - 1)
    if value is None:
        return Paragraph.of(f"{inputs.year}年工业二氧化碳排放总量因数据不全未能核算,原因见“数据缺口”。")
    printed, unit = large(value, "t")
    scope = "" if coverage is None or coverage >= 1 else f"(企业数据完整率{percent(coverage)},为已报齐企业的合计)"
    known = inputs.industries.drop_nulls("co2_t")
    top = known.row(0, named=True) if known.height else None
    lead = f"其中{top['name']}占{percent(top['share'])},为第一大排放行业。" if top else ""
    return Paragraph.of(
        f"{inputs.year}年纳入核算企业的二氧化碳排放",
        figure(printed, node, status, bold=True),
        f"{unit}{scope},比上年{change_words(value, before)}。{lead}",
    )


def _driver_sentence(drivers: Drivers) -> Paragraph:
    up = max(drivers.parts, key=lambda d: d.value_t)
    down = min(drivers.parts, key=lambda d: d.value_t)
    delta, unit = large(abs(drivers.last_t - drivers.first_t), "t")
    turn = "增加" if drivers.last_t >= drivers.first_t else "减少"
    parts: list[str | Run] = [f"与{drivers.first_year}年相比,可比口径排放{turn}{number(delta)}{unit}。"]
    if up.value_t > 0:
        parts += [
            f"推高排放的主要是{up.name},拉动",
            figure(large(up.value_t, "t")[0], up.node, drivers.status),
            f"{unit};",
        ]
    if down.value_t < 0:
        parts += [
            f"压低排放的主要是{down.name},减少",
            figure(abs(large(down.value_t, "t")[0] or 0), down.node, drivers.status),
            f"{unit}。",
        ]
    return Paragraph.of(*parts)

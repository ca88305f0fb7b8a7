"""碳达峰实施进展报告: from the inputs to a report value. Summary first; each figure carries the id that explains it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl

from dafeng.base.provenance import STATUSES
from dafeng.report.annex import annex
from dafeng.report.inputs import Drivers, ProgressInputs
from dafeng.report.model import Block, Heading, Paragraph, Report, Run, runs_of
from dafeng.report.parts import drivers, emitters, gaps, methods, targets, tasks
from dafeng.report.wording import STATE_ZH, WITHHELD, change_words, coverage_percent, figure, large, percent, states_in


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
    statuses = frozenset(r.status for r in runs_of(blocks))
    report = Report(
        title=f"{inputs.area}{_field(inputs)}碳达峰实施进展报告",
        issuer=f"{inputs.programme}  {inputs.year}年度",
        date=f"{inputs.day.year}年{inputs.day.month}月{inputs.day.day}日",
        blocks=tuple(blocks),
        data_time=inputs.data_time,
        rules=inputs.rules,
        run_id=inputs.run_id,
        watermark="演示数据" if inputs.demonstration else "",
        preface=_preface(inputs, statuses, explained=any(r.node for r in runs_of(blocks))),
    )
    return annex(report)


def _field(inputs: ProgressInputs) -> str:
    """工业领域, or nothing where the region's own plan covers every field."""
    own = [d for d in inputs.documents if d.region == inputs.area and d.sector]
    return "" if own and all(d.sector == "全领域" for d in own) else "工业领域"


def _preface(inputs: ProgressInputs, statuses: frozenset[str], *, explained: bool) -> str:
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
    if explained:
        words.append("数值右上角的小号数字可在文末附录中查到解释编号,用 dafeng explain 可逐级追溯。")
    return "".join(words)


def _total(inputs: ProgressInputs, measure: str) -> dict[str, Any] | None:
    rows = inputs.totals.filter((pl.col("measure") == measure) & (pl.col("year") == inputs.year))
    return None if rows.is_empty() or rows["value"][0] is None else rows.row(0, named=True)


def _summary(inputs: ProgressInputs) -> list[Block]:
    counts = Counter(p.state for p in inputs.progress)
    listed = "、".join(f"{STATE_ZH[s]}{counts[s]}项" for s in states_in(counts) if counts[s])
    blocks: list[Block] = [
        Heading(1, "摘要"),
        Paragraph.of(
            f"截至{inputs.year}年,{inputs.area}方案台账中列入进度评价的目标共{len(inputs.progress)}项"
            + (f":{listed}。" if listed else "。")
            + _worst_words(inputs)
        ),
        _emission_sentence(inputs),
    ]
    if inputs.drivers is not None:
        blocks.append(_driver_sentence(inputs.drivers))
    if words := _open_words(counts["not_assessed"], len(inputs.gaps)):
        blocks.append(Paragraph.of(words))
    if withheld := counts[WITHHELD]:
        blocks.append(Paragraph.of(f"另有{withheld}项目标涉及的企业过少或过于集中,状态与数值保密,不予显示。"))
    return blocks


def _open_words(targets: int, gaps: int) -> str:
    parts = [f"有{targets}项目标暂不能评价"] if targets else []
    parts += [f"有{gaps}类数据缺口,缺口与补齐办法见“数据缺口”一章"] if gaps else []
    held = ";不能评价的一律列为“未评估”,没有按零值或达标处理" if targets else ""
    return ",".join(parts) + held + "。" if parts else ""


def _worst_words(inputs: ProgressInputs) -> str:
    late = [p for p in inputs.progress if p.state in ("off_track", "behind")]
    if not late:
        return ""
    late.sort(key=lambda p: (p.state != "off_track", p.target.id))
    names = "、".join(f"“{p.target.indicator}”({STATE_ZH[p.state]})" for p in late[:3])
    return f"需要关注的是{names}{'等' if len(late) > 3 else ''}。"


def _emission_sentence(inputs: ProgressInputs) -> Paragraph:
    total = _total(inputs, "co2_total_t")
    if total is None:
        return Paragraph.of(f"{inputs.year}年工业二氧化碳排放总量因数据不全未能核算,原因见“数据缺口”。")
    printed, unit = large(total["value"], "t")
    coverage = total["coverage"]
    whole = coverage is None or coverage >= 1
    scope = "" if whole else f"(企业数据完整率{coverage_percent(coverage)}%,为已报数据的合计)"
    compared = "两年数据均完整的企业比上年" if inputs.change.same_firms else "比上年"
    return Paragraph.of(
        f"{inputs.year}年纳入核算企业的二氧化碳排放",
        figure(printed, total["line_id"], total["status"], unit, bold=True),
        f"{unit}{scope},{compared}{change_words(inputs.change.rate)}。{_lead_words(inputs)}",
    )


def _lead_words(inputs: ProgressInputs) -> str:
    known = inputs.industries.drop_nulls(["co2_t", "share"]).head(1)
    if known.is_empty():
        return ""
    top = known.row(0, named=True)
    return f"其中{top['name']}占{percent(top['share'])},为第一大排放行业。"


def _driver_sentence(drivers: Drivers) -> Paragraph:
    delta, unit = large(abs(drivers.last_t - drivers.first_t), "t")
    turn = "增加" if drivers.last_t >= drivers.first_t else "减少"
    parts: list[str | Run] = [f"与{drivers.first_year}年相比,可比口径排放{turn}"]
    parts += [figure(delta, drivers.node, drivers.status, unit), unit]
    up = max(drivers.parts, key=lambda d: d.value_t, default=None)
    down = min(drivers.parts, key=lambda d: d.value_t, default=None)
    for driver, verb, sign, effect in ((up, "推高", 1, "拉动"), (down, "压低", -1, "减少")):
        if driver is not None and driver.value_t * sign > 0:
            size, _ = large(abs(driver.value_t), "t")
            parts += [
                f";{verb}排放的主要是{driver.name},{effect}",
                figure(size, driver.node, drivers.status, unit),
                unit,
            ]
    return Paragraph.of(*parts, "。")

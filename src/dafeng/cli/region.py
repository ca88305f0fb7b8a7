"""``dafeng region``: take balances in, account regions, and hold the accounts side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from dafeng.account.explain_text import as_text
from dafeng.account.regional.control import PRICES
from dafeng.adapters.columns import write_whole
from dafeng.app.pages import regions
from dafeng.app.regions import accounts as regional
from dafeng.app.regions import parts as region_parts
from dafeng.app.regions import views as regional_views
from dafeng.app.regions.accounts import RegionalIntake
from dafeng.app.regions.parts import RestDraft
from dafeng.base.errors import BadRequest, DafengError
from dafeng.cli import shown
from dafeng.cli.options import HERE, SOME_FILES_FAILED, Json, Programme
from dafeng.collect.regional_cells import Given
from dafeng.report.wording import number
from dafeng.wiring import local_caller, programme

app = typer.Typer(
    no_args_is_help=True, help="区域核算 Regional accounts: balance, inventory, comparison, dual control."
)
Area = Annotated[str | None, typer.Option("--area", help="Area code; all where left out.")]
When = Annotated[str | None, typer.Option("--period", help="Year (or month).")]
Out = Annotated[Path | None, typer.Option("--out", help="Write the whole table to this .csv or .parquet file.")]
_MOST = 60  # rows shown on a terminal


@app.command("import")
def import_(
    files: Annotated[
        list[Path], typer.Argument(help="Energy balances, inventories, process amounts: xlsx, csv, parquet.")
    ],
    area: Annotated[str | None, typer.Option(help="The area, where the file does not say it.")] = None,
    period: Annotated[str | None, typer.Option(help="The year, where the file does not say it.")] = None,
    unit: Annotated[str | None, typer.Option(help="The unit of every figure, where the file does not say it.")] = None,
    basis: Annotated[
        str | None, typer.Option(help="physical 实物量 or tce 标准量, where the file does not say it.")
    ] = None,
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Take regional tables in 导入; what could not be read is said cell by cell. Exit code 8 where anything was."""
    given = Given(area=area, period=period, unit=unit, basis=basis)
    taken: list[RegionalIntake] = []
    failures: list[tuple[Path, DafengError]] = []
    with programme(programme_dir, writing=True) as services:
        for file in files:
            try:
                if not file.is_file():
                    raise BadRequest("no such file", where=str(file), mend="Check the path.")
                taken.append(regional.take_in_region(services, local_caller(), file.read_bytes(), file.name, given))
            except DafengError as error:
                failures.append((file, error))
    _show_taken(taken, failures, as_json=as_json)
    if failures or any(t.batch.rejected for t in taken):
        raise typer.Exit(SOME_FILES_FAILED)


def _show_taken(taken: list[RegionalIntake], failures: list[tuple[Path, DafengError]], *, as_json: bool) -> None:
    if as_json:
        shown.as_json(
            {
                "tables": [
                    {"file": t.batch.file, "kind": t.kind, "cells": t.cells, "rejected": t.batch.rejected,
                     "areas": t.areas, "periods": t.periods, "repeated": t.repeated, "problems": t.batch.problems}
                    for t in taken
                ],
                "failures": [{"file": str(f), "what": e.what, "where": e.where, "mend": e.mend} for f, e in failures],
            }
        )  # fmt: skip
        return
    rows = [
        (t.batch.file, t.kind, t.cells, t.batch.rejected, t.areas, t.periods, "already in" if t.repeated else "")
        for t in taken
    ]
    shown.table("import 导入", ("file", "kind", "cells", "rejected", "areas", "periods", ""), rows, right=(2, 3, 4, 5))
    for t in taken:
        for problem in t.batch.problems[:20]:
            shown.say(f"  {t.batch.file} row {problem['row'] or '—'}: {problem['what']} {problem['what_zh']}")
    for _, failure in failures:
        shown.fail(failure)


@app.command("balance")
def balance(area: Area = None, period: When = None, programme_dir: Programme = HERE, as_json: Json = False) -> None:
    """Whether the energy balances close 平衡: each identity of each fuel, and by how much it does not."""
    with programme(programme_dir) as services:
        closed = regional.balance_closure(services, local_caller(), area, period)
    if as_json:
        shown.as_json(closed.to_dicts())
        return
    judged = closed.group_by("area_code", "period", "basis", maintain_order=True).agg(
        closes=pl.col("closes").sum(), open=(~pl.col("closes")).sum(), unknown=pl.col("closes").is_null().sum()
    )
    if judged.is_empty():
        shown.say("no balance has come in 尚无平衡表: dafeng region import FILE")
        return
    shown.table(
        "balances 平衡表", ("area", "period", "basis", "close", "open", "not stated"), judged.rows(), right=(3, 4, 5)
    )
    wrong = closed.filter(~pl.col("closes"))
    rows = [
        (*(r[n] for n in ("area_code", "period", "identity", "carrier")),
         *(number(r[n]) for n in ("computed", "stated", "gap")), r["unit"])
        for r in wrong.head(_MOST).iter_rows(named=True)
    ]  # fmt: skip
    if rows:
        heads = ("area", "period", "identity", "fuel", "computed", "stated", "gap", "unit")
        shown.table("does not close 不平衡", heads, rows, right=(4, 5, 6))


@app.command("account")
def account(
    method: Annotated[str, typer.Option(help="provincial_2011 or provincial_2025.")] = "provincial_2011",
    area: Area = None,
    period: When = None,
    out: Out = None,
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Account every region that has a balance 核算, downscale it to the areas below, and show totals and findings."""
    with programme(programme_dir, writing=True) as services:
        regional.account_regions(services, local_caller(), method)
        page = regions.region_page(services, local_caller(), area, period)
        if out is not None:
            _write(regions.region_table(services, local_caller(), "lines", area, period), out)
    if as_json:
        shown.as_json(page)
        return
    rows = [
        (page.areas.get(t.area_code, t.area_code), t.period, t.approach_words.zh, t.words.zh,
         number(t.value if t.value is not None else t.partial), "" if t.value is not None else "partial 部分",
         "" if t.uncertainty is None else f"±{t.uncertainty:.0%}", t.status, t.node)
        for t in page.totals[:_MOST]
    ]  # fmt: skip
    heads = ("area", "period", "approach", "total", "tCO2", "", "95 %", "status", "id")
    shown.table(f"{page.method_words.zh} {page.method_words.en}", heads, rows, right=(4, 6))
    if not rows:
        shown.say(
            "no balance of this area and year 该地区和年份没有平衡表: dafeng region balance lists those there are"
        )
    if (more := len(page.totals) - len(rows)) > 0:
        shown.say(f"… {more} more 另有 {more} 行: --area, --period, --json, --out")
    for f in page.findings[:_MOST]:
        where = " ".join(w.zh for w in (f.row_words, f.carrier_words) if w)
        shown.say(f"{f.severity}: {f.area_code} {f.period} {where}: {f.words.zh} {f.words.en}")


@app.command("compare")
def compare(
    area: Area = None, period: When = None, out: Out = None, programme_dir: Programme = HERE, as_json: Json = False
) -> None:
    """Balance, firms and downscaled figures side by side 比对; the gap is shown and never forced to zero."""
    with programme(programme_dir) as services:
        page = regions.compare_page(services, local_caller(), area, period)
        if out is not None:
            _write(regions.region_table(services, local_caller(), "comparison", area, period), out)
    if as_json:
        shown.as_json(page)
        return
    rows = _compared(page)
    if not rows:
        shown.say("nothing to compare 没有可比数据: dafeng region balance lists the balances there are")
        return
    heads = ("area", "period", "sector", "pair", "one", "other", "gap", "%", "explained", "left", "why")
    shown.table("three accounts 三种口径 (tCO2)", heads, rows[:_MOST], right=tuple(range(4, 10)))
    if (more := len(rows) - _MOST) > 0:
        shown.say(f"… {more} more 另有 {more} 行: --area, --period, --json")


_PAIRS = {"firms_balance": "企业−平衡表 firms − balance", "firms_downscaled": "企业−分解 firms − downscaled",
          "balance_downscaled": "平衡表−分解 balance − downscaled"}  # fmt: skip
_SIDES = {"balance": "平衡表 balance", "firms": "企业 firms", "downscaled": "分解 downscaled"}


def _compared(page: regions.ComparePage) -> list[tuple[object, ...]]:
    """One row a pair; after them sectors with one figure only, without a gap, with what is missing and why."""
    held: dict[tuple[str, str, str], list[regions.RegionPair]] = {}
    for p in page.pairs:
        if p.carrier == "total":
            held.setdefault((p.area_code, p.period, p.sector), []).append(p)
    why: dict[tuple[str, str, str], list[str]] = {}
    for c in page.causes:
        if c.carrier == "total":
            why.setdefault((c.area_code, c.period, c.sector), []).append(f"{c.words.zh} {c.words.en}")
    rows: list[tuple[object, ...]] = []
    alone: list[tuple[object, ...]] = []
    for r in (r for r in page.rows if r.carrier == "total"):
        name = (page.areas.get(r.area_code, r.area_code), r.period, r.sector_words.zh)
        key = (r.area_code, r.period, r.sector)
        pairs = held.get(key, [])
        rows += [
            (*name, _PAIRS[p.pair], _figure(p.one), _figure(p.other), _figure(p.gap),
             "—" if p.gap_share is None else f"{p.gap_share:+.1%}", _figure(p.explained), _figure(p.unexplained),
             f"{p.words.zh} {p.words.en}")
            for p in pairs
        ]  # fmt: skip
        if not pairs:
            alone.append((*name, *_alone(r, "；".join(dict.fromkeys(why.get(key, []))))))
    return rows + alone


def _alone(row: regions.CompareRow, why: str) -> tuple[str, ...]:
    """The one figure a sector has; there is nothing to hold it against."""
    there = {side: getattr(row, side) for side in _SIDES}
    own = [side for side, value in there.items() if value is not None]
    said = f"缺对照 nothing beside it: {', '.join(_SIDES[s] for s in there if s not in own)} missing 缺"
    said = f"{said}：{why}" if why else said
    first = own[0] if own else None
    return (_SIDES[first] if first else "—", _figure(there[first]) if first else "—", *["—"] * 5, said)


@app.command("control")
def control(
    area: Area = None, period: When = None, out: Out = None, programme_dir: Programme = HERE, as_json: Json = False
) -> None:
    """Dual control 双控: totals and intensities by area and industry, months and years, both prices."""
    with programme(programme_dir) as services:
        page = regions.control_page(services, local_caller(), area, period, limit=regions.MOST)
        if out is not None:
            _write(regions.region_table(services, local_caller(), "control", area, period), out)
    if as_json:
        shown.as_json(page)
        return
    if not page.rows:
        shown.say("no rows 无数据: dafeng run computes them; --area and --period narrow the list.")
        return
    rows = [
        (r.name, r.period, f"{r.words.zh}{_OF.get(r.source, '')}", _per(r),
         _figure(r.partial if r.total is None else r.total), _figure(r.intensity) if r.price else "",
         r.intensity_unit if r.price else r.unit,
         "" if r.change is None else f"{r.change:+.1%}{'' if r.comparable else '*'}",
         "" if r.expected is None else f"{r.present}/{r.expected}")
        for r in page.rows[:_MOST]
    ]  # fmt: skip
    heads = ("subject", "period", "measure", "per", "total", "intensity", "unit", "change", "firms")
    shown.table(f"dual control 双控: {page.count} rows", heads, rows, right=(4, 5, 7, 8))
    shown.say("firms 企业: 计入/应报 counted of those due, the total is theirs 合计为计入企业之和")
    if any(r.comparable is False and r.change is not None for r in page.rows[:_MOST]):
        shown.say("* 含价格变动 the change holds prices, too")
    if (more := page.count - len(rows)) > 0:
        shown.say(f"… {more} more 另有 {more} 行: --area, --period, --json, --out")


_OF = {"published": "(统计公布 published)"}
_UNDER = {"value_added": "增加值 value added", "gdp": "地区生产总值 GDP"}


def _per(row: regions.ControlRow) -> str:
    """What an intensity is divided by, with its prices; a total is divided by nothing."""
    if not row.price:
        return "总量 total"
    zh, en = PRICES[row.price]
    under, _, under_en = _UNDER.get(row.denominator, row.denominator).partition(" ")
    return f"{under}({zh}) {under_en}, {en}"


@app.command("reconcile")
def reconcile(
    area: Annotated[str, typer.Option(help="The whole: CN, or a province.")] = "CN",
    period: When = None,
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Published inventories of the parts beside the whole 上下级核对; a gap with parts missing is no result."""
    with programme(programme_dir) as services:
        page = regions.reconcile_page(services, local_caller(), area, period)
    if as_json:
        shown.as_json(page)
        return
    totals = [r for r in page.rows if r.row == "total"]
    if not totals:
        shown.say(
            f"no published inventory of {area} and its parts 没有 {area} 及其下级的公布清单: dafeng region import FILE"
        )
        return
    rows = [
        (r.period, r.carrier_words.zh, _figure(r.whole), _figure(r.parts), _share(r), f"{r.present}/{r.due}",
         "" if r.rest is None else _figure(r.rest), _stands(r))
        for r in totals[-_MOST:]
    ]  # fmt: skip
    heads = ("period", "fuel", "whole", "parts", "gap", "there", "stated rest", "")
    shown.table("parts and whole 下级之和与上级 (tCO2)", heads, rows, right=(2, 3, 4, 5, 6))
    for year, missing in {r.period: r.missing for r in totals[-_MOST:] if r.missing}.items():
        shown.say(f"{year} missing 缺: {', '.join(missing)}")


def _share(row: regions.ReconcileRow) -> str:
    share = "" if row.gap_share is None else f"{row.gap_share:+.1%}"
    return share if row.complete else f"≥{share}" if row.lower_bound else f"({share})"


def _stands(row: regions.ReconcileRow) -> str:
    said = {"used": "其余部分为声明值 rest stated", "overtaken": "声明已被数据取代 statement overtaken",
            "contradicts": "声明小于已有之和 statement too small"}  # fmt: skip
    if row.complete:
        return said.get(row.rest_state or "", "")
    word = "下级不全 parts missing" + (
        "，已大于上级 and exceed the whole" if row.lower_bound else "：不成结果 no result"
    )
    return "；".join(w for w in (word, said.get(row.rest_state or "", "")) if w)


@app.command("rest")
def rest(
    period: Annotated[str, typer.Option("--period", help="Year.")],
    value: Annotated[str, typer.Option(help='The figure with its unit: "10864 Mt CO2", "190435万吨CO2".')],
    source: Annotated[str, typer.Option(help="Document and place it stands in 出处.")],
    area: Annotated[str, typer.Option(help="The whole: CN, or a province.")] = "CN",
    parts: Annotated[
        str, typer.Option(help="Codes of the parts it sums, with commas; those missing in the year if not said.")
    ] = "",
    everything: Annotated[
        bool, typer.Option("--all-parts", help="It is the sum of all parts; what is there is taken off.")
    ] = False,
    sector: Annotated[str, typer.Option(help="Sector of the inventory.")] = "total",
    fuel: Annotated[str, typer.Option(help="Fuel of the inventory.")] = "scope1_total",
    why: Annotated[str, typer.Option(help="What is worth saying of it.")] = "",
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:  # fmt: skip
    """State what is published for parts without data 声明其余部分: closes `dafeng region reconcile`; is named there."""
    draft = RestDraft(
        area=area, period=period, value=value, source=source, why=why, row=sector, carrier=fuel,
        of="all" if everything else "parts", parts=tuple(p.strip() for p in parts.split(",") if p.strip()),
    )  # fmt: skip
    with programme(programme_dir, writing=True) as services:
        made = region_parts.state_rest(services, local_caller(), draft)
    if as_json:
        shown.as_json(made)
        return
    shown.say(_rest(made))


@app.command("rests")
def rests(
    withdraw: Annotated[str | None, typer.Option(help="Withdraw the rest of this id; say --why.")] = None,
    why: Annotated[str, typer.Option(help="Why it is withdrawn.")] = "",
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """Stated rests 声明清单, which of them stand, and to withdraw one; nothing is deleted."""
    with programme(programme_dir, writing=withdraw is not None) as services:
        if withdraw is not None:
            region_parts.withdraw_rest(services, local_caller(), withdraw, why)
        told = region_parts.stated_rests(services, local_caller())
    if as_json:
        shown.as_json({"rests": told})
        return
    for one in told:
        shown.say(f"{'●' if one.stands else '○'} {_rest(one)}")
    if not told:
        shown.say("no rest is stated 尚无声明: dafeng region rest --help")


def _rest(one: region_parts.Rest) -> str:
    what = "withdrawn 撤回" if one.value is None else f"{one.value_delivered:.10g} {one.unit_delivered}"
    of = "all parts 全部下级合计" if one.of == "all" else ", ".join(one.parts)
    said = [one.rest_id, one.area_code, one.period, one.row, one.carrier, of, what, one.source, one.why, one.who]
    return " · ".join(s for s in said if s)


@app.command("explain")
def explain(
    id: Annotated[str, typer.Argument(help="Id of a total, a line or a cell.")],
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """The derivation of a regional figure 推导, down to the cells of the imported sheet."""
    with programme(programme_dir) as services:
        node = regional_views.explain_region(services, local_caller(), id)
    if as_json:
        shown.as_json(node)
        return
    shown.say(as_text(node, "zh"))


def _figure(value: float | None) -> str:
    return "—" if value is None else number(value)


def _write(frame: pl.DataFrame, out: Path) -> None:
    if out.suffix not in (".csv", ".parquet"):
        raise BadRequest(
            f"no file of the kind {out.suffix!r} can be written",
            where=str(out),
            mend="Name it .csv or .parquet.",
            zh=f"不能写出 {out.suffix} 文件",
            mend_zh="请使用 .csv 或 .parquet。",
        )
    if out.suffix == ".csv":
        write_whole(out, b"\xef\xbb\xbf" + frame.write_csv().encode())
        return
    frame.write_parquet(out)

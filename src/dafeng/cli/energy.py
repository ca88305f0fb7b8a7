"""``dafeng energy totals|flow`` and ``dafeng account quality|uncertainty``: of a programme, or of a case by itself.

What opens a programme is imported by the commands that do: a case needs none of it, and is computed sooner.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from dafeng.account.cases.quality import case_quality, case_uncertainty
from dafeng.account.cases.reading import MOST_BYTES, CaseForm, read_case
from dafeng.account.uncertainty.combined import DRAWS
from dafeng.base.errors import NotFound
from dafeng.cli import shown
from dafeng.cli.options import HERE, Json, Programme
from dafeng.rules.evidence import packaged_evidence
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

app = typer.Typer(no_args_is_help=True, help="Energy 能源: totals by three scopes, and the energy flow.")
Firm = Annotated[str | None, typer.Option("--enterprise", help="Id of an enterprise; else an area.")]
Area = Annotated[str | None, typer.Option("--area", help="Area code; the programme's own when left out.")]
Year = Annotated[int | None, typer.Option("--year", help="The last year with an account when left out.")]
File = Annotated[
    str, typer.Argument(help="A case as JSON 算例, - for standard input; else the programme.", metavar="[FILE.json]")
]
Draws = Annotated[int, typer.Option(help="Draws of the simulation.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same figures.")]
WEAK_BALANCE = 3  # exit code of ``energy flow``: it does not balance within one per cent


@app.command("totals")
def totals(
    enterprise: Firm = None, area: Area = None, year: Year = None, programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Statistical, control and fossil energy side by side 统计、控制、化石三口径, and process energy 工序能耗."""
    from dafeng.app.accounts import energy as energy_accounts
    from dafeng.wiring import local_caller, programme

    with programme(programme_dir) as services:
        made = energy_accounts.totals(services, local_caller(), enterprise, area, year)
    if as_json:
        shown.as_json(made)
        return
    rows = [
        (
            t.name.zh,
            _tce(t.calorific, t.partial_calorific),
            _tce(t.equivalent, t.partial_equivalent),
            _tce(t.base_equivalent),
            t.status,
            t.note or "",
        )
        for t in made.totals
    ]
    heads = ("", "当量值 tce", "等价值 tce", f"{made.base_year}年等价值", "状态", "说明")
    shown.table(f"{made.subject.name} {made.subject.year}", heads, rows, right=(1, 2, 3))
    if made.processes:
        of = [
            (p.name.zh, _tce(p.calorific), _tce(p.equivalent), _tce(p.output), p.unit or "", _tce(p.unit_calorific),
             _tce(p.delivered), p.note or "")
            for p in made.processes
        ]  # fmt: skip
        columns = ("工序", "当量值 tce", "等价值 tce", "产量", "单位", "kgce/单位", "企业报送", "说明")
        shown.table("工序能耗", columns, of, right=(1, 2, 3, 5, 6))
    _say(f.note for f in made.findings)
    _say(n.zh for n in made.notes)


@app.command("flow")
def flow(
    enterprise: Firm = None, area: Area = None, year: Year = None, programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:  # fmt: skip
    """The energy flow 能流: buy, convert, distribute, use, lose. Exit code 3 where it does not balance."""
    from dafeng.app.accounts import energy as energy_accounts
    from dafeng.wiring import local_caller, programme

    with programme(programme_dir) as services:
        made = energy_accounts.flow(services, local_caller(), enterprise, area, year)
    if as_json:
        shown.as_json(made)
    else:
        names = {n.id: n.name.zh for n in made.nodes}
        rows = [
            (names[x.source], names[x.target], x.name.zh if x.name else "", _tce(x.amount), x.unit or "",
             _tce(x.tce_calorific), _tce(x.tce_equivalent), "推算" if x.derived else "")
            for x in made.links
        ]  # fmt: skip
        heads = ("从", "到", "品种", "实物量", "单位", "当量值 tce", "等价值 tce", "")
        shown.table(f"{made.subject.name} {made.subject.year} 能流", heads, rows, right=(3, 5, 6))
        _say(f.note for f in made.findings)
        _say(f"缺：{m.name.zh}" for m in made.missing)
        _say(f"应报未报：{firm}" for firm in made.silent)
        _say(n.zh for n in made.notes)
    if made.balanced is False:
        raise typer.Exit(WEAK_BALANCE)


def quality_of(
    file: File = "", enterprise: Firm = None, area: Area = None, year: Year = None, programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Data quality 数据质量: score with its parts, classes of evidence, completeness, what to improve first."""
    if file:
        _case_quality(_read(file), as_json=as_json)
        return
    from dafeng.app.accounts import quality
    from dafeng.wiring import local_caller, programme

    with programme(programme_dir) as services:
        made = quality.account_quality(services, local_caller(), enterprise, area, year)
    if as_json:
        shown.as_json(made)
        return
    shown.say(f"{made.subject.name} {made.subject.year}: {_point(made.score)} {made.grade.zh if made.grade else ''}")
    shown.table("", ("项", "权重", "得分", ""), [(p.name.zh, p.weight, _point(p.score), p.note) for p in made.parts])
    rows = [(c.name.zh, c.role, c.data, _share(c.share)) for c in made.classes]
    shown.table("证据等级", ("等级", "类别", "数据数", "排放占比"), rows, right=(2, 3))
    gains = [(g.enterprise_id, g.name.zh, g.klass, _point(g.gain)) for g in made.improve]
    shown.table("优先改进", ("企业", "数据", "现等级", "至多可提高"), gains, right=(3,))


def uncertainty_of(
    file: File = "", enterprise: Firm = None, area: Area = None, year: Year = None, draws: Draws = DRAWS,
    seed: Seed = 1, programme_dir: Programme = HERE, as_json: Json = False,
) -> None:  # fmt: skip
    """Uncertainty 不确定度 of a total: by error propagation and by Monte Carlo, with what contributes most."""
    if file:
        made = case_uncertainty(_read(file), packaged_methods(), packaged_rulebook(), draws=draws, seed=seed)
        told = {n: getattr(made, n) for n in ("value", "propagated", "draws", "seed", "lines", "left_out", "status")}
        estimate = {n: getattr(made.simulated, n) for n in ("mean", "median", "sd", "low", "high", "half")}
        rows = made.contributions.to_dicts()
        _show_uncertainty({**told, **estimate, "contributions": rows}, as_json=as_json)
        return
    from dafeng.app.accounts import quality
    from dafeng.wiring import local_caller, programme

    with programme(programme_dir) as services:
        out = quality.account_uncertainty(services, local_caller(), enterprise, area, year, draws, seed)
    if as_json:
        shown.as_json(out)
        return
    names = {n: getattr(out, n) for n in out.__struct_fields__ if n not in ("contributions", "parts")}
    _show_uncertainty(
        {**names, "contributions": [{n: getattr(c, n) for n in c.__struct_fields__} for c in out.contributions]}
    )


def _show_uncertainty(told: dict[str, Any], *, as_json: bool = False) -> None:
    if as_json:
        shown.as_json(told)
        return
    half = "—" if told["propagated"] is None else f"±{told['propagated']:.1f}%"
    simulated = "—" if told["half"] is None else f"±{told['half']:.1f}%"
    shown.say(
        f"{told['value']:,.1f} t；误差传播 {half}；蒙特卡罗 {simulated}，"
        f"95%区间 {told['low']:,.1f} – {told['high']:,.1f} t（{told['draws']}次，种子{told['seed']}，{told['status']}）"
    )
    if told["left_out"] or told.get("silent"):
        shown.say(f"另有{told['left_out']}项缺数据、{len(told.get('silent', ()))}家企业未报，未计入")
    rows = [
        (c["name"].zh if "name" in c else c["variable"], c["klass"], f"-{c['low']:g}% +{c['high']:g}%",
         f"{c['amount']:,.1f}", _share(c["share"]), c["status"])
        for c in told["contributions"][:15]
    ]  # fmt: skip
    shown.table("主要来源", ("数据", "等级", "不确定度", "影响 t", "方差占比", "状态"), rows, right=(3, 4))


def _case_quality(case: CaseForm, *, as_json: bool) -> None:
    made = case_quality(case, packaged_methods(), packaged_rulebook())
    frames = {n: getattr(made, n).to_dicts() for n in ("parts", "classes", "streams", "improve")}
    if as_json:
        grade = made.grade.id if made.grade else None
        head = {"case": case.case, "score": made.score, "grade": grade, "completeness": made.completeness}
        shown.as_json({**head, **frames})
        return
    shown.say(f"{case.case}: {_point(made.score)} {made.grade.zh if made.grade else ''}")
    rows = [(p["zh"], p["weight"], _point(p["score"]), p["note"]) for p in frames["parts"]]
    shown.table("", ("项", "权重", "得分", ""), rows)
    names = {c.id: c.zh for c in packaged_evidence().classes}
    of = [(s["stream"], s["item"], f"{s['present']}/{s['expected']}", _point(s["evidence"]), names[s["weakest"]],
           _share(s["share"])) for s in frames["streams"]]  # fmt: skip
    shown.table("排放源", ("源", "品种", "期数", "证据分", "最弱等级", "排放占比"), of, right=(3, 5))
    gains = [(g["stream"], g["item"], g["input"], names[g["klass"]], _point(g["gain"])) for g in frames["improve"]]
    shown.table("优先改进", ("源", "品种", "数据", "现等级", "至多可提高"), gains, right=(4,))


def _read(file: str) -> CaseForm:
    if file == "-":
        return read_case(sys.stdin.buffer.read(MOST_BYTES + 1))
    path = Path(file)
    if not path.is_file():
        raise NotFound(
            f"there is no file {file}", where=file, mend="Give the path of a case as JSON.",
            zh=f"没有文件 {file}", mend_zh="请给出算例 JSON 文件的路径。",
        )  # fmt: skip
    with path.open("rb") as held:
        return read_case(held.read(MOST_BYTES + 1))


def _say(words: Iterable[str]) -> None:
    for one in words:
        shown.say(f"· {one}")


def _tce(value: float | None, partial: float | None = None) -> str:
    if value is None:
        return "—" if partial is None else f"部分 {partial:,.1f}"
    return f"{value:,.1f}"


def _point(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f}"


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"

"""Use cases of energy accounts 能源核算: totals by three scopes, process energy, and the energy flow."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import polars as pl
from msgspec import structs

from dafeng.account.activity import STREAM_ZH
from dafeng.account.certificates.ledger import RETIRED, standing
from dafeng.account.energy.flow import EnergyFlow, energy_flow, named, of_area
from dafeng.account.energy.process import process_energy
from dafeng.account.energy.totals import CERTIFIED, MEASURES, EnergyTotals, energy_totals, of_subjects
from dafeng.account.lines import TOTAL, status_of
from dafeng.app.accounts.accounting import current_run, every_line
from dafeng.app.accounts.closing import closed_key, held_facts
from dafeng.app.accounts.energy_shapes import (
    AccountFinding,
    EnergyFlowOut,
    EnergyTotal,
    EnergyTotalsOut,
    FlowBalance,
    FlowLink,
    FlowMissing,
    FlowNode,
    ProcessRow,
)
from dafeng.app.accounts.nodes import names_of, nodes_of
from dafeng.app.accounts.subjects import Asked, asked_subject, owing, year_of
from dafeng.app.certificates.holdings import ledger_version
from dafeng.app.pages.english import source_words
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import use_case
from dafeng.app.services import Services
from dafeng.app.versions import delivered
from dafeng.base.callers import Caller
from dafeng.base.provenance import worst
from dafeng.collect.facts import current
from dafeng.rules.certificates import packaged_certificate_rules
from dafeng.rules.energy_uses import packaged_uses
from dafeng.rules.records import Family
from dafeng.rules.rulebook import Rulebook, packaged_rulebook

# Purposes whose retired certificates prove renewable power for energy control. The state's assessments of one works'
# consumption (消纳责任权重, 用能预算, 能耗双控) share one proof, the certificate (发改能源〔2023〕1044号: no other
# proof; 发改环资〔2022〕1258号: added renewable power is left out of the control total). A certificate used for scope 2
# or a product footprint supports that claim and no other. Second hand: the notices' own texts were not seen.
PROVES = ("quota", "budget")
BASE_YEAR = 2020
_STREAM_EN = {
    "opening": "opening stock", "bought": "bought", "used": "used", "sold": "sold", "closing": "closing stock",
    "produced": "own output", "feedstock": "feedstock",
}  # fmt: skip
_NOTES = (
    Words(
        "统计口径为企业净消费量；强度考核口径扣除原料用能，总量控制口径另扣除绿证证明的新增可再生能源电力。",
        "Statistical is net use; the control figure for intensity leaves out feedstock, that for the total also added "
        "renewable power proven by certificates.",
    ),
    Words(
        "可再生能源电力只认用途为消纳责任权重或用能预算、且已核销的绿证；已用于范围二或产品碳足迹的绿证一证一用，不再扣除"
        "（依据发改环资〔2022〕1258号、发改能源〔2023〕1044号，转引）。",
        "Renewable power is proven by retired certificates claimed for the renewable quota or the energy budget; one "
        "that supports scope 2 or a footprint proves nothing here (NDRC notices 2022-1258 and 2023-1044, second hand).",
    ),
    Words(
        "化石能源消费量把未证明来源的外购电、热视为化石能源。",
        "Fossil energy takes bought power and heat as fossil unless certificates prove otherwise.",
    ),
)


@use_case("energy.see")
def totals(
    services: Services,
    caller: Caller,
    enterprise_id: str | None = None,
    area: str | None = None,
    year: int | None = None,
) -> EnergyTotalsOut:
    """Energy by statistical, control and fossil scope in both values, beside the base year, and process energy."""
    asked = asked_subject(services, caller, enterprise_id, area)
    made = _totals(services)
    own = made.rows.filter(pl.col("subject_id").is_in(list(asked.firms)))
    years = tuple(own["year"].unique().sort().to_list())
    chosen = year_of(years, year)
    rows = own
    if asked.kind == "area":
        rows = of_subjects(own, list(asked.firms), asked.id, owing(services, asked, years))
    processes = _processes(services).filter(pl.col("subject_id").is_in(list(asked.firms)) & (pl.col("year") == chosen))
    found = _found(made.findings, asked, chosen)
    return EnergyTotalsOut(
        subject=asked.shown(chosen, years), base_year=BASE_YEAR,
        totals=_by_measure(rows, chosen, nodes_of(services, asked, chosen)),
        processes=_process_rows(processes, names_of(services)), findings=found, rules=made.rules, notes=_NOTES,
        rule_words=tuple(source_words(rule) for rule in made.rules),
    )  # fmt: skip


@use_case("energy.see")
def flow(
    services: Services,
    caller: Caller,
    enterprise_id: str | None = None,
    area: str | None = None,
    year: int | None = None,
) -> EnergyFlowOut:
    """The energy flow of a year: buy, convert, distribute, use, lose; with what does not balance and by how much."""
    asked = asked_subject(services, caller, enterprise_id, area)
    whole = _flow(services)
    mine = pl.col("subject_id").is_in(list(asked.firms))
    years = tuple(whole.links.filter(mine)["year"].unique().sort().to_list())
    chosen = year_of(years, year)
    there = set(whole.links.filter(mine & (pl.col("year") == chosen))["subject_id"].to_list())
    silent = sorted(set(owing(services, asked, (chosen,))["subject_id"].to_list()) - there)
    nodes = nodes_of(services, asked, chosen)
    made = _flow_out(_cut(whole, asked, chosen), asked, chosen, years, tuple(silent), nodes)
    return _with_names(made, names_of(services))


# -- made once for all firms, kept until something comes in ------------------------------------------------------------


def _rules(services: Services) -> tuple[Rulebook, Family]:
    rulebook = packaged_rulebook()
    return rulebook, rulebook.family(services.settings.family)


def _facts(services: Services) -> pl.DataFrame:
    return services.memory.get("energy.facts", _state(services), lambda: current(held_facts(services)))


def _version(services: Services) -> Hashable:
    return (_state(services), None if services.certificates is None else ledger_version(services))


def _state(services: Services) -> Hashable:
    """What figures depend on beside the certificates: what came in, and which years are closed."""
    return (delivered(services), closed_key(services))


def _totals(services: Services) -> EnergyTotals:
    def made() -> EnergyTotals:
        rulebook, family = _rules(services)
        lines = every_line(services, current_run(services))
        return energy_totals(lines, _facts(services), rulebook, family, certified=_certified(services))

    return services.memory.get("energy.totals", _version(services), made)


def _processes(services: Services) -> pl.DataFrame:
    return services.memory.get(
        "energy.processes", _state(services), lambda: process_energy(_facts(services), *_rules(services))
    )


def _flow(services: Services) -> EnergyFlow:
    return services.memory.get(
        "energy.flow", _state(services), lambda: energy_flow(_facts(services), *_rules(services))
    )


def energy_tables(services: Services, firms: list[str]) -> dict[str, pl.DataFrame]:
    """Energy totals, flow and proven electricity of some works, as an export takes them along. No right is asked here:
    ``firms`` are those the caller may see."""
    own = pl.col("subject_id").is_in(firms)
    totals, links, proven = _totals(services).rows, _flow(services).links, _certified(services)
    return {"energy": totals.filter(own), "flow": links.filter(own), "certified": proven.filter(own)}


def _certified(services: Services) -> pl.DataFrame:
    """CERTIFIED rows: electricity of retired certificates by claimant and year; for the base year, where there are
    none,
    renewable electricity as the works delivered it."""
    proven = _retired(services)
    base = _facts(services).filter(
        (pl.col("subject_kind") == "enterprise") & (pl.col("measure") == "renewable_electricity_used_mwh")
        & (pl.col("item") == "") & (pl.col("period") == str(BASE_YEAR))
    ).select(
        "subject_id", year=pl.lit(BASE_YEAR, pl.Int32), mwh="value", proven=pl.lit(value=False)
    )  # fmt: skip
    rest = base.join(proven.filter(pl.col("year") == BASE_YEAR), on="subject_id", how="anti")
    return pl.concat([p.select([pl.col(n).cast(t) for n, t in CERTIFIED.items()]) for p in (proven, rest)])


def _retired(services: Services) -> pl.DataFrame:
    if services.certificates is None:
        return pl.DataFrame(schema=CERTIFIED)
    parts = standing(services.certificates.ledger(), packaged_certificate_rules(), services.clock.today())
    retired = parts.filter((pl.col("state") == RETIRED) & pl.col("purpose").is_in(list(PROVES)))
    return retired.select(
        subject_id="claimant", year=pl.col("month").dt.year().cast(pl.Int32), mwh="mwh", proven=pl.lit(value=True)
    ).drop_nulls()


# -- as answers --------------------------------------------------------------------------------------------------------


_Nodes = Callable[[str, str], str | None]


def _by_measure(rows: pl.DataFrame, year: int, nodes: _Nodes) -> tuple[EnergyTotal, ...]:
    now = {r["measure"]: r for r in rows.filter(pl.col("year") == year).iter_rows(named=True)}
    base = {r["measure"]: r for r in rows.filter(pl.col("year") == BASE_YEAR).iter_rows(named=True)}
    same = [n for n in EnergyTotal.__struct_fields__ if n in rows.columns]
    return tuple(
        EnergyTotal(
            name=Words(zh, en),
            base_calorific=base[name]["calorific"] if name in base else None,
            base_equivalent=base[name]["equivalent"] if name in base else None,
            node=nodes("energy_tce_equivalent", TOTAL) if name == "statistical" else None,
            **{n: now[name][n] for n in same},
        )
        for name, (zh, en) in MEASURES.items()
        if name in now
    )


def _process_rows(rows: pl.DataFrame, names: dict[str, str]) -> tuple[ProcessRow, ...]:
    forms = packaged_uses().processes
    taken = [n for n in ProcessRow.__struct_fields__ if n in rows.columns]
    return tuple(
        ProcessRow(
            enterprise_id=r["subject_id"], enterprise=names.get(r["subject_id"], ""),
            name=Words(forms[r["process"]].zh, forms[r["process"]].en),
            **{n: r[n] for n in taken},
        )
        for r in rows.iter_rows(named=True)
    )  # fmt: skip


def _found(findings: pl.DataFrame, asked: Asked, year: int) -> tuple[AccountFinding, ...]:
    mine = pl.col("subject_id").is_in([*asked.firms, "area"]) & (pl.col("period").str.head(4) == str(year))
    return tuple(
        AccountFinding(
            kind=r["kind"], enterprise_id=r["subject_id"], item=r["item"] or "", value=r["value"], other=r["other"],
            note=r["note"],
        )
        for r in findings.filter(mine).iter_rows(named=True)
    )  # fmt: skip


def _cut(whole: EnergyFlow, asked: Asked, year: int) -> EnergyFlow:
    if asked.kind == "area":
        return of_area(whole, asked.firms, year)
    mine = pl.col("subject_id").is_in(list(asked.firms)) & (pl.col("year") == year)
    return EnergyFlow(whole.links.filter(mine), whole.balances.filter(mine), whole.findings, whole.missing.filter(mine))


def _flow_out(
    made: EnergyFlow, asked: Asked, year: int, years: tuple[int, ...], silent: tuple[str, ...], lines: _Nodes
) -> EnergyFlowOut:
    rulebook = packaged_rulebook()
    nodes = named(made.links, rulebook)
    names = {r["node"]: Words(r["zh"], r["en"]) for r in nodes.iter_rows(named=True)}
    links = made.links.with_columns(status_of())
    stated = made.balances["balanced"]
    gap_in, gap_out = (
        float(made.links.filter(pl.col(side) == node)["tce_calorific"].sum())
        for side, node in (("source", "gap_in"), ("target", "gap_out"))
    )
    return EnergyFlowOut(
        subject=asked.shown(year, years),
        nodes=tuple(
            FlowNode(
                id=r["node"], name=names[r["node"]], stage=r["stage"], tce_calorific=r["tce_calorific"],
                tce_equivalent=r["tce_equivalent"], status=r["status"], node=_of_energy(lines, _item_of(r["node"])),
            )
            for r in nodes.sort("stage", "tce_calorific", descending=[False, True]).iter_rows(named=True)
        ),
        links=tuple(_link(r, rulebook, lines) for r in links.iter_rows(named=True)),
        balances=tuple(_balance(r, names) for r in made.balances.iter_rows(named=True)),
        missing=tuple(_missing(r, rulebook) for r in made.missing.iter_rows(named=True)),
        findings=_found(made.findings, asked, year),
        balanced=None if stated.null_count() or made.missing.height or silent else bool(stated.all()),
        silent=silent,
        unexplained_in=gap_in, unexplained_out=gap_out, status=worst(links["status"].unique().to_list()),
        notes=_area_notes(asked),
    )  # fmt: skip


def _area_notes(asked: Asked) -> tuple[Words, ...]:
    if asked.kind != "area":
        return ()
    zh = "各企业能流相加；企业之间的购销未相互抵消，购入与外供两边都在。"
    return (Words(zh, "Flows of the enterprises added up; what one sells to another stands on both sides."),)


def _words(rulebook: Rulebook, item: str) -> Words | None:
    held = rulebook.items.get(item)
    return None if held is None else Words(held.zh, held.en)


def _with_names(made: EnergyFlowOut, names: dict[str, str]) -> EnergyFlowOut:
    named = tuple(structs.replace(m, enterprise=names.get(m.enterprise_id, "")) for m in made.missing)
    return structs.replace(made, missing=named)


def _of_energy(nodes: _Nodes, item: str) -> str | None:
    return nodes("energy_tce_equivalent", item) if item else None


def _item_of(node: str) -> str:
    return node.removeprefix("item:") if node.startswith("item:") else ""


def _link(row: dict[str, Any], rulebook: Rulebook, nodes: _Nodes) -> FlowLink:
    held = rulebook.items.get(str(row["item"]))
    same = ("source", "target", "item", "amount", "tce_calorific", "tce_equivalent", "derived", "status")
    return FlowLink(
        name=_words(rulebook, str(row["item"])), unit=None if held is None else held.unit,
        node=_of_energy(nodes, str(row["item"])), **{n: row[n] for n in same}
    )  # fmt: skip


def _balance(row: dict[str, Any], names: dict[str, Words]) -> FlowBalance:
    node = str(row["node"])
    same = ("into", "out", "gap", "share", "balanced", "note")
    return FlowBalance(node=node, name=names.get(node, Words(node, node)), **{n: row[n] for n in same})


def _missing(row: dict[str, Any], rulebook: Rulebook) -> FlowMissing:
    what, item = str(row["what"]), _words(rulebook, str(row["item"]))
    use = packaged_uses().uses.get(what)
    zh = use.zh if use else STREAM_ZH.get(what, what)
    en = use.en if use else _STREAM_EN.get(what, what)
    name = Words(f"{item.zh if item else row['item']}·{zh}", f"{item.en if item else row['item']}: {en}")
    return FlowMissing(
        enterprise_id=str(row["subject_id"]), item=str(row["item"]), what=what, name=name,
        note=row["note"],
    )  # fmt: skip

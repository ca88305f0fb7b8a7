"""Use cases of accounts by method 方法核算: methods and what they want, single cases, the account of a works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import polars as pl

from dafeng.account.cases.explain import derivation
from dafeng.account.cases.reading import ActivityForm, CaseForm, GivenForm, PartForm, accepted, wants
from dafeng.account.cases.recognise import Check, checks
from dafeng.account.cases.result import CaseResult, run_case
from dafeng.account.compared import Comparison, compared
from dafeng.account.inventory import works_data
from dafeng.account.streams.engine import Streams
from dafeng.account.streams.facts import MethodFacts, families_of, given_by_energy
from dafeng.app.accounts.case_english import case_english, comparison_english
from dafeng.app.accounts.closing import closed_key, held_facts
from dafeng.app.accounts.surety import Surety, surety
from dafeng.app.importing import code_lists_of
from dafeng.app.pages.english import source_en, source_zh, stream_note_en
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import use_case
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.app.sight.results import scope
from dafeng.app.versions import delivered
from dafeng.base.callers import Caller
from dafeng.base.columns import CodeList
from dafeng.base.errors import BadRequest, NotFound
from dafeng.base.periods import FIRST_YEAR, LAST_YEAR
from dafeng.base.provenance import Node, Status
from dafeng.collect.contracts import METHOD_DATA
from dafeng.collect.facts import current
from dafeng.collect.templates import template_workbook
from dafeng.rules.formulas import enrolled
from dafeng.rules.method_data import method_data
from dafeng.rules.methods import Method, packaged_methods
from dafeng.rules.records import Name
from dafeng.rules.rulebook import Rulebook, packaged_rulebook

OTHERWISE = "other_industry"  # the method of whom no other is for
NO_GUIDE = Name("没有专门的行业指南，按工业其他行业核算", "no guide of its own: accounted as other industry")


class MethodHead(msgspec.Struct, frozen=True):
    """A method under a family. why: for whom it was picked, the reason. rank: where it stands among the families of a
    method when none is named, from the day ranked_since on (``rules.choosing``); None: behind all that have one."""

    method: str
    family: str
    name: Name
    boundary: Name
    since: str
    until: str | None
    source: str
    status: Status
    why: Name | None = None
    family_name: Name | None = None
    rank: int | None = None
    ranked_since: str | None = None
    source_zh: str = ""
    source_en: str = ""


class MethodPage(msgspec.Struct, frozen=True):
    """All that a method says: streams (``account.case.wants``), totals and ratios by name, notes, formulas in words."""

    head: MethodHead
    families: tuple[str, ...]
    streams: tuple[dict[str, Any], ...]
    totals: dict[str, Name]
    ratios: dict[str, Name]
    formulas: dict[str, Name]
    notes: tuple[Name, ...]


class CaseAnswer(msgspec.Struct, frozen=True):
    """A computed case: result, printed figures held against it, and its derivation as a tree.

    english: the English of what the result says in Chinese alone (notes, missing, sources), where there is one;
    chinese: the Chinese of its sources. surety: uncertainty and data quality of the total;
    unsure: why there is none.
    """

    result: CaseResult
    checks: tuple[Check, ...]
    derivation: Node
    english: dict[str, str] = {}
    chinese: dict[str, str] = {}
    surety: Surety | None = None
    unsure: Words | None = None


class WorksMethods(msgspec.Struct, frozen=True):
    """The methods of a works in a year: chosen by its data, and those its industry suggests with the reason."""

    enterprise_id: str
    year: int
    used: tuple[MethodHead, ...]
    suggested: tuple[MethodHead, ...]


# -- methods -----------------------------------------------------------------------------------------------------------


@use_case("rules.see")
def methods(services: Services, caller: Caller, industry: str = "") -> tuple[MethodHead, ...]:
    """All methods, or those for a GB/T 4754 code with the reason; of no other the one for other industry."""
    held = packaged_methods()
    if not industry:
        return tuple(_head(m) for m in held.held.values())
    found = held.for_industry(industry)
    if found:
        return tuple(_head(m, why) for m, why in found)
    return tuple(_head(held.held[OTHERWISE, f], NO_GUIDE) for f in held.families(OTHERWISE))


@use_case("rules.see")
def method_page(services: Services, caller: Caller, method: str, family: str) -> MethodPage:
    """One method under one family. Raises RuleUnknown."""
    found, rulebook = packaged_methods().method(method, family), packaged_rulebook()
    engine = Streams(found, rulebook.family(family), rulebook)
    used = {f for s in found.streams.values() for f in s.formulas}
    return MethodPage(
        _head(found), packaged_methods().families(method), tuple(_told(w) for w in wants(found, engine)),
        {id: t.name for id, t in found.totals.items()}, {id: r.name for id, r in found.ratios.items()},
        {f.id: Name(f.zh, f.en) for f in enrolled() if f.id in used}, found.notes,
    )  # fmt: skip


def _told(form: dict[str, Any]) -> dict[str, Any]:
    """What a stream wants, its notes and those of its kinds and inputs in English beside them."""
    parts = {key: [p | {"note_en": stream_note_en(p["note"])} for p in form[key]] for key in ("items", "inputs")}
    said = {
        "note_en": stream_note_en(form["note"]),
        "source_zh": form["source"] and source_zh(form["source"]),
        "source_en": form["source"] and source_en(form["source"]),
    }
    return form | parts | said


def _head(method: Method, why: Name | None = None) -> MethodHead:
    until = None if method.until is None else method.until.isoformat()
    family = packaged_rulebook().family(method.family)
    held = family.reporting
    since = held.since.isoformat() if held is not None and held.since is not None else None
    return MethodHead(
        method.id, method.family, method.name, method.boundary, method.since.isoformat(), until, method.source,
        method.status, why, family.name, None if held is None else held.rank, since,
        source_zh(method.source), source_en(method.source),
    )  # fmt: skip


# -- cases of their own ------------------------------------------------------------------------------------------------


@use_case("case.compute")
def compute_case(services: Services, caller: Caller, case: CaseForm) -> CaseAnswer:
    """A case, computed without anything of the programme. Raises as ``accepted`` and ``run_case``."""
    return _answer(accepted(case))


@use_case("case.compute")
def compare_case(
    services: Services, caller: Caller, case: CaseForm, family: str, method: str | None = None
) -> Comparison:
    """A case under its own rule and under another, line by line."""
    made = compared(accepted(case), family, packaged_methods(), packaged_rulebook(), method=method)
    return comparison_english(made, packaged_methods())


def _named(result: CaseResult) -> list[str]:
    """The publications that a result names."""
    named = {f.source for line in result.lines for f in line.figures if f.source and f.of != "given"}
    named |= {part.source for part in result.parts} | {derivation(result).source or ""}
    return sorted(named - {""})


def _answer(case: CaseForm, rulebook: Rulebook | None = None) -> CaseAnswer:
    rulebook = rulebook or packaged_rulebook()
    result = run_case(case, packaged_methods(), rulebook)
    found = checks(case, result, rulebook)
    named = _named(result)
    english = case_english(result, packaged_methods()) | {s: en for s in named if (en := source_en(s)) != s}
    chinese = {s: zh for s in named if (zh := source_zh(s)) != s}
    sure = surety(case, packaged_methods(), rulebook)
    known, unknown = (None, sure) if isinstance(sure, Words) else (sure, None)
    return CaseAnswer(result, found, derivation(result), english, chinese, known, unknown)


# -- a works -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Works:
    """What all works delivered for their methods, and their energy, kept while nothing was delivered."""

    held: MethodFacts
    energy: pl.DataFrame


@use_case("account.see")
def works_methods(services: Services, caller: Caller, enterprise_id: str, year: int) -> WorksMethods:
    """The methods of a works in a year. Raises NotFound for a works out of sight, BadRequest for a year."""
    industry = _industry(services, caller, enterprise_id, year)
    used = [_head(packaged_methods().held[m, f]) for m, f in _used(services, enterprise_id, year)]
    return WorksMethods(enterprise_id, year, tuple(used), methods(services, caller, industry))


@use_case("account.see")
def works_account(
    services: Services, caller: Caller, enterprise_id: str, year: int, method: str | None = None,
    family: str | None = None,
) -> CaseAnswer:  # fmt: skip
    """The account of a works and year by its methods, from what it delivered and its energy data.

    method, family : another than its own, to try. Raises NotFound for a works out of sight or without any data.
    """
    case = _case(services, caller, enterprise_id, year, method, family)
    return _answer(case, packaged_rulebook().under(_family(services)))


@use_case("account.see")
def works_compared(
    services: Services, caller: Caller, enterprise_id: str, year: int, family: str, method: str | None = None
) -> Comparison:
    """The account of a works under its own rule and under another, line by line."""
    case = _case(services, caller, enterprise_id, year, None, None)
    if case.parts:
        case = msgspec.structs.replace(
            case, parts=(), method=case.parts[0].method, family=case.parts[0].family, activity=case.parts[0].activity
        )
    own = packaged_rulebook().under(_family(services))
    return compared(case, family, packaged_methods(), own, method=method)


@use_case("template.get")
def method_template(
    services: Services, caller: Caller, method: str, family: str, enterprise_id: str = "", year: int | None = None
) -> bytes:
    """The workbook of a method: its figures as code list, those it cannot do without filled in as rows to complete.

    Raises NotFound where a works is to be filled in that is out of sight.
    """
    if enterprise_id:
        _industry(services, caller, enterprise_id, year or services.clock.today().year)
    held, items = packaged_methods().method(method, family), packaged_rulebook().items
    lists = code_lists_of(services)
    own = list(method_data(held, items))
    codes = {d.code for d in own}
    listed = lists["method_data"]
    table = listed.table.filter(pl.col("code").is_in(list(codes)))
    narrowed = CodeList(listed.name, listed.zh, table, listed.spellings)
    one = lists["methods"]
    chosen = CodeList(one.name, one.zh, one.table.filter(pl.col("code") == method), ())
    names = dict(table.select("code", "zh").iter_rows())
    wanted = [d for d in own if not d.default and (d.item == "" or not isinstance(held.streams[d.stream].items, str))]
    rows = [
        {
            "enterprise_id": enterprise_id, "period": None if year is None else str(year), "method": held.name.zh,
            "datum": names.get(d.code, d.code), "unit": d.unit,
        }
        for d in wanted
    ]  # fmt: skip
    return template_workbook(METHOD_DATA, lists | {"method_data": narrowed, "methods": chosen}, rows)


def _works(services: Services) -> _Works:
    def make() -> _Works:
        held, energy = works_data(current(held_facts(services)), packaged_rulebook(), registry_of(services))
        return _Works(held, energy)

    return services.memory.get("method.works", (delivered(services), closed_key(services)), make)


def _industry(services: Services, caller: Caller, enterprise_id: str, year: int) -> str:
    """The industry code of a works in a year. Raises NotFound, in the same words for one out of sight."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadRequest(
            f"{year} is no year of a programme", where="year", mend=f"From {FIRST_YEAR} to {LAST_YEAR}.",
            zh=f"年份{year}不在范围内", mend_zh=f"请填{FIRST_YEAR}至{LAST_YEAR}之间的年份。",
        )  # fmt: skip
    registry = registry_of(services)
    rows = registry.enterprises.filter(pl.col("enterprise_id") == enterprise_id).sort("since")
    if rows.is_empty() or enterprise_id not in scope(caller, registry):
        raise NotFound(
            f"there is no enterprise {enterprise_id}", where="enterprise", mend="Choose one of the list.",
            zh=f"没有企业{enterprise_id}", mend_zh="请从企业列表中选择。",
        )  # fmt: skip
    known = rows.filter(pl.col("since").dt.year() <= year)
    return str((known if known.height else rows)["industry_code"][-1])


def _used(services: Services, enterprise_id: str, year: int) -> list[tuple[str, str]]:
    """(method, family) by the data a works delivered for the year."""
    given = _works(services).held.given.filter((pl.col("subject_id") == enterprise_id) & (pl.col("year") == year))
    ids = sorted(set(given["method"]))
    families = families_of(packaged_methods(), packaged_rulebook(), [(m, str(year)) for m in ids], _family(services))
    return [(m, f) for (m, _), f in families.items() if f is not None]


def _family(services: Services) -> str:
    return services.settings.family


def _case(
    services: Services, caller: Caller, enterprise_id: str, year: int, method: str | None, family: str | None
) -> CaseForm:
    """A works' year as a case, every figure with the fact it came from."""
    industry = _industry(services, caller, enterprise_id, year)
    works, held = _works(services), packaged_methods()
    own = works.held.given.filter((pl.col("subject_id") == enterprise_id) & (pl.col("year") == year))
    used = [method] if method else sorted(set(own["method"]))
    if not used:
        suggested = [m for m, _ in held.for_industry(industry)]
        used = [suggested[0].id if suggested else OTHERWISE]
        energy = works.energy.filter(pl.col("subject_id") == enterprise_id)
        own = given_by_energy(energy, used[0], year, packaged_rulebook().items, held)
    if own.is_empty():
        raise NotFound(
            f"{enterprise_id} has delivered nothing for {year}", where="enterprise",
            mend="Deliver its energy, or the data of its method.",
            zh=f"企业{enterprise_id}尚未报送{year}年数据", mend_zh="请先报送能源消费或核算数据。",
        )  # fmt: skip
    wanted = families_of(held, packaged_rulebook(), [(m, str(year)) for m in used], _family(services))
    trial = False
    parts = []
    for id in used:
        chosen = family or wanted[id, str(year)]
        if chosen is None:
            chosen, trial = held.families(id)[-1], True
        rows = own if method else own.filter(pl.col("method") == id)
        parts.append(PartForm(id if len(used) > 1 else "", id, chosen, _activity(rows, held.method(id, chosen))))
    place = str(own["scope"].drop_nulls()[0]) if own["scope"].drop_nulls().len() else "CN"
    case = CaseForm(enterprise_id, str(year), scope=place, trial=trial or family is not None)
    if len(parts) > 1:
        return msgspec.structs.replace(case, parts=tuple(parts))
    one = parts[0]
    return msgspec.structs.replace(case, method=one.method, family=one.family, activity=one.activity)


def _activity(rows: pl.DataFrame, method: Method) -> tuple[ActivityForm, ...]:
    """Given rows as activity; figures the method does not take are left out (the account's findings name them)."""
    out = []
    keys = ["stream", "item", "period"]
    for (stream, item, period), part in rows.partition_by(keys, as_dict=True, maintain_order=True).items():
        form = method.streams.get(str(stream))
        if form is None or (form.items is not None and not isinstance(form.items, str) and item not in form.items):
            continue
        inputs = {
            r["input"]: GivenForm(r["value"], r["unit"], evidence=r["evidence"], status=r["status"])
            for r in part.iter_rows(named=True)
            if r["input"] in form.inputs
        }
        if inputs:
            out.append(ActivityForm(str(stream), inputs, item=str(item or ""), period=str(period)))
    return tuple(out)

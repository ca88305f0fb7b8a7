"""Use cases of parts and wholes 上下级核对: provinces beside the nation, cities beside the province, and stated rests.

A rest is what is published for parts that are not singly known. It is stated by the bureau with its source, closes the
comparison only, can be withdrawn, and every statement and withdrawal stays.
"""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec
import polars as pl

from dafeng.account.regional.explain import Sources, unknown
from dafeng.account.regional.explain_parts import explain_parts
from dafeng.account.regional.frames import FINDING_SCHEMA
from dafeng.account.regional.reconcile import reconcile, reconciliation_findings
from dafeng.account.regional.rests import REST_SCHEMA, standing
from dafeng.app.permission import require_everything, use_case, within
from dafeng.app.ports import Batch, Evidence
from dafeng.app.regions.cells import REST, every_cell, every_rest
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotFound
from dafeng.base.periods import Period
from dafeng.base.provenance import Node, content_id
from dafeng.base.stated import stated
from dafeng.base.units import factor
from dafeng.collect.regional_cells import NATION, carrier_words, sector_words
from dafeng.registry.areas import Areas, area_tree, is_pseudo
from dafeng.rules.regional import regional_rules

_NO_INVENTORY = frozenset({"54", "71", "81", "82"})  # Tibet, Taiwan, Hong Kong, Macao: the published sets have none
_LONGEST = 500
_PUBLISHED = "inventory"
__all__ = ["explain_part", "reconciled", "reconciliation", "state_rest", "stated_rests", "withdraw_rest"]


class RestDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is stated of parts of a whole that are not singly known 声明的其余部分.

    value: with its unit, as "1904 Mt CO2" or "1904.35 百万吨CO2"; a bare number is in unit (tCO2 where left out).
    of: parts = the figure is that of ``parts`` (those that are missing, where left out); all = that of all parts
    together, from which what is there is taken off. row and carrier: sector and fuel, by code or name.
    """

    period: str
    value: str | float
    source: str
    area: str = NATION
    unit: str | None = None
    of: Literal["parts", "all"] = "parts"
    parts: tuple[str, ...] = ()
    row: str = "total"
    carrier: str = "scope1_total"
    why: str = ""


class Rest(msgspec.Struct, frozen=True, kw_only=True):
    """A stated rest. value in tCO2. stands: it is the last word for its whole, year, sector and fuel."""

    rest_id: str
    area_code: str
    period: str
    row: str
    carrier: str
    of: str
    parts: tuple[str, ...]
    value: float | None
    value_delivered: float | None
    unit_delivered: str
    source: str
    why: str
    status: str
    who: str
    at: str
    stands: bool


# -- what stands -------------------------------------------------------------------------------------------------------


def reconciled(cells: pl.DataFrame, of: str, tree: Areas, rests: pl.DataFrame | None = None) -> pl.DataFrame:
    """The inventories of the areas directly below ``of`` (CN: the provinces) beside its own: rows of ``reconcile``."""
    due = due_parts(of, tree)
    own, parts = cells.filter(pl.col("area_code") == of), cells.filter(pl.col("area_code").is_in(due))
    told = None if rests is None else rests.filter(pl.col("area_code") == of)
    return reconcile(parts, own, due, rest=told)


def due_parts(of: str, tree: Areas) -> list[str]:
    """The areas directly below one, of which published inventories can be had."""
    if of == NATION:
        return [c for c in area_tree().roots if c[:2] not in _NO_INVENTORY]
    return [c for c in tree.children(of) if not is_pseudo(tree.name(c))] if of in tree else []


def reconciliation_findings_of(inventories: pl.DataFrame, tree: Areas, rests: pl.DataFrame) -> pl.DataFrame:
    """Findings of every area of which both an inventory and inventories below (or a stated sum of them) are there."""
    have = set(inventories["area_code"].unique().to_list())
    above = {p for c in have if c in tree and (p := tree.parent(c) or NATION) in have}
    above |= {a for a in standing(rests)["area_code"].to_list() if a in have}
    sums = (pl.col("row") == "total") | (pl.col("carrier") == "scope1_total")
    made = [reconciliation_findings(reconciled(inventories.filter(sums), of, tree, rests), of) for of in sorted(above)]
    return pl.concat([pl.DataFrame(schema=FINDING_SCHEMA), *made])


@use_case("region.see")
def reconciliation(services: Services, caller: Caller, area: str = NATION, period: str | None = None) -> pl.DataFrame:
    """Published inventories of the parts of an area beside its own, with the gap and the parts that are missing."""
    rows = reconciled(_published(services), area, registry_of(services).tree, every_rest(services))
    return rows if period is None else rows.filter(pl.col("period") == period)


def _published(services: Services) -> pl.DataFrame:
    return every_cell(services).filter(pl.col("kind") == _PUBLISHED)


@within
def explain_part(services: Services, caller: Caller, id: str) -> Node:
    """The derivation of a comparison (parts:…) or of a published cell in it. Published figures are nobody's secret.

    Raises NotFound.
    """
    of = id.split(":")[1] if id.count(":") == 4 else ""
    cells, tree, rests = _published(services), registry_of(services).tree, every_rest(services)
    due = due_parts(of, tree)
    parts, whole = cells.filter(pl.col("area_code").is_in(due)), cells.filter(pl.col("area_code") == of)
    if whole.is_empty():
        raise unknown(id)
    everywhere = area_tree()
    names = {c: everywhere.name(c) if c in everywhere else tree.name(c) for c in due} | {NATION: "全国"}
    names |= {of: tree.name(of)} if of in tree else {}
    blank = pl.DataFrame()
    sources = Sources(blank, blank, cells, regional_rules(), names, {})
    told = rests.filter(pl.col("area_code") == of)
    return explain_parts(id, reconcile(parts, whole, due, rest=told), parts, whole, rests, sources)


@use_case("region.see")
def stated_rests(services: Services, caller: Caller) -> tuple[Rest, ...]:
    """All statements of rests, oldest first; they are published with their source and not cut by area."""
    rows = every_rest(services)
    holds = set(standing(rows)["rest_id"].to_list())
    return tuple(_told(row, row["rest_id"] in holds) for row in rows.iter_rows(named=True))


def _told(row: dict[str, object], stands: bool) -> Rest:
    return msgspec.convert({**row, "stands": stands}, Rest)


# -- to state and to withdraw ------------------------------------------------------------------------------------------


@use_case("region.rest")
def state_rest(services: Services, caller: Caller, draft: RestDraft) -> Rest:
    """State a rest; it replaces the one that stood for the same whole, year, sector and fuel. The same again changes
    nothing. Raises BadRequest for what cannot be (no source, unit, area, part, or nothing missing)."""
    require_everything(caller, "region.rest", services.settings.area)
    tree = registry_of(services).tree
    due = due_parts(draft.area, tree)
    if not due:
        raise _bad(
            f"no area {draft.area!r} with parts", "area", "CN, or the code of a province.",
            f"没有含下级的区域“{draft.area}”", "请填 CN 或省级代码。",
        )  # fmt: skip
    if not draft.source.strip() or len(draft.source) > _LONGEST or len(draft.why) > _LONGEST:
        raise _bad(
            "say from where the figure is", "source", f"Document and place, up to {_LONGEST} characters.",
            "请注明出处", f"文件名称与位置，不超过{_LONGEST}字。",
        )  # fmt: skip
    row = {
        "area_code": draft.area, "period": Period.parse(draft.period).code, "row": _sector(draft.row),
        "carrier": _carrier(draft.carrier), "of": draft.of, **_figure(draft),
        "source": draft.source.strip(), "why": draft.why.strip(), "status": "user",
    }  # fmt: skip
    row["parts"] = _parts(services, draft, due, row)
    return _kept(services, caller, row)


@use_case("region.rest")
def withdraw_rest(services: Services, caller: Caller, rest_id: str, why: str) -> Rest:
    """Withdraw a rest that stands. Raises NotFound where none does, BadRequest without a reason."""
    require_everything(caller, "region.rest", services.settings.area)
    found = standing(every_rest(services)).filter(pl.col("rest_id") == rest_id)
    if found.is_empty():
        raise NotFound(
            f"no rest {rest_id} stands", where="rest_id", mend="Take the id from the list: dafeng region rests.",
            zh=f"没有生效的声明 {rest_id}", mend_zh="请使用列表中的编号(dafeng region rests)。",
        )  # fmt: skip
    if not why.strip() or len(why) > _LONGEST:
        raise _bad(
            "say why", "why", f"A reason of 1 to {_LONGEST} characters.", "请说明原因", f"原因为1至{_LONGEST}字。"
        )
    row = found.row(0, named=True) | {"value": None, "why": why.strip()}
    return _kept(services, caller, {k: v for k, v in row.items() if k not in ("rest_id", "who", "at")})


def _kept(services: Services, caller: Caller, row: dict[str, object]) -> Rest:
    rests = every_rest(services)
    for held in standing(rests).iter_rows(named=True):
        if all(held[k] == v for k, v in row.items()):
            return _told(held, True)
    now = services.clock.now()
    text = msgspec.json.encode({**row, "who": caller.name, "at": now})
    sha = hashlib.sha256(text).hexdigest()
    rest_id = content_id("RR", sha, str(rests.height))
    whole = {**row, "rest_id": rest_id, "who": caller.name, "at": now.isoformat(timespec="seconds")}
    frame = pl.DataFrame([whole], schema=REST_SCHEMA, orient="row")
    name = f"rest-{row['area_code']}-{row['period']}.json"
    services.columns.put_bytes(sha, text)
    services.columns.put_result(rest_id, "rests", frame)
    services.records.put_batch(Batch(rest_id, sha, REST, name, 1, 1, 0, 0, [], now, caller.name))
    services.records.put_evidence(Evidence(sha, name, len(text), "regional", now, caller.name))
    return _told(frame.row(0, named=True), row["value"] is not None)


def _figure(draft: RestDraft) -> dict[str, object]:
    value, unit = stated(draft.value) if isinstance(draft.value, str) else (float(draft.value), None)
    unit = unit or draft.unit or "tCO2"
    if value is None or not 0 <= value < 1e15:
        raise _bad(
            f"{draft.value!r} is no amount", "value", "Give a number that is not negative, with its unit.",
            f"“{draft.value}”不是排放量", "请填写非负数及单位。",
        )  # fmt: skip
    return {"value": value * factor(unit, "tCO2"), "value_delivered": value, "unit_delivered": unit}


def _parts(services: Services, draft: RestDraft, due: list[str], row: dict[str, object]) -> list[str]:
    """The parts a figure stands for: those named, else those that are missing in the year; none for a sum of all."""
    if draft.of == "all":
        return []
    if strange := [p for p in draft.parts if p not in due]:
        raise _bad(
            f"{strange[0]} is no part of {draft.area}", "parts", f"There are: {', '.join(due)}.",
            f"{strange[0]}不是{draft.area}的下级", f"可填：{'、'.join(due)}。",
        )  # fmt: skip
    if draft.parts:
        return sorted(set(draft.parts))
    cells = _published(services).filter(pl.col("period") == row["period"])
    missing = sorted(set(due) - set(cells["area_code"].unique().to_list()))
    if not missing:
        raise _bad(
            f"no part of {draft.area} is missing in {row['period']}", "parts", "Nothing is to be stated.",
            f"{draft.area} {row['period']}年没有缺失的下级", "无需声明。",
        )  # fmt: skip
    return missing


def _sector(word: str) -> str:
    code = word if word in regional_rules().sectors or word == "total" else sector_words().code(word)
    if code is None:
        raise _bad(
            f"no sector {word!r}", "row", "Name it as the inventory does; total for all.",
            f"没有部门“{word}”", "请按清单名称填写；合计填 total。",
        )  # fmt: skip
    return code


def _carrier(word: str) -> str:
    code = word if word in regional_rules().carriers else carrier_words().code(word)
    if code is None:
        raise _bad(
            f"no fuel {word!r}", "carrier", "Name it as the inventory does; scope1_total for all.",
            f"没有品种“{word}”", "请按清单名称填写；合计填 scope1_total。",
        )  # fmt: skip
    return code


def _bad(what: str, where: str, mend: str, zh: str, mend_zh: str) -> BadRequest:
    return BadRequest(what, where=where, mend=mend, zh=zh, mend_zh=mend_zh)

"""Factors of a case's own 算例自带因子: in place of the rulebook's, and which of them a rule lets stand.

A factor that the ministry published is no value of the works' own: where a rule wants a published grid factor and the
case names one, that one is taken and said.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import msgspec
import polars as pl

from dafeng.account.cases.words import gas_unit, number
from dafeng.account.streams.engine import Streams, scale_to
from dafeng.base.errors import BadRequest
from dafeng.base.periods import Period
from dafeng.base.provenance import Status
from dafeng.base.units import factor as unit_factor
from dafeng.rules.parameters import FactorValue, Parameter
from dafeng.rules.records import Family, Step
from dafeng.rules.rulebook import Rulebook
from dafeng.rules.scopes import NATION

LONG_AGO = date(1900, 1, 1)
ELECTRICITY = "case.electricity"
_GRID = "grid_co2"


class OwnParameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A factor of the case's own. id: a parameter, or ``electricity``, ``heat``, ``gwp.<gas>`` = the family's own."""

    id: str
    value: float | str
    unit: str | None = None
    evidence: str | None = None
    status: Status = "user"


def with_own(rulebook: Rulebook, own: tuple[OwnParameter, ...], family: Family) -> tuple[Rulebook, Family]:
    """Rulebook and family with the case's own factors in place of theirs, everywhere and on every day.

    Raises RuleUnknown for an id the rulebook has not, BadRequest for a unit that cannot be brought to the parameter's.
    """
    held = dict(rulebook.parameters)
    for one in own:
        if one.id == "electricity":
            held[ELECTRICITY, NATION] = _own(
                one, ELECTRICITY, "tCO2/MWh", "算例自带电力排放因子", "grid factor of the case"
            )
            step = Step(since=LONG_AGO, parameter=ELECTRICITY, scope=NATION)
            family = msgspec.structs.replace(family, electricity=(step,))
            continue
        id = {"heat": family.heat}.get(one.id, one.id)
        if id.startswith("gwp.") and id.count(".") == 1:
            id = f"gwp.{family.gwp}.{id.removeprefix('gwp.')}"
        rulebook.parameter(id)  # refuses what it does not know
        model = next(p for (i, _), p in rulebook.parameters.items() if i == id)
        held = {k: p for k, p in held.items() if k[0] != id}
        held[id, NATION] = _own(one, id, model.unit, model.values[0].name_zh, model.values[0].name_en)
    if not own:
        return rulebook, family
    ids = frozenset(id for id, _ in held)
    return replace(rulebook, parameters=MappingProxyType(held), version=f"{rulebook.version}+own", _ids=ids), family


def _own(one: OwnParameter, id: str, unit: str, zh: str, en: str) -> Parameter:
    bare, written = number(one.value, one.id)
    if bare is None:
        raise BadRequest(
            f"{one.id} has no value", where=f"parameters › {one.id}", mend=f"Give it in {unit}.",
            zh=f"{one.id}没有数值", mend_zh=f"请以 {unit} 填写。",
        )  # fmt: skip
    stated_in = gas_unit(one.unit or written, unit)
    try:
        value = bare * (1.0 if stated_in in (None, unit) else unit_factor(stated_in, unit))
    except BadRequest as error:
        raise BadRequest(
            f"{one.id}: {error.what}", where=f"parameters › {one.id}", mend=f"Give it in {unit}.",
            zh=f"{one.id}：{error.zh}", mend_zh=f"请以 {unit} 填写。",
        ) from error  # fmt: skip
    source = one.evidence or "算例自带，未附凭证 given by the case, without evidence"
    held = FactorValue(id, NATION, value, unit, LONG_AGO, None, None, one.status, source, "(case)", zh, en)
    return Parameter(id, NATION, unit, (held,), None, "(case)")


def published_grid(rulebook: Rulebook, family: Family, value: float, day: date) -> FactorValue | None:
    """The published grid factor [tCO2/MWh] of that value, of any year and place; None where there is none.

    A family that forces the national factor takes national ones only.
    """
    step = family.electricity_step(day)
    if step is None:
        return None
    for (id, scope), parameter in rulebook.parameters.items():
        if not id.endswith(_GRID) or (step.scope is not None and scope != step.scope):
            continue
        for held in parameter.values:
            if math.isclose(held.value, value, rel_tol=1e-9, abs_tol=5e-7):
                return held
    return None


REFUSED = "的自有值未采用，规则规定取缺省值"


def with_published(streams: Streams, given: pl.DataFrame) -> tuple[Streams, pl.DataFrame]:
    """Given rows in which a grid factor that the rule prescribes stands only where the ministry published it.

    given : GIVEN rows and ``said``. A figure that is the rule's own is left to the rule (with its source); one that was
    published for another year or place is taken and said; any other is left to the engine, which does not take it.
    """
    for id, form in streams.method.streams.items():
        for name, inp in form.inputs.items():
            if inp.own != "no" or inp.parameter != "{electricity}":
                continue
            at = (pl.col("stream") == id) & (pl.col("input") == name) & pl.col("value").is_not_null()
            rows = given.filter(at)
            if rows.height:
                streams, given = _published(streams, given, at, id, name)
    return streams, given


def _published(
    streams: Streams, given: pl.DataFrame, at: pl.Expr, stream: str, name: str
) -> tuple[Streams, pl.DataFrame]:
    form = streams.method.streams[stream]
    to = streams.units(form)
    said: list[tuple[float | None, str | None]] = []
    for row in given.filter(at).iter_rows(named=True):
        value = row["value"] * scale_to(row["unit"] or to[name, row["item"]], to[name, row["item"]], name)
        rule = streams.default(form, name, row["item"], row["period"], row["scope"])
        day = Period.parse(row["period"]).first
        found = published_grid(streams.rulebook, streams.family, value, day)
        label = form.inputs[name].name.zh
        if rule is not None and math.isclose(rule.value, value, rel_tol=1e-9):
            said.append((None, None))
        elif found is not None:
            usual = "" if rule is None else f"，按规则为{rule.value:g}"
            what = f"是{found.name_zh}{found.since.year}年公布值{usual}"
            said.append((row["value"], f"{label}取算例给出的{value:g}，{what}"))
        else:
            said.append((None, f"{label}{REFUSED}"))
    if all(v is None and note is not None for v, note in said):
        return streams, given
    table = pl.DataFrame(said, schema={"value": pl.Float64, "more": pl.String}, orient="row")
    held = given.with_row_index().filter(at).select("index").with_columns(table)
    joined = given.with_row_index().join(held, on="index", how="left", maintain_order="left", suffix="_new")
    mine = pl.col("index").is_in(held["index"].to_list())
    words = pl.concat_str("said", "more", separator="；", ignore_nulls=True)
    changed = joined.with_columns(
        value=pl.when(mine).then("value_new").otherwise("value"), said=pl.when(words != "").then(words)
    ).select(given.columns)
    inputs = {**form.inputs, name: msgspec.structs.replace(form.inputs[name], own="yes")}
    streams_of = {**streams.method.streams, stream: msgspec.structs.replace(form, inputs=inputs)}
    method = replace(streams.method, streams=MappingProxyType(streams_of))
    return replace(streams, method=method), changed

"""What a verifier would ask about a case's own figures 存疑提示: said beside the result, never a change of it.

An own value the rule does not let stand, a figure far from the rule's default (another unit?), an amount without a unit
that is out of all proportion, evidence out of date, two ways to the same emissions, groups of sources without figures,
a place nobody knows, a rule that was chosen for want of another, a case without rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import polars as pl

from dafeng.account.cases.beside import of_market, own_rows
from dafeng.account.cases.footprints import is_footprint, of_footprint
from dafeng.account.cases.said import known_place
from dafeng.account.cases.words import within
from dafeng.account.streams.engine import Streams, scale_to
from dafeng.base.numbers import plain
from dafeng.base.periods import Period
from dafeng.rules.choosing import why
from dafeng.rules.formulas import formula
from dafeng.rules.methods import GIVEN as GIVEN_STREAM
from dafeng.rules.methods import GROUP_ZH, StreamForm, most_of
from dafeng.rules.parameters import FactorValue
from dafeng.rules.records import Name
from dafeng.rules.scopes import NATION

_MOST = 50  # findings of a part
FAR = 3.0  # an own value this many times the default, or as many times less, is asked about
_SHARE, _SLIGHT = 1.0, 2.0  # a share is at most 1; what is not above 2 is hardly meant in per cent
_VALIDITY = re.compile(r"(?P<what>.+)的凭证有效期(?P<since>自[\d-]+)?(?P<until>至[\d-]+)?，(?P<fate>.+)")
# another unit by whose factor the figure would come near the default
_SLIPS: tuple[tuple[float, str, str], ...] = (
    (0.0041868, "以kcal/kg计", "in kcal/kg"),
    (1e-3, "单位小了1000倍（如kJ/kg、tC/TJ、kg）", "in a unit 1000 times smaller (kJ/kg, tC/TJ, kg)"),
    (1e3, "以每kWh、每kg计（而非每MWh、每t）", "per kWh or kg, not per MWh or t"),
    (10.0, "气体以MJ/m3计", "of a gas, in MJ/m3"),
    (0.041868, "气体以kcal/m3计", "of a gas, in kcal/m3"),
    (1e-2, "以百分数计", "in per cent"),
    (44 / 12, "以碳（C）计", "in carbon"),
    (12 / 44, "以CO2计", "in CO2"),
    (1e4, "以每单位（而非每万单位）计", "per one, not per 10^4"),
    (1e-4, "以每万单位计", "per 10^4"),
)
_OF_HEAT = re.compile(r"kcal|MJ/m3")  # slips of a calorific value only
# what a measured figure usually is, by its unit: asked about where the rule has no default to hold it against; from
# coal and gas of blast furnaces to hydrogen and pure oils, grid and boiler factors with a wide margin
_USUAL = {"tC/GJ": (0.001, 0.15), "GJ/t": (0.5, 145.0), "GJ/10^4 Nm3": (5.0, 1500.0), "tCO2/MWh": (0.0, 2.5),
          "tCO2/GJ": (0.0, 0.5), "tCO2/t": (0.0, 20.0)}  # fmt: skip
# an amount without a unit beyond which it is asked: the unit it is taken in, and what it may have been meant in
_MUCH = {"10^4 Nm3": (5e4, "Nm3（m3）"), "MWh": (2e7, "kWh")}


def doubts(
    streams: Streams, given: pl.DataFrame, *, chosen: bool, alone: bool, period: Period, scope: str
) -> tuple[Name, ...]:
    """The findings on one part's given rows (GIVEN, in the case's own units).

    chosen: the family was not named. alone: the case has no other part.
    """
    found: list[Name] = [*of_market(given)]
    given = own_rows(streams.method, given)
    if chosen:
        found.append(why(streams.family, streams.method, period.first.year))
    if not known_place(scope):
        found.append(Name(f"地区代码{scope}的省份不在行政区划表中，按全国因子计",
                          f"the province of {scope} is not known: national factors are taken"))  # fmt: skip
    if given.is_empty():
        found.append(Name("没有任何数据行：请在 activity 中逐行给出排放源与数据",
                          "there is no row: give streams and figures under activity"))  # fmt: skip
    found += _of_place(streams, given, period, scope)
    found += _of_validity(streams, given)
    found += of_footprint(streams, given)
    found += _of_rivals(streams, given)
    found += _of_overlaps(streams, given)
    found += _of_groups(streams, given) if alone else ()
    own = given.filter(pl.col("value").is_not_null() & (pl.col("value") != 0.0))
    for row in (
        own.select("stream", "item", "input", "period", "scope", "value", "unit")
        .unique(maintain_order=True)
        .iter_rows()
    ):
        found += _of_figure(streams, *row)
    kept = tuple(dict.fromkeys(found))
    if len(kept) <= _MOST:
        return kept
    more = len(kept) - _MOST
    return (*kept[:_MOST], Name(f"另有{more}条类似提示", f"{more} more of the kind"))


def _of_validity(streams: Streams, given: pl.DataFrame) -> Iterator[Name]:
    """Evidence that does not hold in the period, or not in all of it."""
    said = given.get_column("said", default=None)
    for words in () if said is None else said.drop_nulls().unique(maintain_order=True):
        for one in words.split("；"):
            if held := _VALIDITY.match(one):
                fate = "not taken" if held["fate"].endswith("不采用") else "not for the whole period"
                dates = f"{held['since'] or ''}{held['until'] or ''}".replace("自", " from ").replace("至", " until ")
                names = {i.name.zh: i.name.en for s in streams.method.streams.values() for i in s.inputs.values()}
                yield Name(one, f"evidence of {names.get(held['what'], held['what'])}, valid{dates}: {fate}")


def _of_rivals(streams: Streams, given: pl.DataFrame) -> Iterator[Name]:
    """Two ways of the rule to the same emissions, both filled in."""
    there = set(given.filter(pl.col("value").is_not_null())["stream"])
    for id, form in streams.method.streams.items():
        for rival in form.instead_of if id in there else ():
            if rival in there:
                other = streams.method.stream(rival)
                yield Name(
                    f"“{form.name.zh}”与“{other.name.zh}”是同一排放的两种算法，同时填报会重复计算，请只留一种",
                    f"{form.name.en} and {other.name.en} are two ways to the same emissions and both are counted",
                )


def _of_overlaps(streams: Streams, given: pl.DataFrame) -> Iterator[Name]:
    """A source given for the year and again for its months, or twice with the very same figures: both are added."""
    by, whole = ["place", "stream", "item"], pl.col("period").str.len_chars() == 4
    place = pl.col("subject_id").str.split("|").list.head(2).list.join("|")
    rows = given.filter(pl.col("value").is_not_null()).with_columns(place=place)
    mixed = rows.group_by(*by, "input").agg(both=whole.any() & (~whole).any()).filter("both")
    figure = pl.concat_str("input", pl.col("value").cast(pl.String), pl.col("unit").fill_null(""), separator="=")
    lots = rows.group_by(*by, "period", "subject_id").agg(figures=figure.sort().str.join(";"))
    twice = lots.filter(pl.struct(*by, "period", "figures").is_duplicated())
    for frame, zh, en in (
        (mixed, "既填全年又填月份", "is given for the year and for months"),
        (twice, "有数据完全相同的两行", "has two rows with the same figures"),
    ):
        for stream, item in frame.select("stream", "item").unique().sort(pl.all()).iter_rows():
            form = streams.method.stream(stream)
            kind = streams.items(form)[item].name if item else Name("", "")
            yield Name(
                f"{form.name.zh} {kind.zh}".strip() + f"{zh}，两者相加，请核对是否重复",
                f"{form.name.en} {kind.en}".strip() + f" {en}: both are added; check",
            )


def _of_groups(streams: Streams, given: pl.DataFrame) -> Iterator[Name]:
    """Groups of sources that the method has and nothing was given of: taken as not there, which is to be said."""
    if given.is_empty():
        return
    forms = streams.method.streams
    there = {forms[s].group for s in given["stream"].unique()}
    if streams.method.no_industry is not None or "value_chain" in there or is_footprint(streams):
        return  # a single check or a footprint has no groups that belong to it
    own = [f.group for id, f in forms.items() if f.formulas and not id.startswith(GIVEN_STREAM)]
    open_ = [g for g in dict.fromkeys(own) if g in ("combustion", "process", "electricity") and g not in there]
    if open_:
        yield Name(
            f"没有填报：{'、'.join(GROUP_ZH[g] for g in open_)}。未计入总量；如有排放请补报",
            f"nothing was given of: {', '.join(open_)}. The total is without it; add what there is",
        )


def _of_place(streams: Streams, given: pl.DataFrame, period: Period, scope: str) -> Iterator[Name]:
    """Power at the national factor because no place was named, where the rule goes by the place."""
    step = streams.family.electricity_step(period.first, streams.as_of)
    if scope != NATION or step is None or step.scope is not None or step.parameter.startswith("case."):
        return
    places = {s for id, s in streams.rulebook.parameters if id == step.parameter} - {NATION}
    if not places:
        return
    for id, form in streams.method.streams.items():
        rows = given.filter(pl.col("stream") == id)
        asked = [n for n, i in form.inputs.items() if i.parameter == "{electricity}"]
        if (
            rows.is_empty()
            or not asked
            or rows.filter(pl.col("input").is_in(asked) & pl.col("value").is_not_null()).height
        ):
            continue
        yield Name(
            f"{form.name.zh}：未写地区，按全国因子计；本规则按所在地取因子，请写 scope（如湖北省）",
            f"{form.name.en}: no place was named, so the national factor is taken; this rule goes by the place: "
            "give scope (420000)",
        )
        return


def _of_figure(
    streams: Streams, stream: str, item: str, input: str, period: str, scope: str, value: float, unit: str | None
) -> Iterator[Name]:
    form = streams.method.stream(stream)
    to = streams.units(form)[input, item]
    said = value * scale_to(unit or to, to, input)
    if unit is None and to in _MUCH and said > _MUCH[to][0]:
        meant = _MUCH[to][1]
        yield Name(
            f"{_called(streams, form, item, input).zh}{plain(said)}未写单位，按{to}计；若是{meant}，请写明单位",
            f"{_called(streams, form, item, input).en} {plain(said)} has no unit and is taken in {to}; "
            f"write the unit if it is in {'Nm3' if 'Nm3' in to else 'kWh'}",
        )
    if said < 0 and input == "emissions" and form.sign < 0:
        yield Name(
            f"{_called(streams, form, item, input).zh}为{plain(said)}：扣除项请填正值，由方法扣减；负值会加到总量上",
            f"{_called(streams, form, item, input).en} is {plain(said)}: give what is taken off as a positive figure, "
            "the method subtracts it; a negative one is added to the total",
        )
    default = streams.default(form, input, item, period, scope)
    if not within(said, form.inputs[input], to):
        yield _beyond(streams, form, item, input, said, to, filled=default is not None)
        return
    if default is None:
        if to in _USUAL and said and not _USUAL[to][0] <= said <= _USUAL[to][1]:
            yield _unusual(streams, form, item, input, said, to)
        return
    usual = default.value * scale_to(default.unit, to, input)
    if form.inputs[input].own == "no":
        yield from _not_taken(streams, form, item, input, said, usual, default)
    elif usual > 0 and said > 0 and form.inputs[input].most != _SHARE and not 1 / FAR < said / usual < FAR:
        yield _far(streams, form, item, input, said, usual, to)


def _beyond(streams: Streams, form: StreamForm, item: str, input: str, said: float, unit: str, *, filled: bool) -> Name:
    """A figure that cannot be (a share of 93): it is left out, and what stands in its place."""
    inp, name = form.inputs[input], _called(streams, form, item, input)
    top = most_of(inp, unit)
    least, most = ("" if x is None else f"{x:g}" for x in (inp.least, top))
    mend = ("请核对数值、单位与正负号", "check figure, unit and sign")
    if top == _SHARE and 1 < said <= 100:
        mend = _mend_share(said)
    elif input == "net" and said < 0:
        mend = _of_net_export(streams)
    elif unit == "kJ/kg" and within(said * 1e3, inp, unit):
        mend = (f"若为{said:g} GJ/t（MJ/kg），请写明单位", f"write the unit if it is {said:g} GJ/t (MJ/kg)")
    needed = all(input in formula(id, date.max).inputs for id in form.formulas)
    instead = ("，按缺数处理", ", it is missing") if needed else ("，按未填处理", ", as if it had not been given")
    if filled:
        instead = ("，取规则缺省值", ", the default stands instead")
    unit = "" if unit == "1" else f" {unit}"
    return Name(
        f"{name.zh}为{said:g}{unit}，超出可能范围（{least}~{most}），未采用{instead[0]}；{mend[0]}",
        f"{name.en} is {said:g}{unit}, which cannot be ({least}~{most}): not used{instead[1]}; {mend[1]}",
    )


def _mend_share(said: float) -> tuple[str, str]:
    """How to write a share above 1: in per cent; just above 1 it is hardly that, and rather a wrong figure."""
    if said > _SLIGHT:
        return f"百分数请写成“{said:g}%”", f'write "{said:g}%" for a share in per cent'
    return (
        f"份额最大为1（即100%），所填相当于{100 * said:g}%，请核对；若确为百分之{said:g}，请写“{said:g}%”",
        f"a share is at most 1 (100 %) and this is {100 * said:g} %: check it, or write "
        f'"{said:g}%" if {said:g} per cent is meant',
    )


def _of_net_export(streams: Streams) -> tuple[str, str]:
    """What to give where the rule takes bought power only and a works gives more out than it takes (a power plant)."""
    held = streams.method.streams
    units = "unit" in held and "power_supplied" in held["unit"].inputs
    where = (
        "，外供(上网)电量填入 unit 的 power_supplied(供电量)",
        ', and what is given out as power_supplied of "unit"',
    )
    zh, en = where if units else ("", "")
    return (
        f"按本规则只计购入电量，净外供不扣减：请改填 bought(购入电量)，未购入填0{zh}",
        "this rule counts bought power only and takes no export off: give what was bought from the grid as bought, 0 "
        f"if nothing was{en}",
    )


def _not_taken(
    streams: Streams, form: StreamForm, item: str, input: str, said: float, usual: float, default: FactorValue
) -> Iterator[Name]:  # fmt: skip
    if abs(said - usual) <= 1e-9 * abs(usual):
        return
    electric = form.inputs[input].parameter == "{electricity}"
    id, unit, source = default.id, streams.units(form)[input, item], default.source
    how = f'{{"id": "{"electricity" if electric else id}", "value": {plain(said)}, "unit": "{unit}"}}'
    name = _called(streams, form, item, input)
    yield Name(
        f"{name.zh}：规则规定取{plain(usual)} {unit}（{source}），所给{plain(said)}未采用；"
        f"如要按所给值计算，请写入 parameters：{how}",
        f"{name.en}: the rule sets {plain(usual)} {unit} ({source}), the {plain(said)} given was not taken; "
        f"to compute with it put {how} under parameters",
    )


def _far(streams: Streams, form: StreamForm, item: str, input: str, said: float, usual: float, unit: str) -> Name:
    slips = [x for x in _SLIPS if "GJ" in unit or not _OF_HEAT.search(x[2])]
    near = next(((zh, en) for f, zh, en in slips if 1 / 2 < said * f / usual < 2), ("", ""))
    name = _called(streams, form, item, input)
    hint = (f"，似乎是{near[0]}", f"; perhaps it is {near[1]}") if near[0] else ("", "")
    return Name(
        f"{name.zh}为{plain(said)} {unit}，规则缺省值为{plain(usual)}，请核对单位{hint[0]}",
        f"{name.en} is {plain(said)} {unit}, the rule's default is {plain(usual)}: check the unit{hint[1]}",
    )


def _unusual(streams: Streams, form: StreamForm, item: str, input: str, said: float, unit: str) -> Name:
    name, (low, high) = _called(streams, form, item, input), _USUAL[unit]
    return Name(
        f"{name.zh}为{plain(said)} {unit}，常见范围为{low:g}~{high:g}，请核对数值与单位",
        f"{name.en} is {plain(said)} {unit}, usually {low:g} to {high:g}: check figure and unit",
    )


def _called(streams: Streams, form: StreamForm, item: str, input: str) -> Name:
    kind, inp = streams.items(form)[item].name, form.inputs[input].name
    head = (form.name.zh, form.name.en) if not item else (kind.zh, kind.en)
    return Name(f"{head[0]}的{inp.zh}", f"{inp.en} of {head[1]}")

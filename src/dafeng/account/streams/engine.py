"""Source streams 排放源流: a method's figures to results, stream by stream, vectorised over all works and periods.

What was given (one row a figure) is put side by side by input, brought to the input's unit, filled with the rulebook's
defaults where the rule lets them stand, and handed to the first formula whose inputs are there. Nothing is dropped: a
row without a result says what is missing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl

from dafeng.account import formulas as _formulas  # noqa: F401 (enrols them)
from dafeng.account.lines import status_rank
from dafeng.account.streams.need import needed
from dafeng.account.streams.results import calculated, figures_column, status_column, text
from dafeng.account.streams.table import Table, side_by_side
from dafeng.base.errors import BadRequest, RuleError
from dafeng.base.periods import Period
from dafeng.base.units import factor as unit_factor
from dafeng.rules.frames import resolve
from dafeng.rules.method_data import input_unit, stream_items
from dafeng.rules.methods import InputForm, ItemForm, Method, StreamForm
from dafeng.rules.parameters import FactorValue
from dafeng.rules.records import Family
from dafeng.rules.rulebook import Rulebook
from dafeng.rules.scopes import NATION

GIVEN: dict[str, pl.DataType] = {
    "subject_id": pl.String(),
    "scope": pl.String(),  # area code whose factors hold, or CN
    "period": pl.String(),
    "stream": pl.String(),
    "item": pl.String(),  # "" where the stream has no items
    "input": pl.String(),
    "value": pl.Float64(),
    "unit": pl.String(),
    "status": pl.String(),
    "evidence": pl.String(),  # fact id, file and cell, certificate; null where nothing is named
}
LINES: dict[str, pl.DataType] = {
    "subject_id": pl.String(),
    "period": pl.String(),
    "stream": pl.String(),
    "item": pl.String(),
    "group": pl.String(),
    "ghg_scope": pl.Int8(),
    "gas": pl.String(),
    "mass_t": pl.Float64(),  # of the gas; null where something is missing
    "gwp": pl.Float64(),
    "value": pl.Float64(),  # t CO2e, with the sign it has in the total
    "formula": pl.String(),
    "status": pl.String(),
    "note": pl.String(),
}
_FIGURE = {"input": pl.String(), "value": pl.Float64(), "unit": pl.String(), "from": pl.String(), "status": pl.String()}
FIGURES: dict[str, pl.DataType] = {"figures": pl.List(pl.Struct(_FIGURE))}
_BLOCK = 900_000  # rows worked through at a time
_CATEGORICAL = ("subject_id", "period", "stream", "item", "group", "gas", "formula", "status")


@dataclass(frozen=True)
class Streams:
    """The streams of one method under one rulebook, asked as known on a day."""

    method: Method
    family: Family
    rulebook: Rulebook
    as_of: date | None = None
    _kept: dict[int, tuple[StreamForm, Mapping[str, ItemForm], dict[tuple[str, str], str]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )  # items and units of a stream, made once
    _asked: dict[tuple[str, str], tuple[pl.DataFrame, pl.DataFrame]] = field(default_factory=dict, compare=False)

    def lines(self, given: pl.DataFrame, *, figures: bool = False) -> pl.DataFrame:
        """Results of every stream (LINES).

        given : GIVEN rows; its text columns may be categorical (at scale they should; those of the result but note are
        then too).
        figures : also the column ``figures``, every input of each line with unit, origin and status (FIGURES): for one
        works that explains itself, not for a hundred thousand.

        Raises BadRequest for a stream, item or input the method does not know, a unit that cannot
        be brought to the input's, or a figure given twice.
        """
        self._refuse_unknown(given)
        blocks = _blocks(given)
        if len(blocks) == 1:
            return self._block(given, figures)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return pl.concat(pool.map(lambda block: self._block(block, figures), blocks))

    def _block(self, given: pl.DataFrame, figures: bool) -> pl.DataFrame:
        held = {str(k[0]): rows for k, rows in given.partition_by("stream", as_dict=True).items()}
        schema = LINES | FIGURES if figures else LINES
        forms = [(id, form) for id, form in self.method.streams.items() if id in held and form.formulas]
        made = [self._stream(id, form, held[id], figures) for id, form in forms]
        if given.schema["subject_id"] == pl.Categorical:
            schema |= dict.fromkeys(_CATEGORICAL, pl.Categorical())
        return pl.concat([p.cast(schema) for p in (pl.DataFrame(schema=schema), *made)])  # type: ignore[arg-type]

    def amounts(self, given: pl.DataFrame) -> pl.DataFrame:
        """What was given, in the inputs' units: subject_id, period, stream, item, input (text), value. Raises as
        ``lines``."""
        self._refuse_unknown(given)
        text = given.with_columns(pl.col("stream", "item", "input", "unit", "subject_id", "period").cast(pl.String))
        asked = text.select("stream", "item", "input", "unit").unique()
        scales = []
        for stream, item, input, unit in asked.sort(pl.all()).iter_rows():
            to = self.units(self.method.stream(stream))[input, item]
            scales.append((stream, item, input, unit, scale_to(unit or to, to, input)))
        schema = {**dict.fromkeys(("stream", "item", "input", "unit"), pl.String), "scale": pl.Float64}
        table = pl.DataFrame(scales, schema=schema, orient="row")
        joined = text.join(table, on=["stream", "item", "input", "unit"], nulls_equal=True, maintain_order="left")
        return joined.select("subject_id", "period", "stream", "item", "input", value=pl.col("value") * pl.col("scale"))

    def items(self, form: StreamForm) -> Mapping[str, ItemForm]:
        """The items of a stream; one without a name where it has none."""
        return self._of(form)[1]

    def default_behind(self, id: str, scope: str, period: str) -> FactorValue | None:
        """The dated value a figure was taken from; None where ``id`` is no parameter (the figure was given)."""
        for place in (scope, NATION):
            try:
                return self.rulebook.parameter(id, place).on(Period.parse(period).first, self.as_of)
            except RuleError:
                continue
        return None

    def default(self, form: StreamForm, name: str, item: str, period: str, scope: str) -> FactorValue | None:
        """The rulebook's value of an input where and when it is asked; None where the rule has none. ``unit`` is its
        own."""
        template = self.items(form)[item].parameters.get(name, form.inputs[name].parameter)
        id, place = ("", scope) if not template else self._parameter(template, item, period, scope)
        return self.default_behind(id, place, period) if id else None

    def last_default(self, template: str | None, item: str) -> FactorValue | None:
        """The youngest national value behind an input's template; None for what goes by year and place."""
        if not template or template == "{electricity}":
            return None
        id, _ = self._parameter(template, item, "", NATION)
        held = self.rulebook.parameters.get((id, NATION))
        return None if held is None else held.values[-1]

    # -- one stream

    def _stream(self, id: str, form: StreamForm, rows: pl.DataFrame, figures: bool) -> pl.DataFrame:
        """The lines of one stream from its given rows."""
        items, units = self.items(form), self.units(form)

        def scale(input: str, item: str, unit: str) -> float:
            return scale_to(unit or units[input, item], units[input, item], input)

        table = self._with_defaults(id, form, side_by_side(rows, form, scale, origins=figures, units=units), units)
        frame = table.frame
        if (decimals := self.family.carbon_content_decimals) is not None:
            frame = frame.with_columns(carbon_decimals=pl.lit(decimals))
        gases = {c: i.gas or form.gas for c, i in items.items()}
        gwp = {c: self._gwp(g) for c, g in gases.items() if c in set(table.contexts["item"])}
        sign = {c: float(i.sign * form.sign) for c, i in items.items()}
        done = calculated(frame, form).with_columns(
            gwp=table.by_item(gwp), sign=table.by_item(sign), gas=_gas(table, gases)
        )
        if (places := self.method.line_decimals) is not None:
            tonnes = (pl.col("mass_t") * pl.col("gwp")).round(places, mode="half_away_from_zero")  # the form's: t CO2e
            done = done.with_columns(mass_t=tonnes / pl.col("gwp"))
        named = {name: inp for name, inp in form.inputs.items() if name in frame.columns}
        return done.select(
            "subject_id", "period", text(id, frame).alias("stream"), "item", text(form.group, frame).alias("group"),
            pl.lit(form.scope, pl.Int8).alias("ghg_scope"), "gas", "mass_t", "gwp",
            value=pl.col("mass_t") * pl.col("gwp") * pl.col("sign"), formula=pl.col("formula"),
            status=status_column(done, named, self.method.status), note=pl.col("note"),
            **({"figures": figures_column(named)} if figures else {}),
        )  # fmt: skip

    def units(self, form: StreamForm) -> dict[tuple[str, str], str]:
        """The unit of each input for each item; ``item`` in a unit stands for the energy item's own."""
        return self._of(form)[2]

    def _of(self, form: StreamForm) -> tuple[StreamForm, Mapping[str, ItemForm], dict[tuple[str, str], str]]:
        kept = self._kept.get(id(form))
        if kept is None:
            held, items = self.rulebook.items, stream_items(form, self.rulebook.items)
            units = {
                (name, code): input_unit(inp.unit, code, held, kind.unit)
                for name, inp in form.inputs.items()
                for code, kind in items.items()
            }
            kept = self._kept[id(form)] = (form, items, units)
        return kept

    def _with_defaults(self, id: str, form: StreamForm, table: Table, units: Mapping[tuple[str, str], str]) -> Table:
        items, defaults = self.items(form), {}
        for name, inp in form.inputs.items():
            templates = {c: i.parameters.get(name, inp.parameter) for c, i in items.items()}
            given = table.frame[name] if name in table.frame.columns else None
            if any(templates.values()) and (given is None or inp.own == "no" or given.null_count()):
                known = self._asked.get((id, name))  # to the block before
                if known is None or not known[0].equals(table.contexts):
                    known = (table.contexts, self._defaults(table, name, templates, units))
                    self._asked[id, name] = known
                defaults[name] = known[1]
        there = {n: d["value"].is_not_null() for n, d in defaults.items()}
        need = needed(form, table.frame, there, table.context) if len(form.formulas) > 1 else {}
        for name, held in defaults.items():
            table = table.with_frame(self._filled(table, name, form.inputs[name], held, need.get(name)))
        return table

    def _defaults(
        self, table: Table, name: str, templates: Mapping[str, str | None], units: Mapping[tuple[str, str], str]
    ) -> pl.DataFrame:
        """Of every context the rulebook's value in the input's unit: value, rank, origin, note (null where none)."""
        asked = []
        for item, period, scope in table.contexts.iter_rows():
            template = templates.get(item)
            id, place = ("", scope) if template is None else self._parameter(template, item, period, scope)
            proxy = self.family.proxy(item) if template is not None and "{fuels}" in template else None
            asked.append((id, place, item, period, *((None, None) if proxy is None else (proxy.status, proxy.note))))
        columns = ("id", "scope", "item", "period", "proxy_status", "proxy_note")
        wanted = pl.DataFrame(asked, schema=dict.fromkeys(columns, pl.String), orient="row")
        found = resolve(self.rulebook, wanted.filter(pl.col("id") != ""), self.as_of)
        priced = wanted.join(found, on=["id", "scope", "period"], how="left", maintain_order="left")
        scales = [
            None if unit is None else scale_to(unit, units[name, item], name)
            for item, unit in priced.select("item", "unit").iter_rows()
        ]
        there = pl.col("value").is_not_null()
        stands_in = pl.when(there).then("proxy_note")
        return priced.select(
            value=pl.col("value") * pl.Series(scales, dtype=pl.Float64),
            rank=pl.max_horizontal(status_rank(), pl.when(there).then(status_rank("proxy_status"))),
            origin=pl.when(there).then("id"), note=pl.coalesce("reason", stands_in, "note"),
        )  # fmt: skip

    def _filled(
        self, table: Table, name: str, inp: InputForm, defaults: pl.DataFrame, need: pl.Series | None
    ) -> pl.DataFrame:
        """The input with the rulebook's default where the works gave none, or where its own may not stand; need: in
        these rows only (None: in all)."""
        frame, at = table.frame, table.context
        if need is not None:  # a context more, without a default: for the rows that do not need it
            nothing = pl.Series([defaults.height], dtype=pl.UInt32)
            at = at.cast(pl.UInt32).zip_with(need, nothing.new_from_index(0, at.len()))
            defaults = pl.concat([defaults, defaults.clear(1)])
        default, rank = defaults["value"].gather(at), defaults["rank"].gather(at)
        origins = any(c.endswith("_from") for c in frame.columns)
        if name not in frame.columns:
            frame = frame.with_columns(default.alias(name), rank.alias(f"{name}_rank"))
            if origins:
                frame = frame.with_columns(defaults["origin"].gather(at).alias(f"{name}_from"))
            absent = penalised = pl.lit(value=True)
            refused = pl.lit(value=False)
        else:
            missing = frame[name].is_null()
            takes = default.is_not_null() & (missing | (inp.own == "no"))
            refused, absent, penalised = takes & ~missing, takes | missing, takes  # type: ignore[assignment]
            frame = frame.with_columns(
                pl.when(takes).then(default).otherwise(frame[name]).alias(name),
                pl.when(takes).then(rank).otherwise(frame[f"{name}_rank"]).alias(f"{name}_rank"),
            )
            if origins:
                own = pl.when(takes).then(defaults["origin"].gather(at)).otherwise(frame[f"{name}_from"])
                frame = frame.with_columns(own.alias(f"{name}_from"))
        return self._said(frame, at, inp, defaults, absent, penalised, refused)

    def _said(
        self, frame: pl.DataFrame, at: pl.Series, inp: InputForm, defaults: pl.DataFrame, absent: pl.Expr | pl.Series,
        penalised: pl.Expr | pl.Series, refused: pl.Expr | pl.Series,
    ) -> pl.DataFrame:  # fmt: skip
        """Notes of a default: why there is none, that it is carried or a penalty, that the own value may not stand."""
        words = []
        if defaults["note"].null_count() < defaults.height:
            own = defaults["note"].gather(at)
            new: pl.Expr | pl.Series = absent
            if not {p.note for p in self.family.proxies}.isdisjoint(defaults["note"].drop_nulls()):
                known = pl.col("note").fill_null("").str.contains(pl.lit(own.fill_null("")), literal=True)
                new = absent & ~known  # one fuel's stand-in is said once, not with each of its figures
            words.append(pl.when(new).then(own))
        has = defaults["value"].is_not_null().gather(at)
        if inp.own == "prefer":
            words.append(pl.when(penalised & has).then(pl.lit(f"{inp.name.zh}未实测，按规则取缺省值")))
        if isinstance(refused, pl.Series) and refused.any():
            words.append(pl.when(refused).then(pl.lit(f"{inp.name.zh}的自有值未采用，规则规定取缺省值")))
        if not words:
            return frame
        said = pl.concat_str("note", *words, separator="；", ignore_nulls=True)
        return frame.with_columns(note=pl.when(said != "").then(said))

    def _parameter(self, template: str, item: str, period: str, scope: str) -> tuple[str, str]:
        """The id and the scope in which a default is asked."""
        if template == "{electricity}":
            step = self.family.electricity_step(Period.parse(period).first, self.as_of)
            return ("", scope) if step is None else (step.parameter, step.scope or scope)
        proxy = self.family.proxy(item)
        filled = template.format(
            item=proxy.use if proxy is not None and "{fuels}" in template else item,
            fuels=self.family.fuels, heat=self.family.heat, gwp=self.family.gwp,
        )  # fmt: skip
        return filled, scope

    def _gwp(self, gas: str) -> float:
        if gas in ("CO2", "CO2e"):  # CO2e: a factor that has its gases weighed already
            return 1.0
        return (
            self.rulebook.parameter(f"gwp.{self.family.gwp}.{gas}")
            .on(date.max if self.as_of is None else self.as_of)
            .value
        )

    def _refuse_unknown(self, given: pl.DataFrame) -> None:
        for stream, item, input in (
            given.select("stream", "item", "input")
            .unique()
            .with_columns(pl.all().cast(pl.String))
            .sort(pl.all())
            .iter_rows()
        ):
            form = self.method.stream(stream)
            items = self.items(form)
            for what, name, there in (("item", item, items), ("input", input, form.inputs)):
                if name not in there:
                    raise BadRequest(
                        f"the stream {stream} has no {what} {name!r}", where=f"{self.method.id} › {stream}",
                        mend=f"There are: {', '.join(n or '(none)' for n in there)}.",
                    )  # fmt: skip


_NORMAL = re.compile(r"(?<![Nn])(?:m3|m³|m\^3|立方米)")
_SHARES = ("%", "1", "t/t", "kg/kg")  # a carbon content by mass is often given as a share


def scale_to(unit: str, to: str, name: str) -> float:
    if unit == to:
        return 1.0
    try:
        return unit_factor(unit, "1" if to == "tC/t" and unit in _SHARES else to)
    except BadRequest as error:
        if "Nm3" in to and (normal := _NORMAL.sub("Nm3", unit)) != unit:  # a gas: its cubic metres are normal ones
            return scale_to(normal, to, name)
        raise BadRequest(
            f"{name}: {error.what}", where=name, mend=f"Give it in {to}.",
            zh=f"{name}：{error.zh or error.what}", mend_zh=f"请以 {to} 或可换算的单位填写。",
        ) from error  # fmt: skip


def _blocks(given: pl.DataFrame) -> list[pl.DataFrame]:
    """The rows cut where another works begins, so that each part is worked through while it is near; one where they
    are few or not in order of the works."""
    if given.height < 2 * _BLOCK:
        return [given]
    subject = given["subject_id"].to_physical()
    if subject.dtype == pl.String or not subject.is_sorted():
        return [given]
    wanted = subject.gather(np.arange(_BLOCK, given.height, _BLOCK)).unique()
    cuts = [0, *subject.search_sorted(wanted, "left").to_list(), given.height]
    return [given[a:b] for a, b in pairwise(sorted(set(cuts)))]


def _gas(table: Table, gases: Mapping[str, str]) -> pl.Series | pl.Expr:
    held = {gases[i] for i in table.contexts["item"]}
    if len(held) == 1:
        return text(held.pop(), table.frame)
    return pl.Series([gases[i] for i in table.contexts["item"]], dtype=pl.String).gather(table.context)

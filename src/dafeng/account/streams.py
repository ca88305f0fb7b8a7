"""Source streams 排放源流: a method's figures to results, stream by stream, vectorised over all works and periods.

What was given (one row a figure) is put side by side by input, brought to the input's unit, filled with the rulebook's
defaults where the rule lets them stand, and handed to the first formula whose inputs are there. Nothing is dropped: a
row without a result says what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from dafeng.account import formulas as _formulas  # noqa: F401 (enrols them)
from dafeng.account.lines import status_rank
from dafeng.account.stream_need import needed
from dafeng.account.stream_table import Table, side_by_side
from dafeng.base.errors import BadRequest, RuleError
from dafeng.base.periods import Period
from dafeng.base.provenance import STATUSES, Status
from dafeng.base.units import factor as unit_factor
from dafeng.rules.formulas import Formula, formula
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
_CATEGORICAL = ("subject_id", "period", "stream", "item", "group", "gas", "formula", "status")


@dataclass(frozen=True)
class Streams:
    """The streams of one method under one rulebook, asked as known on a day."""

    method: Method
    family: Family
    rulebook: Rulebook
    as_of: date | None = None

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
        return stream_items(form, self.rulebook.items)

    def default_behind(self, id: str, scope: str, period: str) -> FactorValue | None:
        """The dated value a figure was taken from; None where ``id`` is no parameter (the figure was given)."""
        for place in (scope, NATION):
            try:
                return self.rulebook.parameter(id, place).on(Period.parse(period).first, self.as_of)
            except RuleError:
                continue
        return None

    # -- one stream

    def _stream(self, id: str, form: StreamForm, rows: pl.DataFrame, figures: bool) -> pl.DataFrame:
        """The lines of one stream from its given rows."""
        items, units = self.items(form), self.units(form)

        def scale(input: str, item: str, unit: str) -> float:
            return scale_to(unit or units[input, item], units[input, item], input)

        table = self._with_defaults(form, side_by_side(rows, form, scale, origins=figures), units)
        frame = table.frame
        if (decimals := self.family.carbon_content_decimals) is not None:
            frame = frame.with_columns(carbon_decimals=pl.lit(decimals))
        gases = {c: i.gas or form.gas for c, i in items.items()}
        gwp = {c: self._gwp(g) for c, g in gases.items() if c in set(table.contexts["item"])}
        sign = {c: float(i.sign * form.sign) for c, i in items.items()}
        done = _calculated(frame, form).with_columns(
            gwp=table.by_item(gwp), sign=table.by_item(sign), gas=_gas(table, gases)
        )
        if (places := self.method.line_decimals) is not None:
            tonnes = (pl.col("mass_t") * pl.col("gwp")).round(places, mode="half_away_from_zero")  # the form's: t CO2e
            done = done.with_columns(mass_t=tonnes / pl.col("gwp"))
        named = {name: inp for name, inp in form.inputs.items() if name in frame.columns}
        return done.select(
            "subject_id", "period", _lit(id, frame).alias("stream"), "item", _lit(form.group, frame).alias("group"),
            pl.lit(form.scope, pl.Int8).alias("ghg_scope"), "gas", "mass_t", "gwp",
            value=pl.col("mass_t") * pl.col("gwp") * pl.col("sign"), formula=pl.col("formula"),
            status=_status(done, named, self.method.status), note=pl.col("note"),
            **({"figures": _figures(named)} if figures else {}),
        )  # fmt: skip

    def units(self, form: StreamForm) -> dict[tuple[str, str], str]:
        """The unit of each input for each item; ``item`` in a unit stands for the energy item's own."""
        held = self.rulebook.items
        return {
            (name, code): input_unit(inp.unit, code, held, kind.unit)
            for name, inp in form.inputs.items()
            for code, kind in self.items(form).items()
        }

    def _with_defaults(self, form: StreamForm, table: Table, units: Mapping[tuple[str, str], str]) -> Table:
        items, defaults = self.items(form), {}
        for name, inp in form.inputs.items():
            templates = {c: i.parameters.get(name, inp.parameter) for c, i in items.items()}
            given = table.frame[name] if name in table.frame.columns else None
            if any(templates.values()) and (given is None or inp.own == "no" or given.null_count()):
                defaults[name] = self._defaults(table, name, templates, units)
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
            asked.append((id, place, item, period))
        wanted = pl.DataFrame(asked, schema=dict.fromkeys(("id", "scope", "item", "period"), pl.String), orient="row")
        found = resolve(self.rulebook, wanted.filter(pl.col("id") != ""), self.as_of)
        priced = wanted.join(found, on=["id", "scope", "period"], how="left", maintain_order="left")
        scales = [
            None if unit is None else scale_to(unit, units[name, item], name)
            for item, unit in priced.select("item", "unit").iter_rows()
        ]
        return priced.select(
            value=pl.col("value") * pl.Series(scales, dtype=pl.Float64), rank=status_rank(),
            origin=pl.when(pl.col("value").is_not_null()).then("id"), note=pl.coalesce("reason", "note"),
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
            words.append(pl.when(absent).then(defaults["note"].gather(at)))
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
            step = self.family.electricity_step(Period.parse(period).first)
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


def _lit(text: str, frame: pl.DataFrame) -> pl.Expr:
    """A text for every row, of the kind of the row's other texts."""
    return pl.lit(text, dtype=pl.String).cast(frame.schema["subject_id"])


def _gas(table: Table, gases: Mapping[str, str]) -> pl.Series | pl.Expr:
    held = {gases[i] for i in table.contexts["item"]}
    if len(held) == 1:
        return _lit(held.pop(), table.frame)
    return pl.Series([gases[i] for i in table.contexts["item"]], dtype=pl.String).gather(table.context)


def _calculated(frame: pl.DataFrame, form: StreamForm) -> pl.DataFrame:
    """The mass of gas by the first formula whose inputs are all there; else null and the inputs that are missing."""
    lacking = [pl.lit(None, pl.Float64).alias(n) for n in form.inputs if n not in frame.columns]
    rows = frame.with_columns(*lacking, mass_t=pl.lit(None, pl.Float64), formula=pl.lit(None, pl.String))
    for id in form.formulas:
        rows = _by_formula(rows, formula(id, date.max))
        if not rows["formula"].null_count():
            return _opened(rows, form)
    rows = _opened(rows, form)
    missing = _missing(form)
    why = (
        pl.when(missing == "").then(pl.lit("输入超出公式适用范围或一行填了两种形式")).otherwise(pl.lit("缺") + missing)
    )
    said = pl.concat_str("note", why, separator="；", ignore_nulls=True)
    return rows.with_columns(note=pl.when(pl.col("formula").is_null()).then(said).otherwise("note"))


def _opened(rows: pl.DataFrame, form: StreamForm) -> pl.DataFrame:
    """Rows without result where a figure that their formula takes was stated to be missing: that is not zero."""
    for id in form.formulas:
        chosen = formula(id, date.max)
        for name in sorted(chosen.reads & form.inputs.keys() - set(chosen.inputs)):
            if f"{name}_open" not in rows.columns:
                continue
            is_open = pl.col(f"{name}_open").fill_null(value=False) & pl.col(name).is_null()
            mine = is_open & (pl.col("formula").cast(pl.String) == chosen.key)
            said = pl.concat_str("note", pl.lit(f"缺{form.inputs[name].name.zh}"), separator="；", ignore_nulls=True)
            rows = rows.with_columns(
                mass_t=pl.when(~mine).then("mass_t"), note=pl.when(mine).then(said).otherwise("note")
            )
    return rows


def _missing(form: StreamForm) -> pl.Expr:
    """What the formula that lacks least still wants, in words; of those that lack as much, the one with most inputs
    there, then the last."""
    wanted = [formula(id, date.max).inputs for id in reversed(form.formulas)]
    lacks = [pl.sum_horizontal(pl.col(n).is_null() for n in names).cast(pl.Int32) for names in wanted]
    counts = [100 * n - len(names) for n, names in zip(lacks, wanted, strict=True)]
    least = pl.min_horizontal(counts)
    words = [
        pl.concat_str(
            [pl.when(pl.col(n).is_null()).then(pl.lit(form.inputs[n].name.zh)) for n in names],
            separator="、", ignore_nulls=True,
        )
        for names in wanted
    ]  # fmt: skip
    return pl.coalesce(pl.when(n == least).then(w) for n, w in zip(counts, words, strict=True))


def _by_formula(rows: pl.DataFrame, chosen: Formula) -> pl.DataFrame:
    """mass_t and formula of the rows that have all its inputs and no result yet."""
    if any(rows[n].null_count() == rows.height for n in chosen.inputs):
        return rows
    able = rows.select(
        pl.all_horizontal(*(pl.col(n).is_not_null() for n in chosen.inputs), pl.col("formula").is_null())
    ).to_series()
    if able.all():
        made = chosen(rows)
    else:
        at = able.arg_true()
        if not at.len():
            return rows
        made = pl.Series([None], dtype=pl.Float64).new_from_index(0, rows.height).scatter(at, chosen(rows[at]))
    there = made.is_not_null()
    if there.all():
        return rows.with_columns(mass_t=made, formula=_lit(chosen.key, rows))
    return rows.with_columns(
        mass_t=pl.when(there).then(made).otherwise("mass_t"),
        formula=pl.when(there).then(pl.lit(chosen.key)).otherwise("formula"),
    )


def _figures(named: Mapping[str, InputForm]) -> pl.Expr:
    held = [
        pl.when(pl.col(n).is_not_null()).then(
            pl.struct(
                pl.lit(n).alias("input"), pl.col(n).alias("value"), pl.lit(i.unit).alias("unit"),
                pl.col(f"{n}_from").alias("from"), _word(f"{n}_rank").alias("status"),
            )
        )
        for n, i in named.items()
    ]  # fmt: skip
    return pl.concat_list(held).list.drop_nulls()


def _word(rank: str) -> pl.Expr:
    return pl.col(rank).cast(pl.Int64).replace_strict(dict(enumerate(STATUSES)), default=None, return_dtype=pl.String)


def _status(rows: pl.DataFrame, names: Iterable[str], least: Status) -> pl.Series:
    """The least sure of the inputs and of the method's own text."""
    worst = rows.select(
        pl.max_horizontal(pl.lit(STATUSES.index(least), pl.UInt8), *(f"{n}_rank" for n in names))
    ).to_series()
    if worst.len() == 1 < rows.height:
        worst = worst.new_from_index(0, rows.height)
    return pl.Series("status", STATUSES, dtype=rows.schema["subject_id"]).gather(worst.cast(pl.UInt32))

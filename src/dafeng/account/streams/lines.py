"""Method accounts in the programme's own account 方法核算并入总账: streams in place of item lines.

Where a works has delivered the data its method asks, its combustion, process, power and heat are what the method makes
of them, with measured values where the rule lets them stand; else they stay what energy table and default factors give.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from dafeng.account.findings import finding
from dafeng.account.lines import CO2, id_key, status_rank
from dafeng.account.priced import WORK
from dafeng.account.streams.engine import FIGURES, LINES, Streams
from dafeng.account.streams.facts import MethodFacts, families_of
from dafeng.rules.frames import resolve
from dafeng.rules.methods import Methods
from dafeng.rules.rulebook import Rulebook

OTHER_GASES = "ghg_other_t"
MEASURE = {
    "combustion": "co2_combustion_t",
    "process": "co2_process_t",
    "fixed": "co2_process_t",
    "recovered": "co2_process_t",
    "electricity": "co2_electricity_t",
    "heat": "co2_heat_t",
}
BOUGHT = (MEASURE["electricity"], MEASURE["heat"])
REPLACED = (*dict.fromkeys(MEASURE.values()), OTHER_GASES)


def line_item() -> pl.Expr:
    """The item of a result line from a stream of a method: ``method/stream/item``."""
    return pl.concat_str("method", "stream", pl.col("item").replace("", None), separator="/", ignore_nulls=True)


def with_methods(
    work: pl.DataFrame, held: MethodFacts, methods: Methods, rulebook: Rulebook, preferred: str, as_of: date | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Item lines (WORK, inputs, inputs_key) with those of works under a method in place of their own; and findings."""
    if held.given.is_empty():
        return work, held.findings
    made, found = stream_lines(held, methods, rulebook, preferred, as_of)
    mine = _replaced(work, made)
    rest = work.join(mine, on=["subject_id", "measure", "item", "period"], how="anti", maintain_order="left")
    return pl.concat([rest, _as_work(made, rulebook, as_of).select(rest.columns)]), pl.concat([held.findings, found])


def _replaced(work: pl.DataFrame, made: pl.DataFrame) -> pl.DataFrame:
    """The item lines that a works' method stands for. Power and heat only where the method has a line of them: a plant
    whose rule counts what is bought keeps its net export of the energy table."""
    year = ["subject_id", "year"]
    groups = made.filter(pl.col("group").is_in(list(MEASURE))).select(
        *year, measure=pl.col("group").cast(pl.String).replace_strict(MEASURE)
    )
    bought = work.filter(pl.col("measure").is_in(BOUGHT)).join(groups.unique(), on=[*year, "measure"], how="semi")
    direct = work.filter(pl.col("measure").is_in([m for m in REPLACED if m not in BOUGHT]))
    return pl.concat([direct.join(made.select(year).unique(), on=year, how="semi"), bought])


def stream_lines(
    held: MethodFacts, methods: Methods, rulebook: Rulebook, preferred: str, as_of: date | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Lines of all methods (LINES, figures, method, family, year, scope); figures of a rule that is not in force, or
    that the rule does not know, become findings."""
    rulebook = rulebook.under(preferred)
    pairs = held.given.select("method", "period").unique()
    families = families_of(methods, rulebook, pairs.iter_rows(), preferred)
    table = pl.DataFrame(
        [(m, p, f) for (m, p), f in families.items()],
        schema={"method": pl.String, "period": pl.String, "family": pl.String}, orient="row",
    )  # fmt: skip
    given = held.given.join(table, on=["method", "period"], how="left", maintain_order="left")
    held_by = given.drop_nulls("family").partition_by("method", "family", as_dict=True)
    parts = [_one(str(m), str(f), rows, methods, rulebook, as_of) for (m, f), rows in held_by.items()]
    unruled = given.filter(pl.col("family").is_null()).unique(["subject_id", "method", "period"])
    found = finding(
        unruled.select("subject_id", "period", "value", measure="stream", item="method"), "no_rule",
        "该方法在此时期没有有效的规则，未按方法核算",
    )  # fmt: skip
    lines = pl.concat([m for m, _ in parts]) if parts else _none()
    return lines, pl.concat([found, *(f for _, f in parts)])


def _one(
    method: str, family: str, rows: pl.DataFrame, methods: Methods, rulebook: Rulebook, as_of: date | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One method under one family; figures it does not take are found, not dropped unseen."""
    engine = Streams(methods.method(method, family), rulebook.family(family), rulebook, as_of)
    known = [
        (stream, item, name)
        for stream, form in engine.method.streams.items()
        for item in engine.items(form)
        for name in form.inputs
    ]
    table = pl.DataFrame(known, schema=dict.fromkeys(("stream", "item", "input"), pl.String), orient="row")
    stray = rows.join(table, on=["stream", "item", "input"], how="anti")
    found = finding(
        stray.select("subject_id", "period", "value", measure="stream", item="input"), "not_of_method",
        f"{engine.method.name.zh}（{family}）不用此数据，未计入",
    )  # fmt: skip
    taken = rows.join(table, on=["stream", "item", "input"], how="semi", maintain_order="left")
    said = ("method", "family", "year")
    made = engine.lines(taken.drop(said), figures=True).with_columns(
        method=pl.lit(method), family=pl.lit(family), year=pl.col("period").str.head(4).cast(pl.Int32)
    )
    places = taken.select("subject_id", "period", "scope").unique(["subject_id", "period"])
    return made.join(places, on=["subject_id", "period"], how="left", maintain_order="left"), found


def _none() -> pl.DataFrame:
    more = {**dict.fromkeys(("method", "family", "scope"), pl.String()), "year": pl.Int32()}
    return pl.DataFrame(schema={**LINES, **FIGURES, **more})


def _as_work(made: pl.DataFrame, rulebook: Rulebook, as_of: date | None) -> pl.DataFrame:
    """Lines as working lines: measure by group, item by stream, inputs the facts, factors the rulebook's values."""
    counted = made.filter(pl.col("group").is_in(list(MEASURE))).with_row_index("n")
    carbon, figures = pl.col("gas") == "CO2", _figures(counted)
    joined = counted.join(_inputs(figures), on="n", how="left", maintain_order="left").join(
        _factors(figures, rulebook, as_of), on="n", how="left", maintain_order="left"
    )
    return joined.with_columns(
        measure=pl.when(carbon).then(pl.col("group").replace_strict(MEASURE)).otherwise(pl.lit(OTHER_GASES)),
        item=line_item(),
        monthly=pl.col("period").str.len_chars() > len("2024"),
        unit=pl.when(carbon).then(pl.lit(CO2)).otherwise(pl.lit("tCO2e")),
        rule=pl.col("formula").fill_null(""),
        factors=pl.col("factors").fill_null("[]"),
        rank=status_rank(),
        inputs_key=pl.col("inputs_key").fill_null(0),
        inputs=pl.col("inputs").fill_null(pl.lit([], pl.List(pl.String))),
    ).select(*WORK, "inputs", "inputs_key")


def _figures(counted: pl.DataFrame) -> pl.DataFrame:
    rows = counted.select("n", "scope", "period", "figures").explode("figures")
    return rows.drop_nulls("figures").unnest("figures")


def _inputs(figures: pl.DataFrame) -> pl.DataFrame:
    """n → the facts behind a line's figures, and their key."""
    delivered = figures.filter(pl.col("from").str.starts_with("F-"))
    facts = delivered.with_columns(fact=pl.col("from").str.split(" ")).explode("fact")
    return facts.group_by("n", maintain_order=True).agg(
        inputs=pl.col("fact").unique(maintain_order=True), inputs_key=id_key("fact").bitwise_xor()
    )


def _factors(figures: pl.DataFrame, rulebook: Rulebook, as_of: date | None) -> pl.DataFrame:
    """n → the parameters behind a line's figures, as they stand in a result line."""
    asked = figures.filter(~pl.col("from").str.starts_with("F-")).select("n", "scope", "period", id="from")
    if asked.is_empty():
        return pl.DataFrame(schema={"n": figures.schema["n"], "factors": pl.String})
    found = asked.join(resolve(rulebook, asked, as_of), on=["id", "scope", "period"], how="left", maintain_order="left")
    by_line = found.group_by("n", maintain_order=True)
    return by_line.agg(factors=pl.format("[{}]", pl.col("factor").drop_nulls().str.join(",")))

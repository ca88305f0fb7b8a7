"""What a caller sees of indicator values and target states: those that tell of a firm not shown are withheld 保密."""

from __future__ import annotations

import polars as pl

from dafeng.app.disclosure import CONFIDENTIAL, Rule, rule_on
from dafeng.app.ports import assessed_of
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.app.sight import Veil, scope, seen_rows, sees_all, veil_of
from dafeng.base.callers import Caller

_KEY = ["indicator_id", "subject_id", "period"]
_FIGURES = ("baseline_value", "required", "actual", "gap", "gap_pct", "completion", "next_required", "needed_rate_pct",
            "needed_step")  # fmt: skip
_COUNTED = r"\d+家(\(共\d+家\))?"  # how many firms have not delivered is a count of them


def seen_values(services: Services, caller: Caller, values: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Of all indicator values of a run (made of its ``lines``) those a caller may see, by the rules of ``sight``.

    What was published by others (source reported) stays; its difference to a withheld value goes.
    """
    rows = seen_rows(services, caller, values)
    if sees_all(services, caller) or rows.is_empty():
        return rows
    veil = veil_of(services, caller, lines)
    hidden = hidden_values(services, caller, values, lines)
    marked = rows.join(hidden.with_columns(_gone=True), on=_KEY, how="left", maintain_order="left")
    marked = marked.join(
        veil.resting.with_columns(_rests=True), on=["subject_id", "period"], how="left", maintain_order="left"
    )
    computed, rests = pl.col("source") == "computed", pl.col("_rests").fill_null(False)
    gone = pl.col("_gone").fill_null(False)
    lost = gone & computed
    said = pl.when(lost).then(pl.lit(CONFIDENTIAL)).when(~(rests & computed)).then("reason")
    return marked.with_columns(
        value=pl.when(~lost).then("value"),
        coverage=pl.when(~lost).then("coverage"),
        inputs=pl.when(rests & computed).then(pl.lit([], pl.List(pl.String))).otherwise("inputs"),
        reason=said.otherwise(pl.col("reason").str.replace_all(_COUNTED, "部分企业")),
        difference=pl.when(~gone).then("difference"),
        difference_pct=pl.when(~gone).then("difference_pct"),
    ).select(rows.columns)


def seen_states(
    services: Services, caller: Caller, states: pl.DataFrame, values: pl.DataFrame, lines: pl.DataFrame
) -> pl.DataFrame:
    """Of all states those a caller may see; one that rests on a withheld value (of its year or of its baseline) is
    not assessed for this caller, with 保密 as its reason."""
    rows = seen_rows(services, caller, states)
    if sees_all(services, caller) or rows.is_empty():
        return rows
    hidden = hidden_values(services, caller, values, lines).with_columns(_gone=True)
    at_start = hidden.rename({"period": "_start", "_gone": "_gone_start"})
    marked = (
        rows.with_columns(pl.col("baseline_year").cast(pl.String).alias("_start"))
        .join(hidden, on=_KEY, how="left", maintain_order="left")
        .join(at_start, on=["indicator_id", "subject_id", "_start"], how="left", maintain_order="left")
    )
    gone = pl.col("_gone").fill_null(False) | pl.col("_gone_start").fill_null(False)
    firms = scope(caller, registry_of(services))
    kept = pl.col("subject_id").is_in(list(firms)) & (pl.col("subject_kind") == "enterprise")
    return marked.with_columns(
        *(pl.when(~gone).then(name).alias(name) for name in _FIGURES),
        state=pl.when(gone).then(pl.lit("not_assessed")).otherwise("state"),
        inputs=pl.when(kept).then("inputs").otherwise(pl.lit([], pl.List(pl.String))),
        reason_zh=pl.when(gone).then(pl.lit("未评估:保密")).otherwise(
            pl.col("reason_zh").str.replace_all(_COUNTED, "部分企业")
        ),
        reason_en=pl.when(gone).then(pl.lit("not assessed: confidential")).otherwise("reason_en"),
    ).select(rows.columns)  # fmt: skip


def hidden_values(services: Services, caller: Caller, values: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """indicator_id, subject_id, period of the computed values that are withheld from a caller.

    Withheld is a value of a sum that is withheld, and one made of too few firms or mostly of one. Where such a one
    is found beyond the withheld sums, the whole indicator of the year is withheld below the programme's area: what
    adds up could be subtracted.
    """
    veil, rule = veil_of(services, caller, lines), rule_on(services.clock.today())
    known, area = scope(caller, registry_of(services)), services.settings.area
    run_id = lines["run_id"][0] if lines.height else ""
    version = (run_id, values.height, area)  # values are replaced as a whole by an assessment of the run
    made = services.records.pointed(assessed_of(run_id))
    return services.memory.get(
        ("hidden values", known), (*version, made), lambda: _hidden(services, values, lines, veil, rule, known, area)
    )


def _hidden(
    services: Services,
    values: pl.DataFrame,
    lines: pl.DataFrame,
    veil: Veil,
    rule: Rule,
    known: frozenset[str],
    area: str,
) -> pl.DataFrame:
    computed = values.filter((pl.col("source") == "computed") & pl.col("value").is_not_null())
    resting = computed.join(veil.resting, on=["subject_id", "period"], how="semi", maintain_order="left")
    by_veil = resting.join(veil.hidden_rows(), on=["subject_id", "period"], how="semi").select(_KEY)
    thin = _thin(resting, _makers(services.columns.facts(), lines, known), rule)
    beyond = thin.join(by_veil, on=_KEY, how="anti").select("indicator_id", "period").unique()
    below = resting.filter(pl.col("subject_id") != area).join(beyond, on=["indicator_id", "period"], how="semi")
    return pl.concat([by_veil, thin, below.select(_KEY)]).unique()


def _makers(facts: pl.DataFrame, lines: pl.DataFrame, known: frozenset[str]) -> pl.DataFrame:
    """Every fact and line of a firm not shown: id, firm, measure, size."""
    others = (pl.col("subject_kind") == "enterprise") & ~pl.col("subject_id").is_in(list(known))
    size = pl.coalesce("value", "partial").abs().alias("size")
    own_lines = lines.filter(others).select(pl.col("line_id").alias("id"), "subject_id", "measure", size)
    own_facts = facts.filter(others).select(
        pl.col("fact_id").alias("id"), "subject_id", "measure", pl.col("value").abs().alias("size")
    )
    return pl.concat([own_facts, own_lines]).rename({"subject_id": "firm"}).unique("id")


def _thin(resting: pl.DataFrame, makers: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """_KEY of the values made of fewer firms not shown than the rule asks, or with one above its share."""
    made = resting.select(*_KEY, pl.col("inputs").alias("id")).explode("id").join(makers, on="id", how="inner")
    by_firm = made.group_by(*_KEY, "measure", "firm").agg(pl.col("size").sum())
    groups = by_firm.group_by(*_KEY, "measure").agg(
        pl.col("firm").n_unique().alias("n"), (pl.col("size").max() / pl.col("size").sum()).alias("share")
    )
    return groups.filter((pl.col("n") < rule.fewest) | (pl.col("share") > rule.dominance)).select(_KEY).unique()

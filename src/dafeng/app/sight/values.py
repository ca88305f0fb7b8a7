"""What a caller sees of indicator values and target states: those that tell of a firm not shown are withheld 保密."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dafeng.app.ports import assessed_of
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.app.sight.cells import thin_groups
from dafeng.app.sight.disclosure import CONFIDENTIAL, CONFIDENTIAL_STATE, Rule, rule_on
from dafeng.app.sight.results import Veil, common_veil, eyes, onlookers, scope, seen_rows, sees_all, veil_of
from dafeng.base.callers import Caller

_KEY = ["indicator_id", "subject_id", "period"]
_FIGURES = ("baseline_value", "target_value", "required", "actual", "gap", "gap_pct", "completion", "next_required",
            "needed_rate_pct", "needed_step")  # fmt: skip
_COUNTED = r"\d+家\(共\d+家\)"  # how many firms have not delivered is a count of them; 47家 alone is a target's value
_HIGHEST = "baseline_year"  # of a peak it is the year of the highest value
_SHOWN_BY_DATA = ";数据显示.*$"  # what a goal without a figure is told of its indicator
_BY_TWO_YEARS = ("linear", "compound")  # methods that use the baseline's and the year's value and no other


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
    """Of all states those a caller may see; one that tells of a withheld value is ``confidential`` 保密 for him.

    Withheld is not missing: a state that rests on no value at all stays what it is, not assessed.
    """
    rows = seen_rows(services, caller, states)
    if sees_all(services, caller) or rows.is_empty():
        return rows
    hidden = hidden_values(services, caller, values, lines)
    used = _used(rows.with_row_index("_row"), hidden, values)
    told = pl.col("state") != "not_assessed"
    for name in _FIGURES:
        told |= pl.col(name).is_not_null()
    marked = rows.with_row_index("_row").with_columns(_used=pl.col("_row").is_in(used.implode()))
    gone = pl.col("_used") & told
    firms = scope(caller, registry_of(services))
    kept = pl.col("subject_id").is_in(list(firms)) & (pl.col("subject_kind") == "enterprise")
    reason = pl.col("reason_zh").str.replace_all(_COUNTED, "部分企业")
    return marked.with_columns(
        *(
            pl.when(~gone).then(name).alias(name) for name in (*_FIGURES, "baseline_year")
        ),  # of a peak: the highest year
        state=pl.when(gone).then(pl.lit(CONFIDENTIAL_STATE)).otherwise("state"),
        inputs=pl.when(kept).then("inputs").otherwise(pl.lit([], pl.List(pl.String))),
        reason_zh=pl.when(gone)
        .then(pl.lit("保密:涉及的企业过少或过于集中"))
        .when("_used")
        .then(reason.str.replace(_SHOWN_BY_DATA, ""))
        .otherwise(reason),
        reason_en=pl.when(gone)
        .then(pl.lit("withheld: too few firms stand behind it, or one is most of it"))
        .otherwise("reason_en"),
    ).select(rows.columns)


def _used(rows: pl.DataFrame, hidden: pl.DataFrame, values: pl.DataFrame) -> pl.Series:
    """The numbers (``_row``) of the states that a withheld value stands behind: of its year or baseline, or, where the
    method goes through the years, of any up to it; of a comparison also one of the other indicator."""
    two = pl.col("method").is_in(_BY_TWO_YEARS) & ~pl.col("gap_unit").fill_null("").str.ends_with("=100")
    pairs = rows.join(hidden, on=["indicator_id", "subject_id"], how="inner", suffix="_hidden")
    of_year = pl.col("period_hidden") == pl.col("period")
    of_start = pl.col("period_hidden") == pl.col("baseline_year").cast(pl.String)
    until = ~two & (pl.col("period_hidden") <= pl.col("period"))
    own = pairs.filter(of_year | of_start.fill_null(value=False) | until)["_row"]
    others = rows.filter(~two & (pl.col("method") != "") & (pl.col("inputs").list.len() > 0))
    return pl.concat([own, _by_inputs(others, hidden, values)]).unique()


def _by_inputs(rows: pl.DataFrame, hidden: pl.DataFrame, values: pl.DataFrame) -> pl.Series:
    """The numbers of the states among whose inputs all of a withheld value of the same subject stand."""
    made = values.join(hidden, on=_KEY, how="semi").filter(
        (pl.col("source") == "computed") & pl.col("subject_id").is_in(rows["subject_id"].unique().to_list())
    )
    sets: dict[str, list[frozenset[str]]] = {}
    for subject, inputs in made.select("subject_id", "inputs").iter_rows():
        if inputs:
            sets.setdefault(subject, []).append(frozenset(inputs))
    found = []
    for row, subject, inputs in rows.select("_row", "subject_id", "inputs").iter_rows():
        held = frozenset(inputs)
        if any(one <= held for one in sets.get(subject, ())):
            found.append(row)
    return pl.Series("_row", found, dtype=pl.get_index_type())


def hidden_values(services: Services, caller: Caller, values: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """indicator_id, subject_id, period of the computed values that are withheld from a caller.

    Withheld is a value of a sum that is withheld, and one made of too few firms or mostly of one. Where such a one
    is found beyond the withheld sums, or where what is withheld of the parts of an area is made of too few, the whole
    indicator of the year is withheld below the programme's area: what adds up could be subtracted. All this for
    everybody, as the veil: of too few firms also where somebody knows all the others.
    """
    rule, lookers = rule_on(services.clock.today()), onlookers(services, caller)
    sight, area = eyes(services, caller), services.settings.area
    run_id = lines["run_id"][0] if lines.height else ""
    made = services.records.pointed(assessed_of(run_id))
    version = (run_id, values.height, area, rule.since, made)  # an assessment of the run replaces values as a whole

    def over_all() -> pl.DataFrame:
        makers = _makers(services.columns.facts(), lines)
        parent = dict(registry_of(services).areas.select("area_code", "parent_code").iter_rows())
        return _hidden(values, makers, common_veil(services, caller, lines), rule, area, parent)

    def mine() -> pl.DataFrame:
        hidden = services.memory.get(("values hidden from all", lookers), version, over_all)
        resting = veil_of(services, caller, lines).resting
        return hidden.join(resting, on=["subject_id", "period"], how="semi")

    return services.memory.get(("hidden values", sight), (*version, lookers), mine)


def _hidden(
    values: pl.DataFrame,
    makers: pl.DataFrame,
    veil: Veil,
    rule: Rule,
    area: str,
    parent: Mapping[str, str | None],
) -> pl.DataFrame:
    computed = values.filter((pl.col("source") == "computed") & pl.col("value").is_not_null())
    resting = computed.join(veil.resting, on=["subject_id", "period"], how="semi", maintain_order="left")
    by_veil = resting.join(veil.hidden_rows(), on=["subject_id", "period"], how="semi").select(_KEY)
    by_firm = _by_firm(resting, makers)
    thin = thin_groups(by_firm, _KEY, rule, veil.seen)
    beyond = thin.join(by_veil, on=_KEY, how="anti").select("indicator_id", "period")
    rest = _rests(by_firm.join(by_veil, on=_KEY, how="semi"), parent, rule, veil.seen)
    below = resting.filter(pl.col("subject_id") != area).join(
        pl.concat([beyond, rest]).unique(), on=["indicator_id", "period"], how="semi"
    )
    return pl.concat([by_veil, thin, below.select(_KEY)]).unique()


def _makers(facts: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Every fact and line of a firm: id, firm, measure, size."""
    others = pl.col("subject_kind") == "enterprise"
    size = pl.coalesce("value", "partial").abs().alias("size")
    own_lines = lines.filter(others).select(pl.col("line_id").alias("id"), "subject_id", "measure", size)
    own_facts = facts.filter(others).select(
        pl.col("fact_id").alias("id"), "subject_id", "measure", pl.col("value").abs().alias("size")
    )
    return pl.concat([own_facts, own_lines]).rename({"subject_id": "firm"}).unique("id")


def _by_firm(resting: pl.DataFrame, makers: pl.DataFrame) -> pl.DataFrame:
    """_KEY, measure, firm, size: what each firm not shown gave to a value."""
    made = resting.select(*_KEY, pl.col("inputs").alias("id")).explode("id").join(makers, on="id", how="inner")
    return made.group_by(*_KEY, "measure", "firm").agg(pl.col("size").sum())


def _rests(by_firm: pl.DataFrame, parent: Mapping[str, str | None], rule: Rule, seen: pl.DataFrame) -> pl.DataFrame:
    """indicator_id and period where the withheld parts of one area, put together, are made of too few firms.

    Together they are what is left of the area's value when those shown are taken off.
    """
    found = []
    for of in (_area_above, _area_of):
        subjects = by_firm["subject_id"].unique().to_list()
        family = pl.col("subject_id").replace_strict(subjects, [of(s, parent) for s in subjects], default=None)
        groups = by_firm.with_columns(family.cast(pl.String).alias("family")).drop_nulls("family")
        thin = thin_groups(groups, ["indicator_id", "period", "family"], rule, seen)
        found.append(thin.select("indicator_id", "period"))
    return pl.concat(found)


def _area_above(subject: str, parent: Mapping[str, str | None]) -> str | None:
    """The same industry (or all) of the area above."""
    area, bar, industry = subject.partition("|")
    above = parent.get(area)
    return None if above is None else f"{above}{bar}{industry}"


def _area_of(subject: str, parent: Mapping[str, str | None]) -> str | None:
    """The area of which this is an industry."""
    area, bar, _ = subject.partition("|")
    return area if bar else None

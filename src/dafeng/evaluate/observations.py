"""Observations: lines and facts of whole years in one shape, and who stands behind each subject.

OBSERVATION: of ("line"|"fact"), subject_kind, subject_id, measure, item, period (a year), value f64|null, unit,
status_rank i32 (place in provenance.STATUSES; official 0), coverage f64, ids list[str].
MEMBER: subject_kind, subject_id, period, enterprise_id, industry_code, above_scale, idle: each enterprise in each
subject and year exactly once, placed by the last registry row in force in that year; idle where all that year it was
closed or being built, so that it owes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from dafeng.base.provenance import STATUSES
from dafeng.evaluate.indicators import Measure

OBSERVATION_COLUMNS = (
    "of",
    "subject_kind",
    "subject_id",
    "measure",
    "item",
    "period",
    "value",
    "unit",
    "status_rank",
    "coverage",
    "ids",
)
_MONTHS = 12


@dataclass(frozen=True)
class Subject:
    """Whose value is asked: an area, or some industries within it (codes joined by ``+`` in the id)."""

    area_code: str
    industries: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return "area_industry" if self.industries else "area"

    @property
    def id(self) -> str:
        return f"{self.area_code}|{'+'.join(self.industries)}" if self.industries else self.area_code


def status_rank(column: str = "status") -> pl.Expr:
    """The place of a status in the order of certainty; an unknown word counts as the least sure."""
    ranks = {s: i for i, s in enumerate(STATUSES)}
    return pl.col(column).replace_strict(ranks, default=len(STATUSES) - 1, return_dtype=pl.Int32).alias("status_rank")


def status_word(rank: pl.Expr) -> pl.Expr:
    """Back from the place to the word."""
    return rank.replace_strict(dict(enumerate(STATUSES)), return_dtype=pl.String)


def observations(
    lines: pl.DataFrame, facts: pl.DataFrame, years: Sequence[int], measures: Mapping[str, Measure]
) -> pl.DataFrame:
    """Lines and current facts of the years asked, as OBSERVATION.

    A fact delivered by month stands for the year only when the year itself was not delivered: flows need all twelve
    months (else the value is missing and coverage tells how many there were), stocks take the last month. A standing
    (a list) holds from its period on until something else is said.
    """
    periods = [str(y) for y in years]
    of_line = lines.filter(pl.col("period").is_in(periods)).select(
        pl.lit("line").alias("of"),
        "subject_kind",
        "subject_id",
        "measure",
        "item",
        "period",
        pl.col("value").cast(pl.Float64),
        "unit",
        status_rank(),
        pl.col("coverage").cast(pl.Float64),
        pl.concat_list("line_id").alias("ids"),
    )
    return pl.concat([of_line, _yearly_facts(facts, periods, measures)], how="vertical")


def _fact_rows(facts: pl.DataFrame) -> pl.DataFrame:
    return facts.select(
        pl.lit("fact").alias("of"),
        "subject_kind",
        "subject_id",
        "measure",
        pl.col("item").fill_null(""),
        "period",
        pl.col("value").cast(pl.Float64),
        "unit",
        status_rank(),
        pl.when(pl.col("value").is_null()).then(0.0).otherwise(1.0).alias("coverage"),
        pl.concat_list("fact_id").alias("ids"),
    )


def _yearly_facts(facts: pl.DataFrame, periods: list[str], measures: Mapping[str, Measure]) -> pl.DataFrame:
    stands = pl.col("measure").is_in([name for name, m in measures.items() if m.over_year == "standing"])
    rows = _fact_rows(facts.filter(~stands))
    yearly = rows.filter(pl.col("period").is_in(periods))
    key = ["subject_kind", "subject_id", "measure", "item", "period"]
    monthly = (
        rows.filter(pl.col("period").str.contains(r"^\d{4}-\d{2}$"))
        .with_columns(pl.col("period").alias("month"), pl.col("period").str.slice(0, 4))
        .filter(pl.col("period").is_in(periods))
        .join(yearly, on=key, how="anti")
        .sort("month")
    )
    stocks = [name for name, m in measures.items() if m.over_year == "stock"]
    present = pl.col("value").is_not_null().sum()
    grouped = monthly.group_by(key, maintain_order=True).agg(
        pl.lit("fact").alias("of"),
        pl.when(pl.col("measure").first().is_in(stocks))
        .then(pl.col("value").last())
        .when(present == _MONTHS)
        .then(pl.col("value").sum())
        .alias("value"),
        pl.col("unit").first(),
        pl.col("status_rank").max(),
        (present / _MONTHS).alias("coverage"),
        pl.col("ids").explode().drop_nulls().alias("ids"),
    )
    held = _standings(_fact_rows(facts.filter(stands)), periods)
    return pl.concat([yearly, grouped.select(OBSERVATION_COLUMNS), held], how="vertical")


def _standings(rows: pl.DataFrame, periods: list[str]) -> pl.DataFrame:
    """For each year what was said last up to its end (a whole year is said at its end); none before anything was."""
    key = ["subject_kind", "subject_id", "measure", "item"]
    parts = [rows.clear()]
    for year in periods:
        said = rows.filter(pl.col("period").str.slice(0, 4) <= year).sort(pl.col("period").str.pad_end(5, "~"))
        parts.append(said.group_by(key, maintain_order=True).last().with_columns(period=pl.lit(year)))
    return pl.concat([part.select(OBSERVATION_COLUMNS) for part in parts], how="vertical")


def _ancestors(areas: Iterable[str], tree: Mapping[str, str | None]) -> pl.DataFrame:
    """Each area with itself and all areas above it (area_code, above), by the tree, else by the code's structure."""
    pairs: list[tuple[str, str]] = []
    for code in sorted(set(areas)):
        chain = [code]
        while (parent := tree.get(chain[-1], _by_structure(chain[-1]))) and parent not in chain:
            chain.append(parent)
        pairs += [(code, above) for above in chain]
    return pl.DataFrame(pairs, schema={"area_code": pl.String, "above": pl.String}, orient="row")


def _by_structure(code: str) -> str | None:
    """The area above: county → prefecture → province; a county of 9900nn goes straight to 990000."""
    if code.endswith("0000"):
        return None
    return f"{code[:2]}0000" if code.endswith("00") else f"{code[:4]}00"


def in_force(registry: pl.DataFrame, years: Sequence[int]) -> pl.DataFrame:
    """One row per enterprise and year: the last registry row in force on any day of the year (half-open until)."""
    parts = []
    for year in years:
        first, last = date(year, 1, 1), date(year, 12, 31)
        alive = (pl.col("since") <= last) & (pl.col("until").is_null() | (pl.col("until") > first))
        parts.append(
            registry.filter(alive)
            .sort("since")
            .group_by("enterprise_id", maintain_order=True)
            .last()
            .select("enterprise_id", "area_code", "industry_code", "above_scale", period=pl.lit(str(year)))
        )
    return pl.concat(parts, how="vertical") if parts else registry.clear()


def idle(registry: pl.DataFrame, years: Sequence[int]) -> pl.DataFrame:
    """enterprise_id, period (a year), idle (true): who was closed or being built through the whole year."""
    if "status" not in registry.columns:
        return pl.DataFrame(schema={"enterprise_id": pl.String, "period": pl.String, "idle": pl.Boolean})
    shut = pl.col("status").is_in(["closed", "building"]).fill_null(value=False)
    ever = in_force(registry.filter(shut), years).select("enterprise_id", "period")
    worked = in_force(registry.filter(~shut), years)
    return ever.join(worked, on=["enterprise_id", "period"], how="anti").with_columns(idle=pl.lit(value=True))


def members(
    registry: pl.DataFrame,
    subjects: Sequence[Subject],
    years: Sequence[int],
    tree: Mapping[str, str | None] | None = None,
) -> pl.DataFrame:
    """MEMBER rows of all subjects and years. tree: area code → the code above it."""
    alive = in_force(registry, years).join(idle(registry, years), on=["enterprise_id", "period"], how="left")
    alive = alive.with_columns(pl.col("idle").fill_null(value=False))
    placed = alive.join(_ancestors(alive["area_code"].drop_nulls().to_list(), tree or {}), on="area_code")
    parts = [
        placed.filter((pl.col("above") == s.area_code) & industry_match(s.industries)).select(
            pl.lit(s.kind).alias("subject_kind"),
            pl.lit(s.id).alias("subject_id"),
            "period",
            "enterprise_id",
            "industry_code",
            "above_scale",
            "idle",
        )
        for s in subjects
    ]
    return pl.concat(parts, how="vertical")


def industry_match(industries: Sequence[str]) -> pl.Expr:
    """Whether industry_code lies in one of the industries (prefix); no industries means all."""
    if not industries:
        return pl.lit(value=True)
    return pl.any_horizontal([pl.col("industry_code").str.starts_with(i) for i in industries]).fill_null(value=False)

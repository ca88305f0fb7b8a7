"""Inventory 核算: the whole account of enterprises, areas and industries, from facts, rulebook and registry."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import polars as pl

from dafeng.account.activity import activity
from dafeng.account.certificates.market_lines import market_lines
from dafeng.account.findings import finding
from dafeng.account.lines import finished, id_key, status_rank
from dafeng.account.priced import item_lines
from dafeng.account.rollup import STRAYS, roll_up, strays
from dafeng.account.streams.facts import MethodFacts, method_facts
from dafeng.account.streams.lines import with_methods
from dafeng.account.subjects import Subjects, months_due, placed
from dafeng.account.sums import first_lines, total_co2, totals, years
from dafeng.base.provenance import content_id
from dafeng.rules.method_data import line_names
from dafeng.rules.methods import Methods, packaged_methods
from dafeng.rules.records import Family
from dafeng.rules.rulebook import Rulebook

CODE_VERSION = "account-4"  # raised when a formula's arithmetic or a sum's meaning changes


@dataclass(frozen=True, slots=True)
class Inventory:
    """run_id names code, rules, family, knowledge day and facts by their hash; lines are LINE_SCHEMA; findings are
    what a person should look at (findings.FINDING_SCHEMA)."""

    run_id: str
    lines: pl.DataFrame
    findings: pl.DataFrame


def inventory(
    facts: pl.DataFrame,
    rulebook: Rulebook,
    *,
    family: str = "ndrc_general",
    registry: Subjects | None = None,
    as_of: date | None = None,
    methods: Methods | None = None,
) -> Inventory:
    """All lines: enterprises by item and total, months and years, and, with a registry, areas and industries.

    Parameters
    ----------
    facts : FACT rows, current (one per key); site and area facts are left aside.
    rulebook : the rules; family names the set of factors (they are never mixed).
    registry : areas, industries and dated enterprise rows. Without it no roll-ups, and the national grid factor.
    as_of : the day of knowledge for the factors; None = now.
    methods : the accounting methods of the rulebook; None = the packaged ones.

    Raises BadRequest for facts that stand twice, RuleUnknown for an unknown family. A factor that is not in force
    costs the lines that need it: null, with the reason in note.
    """
    rules = rulebook.family(family)
    methods = packaged_methods() if methods is None else methods
    run_id = _run_id(facts, rulebook, rules, as_of, methods)
    lines, findings = _enterprises(facts, rulebook, rules, registry, as_of, methods)
    if registry is not None:
        above, more = roll_up(lines, registry)
        lines, findings = pl.concat([lines, above], how="diagonal"), pl.concat([findings, more])
    return Inventory(run_id, finished(lines, run_id), findings)


def updated(
    previous: Inventory,
    facts: pl.DataFrame,
    changed: Collection[str],
    rulebook: Rulebook,
    *,
    family: str,
    registry: Subjects,
    as_of: date | None = None,
    methods: Methods | None = None,
) -> Inventory:
    """The inventory of facts of which only those of the enterprises ``changed`` (or their registry rows) are others
    than in ``previous``: their lines are computed anew, and the sums above of the years they stand in; the rest stays.

    The result is that of ``inventory`` on the same facts, line for line.
    """
    rules, methods = rulebook.family(family), packaged_methods() if methods is None else methods
    run_id = _run_id(facts, rulebook, rules, as_of, methods)
    mine = pl.col("subject_id").is_in(list(changed))
    made, found = _enterprises(facts.filter(mine), rulebook, rules, registry, as_of, methods)
    own = pl.col("subject_kind") == "enterprise"
    before = previous.lines.filter(own)
    lines = _in_order(pl.concat([before.filter(~mine), finished(made, run_id)]))
    years = pl.concat([before.filter(mine)["period"], made["period"]]).str.head(4).unique()
    touched = pl.col("period").str.head(4).is_in(years.to_list())
    keyed = lines.filter(touched).with_columns(id_key("line_id").alias("line_key"), status_rank().alias("rank"))
    above, _ = roll_up(keyed, registry) if keyed.height else (keyed.clear(), None)
    kept = previous.lines.filter(~own & ~touched)
    whole = pl.concat([lines, kept, finished(above, run_id)]).with_columns(run_id=pl.lit(run_id))
    rest = previous.findings.filter(~mine & ~pl.col("kind").is_in(STRAYS))
    return Inventory(run_id, whole, pl.concat([rest, found, strays(lines, registry)]))


def _in_order(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines of enterprises in the one order in which they are added up, so that a sum has the same last digits."""
    return lines.sort("subject_id", "measure", "item", "period")


def enterprise_lines(
    facts: pl.DataFrame,
    rulebook: Rulebook,
    family: str = "ndrc_general",
    registry: Subjects | None = None,
    as_of: date | None = None,
) -> pl.DataFrame:
    """The enterprise lines alone (LINE_SCHEMA); see ``inventory``."""
    rules = rulebook.family(family)
    methods = packaged_methods()
    lines, _ = _enterprises(facts, rulebook, rules, registry, as_of, methods)
    return finished(lines, _run_id(facts, rulebook, rules, as_of, methods))


def roll_ups(lines: pl.DataFrame, registry: Subjects) -> pl.DataFrame:
    """Area and industry lines from finished enterprise lines; see ``roll_up``."""
    own = lines.filter(pl.col("subject_kind") == "enterprise")
    if own.is_empty():
        return own
    key = pl.col("line_id").str.tail(16).str.to_integer(base=16, dtype=pl.UInt64)
    above, _ = roll_up(own.with_columns(key.alias("line_key"), status_rank().alias("rank")), registry)
    return finished(above, str(own["run_id"][0]))


def with_partial(lines: pl.DataFrame, at_least: float) -> pl.DataFrame:
    """A named step for who must show a figure: where a line is incomplete but covers ``at_least`` (0..1) of what is
    due, its partial sum stands as value, with status no better than trial. The note keeps saying 部分."""
    takes = pl.col("value").is_null() & pl.col("partial").is_not_null() & (pl.col("coverage") >= at_least)
    lowered = pl.when(pl.col("status") == "synthetic").then("status").otherwise(pl.lit("trial"))
    return lines.with_columns(
        pl.when(takes).then("partial").otherwise("value").alias("value"),
        pl.when(takes).then(lowered).otherwise("status").alias("status"),
    )


def _enterprises(
    facts: pl.DataFrame,
    rulebook: Rulebook,
    family: Family,
    registry: Subjects | None,
    as_of: date | None,
    methods: Methods,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Working lines of enterprises (with rank, line_key, year, monthly) and findings."""
    act = activity(facts, rulebook)
    rows, unplaced = _scoped(act.rows, registry)
    held = method_facts(facts, rows, methods, rulebook.items, _industries(rows, registry))
    work, odd = with_methods(
        item_lines(rows, act.process, rulebook, family, as_of), held, methods, rulebook, family.id, as_of
    )
    beside = market_lines(facts, rows, held, rulebook, as_of)
    first = first_lines(pl.concat([work, beside.select([pl.col(n).cast(t) for n, t in work.schema.items()])]))
    due = _months_due(first, registry)
    yearly, unequal = years(first, due)
    items = pl.concat([first.filter(pl.col("monthly")), yearly], how="diagonal")
    called = {} if held.given.is_empty() else line_names(methods, rulebook.items)
    names = {code: name.zh for code, name in called.items()}
    names |= {i.code: i.zh for i in rulebook.items.values()}
    with_totals = pl.concat([items, totals(items, due, names)], how="diagonal")
    lines = _in_order(pl.concat([with_totals, total_co2(with_totals)], how="diagonal"))
    return lines, pl.concat([act.findings, odd, unplaced, unequal])


def works_data(facts: pl.DataFrame, rulebook: Rulebook, registry: Subjects | None) -> tuple[MethodFacts, pl.DataFrame]:
    """What works delivered for their methods, and the net use of all works by item and period, with ``scope``."""
    rows, _ = _scoped(activity(facts, rulebook).rows, registry)
    return method_facts(facts, rows, packaged_methods(), rulebook.items, _industries(rows, registry)), rows


def _industries(rows: pl.DataFrame, registry: Subjects | None) -> pl.DataFrame | None:
    """subject_id, year, industry_code of the works in each year of the rows."""
    if registry is None:
        return None
    years = rows["year"].drop_nulls().unique().cast(pl.String).alias("period")
    where = placed(registry.enterprises, years)
    return where.select("subject_id", "industry_code", year=pl.col("period").cast(pl.Int32))


def _scoped(rows: pl.DataFrame, registry: Subjects | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add scope, the area whose grid factor applies (CN where the place is not known: a finding)."""
    if registry is None:
        scoped = rows.with_columns(pl.lit("CN").alias("scope"))
        return scoped, finding(_valued(scoped.clear()), "no_place", "")
    where = placed(registry.enterprises, rows["period"]).select(
        "subject_id", "period", pl.col("area_code").alias("scope")
    )
    joined = rows.join(where, on=["subject_id", "period"], how="left", maintain_order="left")
    lost = joined.filter(pl.col("scope").is_null() & (pl.col("item") == "electricity"))
    note = "企业所在地不明，按全国电力因子计"
    return joined.with_columns(pl.col("scope").fill_null("CN")), finding(_valued(lost), "no_place", note)


def _valued(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.lit("co2_electricity_t").alias("measure"), pl.col("amount").alias("value"))


def _months_due(lines: pl.DataFrame, registry: Subjects | None) -> pl.DataFrame:
    if registry is None:
        return pl.DataFrame(schema={"subject_id": pl.String, "year": pl.Int32, "months_due": pl.Int32})
    return months_due(registry.enterprises, lines["year"])


def _run_id(facts: pl.DataFrame, rulebook: Rulebook, family: Family, as_of: date | None, methods: Methods) -> str:
    ids = "\n".join(facts["fact_id"].sort().to_list())
    rules = (rulebook.version, methods.version, family.id)
    return content_id("RUN", CODE_VERSION, *rules, str(as_of), content_id("", ids))

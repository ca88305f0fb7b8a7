"""Quality and uncertain terms of a programme's account: result lines of a year taken back to facts and factors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from dafeng.account.inventory import works_data
from dafeng.account.lines import CO2_PARTS, TOTAL
from dafeng.account.physics import T_CO2_PER_T_C
from dafeng.account.quality import DATUM, DUE
from dafeng.account.streams.lines import MEASURE, OTHER_GASES, line_item, stream_lines
from dafeng.account.subjects import Subjects
from dafeng.account.uncertainty.terms import FIGURE, LINE, Terms, taken_apart, terms
from dafeng.rules.evidence import Evidence, Role, packaged_evidence
from dafeng.rules.method_data import STREAM
from dafeng.rules.methods import Methods, packaged_methods
from dafeng.rules.rulebook import Rulebook
from dafeng.rules.uncertainties import packaged_uncertainties

GROUPS: Mapping[str, str] = {
    "co2_combustion_t": "combustion",
    "co2_electricity_t": "electricity",
    "co2_heat_t": "heat",
    "co2_process_t": "process",
    OTHER_GASES: "process",
}
_CARBON = "combustion.fossil"
_RULED = ("electricity.net_purchased",)  # their factor is prescribed: nobody's own value stands
_LEVELS = 4  # year ← months or items ← parts: no line stands deeper
_TABLE = "energy_table"  # stands for a method where a line came by energy table and default factors
_ENERGY = ("fuel", "electricity", "heat")  # streams of methods that take what the energy table says


@dataclass(frozen=True)
class AccountTerms:
    """terms of the lines in a year's total CO2 (and other gases); data (DATUM) and due (DUE) for its quality.

    group and item of the terms' lines, stream and item of data and due are the account's own: the group of the measure
    and the item of the result line (``steel/flux/limestone`` for a stream of a method), so that they meet.
    """

    terms: Terms
    data: pl.DataFrame
    due: pl.DataFrame


def account_terms(
    lines: pl.DataFrame,
    facts: pl.DataFrame,
    findings: pl.DataFrame,
    subjects: list[str],
    year: int,
    rulebook: Rulebook,
    family: str,
    registry: Subjects | None = None,
    as_of: date | None = None,
) -> AccountTerms:
    """The terms of some enterprises' year.

    lines, findings  of a run (LINE_SCHEMA, FINDING_SCHEMA); facts are the current ones the run was made of.
    """
    own = lines.filter((pl.col("subject_kind") == "enterprise") & pl.col("subject_id").is_in(subjects))
    leaves = _leaves(own, year)
    mine = facts.filter(pl.col("subject_id").is_in(subjects))
    plain = leaves.filter(~pl.col("rule").str.starts_with("stream."))
    rule = packaged_evidence()
    classes = _fact_classes(mine, rule)
    parts = [_plain(plain, classes)]
    of_year = mine.filter(pl.col("period").str.head(4) == str(year))  # each line stands by the facts of its own year
    parts.append(_of_methods(leaves, of_year, classes, rulebook, family, registry, as_of, packaged_methods()))
    shift = parts[0][0]["row"].max()
    first = 0 if shift is None else int(shift) + 1  # type: ignore[arg-type]
    made = pl.concat([parts[0][0], parts[1][0].with_columns(pl.col("row") + first)])
    figures = pl.concat([parts[0][1], parts[1][1].with_columns(pl.col("row") + first)])
    columns = _columns(packaged_methods())
    raw = terms(made, figures, packaged_uncertainties(), columns=columns, as_of=as_of)
    built = replace(raw, lines=_as_accounted(raw.lines), left_out=_as_accounted(raw.left_out))
    return AccountTerms(built, _data(built), _due(own, findings, year))


def _as_accounted(lines: pl.DataFrame) -> pl.DataFrame:
    """LINE rows with group and item as the account's result lines have them."""
    measure = pl.when(pl.col("gas") == "CO2").then(pl.col("group").replace(MEASURE)).otherwise(pl.lit(OTHER_GASES))
    of_method = pl.col("method") != _TABLE
    return lines.with_columns(
        group=pl.when(of_method).then(measure.replace(dict(GROUPS))).otherwise("group"),
        item=pl.when(of_method).then(line_item()).otherwise("item"),
    )


def _leaves(own: pl.DataFrame, year: int) -> pl.DataFrame:
    """The lines with factors behind a year's total CO2, and of the other gases."""
    tops = pl.col("measure").is_in(["co2_total_t", OTHER_GASES]) & (pl.col("item") == TOTAL)
    level = own.filter(tops & (pl.col("period") == str(year)))
    found = []
    for _ in range(_LEVELS):
        below = level.select(line_id=pl.col("inputs").explode()).drop_nulls().unique()
        level = own.join(below, on="line_id", how="semi", maintain_order="left")
        found.append(level.filter(~pl.col("rule").str.starts_with("sum.")))
        level = level.filter(pl.col("rule").str.starts_with("sum."))
    return pl.concat(found).unique("line_id", maintain_order=True)


def _fact_classes(facts: pl.DataFrame, rule: Evidence) -> pl.DataFrame:
    """fact, activity, factor: the class a fact's evidence has in each role: by the words that came with it, else by the
    quality that was delivered."""
    pairs = facts.select("quality", "note").unique()
    rows = [(q, n, _class(rule, q, n, "activity"), _class(rule, q, n, "factor")) for q, n in pairs.iter_rows()]
    schema = dict.fromkeys(("quality", "note", "activity", "factor"), pl.String)
    table = pl.DataFrame(rows, schema=schema, orient="row")
    joined = facts.join(table, on=["quality", "note"], how="left", nulls_equal=True)
    return joined.select(fact="fact_id", activity="activity", factor="factor")


def _class(rule: Evidence, quality: str | None, note: str | None, role: Role) -> str:
    worded = rule.of_words(note)
    return worded if worded != "unstated" else rule.of_quality(quality, role)


def _weakest(column: str) -> pl.Expr:
    rank = pl.col(column).replace_strict(packaged_evidence().rank, return_dtype=pl.Int64)
    return pl.col(column).sort_by(rank, descending=True).first()


# -- lines by energy table and default factors -------------------------------------------------------------------------


def _plain(leaves: pl.DataFrame, classes: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    numbered = leaves.with_row_index("row").cast({"row": pl.Int64})
    group = pl.col("measure").replace_strict(dict(GROUPS), return_dtype=pl.String)
    lines = numbered.select(
        "row", "subject_id", "period", "item", "value", stream=group, group=group, gas=pl.lit("CO2"),
        formula="rule", scale=pl.lit(1.0), method=pl.lit(_TABLE),
    )  # fmt: skip
    factors = _factors(numbered)
    products = factors.group_by("row").agg(product=pl.col("value").product())
    held = numbered.join(products, on="row", how="left").with_columns(pl.col("product").fill_null(1.0))
    carbon = pl.col("rule").str.starts_with(_CARBON)
    whole = pl.col("product") * pl.when(carbon).then(T_CO2_PER_T_C).otherwise(1.0)
    facts = held.select("row", fact=pl.col("inputs")).explode("fact").join(classes, on="fact", how="left")
    klass = facts.group_by("row").agg(klass=_weakest("activity"), evidence=pl.col("fact").first())
    amounts = held.join(klass, on="row", how="left").select(
        "row", value=pl.when(whole != 0).then(pl.col("value") / whole), evidence="evidence",
        klass=pl.col("klass").fill_null("unstated"), input=pl.lit("amount"), role=pl.lit("activity"),
        unit=pl.lit(None, pl.String), parameter=pl.lit(None, pl.String),
    )  # fmt: skip
    shape = [pl.col(n).cast(t) for n, t in FIGURE.items()]
    return (
        lines.select([pl.col(n).cast(t) for n, t in LINE.items()]),
        pl.concat([amounts.select(shape), factors.select(shape)]),
    )


def _factors(numbered: pl.DataFrame) -> pl.DataFrame:
    """The factors of lines, one row each; the JSON is read once for each different text."""
    texts = numbered.select("rule", "factors").unique()
    rows = []
    for name, text in texts.iter_rows():
        for factor in json.loads(text):
            kind = str(factor["id"]).rsplit(".", 1)[-1] if name.startswith(_CARBON) else "factor"
            klass = "prescribed" if name.split("@")[0] in _RULED else "default"
            rows.append((name, text, kind, factor["value"], factor["unit"], factor["id"], klass))
    names = ("rule", "factors", "input", "factor_value", "unit", "parameter", "klass")
    kinds = (pl.String, pl.String, pl.String, pl.Float64, pl.String, pl.String, pl.String)
    table = pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")
    made = numbered.select("row", "rule", "factors").join(table, on=["rule", "factors"], how="inner")
    return made.with_columns(value=pl.col("factor_value"), role=pl.lit("factor"), evidence=pl.col("parameter"))


# -- works under a method ----------------------------------------------------------------------------------------------


def _of_methods(
    leaves: pl.DataFrame,
    facts: pl.DataFrame,
    classes: pl.DataFrame,
    rulebook: Rulebook,
    family: str,
    registry: Subjects | None,
    as_of: date | None,
    methods: Methods,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Stream lines of the works and periods that the account took from a method."""
    wanted = leaves.filter(pl.col("rule").str.starts_with("stream.") | pl.col("item").str.contains("/"))
    empty = pl.DataFrame(schema=LINE), pl.DataFrame(schema=FIGURE)
    if wanted.is_empty():
        return empty
    held, _ = works_data(facts, rulebook, registry)
    asked = wanted.select("subject_id", "period").unique()
    given = held.given.join(asked, on=["subject_id", "period"], how="semi", maintain_order="left")
    made, _ = stream_lines(replace(held, given=given), methods, rulebook, family, as_of)
    made = made.filter(pl.col("group").is_in(list(MEASURE)))
    known = frozenset(id for id, _ in rulebook.parameters)
    lines, figures, first = [empty[0]], [empty[1]], 0
    for (method,), rows in made.partition_by("method", as_dict=True, maintain_order=True).items():
        row, figure = taken_apart(
            rows, str(method), parameters=known, classes=_told(rows, classes, methods, str(method))
        )
        lines.append(row.with_columns(pl.col("row") + first))
        figures.append(figure.with_columns(pl.col("row") + first))
        first += rows.height
    return pl.concat(lines), pl.concat(figures)


def _told(rows: pl.DataFrame, classes: pl.DataFrame, methods: Methods, method: str) -> pl.DataFrame:
    """Classes of the figures that came from facts (their weakest), and of what the rule prescribes."""
    key = ["subject_id", "period", "stream", "item"]
    figures = rows.select(*key, "family", "figures").explode("figures").drop_nulls("figures").unnest("figures")
    own = figures.filter(pl.col("from").str.starts_with("F-")).with_columns(fact=pl.col("from").str.split(" "))
    joined = own.explode("fact").join(classes, on="fact", how="left")
    amount = ~pl.col("unit").str.contains("/") & (pl.col("unit") != "1")
    klass = pl.when(amount).then("activity").otherwise("factor").fill_null("unstated")
    told = joined.with_columns(klass=klass).group_by(*key, "input").agg(klass=_weakest("klass"))
    fixed = [
        (stream, name, form.family, "penalty" if inp.own == "prefer" else "prescribed")
        for (m, _), form in methods.held.items()
        if m == method
        for stream, s in form.streams.items()
        for name, inp in s.inputs.items()
        if inp.own != "yes"
    ]
    table = pl.DataFrame(fixed, schema=dict.fromkeys(("stream", "input", "family", "klass"), pl.String), orient="row")
    rest = figures.filter(~pl.col("from").str.starts_with("F-").fill_null(value=False))
    return pl.concat([told, rest.join(table, on=["stream", "input", "family"]).select(*key, "input", "klass")])


def _columns(methods: Methods) -> dict[str, tuple[str, ...]]:
    """Every column that a stream formula may ask, over all methods."""
    made: dict[str, set[str]] = {}
    for method in methods.held.values():
        for form in method.streams.values():
            for formula in form.formulas:
                made.setdefault(formula, set()).update(form.inputs)
    return {name: tuple(sorted(columns)) for name, columns in made.items()}


# -- quality -----------------------------------------------------------------------------------------------------------


def _data(built: Terms) -> pl.DataFrame:
    lines = pl.concat([built.lines, built.left_out])
    where = ["row", "subject_id", "item", "period"]
    placed = lines.select(*where, stream="group", weight=pl.col("value").abs())
    data = built.figures.join(placed, on="row", how="left")
    return data.select([pl.col(n).cast(t) for n, t in DATUM.items()])


def _due(own: pl.DataFrame, findings: pl.DataFrame, year: int) -> pl.DataFrame:
    """What was due of each item of the year, by the yearly lines; findings of the year stand against their item.

    A total stands only where it is no sum of items: process emissions that a works reports as one figure.
    """
    whole = (pl.col("measure") == "co2_process_t") & (pl.col("rule") != "sum.items")
    rows = own.filter(
        pl.col("measure").is_in([*CO2_PARTS, OTHER_GASES])
        & (pl.col("period") == str(year))
        & ((pl.col("item") != TOTAL) | whole)
    )
    group = pl.col("measure").replace_strict(dict(GROUPS), return_dtype=pl.String)
    due = rows.select(
        "subject_id", "item", stream=group, expected=pl.col("expected").cast(pl.Int64),
        present=pl.col("present").cast(pl.Int64), weight=pl.coalesce("value", "partial").abs().fill_null(0.0),
    )  # fmt: skip
    gases = due.group_by("subject_id", "stream", "item", maintain_order=True).agg(
        pl.col("expected").max(), pl.col("present").min(), pl.col("weight").sum()
    )  # a stream may give CO2 and other gases
    doubted = _doubted(gases, findings.filter(pl.col("period").str.head(4) == str(year)))
    return doubted.select([pl.col(n).cast(t) for n, t in DUE.items()])


def _doubted(due: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """Add ``doubted``: a finding names the item itself, the energy item that a method's stream takes, or the datum
    (``stream:flux/limestone/amount`` with the method as item)."""
    parts = pl.col("item").str.split("/")
    stream = parts.list.get(1, null_on_oob=True)
    energy = pl.when(stream.is_in(_ENERGY)).then(parts.list.get(2, null_on_oob=True).fill_null(stream))
    code = pl.col("measure").str.strip_prefix(STREAM).str.split("/").list.head(2).list.join("/")
    datum = pl.when(pl.col("measure").str.starts_with(STREAM)).then(
        pl.concat_str("item", pl.lit("/"), code.str.strip_suffix("/"))
    )
    told = pl.concat(
        [findings.select("subject_id", named=pl.col("item").cast(pl.String)),
         findings.select("subject_id", named=datum.cast(pl.String))]
    ).drop_nulls().unique().with_columns(held=pl.lit(value=True))  # fmt: skip
    made = due.with_columns(energy=energy)
    for n, column in enumerate(("item", "energy")):
        made = made.join(
            told.rename({"held": f"held_{n}"}), left_on=["subject_id", column], right_on=["subject_id", "named"],
            how="left", maintain_order="left",
        )  # fmt: skip
    return made.with_columns(doubted=pl.any_horizontal(pl.col("held_0", "held_1").fill_null(value=False)))

"""Quality and uncertainty of a case 算例: the stand-alone way, from JSON, without a programme."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dafeng.account.cases.reading import CaseForm, prepared
from dafeng.account.quality import DATUM, DUE, Quality, quality
from dafeng.account.streams.engine import GIVEN
from dafeng.account.uncertainty.combined import DRAWS, Group, Uncertainty, uncertainty
from dafeng.account.uncertainty.terms import FIGURE, LINE, Terms, taken_apart, terms
from dafeng.rules.methods import IN_TOTAL, Method, Methods
from dafeng.rules.rulebook import Rulebook
from dafeng.rules.uncertainties import packaged_uncertainties


def case_terms(case: CaseForm, methods: Methods, rulebook: Rulebook) -> Terms:
    """The uncertain terms of everything that stands in the case's total; transfers inside the works are left out, as
    they are in the total."""
    lines, figures, columns, first = [], [], dict[str, tuple[str, ...]](), 0
    for part in case.all_parts():
        streams, given = prepared(case, part, methods, rulebook)
        own = given.filter(pl.col("internal").is_null()) if "internal" in given.columns else given
        made = streams.lines(own.select(*GIVEN), figures=True).filter(pl.col("group").is_in(IN_TOTAL))
        known = frozenset(id for id, _ in streams.rulebook.parameters)
        row, figure = taken_apart(
            made, streams.method.id, parameters=known, classes=_of_the_rule(made, streams.method, known)
        )
        lines.append(row.with_columns(pl.col("row") + first))
        figures.append(figure.with_columns(pl.col("row") + first))
        first += made.height
        columns |= _columns(made, streams.method)
    all_lines = pl.concat([pl.DataFrame(schema=LINE), *lines])
    all_figures = pl.concat([pl.DataFrame(schema=FIGURE), *figures])
    return terms(all_lines, all_figures, packaged_uncertainties(), columns=columns, as_of=case.as_of)


def case_uncertainty(
    case: CaseForm,
    methods: Methods,
    rulebook: Rulebook,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    groups: Sequence[Group] = (),
) -> Uncertainty:
    """The uncertainty of a case's total; see ``uncertainty``."""
    return uncertainty(case_terms(case, methods, rulebook), draws=draws, seed=seed, groups=groups)


def case_quality(case: CaseForm, methods: Methods, rulebook: Rulebook) -> Quality:
    """The data quality of a case: a stream's figures by class, and its periods with a result among those given."""
    return quality_of(case_terms(case, methods, rulebook))


def quality_of(made: Terms) -> Quality:
    """The data quality of the terms of a case."""
    lines = pl.concat([made.lines, made.left_out])
    where = ["row", "subject_id", "stream", "item", "period"]
    data = made.figures.join(lines.select(*where, weight=pl.col("value").abs()), on="row", how="left")
    due = lines.group_by("subject_id", "stream", "item", maintain_order=True).agg(
        expected=pl.len().cast(pl.Int64), present=pl.col("value").count().cast(pl.Int64),
        weight=pl.col("value").abs().sum(), doubted=pl.lit(value=False),
    )  # fmt: skip
    return quality(data.select(*DATUM).cast(DATUM), due.select(*DUE).cast(DUE))  # type: ignore[arg-type]


def _columns(lines: pl.DataFrame, method: Method) -> dict[str, tuple[str, ...]]:
    """Every column a formula of these lines may ask: the inputs of the streams that use it."""
    made: dict[str, set[str]] = {}
    for stream, formula in lines.select("stream", "formula").drop_nulls().unique().iter_rows():
        made.setdefault(str(formula), set()).update(method.stream(str(stream)).inputs)
    return {formula: tuple(sorted(names)) for formula, names in made.items()}


def _of_the_rule(lines: pl.DataFrame, method: Method, known: frozenset[str]) -> pl.DataFrame:
    """Defaults that the rule gives only as a penalty (own: prefer), or lets nobody replace (own: no), as classes."""
    key = ["subject_id", "period", "stream", "item"]
    rows = lines.select(pl.col(key).cast(pl.String), "figures").explode("figures").drop_nulls("figures")
    said = [
        (s, n, "penalty" if inp.own == "prefer" else "prescribed")
        for s, form in method.streams.items()
        for n, inp in form.inputs.items()
        if inp.own != "yes"
    ]
    schema = dict.fromkeys(("stream", "input", "klass"), pl.String)
    table = pl.DataFrame(said, schema=schema, orient="row")
    of_rule = rows.unnest("figures").filter(pl.col("from").is_in(list(known)))
    return of_rule.join(table, on=["stream", "input"], how="inner").select(*key, "input", "klass")

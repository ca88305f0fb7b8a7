"""Where industrial processes stand 工业过程所在企业: registered works of a process and what they made, as MAKER rows.

Clinker is burnt in kilns and aluminium made in smelters: an area whose registered firms hold no such works has none of
the city's figure. Which products and industries tell of a process is data (rules/data/regional/works.yaml). A firm is
one if it reported such a product 产品产量, or is of such an industry and did not report that it is of another kind; a
firm whose code is too coarse to tell may be one unless it reported other products. Works below the scale are not seen.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dafeng.account.regional.makers import MAKER_SCHEMA, yearly
from dafeng.account.subjects import placed
from dafeng.rules.regional import RegionalRules, Works

_FIRM_YEAR = ["subject_id", "period"]


def works_rows(
    facts: pl.DataFrame, energy: pl.DataFrame, enterprises: pl.DataFrame, years: Sequence[str], rules: RegionalRules
) -> pl.DataFrame:
    """MAKER rows of two kinds for each kind of works: what a firm made (t) and, of the same firms, their energy (tce).

    facts: current facts of firms; energy: subject_id, period, value, status, of a year; enterprises: dated registry
    rows. The kind is the measure of the sum (``firms_made_clinker_t``).
    """
    if not years or enterprises.is_empty():
        return pl.DataFrame(schema=MAKER_SCHEMA)
    where = placed(enterprises, pl.Series("period", list(years), dtype=pl.String)).filter(~pl.col("shut"))
    outputs = facts.filter(pl.col("measure") == "product_output")
    used = energy.select(*_FIRM_YEAR, made="value", status="status").unique(_FIRM_YEAR, keep="first")
    parts = [pl.DataFrame(schema=MAKER_SCHEMA)]
    for works, within in _by_version(years, rules):
        firms = _firms(works, outputs, where.filter(pl.col("period").is_in(within)))
        parts += [_amounts(firms, _made(works, outputs), works.output), _amounts(firms, used, works.energy)]
    return pl.concat(parts)


def count_measures(rules: RegionalRules) -> dict[str, str]:
    """Kind of MAKER rows → the measure that counts its firms (once for each kind of works)."""
    return {w.output: w.count for w in rules.works}


def sum_measures(rules: RegionalRules) -> dict[str, str]:
    """Kind of MAKER rows → the measure of its sum."""
    return {m: m for w in rules.works for m in (w.output, w.energy)}


def _by_version(years: Sequence[str], rules: RegionalRules) -> list[tuple[Works, list[str]]]:
    """Each dated entry with the years it serves."""
    held: dict[tuple[str, object], tuple[Works, list[str]]] = {}
    for year in years:
        for works in rules.works_in(year).values():
            held.setdefault((works.id, works.since), (works, []))[1].append(year)
    return list(held.values())


def _firms(works: Works, outputs: pl.DataFrame, where: pl.DataFrame) -> pl.DataFrame:
    """The firms of ``where`` with ``maker``: whether each is such a works in the year."""
    told = (
        outputs.filter(pl.col("value") > 0)
        .group_by("subject_id", pl.col("period").str.head(4))
        .agg(own=pl.col("item").is_in(works.products).any(), other=pl.col("item").is_in(works.instead).any())
    )
    code = pl.col("industry_code")
    exact = pl.any_horizontal([code.str.starts_with(i) for i in works.industries])
    coarser = sorted({i[:n] for i in works.industries for n in range(2, len(i))} - set(works.industries))
    reports = pl.col("own").is_not_null()
    maybe = (exact & ~pl.col("other").fill_null(value=False)) | (code.is_in(coarser) & ~reports)
    joined = where.join(told, on=_FIRM_YEAR, how="left", maintain_order="left")
    return joined.with_columns(maker=pl.col("own").fill_null(value=False) | maybe.fill_null(value=False))


def _made(works: Works, outputs: pl.DataFrame) -> pl.DataFrame:
    """What each firm made in a year: of the products the first that it reported (alternatives are not added)."""
    places = {p: n for n, p in enumerate(works.products)}
    of_each = [yearly(outputs.filter(pl.col("item") == p)).with_columns(place=pl.lit(n)) for p, n in places.items()]
    rows = pl.concat(of_each).drop_nulls("made").sort(*_FIRM_YEAR, "place")
    return rows.unique(_FIRM_YEAR, keep="first", maintain_order=True).drop("place")


def _amounts(firms: pl.DataFrame, amounts: pl.DataFrame, kind: str) -> pl.DataFrame:
    joined = firms.join(amounts, on=_FIRM_YEAR, how="left", maintain_order="left")
    none = pl.when(pl.col("maker")).then("made").otherwise(0.0)
    return joined.with_columns(made=none, kind=pl.lit(kind)).select(pl.col(n).cast(d) for n, d in MAKER_SCHEMA.items())

"""Scope 2 twice 范围二双重报告: location-based as accounted, market-based from what is claimed in the ledger.

    market-based = (electricity − claimed) × residual factor + claimed × contract factor

Claimed counts what has been retired 核销 for the claim: until then the certificate could still be taken back, so a
claim that is not retired lowers nothing and the row says how much of it waits.
The residual factor is the national average without market-traded non-fossil power 全国平均(不含市场化交易非化石电量).
Where none is in force there is no market-based result, and the row says so; it is never replaced by the average.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from dafeng.account.certificates.ledger import RETIRED
from dafeng.base.errors import RuleError
from dafeng.base.provenance import STATUSES, worst
from dafeng.rules.certificates import CertificateRules
from dafeng.rules.formulas import rule
from dafeng.rules.parameters import FactorValue
from dafeng.rules.rulebook import Rulebook

MARKET_SCHEMA = pl.Schema(
    {
        "subject_id": pl.String(),
        "period": pl.String(),
        "electricity_mwh": pl.Float64(),  # net purchased; null = missing
        "claimed_mwh": pl.Float64(),  # of scope 2 claims on the period, retired
        "open_mwh": pl.Float64(),  # of scope 2 claims that are not retired yet, and so not counted
        "contract_t": pl.Float64(),
        "residual_factor": pl.Float64(),
        "location_t": pl.Float64(),
        "market_t": pl.Float64(),
        "status": pl.String(),
        "note": pl.String(),
        "note_en": pl.String(),
    }
)
MISSING = ("外购电量缺失", "electricity is missing")
OVER = ("声明电量超过外购电量，须先更正", "claims exceed the electricity: correct one of them first")
NO_RESIDUAL = ("无剩余混合因子，市场法不能计算", "no residual factor is in force: no market-based result")
OPEN = (
    "另有{}兆瓦时已声明未核销，未计入",
    "{} MWh more are claimed and not retired: not counted",
)
CARRIED_EN = "the residual factor bears a note"
_RANK = {s: i for i, s in enumerate(STATUSES)}


@dataclass(frozen=True, slots=True)
class Residual:
    """The residual factor of a period [tCO2/MWh]: value None where none is in force, with the reason."""

    period: str
    value: float | None
    status: str
    source: str
    note: str
    since: date | None = None


@rule(
    "electricity.market_based",
    since="2015-01-01",
    source="GHG Protocol Scope 2 Guidance, market-based method; own words",
    zh="(净购入电量 − 已声明绿证电量) × 剩余混合因子 + 已声明绿证电量 × 合同因子",
    en="(net purchased − claimed electricity) × residual factor + claimed electricity × contract factor",
    inputs=("electricity_mwh", "claimed_mwh", "residual_factor", "contract_t"),
)
def market_based(rows: pl.DataFrame) -> pl.Series:
    """CO2 of purchased electricity by the market-based method 市场法范围二排放.

    Parameters
    ----------
    rows : Frame, one row per subject and period, with columns
        electricity_mwh   net purchased electricity 净购入电量 [MWh], negative for a net exporter, never clipped
        claimed_mwh       electricity of the claims for scope 2 已声明绿证电量 [MWh]
        residual_factor   national average without traded non-fossil power [tCO2/MWh]
        contract_t        claimed electricity × its contract factors 合同电量排放 [t CO2]

    Returns
    -------
    Series market_t [t CO2], same rows and order; a missing input gives a missing result.

    Source: GHG Protocol Scope 2 Guidance (own words). Range: electricity bought from a public grid.
    """
    rest = rows["electricity_mwh"] - rows["claimed_mwh"]
    return (rest * rows["residual_factor"] + rows["contract_t"]).rename("market_t")


def residual_of(rulebook: Rulebook, rules: CertificateRules, period: str, as_of: date | None = None) -> Residual:
    """The residual factor in force in a period (2024 or 2024-05), with its status; a carried one says so."""
    month = int(period[5:7]) if len(period) > 4 else 1
    day = date(int(period[:4]), month, 1)
    try:
        found: FactorValue = rulebook.parameter(rules.residual).on(day, as_of)
    except RuleError as error:
        return Residual(period, None, "official", "", error.what)
    return Residual(period, found.value, found.status, found.source, found.note or "", found.since)


def claimed_by_month(parts: pl.DataFrame, rules: CertificateRules, day: date, purpose: str = "scope2") -> pl.DataFrame:
    """Of the claims of one purpose: subject_id, period, claimed_mwh, open_mwh, contract_t, rank (the worst status).

    claimed_mwh and contract_t are of what is retired, open_mwh of what is claimed only. The contract factor stated on
    a certificate outranks the rule's; where neither is there contract_t is missing.
    """
    rows = contracts(parts, rules, day, purpose)
    missing = (pl.col("t").is_null() & pl.col("retired")).any()
    done = pl.col("retired")
    return rows.group_by(subject_id="claimant", period=pl.col("month").dt.strftime("%Y-%m")).agg(
        claimed_mwh=pl.col("mwh").filter(done).sum(),
        open_mwh=pl.col("mwh").filter(~done).sum(),
        contract_t=pl.when(~missing).then(pl.col("t").filter(done).sum()),
        rank=pl.col("rank").filter(done).max().fill_null(0),
    )


def contracts(parts: pl.DataFrame, rules: CertificateRules, day: date, purpose: str = "scope2") -> pl.DataFrame:
    """The parts of the claims of one purpose with t (their power × contract factor [t CO2]), rank and retired."""
    factors = rules.factors(day)
    value = {s: f.value for s, f in factors.items()}
    grade = {s: _RANK[f.status] for s, f in factors.items()}
    live = parts.filter(pl.col("claim_id").is_not_null(), pl.col("purpose") == purpose)
    by_rule = pl.col("source").replace_strict(value, default=None, return_dtype=pl.Float64)
    rank = pl.col("status").replace_strict(_RANK, return_dtype=pl.Int64)
    ruled = pl.col("source").replace_strict(grade, default=None, return_dtype=pl.Int64)
    stated = pl.col("factor").is_not_null()
    return live.with_columns(
        t=pl.col("mwh") * pl.coalesce("factor", by_rule),
        rank=pl.max_horizontal(rank, pl.when(stated).then(rank).otherwise(ruled)),
        retired=pl.col("state") == RETIRED,
    )


def scope2(
    electricity: pl.DataFrame,
    claimed: pl.DataFrame,
    rulebook: Rulebook,
    rules: CertificateRules,
    as_of: date | None = None,
) -> pl.DataFrame:
    """Both methods side by side, month by month (MARKET_SCHEMA).

    Parameters
    ----------
    electricity : subject_id, period (month, or a year where no months are delivered), electricity_mwh (null =
        missing), location_t (null = missing), rank of their status.
    claimed : as ``claimed_by_month`` gives it; of a subject that delivers years only, its months are added up.

    A claim on a period without any electricity row gets a row of its own, with the electricity missing.
    """
    yearly = electricity.filter(pl.col("period").str.len_chars() == 4).select("subject_id", year="period")
    of_years = claimed.with_columns(year=pl.col("period").str.head(4)).join(yearly, on=["subject_id", "year"])
    summed = of_years.group_by("subject_id", period="year").agg(
        pl.col("claimed_mwh", "open_mwh").sum(),
        contract_t=pl.when(pl.col("contract_t").null_count() == 0).then(pl.col("contract_t").sum()),
        rank=pl.col("rank").max(),
    )
    months = claimed.join(of_years.select("subject_id", "period"), on=["subject_id", "period"], how="anti")
    all_claims = pl.concat([months.select(summed.columns), summed]) if claimed.height else summed
    rows = electricity.join(all_claims, on=["subject_id", "period"], how="full", coalesce=True, suffix="_claimed")
    rows = rows.with_columns(pl.col("claimed_mwh", "open_mwh").fill_null(0.0), _no_contract())
    factors = [residual_of(rulebook, rules, p, as_of) for p in rows["period"].unique().sort().to_list()]
    table = pl.DataFrame(
        [(r.period, r.value, _RANK[r.status], r.note) for r in factors],
        schema={"period": pl.String, "residual_factor": pl.Float64, "residual_rank": pl.Int64, "carried": pl.String},
        orient="row",
    )
    return _finished(rows.join(table, on="period", how="left"))


def _no_contract() -> pl.Expr:
    """Without claims there is no contract power: 0, which is known; with claims what they say, also if missing."""
    return pl.when(pl.col("claimed_mwh").is_null()).then(0.0).otherwise("contract_t").alias("contract_t")


def _finished(rows: pl.DataFrame) -> pl.DataFrame:
    over = pl.col("claimed_mwh") + pl.col("open_mwh") > pl.col("electricity_mwh").clip(lower_bound=0) + 1e-9
    computed = rows.with_columns(market_based(rows)).with_columns(over=over.fill_null(value=False))
    wrong = (
        (pl.col("electricity_mwh").is_null(), MISSING),
        (pl.col("over"), OVER),
        (pl.col("residual_factor").is_null(), NO_RESIDUAL),
    )
    words, english = ([pl.when(test).then(pl.lit(said[n])) for test, said in wrong] for n in (0, 1))
    waits = [pl.when(pl.col("open_mwh") > 0).then(pl.format(text, pl.col("open_mwh").round(3))) for text in OPEN]
    ranks = [pl.col(c).fill_null(0) for c in ("rank", "rank_claimed", "residual_rank")]
    back = dict(enumerate(STATUSES))
    return computed.with_columns(
        market_t=pl.when(~pl.col("over")).then("market_t"),
        note=_both(pl.coalesce(*words, pl.col("carried").replace("", None)), waits[0], "；"),
        note_en=_both(
            pl.coalesce(*english, pl.when(pl.col("carried") != "").then(pl.lit(CARRIED_EN))), waits[1], "; "
        ),
        status=pl.max_horizontal(ranks).replace_strict(back, return_dtype=pl.String),
    ).select(MARKET_SCHEMA.names()).cast(MARKET_SCHEMA).sort("subject_id", "period")  # fmt: skip


def _both(one: pl.Expr, other: pl.Expr, end: str) -> pl.Expr:
    return pl.concat_str(one, other, separator=end, ignore_nulls=True).replace("", None)


@dataclass(frozen=True, slots=True)
class Year:
    """A year of one subject: both results are missing where a part is; ``there`` of ``due`` periods have them."""

    electricity_mwh: float | None
    claimed_mwh: float
    open_mwh: float
    location_t: float | None
    market_t: float | None
    status: str
    there: int
    due: int


def year_of(rows: pl.DataFrame, due: int) -> Year:
    """The sum of a year's rows of one subject; due is how many there should be (12, or 1 where only years come)."""
    whole = rows.height >= due

    def summed(name: str) -> float | None:
        return float(rows[name].sum()) if whole and rows.height and not rows[name].null_count() else None

    return Year(
        summed("electricity_mwh"),
        float(rows["claimed_mwh"].sum()),
        float(rows["open_mwh"].sum()),
        summed("location_t"),
        summed("market_t"),
        worst(rows["status"].to_list()),
        rows.filter(pl.col("market_t").is_not_null()).height,
        due,
    )

"""Market-based scope 2 in the account run 市场法范围二入账: lines beside the location-based ones, in no total.

The retired claims of the certificate ledger come in as facts (``claim_facts``), so that a line of them names its
evidence, an export carries it, and a recomputation needs no ledger. The rules of this country's guides count purchased
power by location: the market-based figure is reported beside 单列 and never enters ``co2_total_t``.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl

from dafeng.account.certificates.market_based import contracts, residual_of, scope2
from dafeng.account.lines import CO2, id_key, status_of, status_rank
from dafeng.account.priced import WORK
from dafeng.account.streams.facts import MethodFacts
from dafeng.base.errors import RuleError
from dafeng.collect.facts import FACT_SCHEMA, content_ids
from dafeng.rules.certificates import CertificateRules, packaged_certificate_rules
from dafeng.rules.formulas import formula
from dafeng.rules.frames import factor_json
from dafeng.rules.rulebook import Rulebook

MEASURE = "co2_electricity_market_t"
CLAIMED, OPEN, CONTRACT = "certificate.claimed_mwh", "certificate.open_mwh", "certificate.contract_t"
CLAIM_NAMES = {  # measure: its words
    CLAIMED: ("已核销绿证电量(范围二声明)", "electricity of retired certificates (scope 2 claim)"),
    OPEN: ("已声明未核销绿证电量", "electricity of certificates claimed, not retired"),
    CONTRACT: ("绿证合同排放", "contract emissions of certificates"),
}
LEDGER = "绿证台账"
_UNITS = {CLAIMED: "MWh", OPEN: "MWh", CONTRACT: "tCO2"}
_RULE = "electricity.market_based"
_OWN = ("net", "bought", "sold")


def claim_facts(parts: pl.DataFrame, at: pl.DataFrame, rules: CertificateRules, day: date) -> pl.DataFrame:
    """FACT rows of the scope 2 claims that stand: of each claim its electricity, retired or not, and contract CO2.

    parts  of ``certificates.standing``. at: claim_id, recorded_at (when it came to stand as it does).
    """
    held = contracts(parts, rules, day).join(at, on="claim_id", how="left")
    by = ["claimant", "month", "claim_id", "retired"]
    codes = pl.format("{}–{}", "first_code", "last_code").str.join("、")
    claims = held.group_by(by, maintain_order=True).agg(
        pl.col("mwh").sum(), pl.col("rank").max(), pl.col("recorded_at").max(), codes=codes,
        t=pl.when(pl.col("t").null_count() == 0).then(pl.col("t").sum()), number=pl.col("retirement").first(),
    )  # fmt: skip
    done = pl.col("retired")
    parts_of = [
        claims.with_columns(measure=pl.when(done).then(pl.lit(CLAIMED)).otherwise(pl.lit(OPEN)), value="mwh"),
        claims.filter(done).with_columns(measure=pl.lit(CONTRACT), value="t"),
    ]
    return _facts(pl.concat(parts_of))


def _facts(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows as FACT: the claim is the item, the ledger the file, the codes the place in it."""
    made = rows.with_columns(
        status_of(), subject_kind=pl.lit("enterprise"), subject_id="claimant", item="claim_id",
        period=pl.col("month").dt.strftime("%Y-%m"), unit=pl.col("measure").replace_strict(_UNITS),
        value_delivered="value", unit_delivered=pl.col("measure").replace_strict(_UNITS), quality=pl.lit("measured"),
        reason=pl.lit(None, pl.String), file=pl.lit(LEDGER), sheet=pl.lit(None, pl.String),
        row=pl.lit(None, pl.Int32), column=pl.col("codes").str.slice(0, 200), batch_id="claim_id",
        sha256=pl.lit(""), note=pl.concat_str(pl.lit("核销声明"), pl.col("number").replace("", None)),
    ).with_columns(pl.col("recorded_at").fill_null(datetime(1970, 1, 1, tzinfo=UTC)))  # fmt: skip
    ids = content_ids("F", made, ("subject_id", "measure", "item", "period", "value", "status", "codes"))
    return made.with_columns(ids.alias("fact_id")).select([pl.col(n).cast(t) for n, t in FACT_SCHEMA.items()])


def market_lines(
    facts: pl.DataFrame, rows: pl.DataFrame, held: MethodFacts, rulebook: Rulebook, as_of: date | None = None
) -> pl.DataFrame:
    """Working lines (WORK, inputs, inputs_key) of market-based scope 2, for every period with electricity or a claim.

    facts  current FACT rows with those of ``claim_facts``; rows: net use by item and period (``Activity.rows``);
    held: figures that works gave for their methods, which stand before the energy table here as in the account.
    """
    bought, claims = _electricity(rows, held), facts.filter(pl.col("measure").is_in(list(_UNITS)))
    made = scope2(bought.drop("inputs"), _claimed(claims), rulebook, packaged_certificate_rules(), as_of)
    evidence = pl.concat(
        [bought.select("subject_id", "period", fact=pl.col("inputs")).explode("fact"), _told(claims, bought)]
    ).drop_nulls()
    told = evidence.group_by("subject_id", "period", maintain_order=True).agg(
        inputs=pl.col("fact").unique(maintain_order=True), inputs_key=id_key("fact").bitwise_xor()
    )
    monthly = pl.col("period").str.len_chars() > len("2024")
    return (
        made.join(told, on=["subject_id", "period"], how="left", maintain_order="left")
        .join(_residuals(made["period"], rulebook, as_of), on="period", how="left", maintain_order="left")
        .with_columns(
            measure=pl.lit(MEASURE), item=pl.lit("electricity"), value="market_t", unit=pl.lit(CO2), monthly=monthly,
            year=pl.col("period").str.head(4).cast(pl.Int32), rank=status_rank(),
            inputs=pl.col("inputs").fill_null(pl.lit([], pl.List(pl.String))),
            inputs_key=pl.col("inputs_key").fill_null(0),
        )
        .select(*WORK, "inputs", "inputs_key")
    )  # fmt: skip


def _electricity(rows: pl.DataFrame, held: MethodFacts) -> pl.DataFrame:
    """subject_id, period, electricity_mwh, location_t (not asked here), rank, inputs."""
    own = held.given.filter(
        (pl.col("stream") == "electricity") & (pl.col("item") == "") & pl.col("input").is_in(_OWN)
        & (pl.col("unit") == "MWh")
    )  # fmt: skip
    sign = pl.when(pl.col("input") == "sold").then(-1.0).otherwise(1.0)
    given = own.group_by("subject_id", "period", maintain_order=True).agg(
        electricity_mwh=pl.when(pl.col("value").null_count() == 0).then((pl.col("value") * sign).sum()),
        rank=status_rank().max().cast(pl.Int64), inputs=pl.col("evidence").drop_nulls().str.join(" ").str.split(" "),
    )  # fmt: skip
    years = given.select("subject_id", year=pl.col("period").str.head(4)).unique()
    table = rows.filter(pl.col("item") == "electricity").select(
        "subject_id", "period", electricity_mwh="amount", rank=pl.col("rank").cast(pl.Int64), inputs="inputs",
        year=pl.col("period").str.head(4), monthly="monthly",
    )  # fmt: skip
    rest = table.join(years, on=["subject_id", "year"], how="anti", maintain_order="left")
    finer = pl.col("monthly").any().over("subject_id", "year")
    rest = rest.filter(pl.col("monthly") | ~finer)
    both = pl.concat([given, rest.select(given.columns)])
    return both.with_columns(location_t=pl.lit(None, pl.Float64))


def _claimed(claims: pl.DataFrame) -> pl.DataFrame:
    """Claims as ``scope2`` asks them, from their facts."""

    def of(measure: str) -> pl.Expr:
        return pl.col("value").filter(pl.col("measure") == measure)

    return claims.group_by("subject_id", "period", maintain_order=True).agg(
        claimed_mwh=of(CLAIMED).sum(), open_mwh=of(OPEN).sum(),
        contract_t=pl.when(of(CONTRACT).null_count() == 0).then(of(CONTRACT).sum()),
        rank=status_rank().filter(pl.col("measure") != OPEN).max().fill_null(0).cast(pl.Int64),
    )  # fmt: skip


def _told(claims: pl.DataFrame, bought: pl.DataFrame) -> pl.DataFrame:
    """The claims behind a period's line; of works that deliver years the claims of its months stand behind the year."""
    yearly = bought.filter(pl.col("period").str.len_chars() == len("2024")).select("subject_id", year="period")
    dated = claims.select("subject_id", "period", fact="fact_id", year=pl.col("period").str.head(4))
    joined = dated.join(yearly.with_columns(whole=pl.lit(value=True)), on=["subject_id", "year"], how="left")
    period = pl.when(pl.col("whole").fill_null(value=False)).then("year").otherwise("period")
    return joined.select("subject_id", period=period, fact="fact")


def _residuals(periods: pl.Series, rulebook: Rulebook, as_of: date | None) -> pl.DataFrame:
    """period → rule and factors of its lines."""
    rules, made = packaged_certificate_rules(), []
    for period in periods.unique().sort().to_list():
        found = residual_of(rulebook, rules, period, as_of)
        day = date(int(period[:4]), int(period[5:7]) if len(period) > len("2024") else 1, 1)
        told = []
        if found.value is not None:
            told = [factor_json(rulebook.parameter(rules.residual).on(day, as_of))]
        try:
            key = formula(_RULE, day).key
        except RuleError:
            key = _RULE
        made.append((period, key, f"[{','.join(told)}]"))
    return pl.DataFrame(made, schema=dict.fromkeys(("period", "rule", "factors"), pl.String), orient="row")

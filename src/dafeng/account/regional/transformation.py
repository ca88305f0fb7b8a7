"""Other transformation 其他加工转换: coking, refining, gas making, briquettes, by the carbon that is lost on the way.

Carbon in with the inputs, less carbon out with the products, is what went to the air. Where more comes out than went
in, factors and figures do not fit one another: the line stays with its figure beside the total, and is a finding.
"""

from __future__ import annotations

import polars as pl

from dafeng.account.physics import T_CO2_PER_T_C
from dafeng.account.regional.factors import FactorBook
from dafeng.account.regional.frames import findings, finished, no_findings, no_lines, rank, status
from dafeng.rules.regional import BalanceRow

CARBON_LOSS = "region.carbon_loss"
OPERATION = ("(投入含碳量 − 产出含碳量) × 44/12", "(carbon in − carbon out) × 44/12")
_KEY = ["area_code", "period", "basis", "row"]
CARBON_SCHEMA: dict[str, pl.DataType] = {
    "area_code": pl.String(),
    "period": pl.String(),
    "basis": pl.String(),
    "row": pl.String(),
    "carrier": pl.String(),
    "amount": pl.Float64(),  # as in the balance: inputs negative, products positive
    "carbon_t": pl.Float64(),  # tC, with the sign of the amount
    "cell_id": pl.String(),
    "factors": pl.String(),
    "rank": pl.UInt8(),
    "factor_note": pl.String(),
}


def carbon_flows(cells: pl.DataFrame, book: FactorBook) -> pl.DataFrame:
    """Carbon into and out of each process, by carrier (CARBON_SCHEMA); carriers without carbon are left out."""
    rules = book.rules
    codes = [r.code for r in rules.rows.values() if r.emits == "loss"]
    holding = [c.code for c in rules.carriers.values() if c.emits in ("fossil", "recovered")]
    rows = cells.filter(pl.col("row").is_in(codes) & pl.col("carrier").is_in(holding))
    if rows.is_empty():
        return pl.DataFrame(schema=CARBON_SCHEMA)
    wanted = rows.with_columns(group=pl.lit("loss"))
    carbon_book = FactorBook(
        book.rulebook, rules, book.method, book.as_of
    )  # a factor of burning holds no carbon content
    joined = wanted.join(
        carbon_book.table(wanted),
        on=["carrier", "group", "basis", "period", "area_code"],
        how="left",
        maintain_order="left",
    )
    return joined.select(
        "area_code",
        "period",
        "basis",
        "row",
        "carrier",
        amount="value",
        carbon_t=pl.col("value") * pl.col("heat_gj") * pl.col("carbon_content"),
        cell_id="cell_id",
        factors="factors",
        rank=pl.max_horizontal(rank(), rank("factor_status")),
        factor_note="factor_note",
    )


def carbon_loss(flows: pl.DataFrame, book: FactorBook) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One line for each process (row), carrier "carbon", and what does not fit as findings."""
    if flows.is_empty():
        return no_lines(), no_findings()
    forms = {r.code: r for r in book.rules.rows.values() if r.emits == "loss"}
    summed = flows.group_by(_KEY, maintain_order=True).agg(
        lost=pl.when(pl.col("carbon_t").is_not_null().all()).then(-pl.col("carbon_t").sum()),
        into=-pl.col("carbon_t").filter(pl.col("carbon_t") < 0).sum(),
        inputs=pl.col("cell_id"),
        rank=pl.col("rank").max(),
        factors=pl.format("[{}]", pl.col("factors").str.strip_prefix("[").str.strip_suffix("]").str.join(",")),
    )
    counted = pl.col("row").replace_strict({c: f.counted for c, f in forms.items()}, return_dtype=pl.Boolean)
    said = _why(forms)
    lines = summed.with_columns(
        said,
        value=pl.col("lost") * T_CO2_PER_T_C,
        activity="into",
        activity_unit=pl.lit("tC"),
        carrier=pl.lit("carbon"),
        in_total=counted & (pl.col("lost").fill_null(0.0) >= 0),
        method=pl.lit(book.method.id),
        approach=pl.lit("sectoral"),
        part=pl.lit("transformation"),
        rule=pl.lit(CARBON_LOSS),
        activity_uncertainty=_share_of_loss(book),
        factor_uncertainty=pl.lit(0.0),
    ).with_columns(status(), uncertainty="activity_uncertainty")
    return finished(lines), _gains(summed.filter(counted))


def _share_of_loss(book: FactorBook) -> pl.Expr:
    """A difference of two large figures: the uncertainty of the carbon going in, on what is left."""
    part = book.rules.uncertainty.factor["coal"]
    return pl.when(pl.col("lost") != 0).then((part * pl.col("into") / pl.col("lost")).abs())


def _why(forms: dict[str, BalanceRow]) -> pl.Expr:
    zh = {c: f.why.zh for c, f in forms.items() if f.why}
    told = pl.col("row").replace_strict(zh, default=None, return_dtype=pl.String)
    gain = pl.when(pl.col("lost") < 0).then(pl.lit("产出含碳量大于投入，不计入合计"))
    lacking = pl.when(pl.col("lost").is_null()).then(pl.lit("有品种缺含碳量"))
    return pl.coalesce(lacking, told, gain).alias("note")


def _gains(summed: pl.DataFrame) -> pl.DataFrame:
    gained = summed.filter(pl.col("lost") < 0).select(
        "area_code", "period", "row", carrier=pl.lit("carbon"), value="into", other=pl.col("into") - pl.col("lost"),
        gap=pl.col("lost"), unit=pl.lit("tC"), cells="inputs",
    )  # fmt: skip
    return findings(
        gained,
        "carbon_gain",
        "warning",
        "产出含碳量大于投入含碳量：含碳量参数或平衡表数值不一致，碳损失不计入合计",
        "more carbon comes out than goes in: factors or figures do not fit; the loss is left out of the total",
    )

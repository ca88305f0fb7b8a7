"""Industrial processes of a region 工业生产过程: amounts of clinker, lime, flux … times the rule's factor."""

from __future__ import annotations

from datetime import date

import polars as pl

from dafeng.account.physics import T_CO2_PER_T_C
from dafeng.account.regional.factors import FactorBook
from dafeng.account.regional.frames import finished, no_lines, rank, status
from dafeng.base.errors import BadRequest, RuleError
from dafeng.rules.frames import factor_json

PROCESS = "region.process"
OPERATION = ("产量(或用量) × 排放因子", "amount × emission factor")
AMOUNT_SCHEMA: dict[str, pl.DataType] = {
    "area_code": pl.String(),
    "period": pl.String(),
    "process": pl.String(),
    "amount": pl.Float64(),  # t; null = known to be missing
    "status": pl.String(),
    "input": pl.String(),  # id of the fact or cell
}


def process_lines(amounts: pl.DataFrame, book: FactorBook) -> pl.DataFrame:
    """Lines of industrial processes from AMOUNT rows; gases other than CO2 by the family's own warming potentials.

    Raises BadRequest for a process that is not in the list.
    """
    if amounts.is_empty():
        return no_lines()
    forms = book.rules.processes
    if unknown := sorted(set(amounts["process"].unique().to_list()) - forms.keys()):
        raise BadRequest(
            f"no industrial process {unknown[0]!r}",
            where="process",
            mend=f"There are: {', '.join(forms)}.",
            zh=f"没有名为 {unknown[0]} 的工业过程",
            mend_zh=f"可用：{'、'.join(forms)}。",
        )
    asked = amounts.select("process", "period").unique(maintain_order=True)
    names = {"process": pl.String, "period": pl.String, "factor": pl.Float64, "factors": pl.String, "fs": pl.String}
    table = pl.DataFrame([_factor(p, when, book) for p, when in asked.iter_rows()], schema=names, orient="row")
    joined = amounts.join(table, on=["process", "period"], how="left", maintain_order="left")
    uncertain = book.rules.uncertainty
    missing = pl.col("amount").is_null() | pl.col("factor").is_null()
    return finished(
        joined.with_columns(
            row="process", carrier=pl.lit("process"), activity="amount", activity_unit=pl.lit("t"),
            value=pl.col("amount") * pl.col("factor"), unit=pl.lit("tCO2e"), method=pl.lit(book.method.id),
            approach=pl.lit("sectoral"), part=pl.lit("process"), rule=pl.lit(PROCESS),
            inputs=pl.concat_list("input").list.drop_nulls(), rank=pl.max_horizontal(rank(), rank("fs")),
            note=pl.when(missing).then(pl.lit("缺产量或因子")),
            note_en=pl.when(missing).then(pl.lit("amount or factor is missing")),
            activity_uncertainty=pl.lit(uncertain.activity["process"]),
            factor_uncertainty=pl.lit(uncertain.factor["process"]),
        )
        .with_columns(status())
        .with_columns(uncertainty=(pl.col("activity_uncertainty") ** 2 + pl.col("factor_uncertainty") ** 2).sqrt())
    )  # fmt: skip


def _factor(process: str, period: str, book: FactorBook) -> tuple[str, str, float | None, str, str]:
    form = book.rules.processes[process]
    held = book.single(form.parameter, period)
    if held is None:
        return process, period, None, "[]", "official"
    factor, known = held.value * form.sign, [held]
    if form.carbon:
        factor *= T_CO2_PER_T_C
    if form.gas != "CO2":
        family = book.rulebook.family(book.method.family)
        try:
            gwp = book.rulebook.parameter(f"gwp.{family.gwp}.{form.gas}").on(book.as_of or date.max)
        except RuleError:
            return process, period, None, "[]", "official"
        factor, known = factor * gwp.value, [held, gwp]
    factors = "[" + ",".join(factor_json(v) for v in known) + "]"
    statuses = pl.DataFrame({"status": [v.status for v in known]}).select(rank().max().alias("rank")).select(status())
    return process, period, factor, factors, str(statuses.item())

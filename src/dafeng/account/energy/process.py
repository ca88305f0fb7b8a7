"""Process energy 工序能耗 and unit-product energy 单位产品能耗, from uses of energy and product output.

    process energy = energy into the process + used at it − given out of it (own gas, steam, power recovered)

as GB 21256 and its kin count a process: what it recovers and gives on is taken off, and may exceed what it uses.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from dafeng.account.energy.facts import valued, yearly
from dafeng.account.lines import status_of, status_rank
from dafeng.base.errors import BadRequest
from dafeng.base.units import factor as unit_factor
from dafeng.rules.energy_uses import EnergyUses, packaged_uses
from dafeng.rules.records import Family
from dafeng.rules.rulebook import Rulebook

PROCESS: dict[str, pl.DataType] = {
    "subject_id": pl.String(),
    "year": pl.Int32(),
    "process": pl.String(),
    "used_calorific": pl.Float64(),  # tce into the process and used at it
    "used_equivalent": pl.Float64(),
    "given_calorific": pl.Float64(),  # tce out of it
    "given_equivalent": pl.Float64(),
    "calorific": pl.Float64(),  # used − given: the process's energy; negative where it gives more (a converter)
    "equivalent": pl.Float64(),
    "product": pl.String(),
    "output": pl.Float64(),
    "unit": pl.String(),
    "unit_calorific": pl.Float64(),  # kgce per unit of output
    "unit_equivalent": pl.Float64(),
    "delivered": pl.Float64(),  # unit energy as the works delivered it [kgce per unit], where it did
    "status": pl.String(),
    "note": pl.String(),
}
_KEY = ["subject_id", "year"]
_TWO = ["calorific", "equivalent"]
_WHOLE = "/produced"  # marks what is given by the own output as a whole
_BY_OUTPUT = "回收量按该副产能源自产总量计"
_NONE_TOLD = "未报送副产煤气等回收量，未扣除"


def process_energy(
    facts: pl.DataFrame,
    rulebook: Rulebook,
    family: Family,
    *,
    as_of: date | None = None,
    uses: EnergyUses | None = None,
) -> pl.DataFrame:
    """PROCESS rows of every enterprise, year and process with uses of energy, from current FACT rows.

    A process with a figure missing, or whose product has no output, has no unit energy, and says why. By-product
    energy of the process (converter gas …) of which only the own output as a whole is delivered counts as given out of
    it; where neither is delivered nothing is taken off, and the row says so. Reference: what is delivered as unit
    energy of the product stands beside it and is not mixed in.

    Source: GB 21256 (粗钢生产主要工序单位产品能源消耗限额), own words: energy used in the process less energy that it
    recovers for use elsewhere.
    """
    uses = uses or packaged_uses()
    rows, _ = yearly(facts, rulebook)
    rows = pl.concat([rows, _by_output(rows, uses)])
    table = pl.DataFrame(
        [(u.code, u.kind, u.place) for u in uses.uses.values() if u.kind in ("to", "at", "from")],
        schema=dict.fromkeys(("what", "kind", "process"), pl.String), orient="row",
    )  # fmt: skip
    table = pl.concat([table, table.filter(kind="from").with_columns(what=pl.col("what") + _WHOLE)])
    held = valued(rows, rulebook, family, as_of).join(table, on="what", how="inner")
    out = pl.col("kind") == "from"
    sides = [
        pl.when((pl.col(f"tce_{c}").is_null() & side).any()).then(None)
        .otherwise(pl.col(f"tce_{c}").filter(side).sum()).alias(f"{name}_{c}")
        for name, side in (("used", ~out), ("given", out))
        for c in _TWO
    ]  # fmt: skip
    made = held.group_by(*_KEY, "process", maintain_order=True).agg(*sides, pl.col("rank").max(), *_said(uses))
    made = made.filter(pl.col("used"))
    products = {p.id: p.product for p in uses.processes.values()}
    net = made.with_columns(
        *[(pl.col(f"used_{c}") - pl.col(f"given_{c}")).alias(c) for c in _TWO],
        product=pl.col("process").replace_strict(products, return_dtype=pl.String),
    )
    joined = net.join(_outputs(facts), on=[*_KEY, "product"], how="left", maintain_order="left")
    return _per_unit(joined).sort(*_KEY, "process")


def _by_output(rows: pl.DataFrame, uses: EnergyUses) -> pl.DataFrame:
    """Own output of by-product energy as given out of its process, where no process tells of that item."""
    own = {item: f"from_{p.id}{_WHOLE}" for p in uses.processes.values() for item in p.own}
    told = rows.filter(pl.col("what").str.starts_with("from_")).select(*_KEY, "item").unique()
    whole = rows.filter((pl.col("what") == "produced") & pl.col("item").is_in(list(own)))
    lone = whole.join(told, on=[*_KEY, "item"], how="anti", maintain_order="left")
    return lone.with_columns(what=pl.col("item").replace_strict(own, default=None, return_dtype=pl.String))


def _said(uses: EnergyUses) -> list[pl.Expr]:
    """note of a process's rows, and ``used``: whether any use is told of it (own output alone makes no process row)."""
    out, whole = pl.col("kind") == "from", pl.col("what").str.ends_with(_WHOLE)
    gives = pl.col("process").is_in([p.id for p in uses.processes.values() if p.own])
    words = (
        pl.when(whole.any()).then(pl.lit(_BY_OUTPUT)).when(gives.first() & ~out.any()).then(pl.lit(_NONE_TOLD))
    )  # fmt: skip
    notes = pl.concat_str(pl.col("note").drop_nulls().first(), words, separator="；", ignore_nulls=True)
    return [notes.replace("", None).alias("note"), (~whole).any().alias("used")]


def _per_unit(rows: pl.DataFrame) -> pl.DataFrame:
    there = pl.col("output") > 0
    lacks = (
        pl.when(pl.col("calorific").is_null()).then(pl.lit("用能数据缺失"))
        .when(pl.col("product").is_null()).then(pl.lit(None, pl.String))
        .when(~there | pl.col("output").is_null()).then(pl.lit("缺产品产量"))
    )  # fmt: skip
    said = rows.with_columns(
        *[pl.when(there).then(pl.col(c) / pl.col("output") * 1000).alias(f"unit_{c}") for c in _TWO],
        rank=pl.max_horizontal("rank", pl.col("output_rank").fill_null(0)),
        note=pl.concat_str("note", lacks, separator="；", ignore_nulls=True).replace("", None),
    )
    return said.with_columns(status_of()).select([pl.col(n).cast(t) for n, t in PROCESS.items()])


def _outputs(facts: pl.DataFrame) -> pl.DataFrame:
    """Yearly output by product: months summed where all that the works reported in the year are there, else the year as
    delivered; and the delivered unit energy in kgce."""
    rows = facts.filter(
        (pl.col("subject_kind") == "enterprise")
        & pl.col("measure").is_in(["product_output", "unit_energy_consumption"])
        & pl.col("period").str.contains(r"^\d{4}(-\d{2})?$")
    ).with_columns(
        year=pl.col("period").str.head(4).cast(pl.Int32), monthly=pl.col("period").str.len_chars() > 4,
        product="item", rank=status_rank(),
    )  # fmt: skip
    output = rows.filter(pl.col("measure") == "product_output")
    due = output.filter("monthly").group_by(_KEY).agg(due=pl.col("period").n_unique())
    months = (
        output.filter("monthly")
        .group_by(*_KEY, "product")
        .agg(
            there=pl.col("value").sum(),
            n=pl.col("value").count(),
            unit=pl.col("unit").first(),
            rank=pl.col("rank").max(),
        )
        .join(due, on=_KEY)
        .select(*_KEY, "product", "unit", "rank", summed=pl.when(pl.col("n") == pl.col("due")).then("there"))
    )
    annual = output.filter(~pl.col("monthly")).select(
        *_KEY, "product", given="value", given_unit="unit", given_rank="rank"
    )
    both = months.join(annual, on=[*_KEY, "product"], how="full", coalesce=True)
    told = rows.filter((pl.col("measure") == "unit_energy_consumption") & ~pl.col("monthly"))
    return both.select(
        *_KEY, "product", output=pl.coalesce("summed", "given"), unit=pl.coalesce("unit", "given_unit"),
        output_rank=pl.max_horizontal("rank", "given_rank"),
    ).join(_delivered(told), on=[*_KEY, "product"], how="left")  # fmt: skip


def _delivered(told: pl.DataFrame) -> pl.DataFrame:
    """Delivered unit energy in kgce per unit; one in kWh (aluminium) is of another kind and is left out here."""
    units = {u: _in_kgce(str(u)) for u in told["unit"].unique().to_list()}
    scale = pl.col("unit").replace_strict(units, default=None, return_dtype=pl.Float64)
    return told.select(*_KEY, "product", delivered=pl.col("value") * scale).unique([*_KEY, "product"])


def _in_kgce(unit: str) -> float | None:
    head, _, per = unit.partition("/")
    try:
        return unit_factor(head, "kgce") if per else None
    except BadRequest:
        return None

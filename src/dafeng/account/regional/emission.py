"""CO2 of a balance 能源平衡表的二氧化碳: sectoral approach, reference approach, short form, and power moved in or out.

Sectoral: final use less what is used as material, plus fuel put into power and heat. Losses on the way are left out
(the published inventory of Shanxi 2014 can be reproduced with this coverage and with no other). Recovered gases carry
carbon that was counted with the coke.
"""

from __future__ import annotations

import msgspec
import polars as pl

from dafeng.account.physics import T_CO2_PER_T_C, fossil_combustion
from dafeng.account.regional.balance import KEY
from dafeng.account.regional.factors import FactorBook, InTce, in_tce
from dafeng.account.regional.frames import finished, no_lines, rank, status
from dafeng.base.provenance import worst
from dafeng.rules.frames import factor_json
from dafeng.rules.regional import RegionalRules

NON_ENERGY = "final.industry.non_energy"
COMBUSTION = "region.combustion"
IMPORT = "region.power_import"
SHORT = "region.short_form"
_TOLERANCE = 1e-6  # of a residential figure: within it urban and rural may stand for it
OPERATIONS = {
    COMBUSTION: (
        "(终端消费 − 用作原料) 或 发电、供热投入 × 热值 × 单位热值含碳量 × 碳氧化率 × 44/12",
        "(final use − non-energy use) or input to power and heat × heat × carbon × share oxidised × 44/12",
    ),
    "region.apparent": (
        "(可供消费量 − 用作原料) × 热值 × 单位热值含碳量 × 碳氧化率 × 44/12",
        "(apparent consumption − non-energy use) × heat × carbon × share oxidised × 44/12",
    ),
    IMPORT: ("电量 × 电网排放因子", "power × grid factor"),
    SHORT: ("可供消费量(标准煤) × 简化因子", "apparent consumption in standard coal × factor of the short form"),
}


def sectoral(cells: pl.DataFrame, book: FactorBook) -> pl.DataFrame:
    """Lines of combustion by row and carrier, from CELL rows of balances (any areas and years).

    A carrier whose factor is missing gives a line without a value, and the reason; it is not left out.
    """
    rules = book.rules
    burnt = pl.concat([_final(cells, rules), _power(cells, rules)])
    return _burnt(burnt, book, "sectoral", COMBUSTION)


def reference(cells: pl.DataFrame, book: FactorBook) -> pl.DataFrame:
    """Lines of the reference approach: what was available less what was used as material, by carrier."""
    supply = _available(cells, book.rules)
    taken = _less_material(supply, cells).with_columns(row=pl.lit("supply.total"), group=pl.lit(None, pl.String))
    return _burnt(_fossil(taken, book.rules), book, "reference", "region.apparent")


def _fossil(rows: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    return rows.filter(pl.col("carrier").is_in([c.code for c in rules.carriers.values() if c.emits == "fossil"]))


def _grouped(cells: pl.DataFrame, rules: RegionalRules, emits: str) -> pl.DataFrame:
    groups = {r.code: r.group for r in rules.rows.values() if r.emits == emits}
    rows = _fossil(cells, rules).filter(pl.col("row").is_in(list(groups)))
    return rows.with_columns(group=pl.col("row").replace_strict(groups, return_dtype=pl.String))


def _final(cells: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    """What is burnt by users: KEY, row, group, activity, unit, inputs, rank."""
    whole = _split_homes(cells, rules)
    rows = _grouped(whole, rules, "final").select(
        *KEY, "row", "group", activity="value", unit="unit", inputs=pl.concat_list("cell_id"), rank=rank()
    )
    industry = _less_material(rows.filter(pl.col("row") == "final.industry").drop("row", "group"), cells)
    put_back = industry.with_columns(row=pl.lit("final.industry"), group=pl.lit("industry"))
    others = rows.filter(pl.col("row") != "final.industry")
    return pl.concat([others, put_back.select(others.columns)])


def _split_homes(cells: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    """Urban and rural in place of residential, where the two make it up (or it is not printed)."""
    homes = ["final.urban", "final.rural"]
    parts = cells.filter(pl.col("row").is_in(homes))
    summed = parts.group_by(KEY).agg(summed=pl.col("value").sum())
    whole = cells.filter(pl.col("row") == "final.residential").select(*KEY, whole="value")
    fit = summed.join(whole, on=KEY, how="left").filter(
        pl.col("whole").is_null() | ((pl.col("summed") - pl.col("whole")).abs() <= _TOLERANCE * pl.col("whole").abs())
    )
    split = parts.join(fit, on=KEY, how="semi").with_columns(
        row=pl.col("row").replace_strict({h: f"{h}.own" for h in homes})
    )
    left = cells.join(fit.with_columns(row=pl.lit("final.residential")), on=[*KEY, "row"], how="anti")
    own = left.filter(~pl.col("row").is_in(homes))
    named = split.with_columns(row=pl.col("row").str.strip_suffix(".own"))
    return pl.concat([own, named])


def _less_material(rows: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Rows of KEY, activity, unit, inputs, rank with non-energy use taken off."""
    material = cells.filter(pl.col("row") == NON_ENERGY).select(
        *KEY, material="value", material_id="cell_id", material_rank=rank()
    )
    joined = rows.join(material, on=KEY, how="left", maintain_order="left")
    used = pl.col("material").is_not_null()
    return joined.with_columns(
        activity=pl.col("activity") - pl.col("material").fill_null(0.0),
        inputs=pl.when(used).then(pl.concat_list("inputs", "material_id")).otherwise("inputs"),
        rank=pl.max_horizontal("rank", "material_rank"),
    ).drop("material", "material_id", "material_rank")


def _power(cells: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    """Fuel put into power and heat: stands negative in the balance."""
    return _grouped(cells, rules, "power").select(
        *KEY, "row", "group", activity=-pl.col("value"), unit="unit", inputs=pl.concat_list("cell_id"), rank=rank()
    )


def _available(cells: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    """What can be used here: the printed total, else the sum of the supply rows."""
    printed = cells.filter(pl.col("row") == "supply.total").select(
        *KEY, activity="value", unit="unit", inputs=pl.concat_list("cell_id"), rank=rank()
    )
    codes = [r.code for r in rules.rows.values() if r.role == "supply" and r.of is None]
    rows = cells.filter(pl.col("row").is_in(codes)).join(printed, on=KEY, how="anti")
    summed = rows.group_by(KEY, maintain_order=True).agg(
        activity=pl.col("value").sum(), unit=pl.col("unit").first(), inputs=pl.col("cell_id"), rank=rank().max()
    )
    return pl.concat([printed, summed])


def _burnt(rows: pl.DataFrame, book: FactorBook, approach: str, rule: str) -> pl.DataFrame:
    """Lines from activity rows (KEY, row, group, activity, unit, inputs, rank)."""
    if rows.is_empty():
        return no_lines()
    key = ["carrier", "group", "basis", "period", "area_code"]
    joined = rows.join(book.table(rows), on=key, how="left", nulls_equal=True, maintain_order="left")
    made = fossil_combustion(joined.select("carbon_content", "oxidation_rate", ncv="heat_gj", amount="activity"))
    classes = {c.code: c.klass for c in book.rules.carriers.values()}
    uncertain = book.rules.uncertainty
    return finished(
        joined.with_columns(
            value=pl.coalesce(pl.col("activity") * pl.col("own_factor"), made),
            rank=pl.max_horizontal("rank", rank("factor_status")),
            activity_unit="unit",
            unit=pl.lit("tCO2"),
            approach=pl.lit(approach),
            method=pl.lit(book.method.id),
            part=pl.lit("combustion"),
            rule=pl.lit(rule),
            note="factor_note",
            note_en="factor_note_en",
            activity_uncertainty=pl.when(pl.col("row").str.starts_with("transform"))
            .then(uncertain.activity["power"])
            .otherwise(uncertain.activity["final"]),
            factor_uncertainty=pl.col("carrier")
            .replace_strict(classes)
            .replace_strict(uncertain.factor, default=uncertain.factor["other"], return_dtype=pl.Float64),
        )
        .with_columns(status())
        .with_columns(uncertainty=(pl.col("activity_uncertainty") ** 2 + pl.col("factor_uncertainty") ** 2).sqrt())
    )


def power_import(cells: pl.DataFrame, book: FactorBook) -> pl.DataFrame:
    """Power moved in (positive) and out (negative) at the grid's factor: lines beside the total, never clipped.

    A balance in standard coal is taken to book power at its calorific value 当量值 (0.1229 tce/MWh).
    """
    flows = ["supply.import_province", "supply.import_abroad", "supply.export_province", "supply.export_abroad"]
    rows = cells.filter((pl.col("carrier") == "electricity") & pl.col("row").is_in(flows))
    if rows.is_empty():
        return no_lines()
    asked = rows.select("area_code", "period", "basis").unique()
    made = [_grid_row(area, period, basis, book) for area, period, basis in asked.iter_rows()]
    names = {"area_code": pl.String, "period": pl.String, "basis": pl.String, "mwh_per": pl.Float64,
             "factor": pl.Float64, "factors": pl.String, "factor_status": pl.String, "said": pl.String}  # fmt: skip
    table = pl.DataFrame(made, schema=names, orient="row")
    joined = rows.join(table, on=["area_code", "period", "basis"], how="left", maintain_order="left")
    uncertain = book.rules.uncertainty
    return finished(
        joined.select(
            "area_code", "period", "row", "carrier", "factors",
            activity=pl.col("value") * pl.col("mwh_per"),
            activity_unit=pl.lit("MWh"),
            value=pl.col("value") * pl.col("mwh_per") * pl.col("factor"),
            in_total=pl.lit(value=False),
            inputs=pl.concat_list("cell_id"),
            rank=pl.max_horizontal(rank(), rank("factor_status")),
            method=pl.lit(book.method.id), approach=pl.lit("sectoral"), part=pl.lit("import"), rule=pl.lit(IMPORT),
            note=pl.when(pl.col("factor").is_null()).then(pl.lit("该规则在该年无电网因子")).otherwise("said"),
            note_en=pl.when(pl.col("factor").is_null()).then(pl.lit("the rule has no grid factor for the year")),
            activity_uncertainty=pl.lit(uncertain.activity["import"]),
            factor_uncertainty=pl.lit(uncertain.factor["electricity"]),
            uncertainty=pl.lit((uncertain.activity["import"] ** 2 + uncertain.factor["electricity"] ** 2) ** 0.5),
        ).with_columns(status())
    )  # fmt: skip


def _grid_row(area: str, period: str, basis: str, book: FactorBook) -> tuple[object, ...]:
    held = book.grid(area, period)
    tce = None if basis == "physical" else book.single("gbt2589.electricity.tce", period)
    per = 1.0 if basis == "physical" else None if tce is None else 1.0 / tce.value
    said = "标准量中的电力按当量值折算" if basis == "tce" else None
    if held is None:
        return area, period, basis, per, None, "[]", "official", said
    known = [held, *([tce] if tce else [])]
    factors = "[" + ",".join(factor_json(v) for v in known) + "]"
    return area, period, basis, per, held.value, factors, worst(v.status for v in known), said


def short_form(cells: pl.DataFrame, book: FactorBook) -> pl.DataFrame:
    """Lines of the short form: apparent consumption in standard coal by class (coal, oil, gas) times one factor each.

    Feedstock is netted inside the factors of oil and gas and is not taken off again. Power moved in or out stands in
    the lines of ``power_import``.
    """
    rules = book.rules
    classes = {c.code: c.klass for c in rules.carriers.values() if c.klass in ("coal", "oil", "gas")}
    supply = _available(cells, rules).filter(pl.col("carrier").is_in(list(classes)))
    if supply.is_empty():
        return no_lines()
    tce = _tce_table(supply, book)
    rows = supply.join(tce, on=["carrier", "basis", "period"], how="left", maintain_order="left").with_columns(
        klass=pl.col("carrier").replace_strict(classes), tce=pl.col("activity") * pl.col("per_unit")
    )
    whole = pl.when(pl.col("tce").is_not_null().all()).then(pl.col("tce").sum())
    summed = rows.group_by(["area_code", "period", "klass"], maintain_order=True).agg(
        activity=whole, inputs=pl.col("inputs").explode(), rank=pl.max_horizontal("rank", "tce_rank").max(),
        **{
            name: pl.col(name).drop_nulls().unique(maintain_order=True).str.join(end)
            for name, end in (("others", ","), ("said", "；"), ("said_en", "; "))
        },
    )  # fmt: skip
    return _short_lines(summed, book)


def _tce_table(rows: pl.DataFrame, book: FactorBook) -> pl.DataFrame:
    """Standard coal per unit; others: factors that stand in for a coefficient of the standard, as JSON; their words."""
    asked = rows.select("carrier", "basis", "period").unique(maintain_order=True)
    made = []
    for code, basis, period in asked.iter_rows():
        held = InTce(1.0) if basis == "tce" else in_tce(book.rules.carriers[code], book, period)
        others = ",".join(factor_json(v) for v in held.factors) or None
        worst_of = worst(v.status for v in held.factors)
        made.append((code, basis, period, held.per_unit, others, *(held.said or (None, None)), worst_of))
    names = ("carrier", "basis", "period", "per_unit", "others", "said", "said_en", "ts")
    schema = dict.fromkeys(names, pl.String) | {"per_unit": pl.Float64}
    return pl.DataFrame(made, schema=schema, orient="row").with_columns(tce_rank=rank("ts")).drop("ts")


def _short_lines(summed: pl.DataFrame, book: FactorBook) -> pl.DataFrame:
    form, uncertain = book.rules.short_form, book.rules.uncertainty
    asked = summed.select("klass", "period").unique(maintain_order=True)
    made = []
    for klass, period in asked.iter_rows():
        held = book.single(f"{form.id}.{klass}.tco2_per_tce", period)
        told = (held.value, f"[{factor_json(held)}]", held.status) if held else (None, "[]", "official")
        made.append((klass, period, *told))
    names = {"klass": pl.String, "period": pl.String, "factor": pl.Float64, "factors": pl.String, "fs": pl.String}
    table = pl.DataFrame(made, schema=names, orient="row")
    joined = summed.join(table, on=["klass", "period"], how="left", maintain_order="left")
    factor = pl.col("klass").replace_strict(uncertain.factor, return_dtype=pl.Float64)
    missing = pl.col("factor").is_null() | pl.col("activity").is_null()
    return finished(
        joined.with_columns(
            row=pl.lit("supply.total"), carrier="klass", activity_unit=pl.lit("tce"),
            value=pl.col("activity") * pl.col("factor"), method=pl.lit(form.id), approach=pl.lit("short_form"),
            part=pl.lit("combustion"), rule=pl.lit(SHORT), rank=pl.max_horizontal("rank", rank("fs")),
            activity_uncertainty=pl.lit(uncertain.activity["final"]), factor_uncertainty=factor,
            factors=_and_others(), note=_and_said(missing, "缺折标系数或简化因子", "said", "；"),
            note_en=_and_said(missing, "a standard-coal coefficient or a factor is missing", "said_en", "; "),
        )
        .with_columns(status())
        .with_columns(uncertainty=(pl.col("activity_uncertainty") ** 2 + pl.col("factor_uncertainty") ** 2).sqrt())
    )  # fmt: skip


def _and_others() -> pl.Expr:
    """The factor of the class, and those that stand in for coefficients of the standard, in one JSON list."""
    parts = (pl.col("factors").str.strip_chars("[]"), pl.col("others"))
    joined = pl.concat_str(*(part.replace("", None) for part in parts), separator=",", ignore_nulls=True)
    return pl.concat_str(pl.lit("["), joined, pl.lit("]"))


def _and_said(missing: pl.Expr, lacks: str, said: str, end: str) -> pl.Expr:
    words = (pl.when(missing).then(pl.lit(lacks)), pl.col(said).replace("", None))
    return pl.concat_str(*words, separator=end, ignore_nulls=True).replace("", None)


def factors_of(line: dict[str, object]) -> list[dict[str, object]]:
    """The factors a line keeps, as plain values."""
    held: list[dict[str, object]] = msgspec.json.decode(str(line["factors"] or "[]"))
    return held


__all__ = [
    "COMBUSTION",
    "IMPORT",
    "OPERATIONS",
    "SHORT",
    "T_CO2_PER_T_C",
    "power_import",
    "reference",
    "sectoral",
    "short_form",
]

"""Activity meets factors: each row of net use times what the rule family says, vectorised by joins.

A row whose factor is not in force keeps its place with a null value and the reason; nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from dafeng.account.lines import CO2, TCE, status_rank
from dafeng.base.errors import RuleNotInForce
from dafeng.base.periods import Period
from dafeng.rules.formulas import Formula
from dafeng.rules.frames import resolve
from dafeng.rules.records import Family
from dafeng.rules.rulebook import Rulebook

FUEL_KINDS = ("ncv", "carbon_content", "oxidation_rate")
WORK = [
    "subject_id",
    "measure",
    "item",
    "period",
    "year",
    "monthly",
    "value",
    "unit",
    "rule",
    "factors",
    "rank",
    "note",
]
_STEAM = "蒸汽须按焓值折算为热量(GJ)，以“热力”报送后计算排放"


def item_lines(
    rows: pl.DataFrame, process: pl.DataFrame, rulebook: Rulebook, family: Family, as_of: date | None
) -> pl.DataFrame:
    """All results by item: energy twice, combustion, electricity, heat and delivered process emissions.

    ``rows`` is Activity.rows with a column scope (area code or CN). Returns WORK with inputs and inputs_key.
    """
    fossil = rows.filter(pl.col("carbon") == "fossil")
    power = rows.filter(pl.col("item") == "electricity")
    heat = rows.filter(pl.col("klass") == "heat")
    asked = _Asked(rulebook, family, as_of)
    return pl.concat(
        [
            asked.energy(rows, "energy_tce_calorific", "energy.calorific"),
            asked.energy(rows, "energy_tce_equivalent", "energy.equivalent"),
            asked.combustion(fossil),
            asked.electricity(power),
            asked.heat(heat),
            asked.process(process),
        ]
    )


class _Asked:
    """The factor questions of one account: rulebook, family and knowledge day held together."""

    def __init__(self, rulebook: Rulebook, family: Family, as_of: date | None) -> None:
        self.rulebook, self.family, self.as_of = rulebook, family, as_of

    def energy(self, rows: pl.DataFrame, measure: str, formula: str) -> pl.DataFrame:
        def parameter(item: str, period: str) -> tuple[str, str]:
            primary = formula == "energy.equivalent" and item in ("electricity", "heat")
            return f"{self.family.equivalent if primary else self.family.energy}.{item}.tce", "CN"

        table = self._single(rows, ["item", "period"], parameter)
        return self._computed(rows.join(table, on=["item", "period"], how="left"), measure, formula, TCE)

    def electricity(self, rows: pl.DataFrame) -> pl.DataFrame:
        def parameter(scope: str, period: str) -> tuple[str, str]:
            step = self.family.electricity_step(Period.parse(period).first, self.as_of)
            return (step.parameter, step.scope or scope) if step else (f"{self.family.id}.electricity", scope)

        table = self._single(rows, ["scope", "period"], parameter)
        joined = rows.join(table, on=["scope", "period"], how="left")
        return self._computed(joined, "co2_electricity_t", "electricity.net_purchased", CO2)

    def heat(self, rows: pl.DataFrame) -> pl.DataFrame:
        table = self._single(rows, ["item", "period"], lambda item, period: (self.family.heat, "CN"))
        steam = pl.col("item") == "steam"
        joined = rows.join(table, on=["item", "period"], how="left").with_columns(
            pl.when(~steam).then("factor").alias("factor"),
            pl.when(steam).then(pl.lit(_STEAM)).otherwise("reason").alias("reason"),
        )
        return self._computed(joined, "co2_heat_t", "heat.net_purchased", CO2)

    def process(self, rows: pl.DataFrame) -> pl.DataFrame:
        nothing = pl.lit(None, dtype=pl.String)
        known = rows.with_columns(
            pl.lit("[]").alias("factors"),
            pl.lit(0, dtype=pl.UInt8).alias("factor_rank"),
            nothing.alias("reason"),
            nothing.alias("factor_note"),
        )
        return self._computed(known, "co2_process_t", "process.delivered", CO2)

    def combustion(self, rows: pl.DataFrame) -> pl.DataFrame:
        table = self._fuels(rows)
        burnt = pl.col("amount") - pl.col("material")
        said = pl.when(pl.col("material") != 0).then(pl.lit("原料用能部分未按燃烧计")).alias("material_note")
        joined = rows.join(table, on=["item", "period"], how="left").with_columns(
            burnt.alias("amount"),
            pl.lit(self.family.carbon_content_decimals, dtype=pl.Int32).alias("carbon_decimals"),
            said,
        )
        joined = joined.with_columns(_joined("factor_note", "material_note").alias("factor_note"))
        return self._computed(joined, "co2_combustion_t", "combustion.fossil", CO2)

    def _single(
        self, rows: pl.DataFrame, on: list[str], parameter: Callable[[str, str], tuple[str, str]]
    ) -> pl.DataFrame:
        """One factor per combination of ``on``: factor, factors (JSON list), factor_rank, factor_note, reason."""
        keys = rows.select(on).unique().sort(on)
        ids = [parameter(a, b) for a, b in keys.iter_rows()]
        asked = keys.with_columns(
            pl.Series("id", [i for i, _ in ids], dtype=pl.String),
            pl.Series("place", [s for _, s in ids], dtype=pl.String),
        )
        answers = self._answers(asked.select("id", pl.col("place").alias("scope"), "period"))
        joined = asked.join(answers, left_on=["id", "place", "period"], right_on=["id", "scope", "period"], how="left")
        return joined.select(
            *on,
            pl.col("answer").alias("factor"),
            pl.format("[{}]", pl.col("json").fill_null("")).alias("factors"),
            "factor_rank",
            "factor_note",
            "reason",
        )

    def _fuels(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The three fuel parameters of the family for each item and period, a proxy fuel where the family names one."""
        keys = rows.select("item", "period").unique().sort("item", "period")
        stand_in = {p.item: p for p in self.family.proxies}
        use = pl.col("item").replace({i: p.use for i, p in stand_in.items()})
        proxy_note = pl.col("item").replace_strict(
            {i: p.note for i, p in stand_in.items()}, default=None, return_dtype=pl.String
        )
        proxy_status = pl.col("item").replace_strict(
            {i: p.status for i, p in stand_in.items()}, default="official", return_dtype=pl.String
        )
        keys = keys.with_columns(
            use.alias("use"), proxy_note.alias("proxy_note"), proxy_status.alias("proxy_status")
        ).with_columns(status_rank("proxy_status").alias("proxy_rank"))
        for kind in FUEL_KINDS:
            keys = self._with_kind(keys, kind)
        return keys.select(
            "item",
            "period",
            *FUEL_KINDS,
            pl.format("[{}]", pl.concat_str([f"{k}_json" for k in FUEL_KINDS], separator=",", ignore_nulls=True)).alias(
                "factors"
            ),
            pl.max_horizontal("proxy_rank", *[f"{k}_rank" for k in FUEL_KINDS]).alias("factor_rank"),
            _joined("proxy_note", *[f"{k}_note" for k in FUEL_KINDS]).alias("factor_note"),
            pl.coalesce(f"{k}_reason" for k in FUEL_KINDS).alias("reason"),
        )

    def _with_kind(self, keys: pl.DataFrame, kind: str) -> pl.DataFrame:
        id = pl.format("{}.{}.{}", pl.lit(self.family.fuels), "use", pl.lit(kind)).alias("id")
        answers = self._answers(keys.select(id, pl.lit("CN").alias("scope"), "period"))
        renamed = answers.select(
            "id",
            "period",
            pl.col("answer").alias(kind),
            pl.col("json").alias(f"{kind}_json"),
            pl.col("factor_rank").alias(f"{kind}_rank"),
            pl.col("factor_note").alias(f"{kind}_note"),
            pl.col("reason").alias(f"{kind}_reason"),
        )
        return keys.with_columns(id).join(renamed, on=["id", "period"], how="left").drop("id")

    def _answers(self, wants: pl.DataFrame) -> pl.DataFrame:
        found = resolve(self.rulebook, wants, self.as_of)
        return found.select(
            "id",
            "scope",
            "period",
            pl.col("value").alias("answer"),
            pl.col("factor").alias("json"),
            status_rank().alias("factor_rank"),
            pl.col("note").alias("factor_note"),
            "reason",
        )

    def _computed(self, rows: pl.DataFrame, measure: str, formula: str, unit: str) -> pl.DataFrame:
        """Apply the formula in force in each period, and say what went into the result."""
        parts = [_applied(chosen, formula, part) for chosen, part in self._by_formula(rows, formula)]
        gap = pl.coalesce("note", "reason", pl.lit("缺数据"))
        said = pl.col("factor_note").replace("", None)
        return (
            pl.concat(parts)
            .with_columns(
                pl.lit(measure).alias("measure"),
                pl.lit(unit).alias("unit"),
                pl.max_horizontal("rank", pl.col("factor_rank").fill_null(0)).alias("rank"),
                pl.when(pl.col("value").is_null()).then(gap).otherwise(said).alias("note"),
            )
            .select(*WORK, "inputs", "inputs_key")
        )

    def _by_formula(self, rows: pl.DataFrame, formula: str) -> list[tuple[Formula | None, pl.DataFrame]]:
        """Rows split by the formula that holds on the first day of their period; None where none holds."""
        periods: dict[Formula | None, list[str]] = {}
        for code in rows["period"].unique().sort().to_list():
            periods.setdefault(self._formula(formula, code), []).append(code)
        if len(periods) <= 1:
            return [(next(iter(periods), None), rows)]
        return [(f, rows.filter(pl.col("period").is_in(codes))) for f, codes in periods.items()]

    def _formula(self, formula: str, period: str) -> Formula | None:
        try:
            return self.rulebook.formula(formula, Period.parse(period).first)
        except RuleNotInForce:
            return None


def _joined(*notes: str) -> pl.Expr:
    """Notes of several columns in one, each said once, parted by ；; null where none says anything."""
    said = pl.concat_list([pl.col(note).replace("", None) for note in notes]).list.drop_nulls()
    return pl.when(said.list.len() > 0).then(said.list.unique(maintain_order=True).list.join("；"))


def _applied(chosen: Formula | None, name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """value and rule by one formula; where none holds, no value and the reason."""
    if chosen is not None:
        return rows.with_columns(chosen(rows).alias("value"), pl.lit(chosen.key).alias("rule"))
    return rows.with_columns(
        pl.lit(None, dtype=pl.Float64).alias("value"),
        pl.lit(name).alias("rule"),
        pl.lit(f"公式 {name} 在该时期尚未施行").alias("reason"),
    )

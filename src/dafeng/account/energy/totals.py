"""Energy totals 能耗总量: statistical, control and fossil side by side, in both values 当量值、等价值.

The statistical total is the account's own (own output of secondary energy and recovered heat are taken off in it, so
nothing is counted twice). Control figures leave out what the dated rule names: feedstock energy, and for the total the
renewable power that certificates prove above the base year. A figure that cannot be known is null with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from dafeng.account.energy.facts import coefficients, yearly
from dafeng.account.findings import FINDING_SCHEMA, finding
from dafeng.account.lines import TOTAL, status_of, status_rank
from dafeng.base.provenance import STATUSES
from dafeng.base.units import factor as unit_factor
from dafeng.rules.energy_control import EnergyControl, packaged_control
from dafeng.rules.energy_uses import packaged_uses
from dafeng.rules.records import Family
from dafeng.rules.rulebook import Rulebook

MEASURES: dict[str, tuple[str, str]] = {
    "statistical": ("统计口径综合能源消费量", "energy consumption, statistical"),
    "feedstock": ("其中：原料用能", "of it: feedstock energy"),
    "feedstock_deducted": ("原料用能扣除量", "feedstock energy deducted"),
    "renewables_deducted": ("新增可再生能源电力扣除量", "added renewable electricity deducted"),
    "control_total": ("总量控制口径", "control, total"),
    "control_intensity": ("强度考核口径", "control, intensity"),
    "fossil": ("化石能源消费量", "fossil energy"),
    "fossil_fuels": ("其中：化石燃料(含原料)", "of it: fossil fuels, feedstock included"),
    "media": ("外购耗能工质", "energy media bought"),
    "comprehensive": ("综合能耗(GB/T 2589，含外购耗能工质)", "comprehensive energy with media bought (GB/T 2589)"),
}
TOTALS: dict[str, pl.DataType] = {
    "subject_id": pl.String(),
    "year": pl.Int32(),
    "measure": pl.String(),
    "calorific": pl.Float64(),  # tce; null where it cannot be known
    "equivalent": pl.Float64(),
    "status": pl.String(),
    "note": pl.String(),
}
CERTIFIED: dict[str, pl.DataType] = {
    "subject_id": pl.String(),
    "year": pl.Int32(),
    "mwh": pl.Float64(),  # renewable electricity used
    "proven": pl.Boolean(),  # by certificates of the year, retired for this use
}
_KEY = ["subject_id", "year"]
_TWO = ["calorific", "equivalent"]
_SAME = 0.01


@dataclass(frozen=True)
class EnergyTotals:
    """rows: TOTALS, every measure of every enterprise and year with energy lines; findings; the deductions that
    held."""

    rows: pl.DataFrame
    findings: pl.DataFrame
    rules: tuple[str, ...]


def energy_totals(
    lines: pl.DataFrame,
    facts: pl.DataFrame,
    rulebook: Rulebook,
    family: Family,
    *,
    certified: pl.DataFrame | None = None,
    control: EnergyControl | None = None,
    as_of: date | None = None,
) -> EnergyTotals:
    """The totals of all enterprises and years that have energy lines.

    lines      account lines (LINE_SCHEMA) of enterprises; only yearly energy lines are read
    facts      current FACT rows: feedstock, uses, media
    certified  CERTIFIED rows; the base year may be unproven (certificates did not cover all power in 2020), a later
               year counts only as far as it is proven
    as_of      day of knowledge: before a notice was published nothing is deducted
    """
    control = control or packaged_control()
    stat, fuels = _statistical(lines, rulebook)
    used, found = yearly(facts, rulebook)
    keys = stat.select(_KEY)
    coal = coefficients(_asked(keys, used), rulebook, family, as_of)
    feed, deducted, doubts = _feedstock(used, coal, keys, control, as_of)
    green = _renewables(certified, coal, keys, control, as_of)
    parts = {"statistical": stat, "feedstock": feed, "feedstock_deducted": deducted, "renewables_deducted": green}
    parts |= {"fossil_fuels": fuels, "media": _media(facts, keys, control)}
    parts["control_total"] = _less(stat, deducted, green)
    parts["control_intensity"] = _less(stat, deducted)
    parts["fossil"] = _fossil(lines, fuels, certified, coal, keys)
    parts["comprehensive"] = _plus(stat, parts["media"])
    rows = pl.concat([_shaped(parts[name], name) for name in MEASURES])
    rules = sorted({d.source for y in keys["year"].unique() for d in control.deductions if d.holds(int(y), as_of)})
    return EnergyTotals(rows.sort(*_KEY), pl.concat([found, doubts, _negative(rows)]), tuple(rules))


def of_subjects(
    totals: pl.DataFrame, subjects: list[str], known_as: str, due: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The sum over some enterprises as one subject: TOTALS, and partial_calorific, partial_equivalent, present,
    expected.

    Where one of them has no figure the sum is null, and partial is what there is: of ``present`` of ``expected``
    enterprises. It is never to be used as the total. ``due`` (subject_id, year) names those of whom data are due: one
    of
    them that is not among the totals at all lacks every measure.
    """
    chosen = totals.filter(pl.col("subject_id").is_in(subjects)).with_columns(rank=status_rank())
    whole = pl.all_horizontal(pl.col(c).is_not_null() for c in _TWO)
    summed = chosen.group_by("year", "measure", maintain_order=True).agg(
        *[pl.col(c).sum() for c in _TWO],
        pl.col("rank").max(),
        said=pl.col("note").drop_nulls().first(),
        present=whole.sum().cast(pl.Int32),
        expected=pl.len().cast(pl.Int32),
    )
    silent = _silent(chosen, subjects, due)
    summed = summed.join(silent, on="year", how="left", maintain_order="left").with_columns(
        expected=pl.col("expected") + pl.col("silent").fill_null(0)
    )
    lacks = pl.col("present") < pl.col("expected")
    said = pl.format("部分（{}/{}家企业）", "present", "expected")
    return summed.with_columns(
        status_of(),
        *[pl.when(~lacks).then(c).alias(c) for c in _TWO],
        *[pl.when(lacks & (pl.col("present") > 0)).then(c).alias(f"partial_{c}") for c in _TWO],
        subject_id=pl.lit(known_as),
        note=pl.when(lacks).then(said).otherwise("said"),
    ).select(*[pl.col(n).cast(t) for n, t in TOTALS.items()], *[f"partial_{c}" for c in _TWO], "present", "expected")


def _silent(chosen: pl.DataFrame, subjects: list[str], due: pl.DataFrame | None) -> pl.DataFrame:
    """year, silent: how many that owe data have none at all."""
    if due is None:
        return pl.DataFrame(schema={"year": pl.Int32, "silent": pl.Int32})
    owed = due.filter(pl.col("subject_id").is_in(subjects)).select("subject_id", pl.col("year").cast(pl.Int32)).unique()
    lost = owed.join(chosen.select(_KEY).unique(), on=_KEY, how="anti")
    return lost.group_by("year").agg(silent=pl.len().cast(pl.Int32))


# -- the account's own lines -------------------------------------------------------------------------------------------


def _energy_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Yearly energy lines of enterprises, both values side by side: subject_id, year, item, calorific, equivalent,
    note."""
    yearly_ones = lines.filter(
        (pl.col("subject_kind") == "enterprise")
        & pl.col("measure").is_in(["energy_tce_calorific", "energy_tce_equivalent"])
        & pl.col("period").str.contains(r"^\d{4}$")
    ).with_columns(year=pl.col("period").cast(pl.Int32), rank=status_rank())
    sides = [
        yearly_ones.filter(pl.col("measure") == f"energy_tce_{name}").select(
            *_KEY, "item", pl.col("value").alias(name), pl.col("rank").alias(f"{name}_rank"),
            pl.col("note").alias(f"{name}_note"),
        )
        for name in _TWO
    ]  # fmt: skip
    joined = sides[0].join(sides[1], on=[*_KEY, "item"], how="full", coalesce=True)
    return joined.select(
        *_KEY, "item", *_TWO, note=pl.coalesce("calorific_note", "equivalent_note"),
        rank=pl.max_horizontal("calorific_rank", "equivalent_rank"),
    )  # fmt: skip


def _statistical(lines: pl.DataFrame, rulebook: Rulebook) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The total as accounted, and its fossil fuels (null where one of them is missing)."""
    rows = _energy_lines(lines)
    stat = rows.filter(pl.col("item") == TOTAL).drop("item")
    fossil = [i.code for i in rulebook.items.values() if i.carbon == "fossil"]
    burnt = rows.filter(pl.col("item").is_in(fossil)).group_by(_KEY).agg(
        *[pl.when(pl.col(c).null_count() == 0).then(pl.col(c).sum()).alias(c) for c in _TWO],
        pl.col("rank").max(), pl.col("note").drop_nulls().first(),
    )  # fmt: skip
    return stat, _zero_where_none(burnt, stat.select(_KEY))


def _zero_where_none(rows: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Rows for every key; a works that has no such stream at all has 0 of it, which is known."""
    marked = rows.with_columns(held=pl.lit(value=True))
    joined = keys.join(marked, on=_KEY, how="left", maintain_order="left")
    none = pl.col("held").is_null()
    return joined.with_columns(
        *[pl.when(none).then(0.0).otherwise(c).alias(c) for c in _TWO], pl.col("rank").fill_null(0)
    ).drop("held")


def _asked(keys: pl.DataFrame, used: pl.DataFrame) -> pl.DataFrame:
    power = keys.select("year", item=pl.lit("electricity"))
    return pl.concat([used.select("year", "item"), power]).unique()


# -- feedstock ---------------------------------------------------------------------------------------------------------


def _feedstock(
    used: pl.DataFrame, coal: pl.DataFrame, keys: pl.DataFrame, control: EnergyControl, as_of: date | None
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Feedstock energy as delivered, the part of it that the rule deducts, and findings."""
    uses = packaged_uses()
    codes = {u.code: u.place for u in uses.uses.values() if u.kind == "feedstock"}
    split = used.filter(pl.col("what").is_in(list(codes))).with_columns(
        product=pl.col("what").replace_strict(codes, return_dtype=pl.String)
    )
    whole = used.filter(pl.col("what") == "feedstock").with_columns(product=pl.lit(None, pl.String))
    rest = whole.join(split.select(*_KEY, "item").unique(), on=[*_KEY, "item"], how="anti")
    rows = pl.concat([split, rest]).join(coal, on=["item", "year"], how="left")
    priced = rows.with_columns(
        *[(pl.col("amount") * pl.col(c)).alias(c) for c in _TWO], rank=pl.max_horizontal("rank", "factor_rank"),
        note=pl.when(pl.col("amount").is_null()).then(pl.lit("原料用能数据缺失")).otherwise("note"),
    )  # fmt: skip
    ruled = _ruled(priced, keys, control, as_of)
    taken = ruled.filter("taken").with_columns(
        rank=pl.max_horizontal("rank", "rule_rank"), note=pl.coalesce("note", "said")
    )
    doubts = pl.concat([_disagreeing(whole, split), _not_deducted(ruled)])
    return _summed(priced, keys), _summed(taken, keys), doubts


def _ruled(rows: pl.DataFrame, keys: pl.DataFrame, control: EnergyControl, as_of: date | None) -> pl.DataFrame:
    """Rows with taken (the rule deducts them), rule_rank, said, and whether any rule held."""
    made = [
        rows.clear().with_columns(
            taken=pl.lit(value=True), rule_rank=pl.lit(0, pl.UInt8), said=pl.lit(""), held=pl.lit(value=True)
        )
    ]
    for year in rows["year"].unique().sort():
        of_year = rows.filter(pl.col("year") == year)
        rule = control.deduction("feedstock", int(year), as_of)
        if rule is None:
            none = of_year.with_columns(
                taken=pl.lit(value=False),
                rule_rank=pl.lit(0, pl.UInt8),
                said=pl.lit(None, pl.String),
                held=pl.lit(value=False),
            )
            made.append(none)
            continue
        untold, how = pl.col("product").is_null(), rule.unspecified
        take = how is not None and how.take
        rank = STATUSES.index(how.status if how is not None else rule.status)
        made.append(
            of_year.with_columns(
                taken=pl.when(untold).then(pl.lit(take)).otherwise(pl.col("product").is_in(list(rule.products))),
                rule_rank=pl.when(untold).then(rank).otherwise(STATUSES.index(rule.status)).cast(pl.UInt8),
                said=pl.when(untold).then(pl.lit(None if how is None else how.zh, pl.String)),
                held=pl.lit(value=True),
            )
        )
    return pl.concat(made)


def _summed(rows: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    summed = rows.group_by(_KEY).agg(
        *[pl.when(pl.col(c).null_count() == 0).then(pl.col(c).sum()).alias(c) for c in _TWO],
        pl.col("rank").max(), pl.col("note").drop_nulls().first(),
    )  # fmt: skip
    return _zero_where_none(summed, keys)


def _disagreeing(whole: pl.DataFrame, split: pl.DataFrame) -> pl.DataFrame:
    """Feedstock told as a whole and by product that differ by more than 1 %."""
    parts = split.group_by(*_KEY, "item").agg(pl.col("amount").sum().alias("parts"))
    both = whole.join(parts, on=[*_KEY, "item"], how="inner")
    odd = both.filter((pl.col("amount") - pl.col("parts")).abs() > _SAME * pl.col("amount").abs())
    return finding(
        odd.with_columns(value="amount", measure=pl.lit("energy_feedstock"), period=pl.col("year").cast(pl.String)),
        "feedstock_split", "原料用能合计与分产品之和不一致，采用分产品数", other="parts",
    )  # fmt: skip


def _not_deducted(rows: pl.DataFrame) -> pl.DataFrame:
    left = rows.filter(pl.col("held") & ~pl.col("taken") & (pl.col("amount") != 0))
    return finding(
        left.with_columns(value="amount", measure=pl.lit("energy_feedstock"), period=pl.col("year").cast(pl.String)),
        "feedstock_not_listed",
        "所产产品不在原料用能扣除范围所列之内，未扣除",
    )


# -- renewables --------------------------------------------------------------------------------------------------------


def _renewables(
    certified: pl.DataFrame | None, coal: pl.DataFrame, keys: pl.DataFrame, control: EnergyControl, as_of: date | None
) -> pl.DataFrame:
    """Proven renewable power of the year above that of the base year, in the power coefficient of each value's column.

    Nothing proven is 0: without proof there is no deduction. Something proven and no base year is not known.
    """
    given = _certified(certified)
    proven = given.filter("proven").group_by(_KEY).agg(mwh=pl.col("mwh").sum())
    made = []
    for year in keys["year"].unique().sort():
        rule = control.deduction("renewables", int(year), as_of)
        of_year = keys.filter(pl.col("year") == year).join(proven, on=_KEY, how="left", maintain_order="left")
        if rule is None:
            made.append(of_year.select(*_KEY, added=pl.lit(0.0), rank=pl.lit(0, pl.UInt8), why=pl.lit(None, pl.String)))
            continue
        base = given.filter(pl.col("year") == rule.base_year).group_by("subject_id").agg(base=pl.col("mwh").sum())
        rows = of_year.join(base, on="subject_id", how="left", maintain_order="left")
        more = pl.max_horizontal(pl.col("mwh") - pl.col("base"), 0.0)
        lacks = pl.lit(f"缺{rule.base_year}年可再生能源电力基数")
        some = pl.col("mwh").fill_null(0.0) > 0
        made.append(
            rows.select(
                *_KEY, added=pl.when(some).then(more).otherwise(0.0),
                rank=pl.when(some).then(STATUSES.index(rule.status)).otherwise(0).cast(pl.UInt8),
                why=pl.when(some & pl.col("base").is_null()).then(lacks),
            )
        )  # fmt: skip
    if not made:
        return keys.with_columns(
            calorific=pl.lit(0.0), equivalent=pl.lit(0.0), rank=pl.lit(0, pl.UInt8), note=pl.lit(None, pl.String)
        )
    rows = pl.concat(made).with_columns(added=pl.when(pl.col("why").is_null()).then("added"))
    return _power(rows, "added", coal)


def _certified(certified: pl.DataFrame | None) -> pl.DataFrame:
    return pl.DataFrame(schema=CERTIFIED) if certified is None else certified.select(list(CERTIFIED)).cast(CERTIFIED)  # type: ignore[arg-type]


def _power(rows: pl.DataFrame, column: str, coal: pl.DataFrame) -> pl.DataFrame:
    """MWh of a column in standard coal by the power coefficients of the year; 0 stays 0 without any coefficient."""
    power = coal.filter(pl.col("item") == "electricity").drop("item")
    joined = rows.join(power, on="year", how="left", maintain_order="left")
    none = pl.col(column) == 0
    return joined.select(
        *_KEY, *[pl.when(none).then(0.0).otherwise(pl.col(column) * pl.col(c)).alias(c) for c in _TWO],
        rank=pl.when(none).then("rank").otherwise(pl.max_horizontal("rank", "factor_rank")),
        note=pl.coalesce("why", pl.when(~none).then("note")),
    )  # fmt: skip


def _fossil(
    lines: pl.DataFrame, fuels: pl.DataFrame, certified: pl.DataFrame | None, coal: pl.DataFrame, keys: pl.DataFrame
) -> pl.DataFrame:
    """Fossil fuels, and bought power and heat less what certificates prove renewable 化石能源消费量.

    Grid power of unknown make-up counts as fossil: only what is proven otherwise is taken off. A net seller's negative
    power stays negative.
    """
    grid = _energy_lines(lines).filter(pl.col("item").is_in(["electricity", "heat", "steam"]))
    net = _summed(grid, keys)
    proven = _certified(certified).filter("proven").group_by(_KEY).agg(mwh=pl.col("mwh").sum())
    green = keys.join(proven, on=_KEY, how="left", maintain_order="left").with_columns(
        pl.col("mwh").fill_null(0.0), rank=pl.lit(0, pl.UInt8), why=pl.lit(None, pl.String)
    )
    return _less(_plus(fuels, net), _power(green, "mwh", coal))


# -- media -------------------------------------------------------------------------------------------------------------


def _media(facts: pl.DataFrame, keys: pl.DataFrame, control: EnergyControl) -> pl.DataFrame:
    """Energy media bought, in standard coal; the same in both columns. A works that delivers none has none."""
    held = {m.measure: m for m in control.media}
    rows = facts.filter(
        (pl.col("subject_kind") == "enterprise") & pl.col("measure").is_in(list(held))
        & pl.col("period").str.contains(r"^\d{4}(-\d{2})?$")
    )  # fmt: skip
    scales = {
        (m, u): unit_factor(str(u), held[str(m)].unit) * held[str(m)].kgce / 1000
        for m, u in rows.select("measure", "unit").unique().iter_rows()
    }
    table = pl.DataFrame(
        [(m, u, s) for (m, u), s in scales.items()],
        schema={"measure": pl.String, "unit": pl.String, "scale": pl.Float64}, orient="row",
    )  # fmt: skip
    priced = rows.join(table, on=["measure", "unit"], how="left").with_columns(
        year=pl.col("period").str.head(4).cast(pl.Int32), monthly=pl.col("period").str.len_chars() > 4,
        tce=pl.col("value") * pl.col("scale"),
        rank=pl.max_horizontal(status_rank(), pl.lit(STATUSES.index(control.media_status), pl.UInt8)),
    )  # fmt: skip
    monthly = priced.group_by(*_KEY, "measure").agg(pl.col("monthly").all().alias("months"))
    chosen = priced.join(monthly, on=[*_KEY, "measure"]).filter(pl.col("months") | ~pl.col("monthly"))
    both = chosen.with_columns(
        calorific="tce", equivalent="tce", note=pl.when(pl.col("tce").is_null()).then(pl.lit("耗能工质数据缺失"))
    )
    return _summed(both, keys)


# -- arithmetic --------------------------------------------------------------------------------------------------------


def _with(one: pl.DataFrame, other: pl.DataFrame, sign: int) -> pl.DataFrame:
    joined = one.join(other, on=_KEY, how="left", suffix="_other", maintain_order="left")
    return joined.select(
        *_KEY, *[(pl.col(c) + sign * pl.col(f"{c}_other")).alias(c) for c in _TWO],
        rank=pl.max_horizontal("rank", "rank_other"), note=pl.coalesce("note", "note_other"),
    )  # fmt: skip


def _plus(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    return _with(one, other, 1)


def _less(one: pl.DataFrame, *others: pl.DataFrame) -> pl.DataFrame:
    for other in others:
        one = _with(one, other, -1)
    return one


def _shaped(rows: pl.DataFrame, measure: str) -> pl.DataFrame:
    made = rows.with_columns(status_of(), measure=pl.lit(measure))
    return made.select([pl.col(n).cast(t) for n, t in TOTALS.items()])


def _negative(rows: pl.DataFrame) -> pl.DataFrame:
    """More is deducted than was used: the figures of use, feedstock or certificates cannot be right together."""
    odd = rows.filter(pl.col("measure").str.starts_with("control") & (pl.col("equivalent") < 0)).join(
        rows.filter((pl.col("measure") == "statistical") & (pl.col("equivalent") >= 0)).select(_KEY),
        on=_KEY,
        how="semi",
    )
    told = odd.select(
        kind=pl.lit("deduction"), subject_id="subject_id", measure="measure", item=pl.lit(TOTAL),
        period=pl.col("year").cast(pl.String), value="equivalent", other=pl.lit(None, pl.Float64),
        note=pl.lit("扣除量大于能源消费量，请核对原料用能与绿证"),
    )  # fmt: skip
    return told.select([pl.col(n).cast(t) for n, t in FINDING_SCHEMA.items()])

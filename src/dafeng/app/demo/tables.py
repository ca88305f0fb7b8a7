"""The demonstration's flows as delivered tables 报送表: rows under the names of the import contracts.

Figures leave in the units people report in (吨, 万千瓦时, 万立方米, 吉焦). A stream that a firm does not have is
an empty cell everywhere; a figure that should be there and is not is told as missing, with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from dafeng.app.demo.city import FIRST_YEAR, Firm
from dafeng.app.demo.flows import Flows
from dafeng.app.demo.story import ERROR_MONTH, LATE_MONTH, REVISED_MONTH, UNIT_SLIP, Story
from dafeng.app.demo.tuning import tce
from dafeng.rules.rulebook import packaged_rulebook

MISSING = "—"
REASON_GAP = "计量装置检修,当月数据缺失"
UNITS = {"t": ("吨", 1.0), "MWh": ("万千瓦时", 0.1), "10^4 Nm3": ("万立方米", 1.0), "GJ": ("吉焦", 1.0)}
_STREAMS = {
    "opening_stock": "opening",
    "bought": "bought",
    "used": "used",
    "sold": "sold",
    "closing_stock": "closing",
    "produced": "made",
    "feedstock": "feedstock",
}
_FIRST = date(2018, 1, 1)
_PRODUCT_UNITS = {"发电量": "万千瓦时", "供热量": "吉焦", "橡胶轮胎外胎": "条", "汽车": "辆"}
_ELECTRIC = ("电解铝",)  # products whose unit energy is counted in electricity
_ENERGY_UNITS = {"发电量": "千克标准煤/兆瓦时", "供热量": "千克标准煤/吉焦", "橡胶轮胎外胎": "千克标准煤/条",
                 "汽车": "千克标准煤/辆", "电解铝": "千瓦时/吨"}  # fmt: skip


def roster(firms: Iterable[Firm]) -> pl.DataFrame:
    """企业名录: one dated row for each stretch of a firm's life; what changes begins a new row."""
    rows = [row for firm in firms for row in _life(firm)]
    return pl.DataFrame(rows, infer_schema_length=None)


def _life(firm: Firm) -> list[dict[str, object]]:
    """The dated rows of one firm, in order; each ends where the next begins."""
    now: dict[str, object] = {
        "uscc": firm.uscc, "name": firm.name, "area_code": firm.area, "industry_code": firm.industry,
        "above_scale": "是", "key_user": "是", "status": "在产", "since": _FIRST, "until": None,
    }  # fmt: skip
    rows = [now]
    fields = {"industry": "industry_code", "area": "area_code"}
    changes = [(day, fields[field], value) for day, field, value in firm.moves]
    if firm.closed is not None:
        changes.append((firm.closed, "status", "关闭"))
    for day, field, value in sorted(changes):
        rows[-1]["until"] = day
        rows.append({**rows[-1], field: value, "since": day, "until": None})
    return rows


def sites(firms: Iterable[Firm]) -> pl.DataFrame:
    """场所名录: the works of the largest firms, two each for steel."""
    rows = []
    for firm in firms:
        if firm.branch.key in ("steel", "cement", "aluminium", "refinery", "power", "coke"):
            names = ("炼铁厂", "炼钢轧钢厂") if firm.branch.key == "steel" else ("主厂区",)
            for nth, name in enumerate(names, start=1):
                rows.append(
                    {"site_id": f"S-{firm.number:03d}-{nth}", "enterprise_id": firm.uscc, "name": name,
                     "area_code": firm.area, "since": _FIRST}
                )  # fmt: skip
    return pl.DataFrame(rows)


def energy_table(flows: Flows, firms: tuple[Firm, ...], story: Story) -> pl.DataFrame:
    """能源消费, all years as first delivered: with the late firms left out, the gaps told and the unit slip in it."""
    rows = _named(_in_report_units(flows.energy, firms), firms)
    rows = rows.filter(~(pl.col("firm").is_in(story.late) & (pl.col("period") == LATE_MONTH)))
    return _with_gaps(_with_slip(rows, story), story)


def _in_report_units(energy: pl.DataFrame, firms: tuple[Firm, ...]) -> pl.DataFrame:
    """Streams in reported units, empty where the firm has no such stream."""
    book = packaged_rulebook()
    items = pl.DataFrame(
        [(i.code, i.zh, *UNITS[i.unit]) for i in book.items.values() if i.unit in UNITS],
        schema=["item", "item_zh", "unit", "scale"], orient="row",
    )  # fmt: skip
    own = [
        (f.number, i, i in f.branch.makes or i in f.branch.recovers, i in f.branch.needs or i in f.branch.recovers)
        for f in firms
        for i in {**f.branch.needs, **f.branch.makes, **f.branch.recovers}
    ]
    makers = pl.DataFrame(own, schema=["firm", "item", "maker", "user"], orient="row")
    joined = energy.join(items, on="item", how="left").join(makers, on=["firm", "item"], how="left")
    stocked = (pl.col("opening").max() > 0).over("firm", "item")
    fed = (pl.col("feedstock").max() > 0).over("firm", "item")
    has = {"opening_stock": stocked, "closing_stock": stocked, "feedstock": fed, "produced": pl.col("maker"),
           "sold": pl.col("maker"), "used": pl.col("user"), "bought": pl.col("user")}  # fmt: skip
    streams = [
        pl.when(has.get(name, pl.lit(True))).then((pl.col(column) * pl.col("scale")).round(5)).alias(name)
        for name, column in _STREAMS.items()
    ]
    return joined.select("firm", "period", pl.col("item_zh").alias("item"), "unit", *streams)


def _named(rows: pl.DataFrame, firms: tuple[Firm, ...]) -> pl.DataFrame:
    """Rows with the firm's credit code and name in front."""
    names = pl.DataFrame(
        [(f.number, f.uscc, f.name) for f in firms], schema=["firm", "enterprise_id", "name"], orient="row"
    )
    return rows.join(names, on="firm", how="left", maintain_order="left").select(
        "firm", "enterprise_id", "name", pl.exclude("firm", "enterprise_id", "name")
    )


def _with_slip(rows: pl.DataFrame, story: Story) -> pl.DataFrame:
    """One firm reports power in MWh, and in one month writes its kWh there."""
    its = (pl.col("firm") == story.unit_slip) & (pl.col("item") == "电力")
    slip = pl.when(pl.col("period") == ERROR_MONTH).then(UNIT_SLIP).otherwise(1.0)
    figures = [pl.when(its).then((pl.col(c) * 10 * slip).round(3)).otherwise(pl.col(c)).alias(c) for c in _STREAMS]
    return rows.with_columns(*figures, pl.when(its).then(pl.lit("兆瓦时")).otherwise("unit").alias("unit"))


def _with_gaps(rows: pl.DataFrame, story: Story) -> pl.DataFrame:
    missing = pl.any_horizontal(
        (pl.col("firm") == firm) & pl.col("period").is_in(list(months)) for firm, months in story.gaps.items()
    )
    told = [
        pl.when(missing & pl.col(c).is_not_null()).then(pl.lit(MISSING)).otherwise(pl.col(c).cast(pl.String)).alias(c)
        for c in _STREAMS
    ]
    return rows.with_columns(*told, pl.when(missing).then(pl.lit(REASON_GAP)).alias("remark"), quality=pl.lit("实测"))


def corrections(flows: Flows, firms: tuple[Firm, ...], story: Story) -> pl.DataFrame:
    """The correction workbook 更正: the slipped month in the right unit, and a revised coal figure with its reason."""
    right = _named(_in_report_units(flows.energy, firms), firms)
    power = right.filter(
        (pl.col("firm") == story.unit_slip) & (pl.col("period") == ERROR_MONTH) & (pl.col("item") == "电力")
    ).with_columns(remark=pl.lit("原报数将千瓦时误填为兆瓦时,现予更正"))
    coal = right.filter(
        (pl.col("firm") == story.revised) & (pl.col("period") == REVISED_MONTH) & (pl.col("item") == "烟煤")
    )
    more = (coal["used"] * 0.035).round(1)
    coal = coal.with_columns(coal["bought"] + more, coal["used"] + more, remark=pl.lit("盘点后修订:当月用煤量调增3.5%"))
    return pl.concat([power, coal], how="diagonal").with_columns(quality=pl.lit("实测"))


def output_table(flows: Flows, firms: tuple[Firm, ...]) -> pl.DataFrame:
    """产品产量, by year: output, capacity and unit energy of each firm's product.

    Electric furnaces also as 电炉钢; iron and converters of an integrated works by process.
    """
    products = pl.DataFrame(
        [(f.number, f.branch.product) for f in firms if f.branch.product], schema=["firm", "item"], orient="row"
    )
    rows = flows.years.join(products, on="firm").join(_unit_energy(flows), on=["firm", "year"], how="left")
    rows = rows.with_columns(pl.when(pl.col("item").is_in(_ELECTRIC)).then("kwh").otherwise("kgce").alias("energy"))
    furnaces = rows.filter(pl.col("firm").is_in([f.number for f in firms if f.branch.key == "eaf"]))
    eaf = furnaces.with_columns(item=pl.lit("电炉钢"))
    every = pl.concat([rows, eaf, _steps(rows, firms)], how="diagonal").sort("year", "firm", "item")
    scale = pl.when(pl.col("item") == "发电量").then(0.1).otherwise(1.0)
    return _named(
        every.select(
            "firm",
            period=pl.col("year").cast(pl.String),
            item="item",
            unit=pl.col("item").replace_strict(_PRODUCT_UNITS, default="吨"),
            output=(pl.col("output") * scale).round(1),
            capacity=(pl.col("capacity") * scale).round(1),
            unit_energy_consumption=pl.col("energy").round(2),
            unit_energy_consumption_unit=pl.when(pl.col("energy").is_not_null()).then(
                pl.col("item").replace_strict(_ENERGY_UNITS, default="千克标准煤/吨")
            ),
        ),
        firms,
    )


def _steps(rows: pl.DataFrame, firms: tuple[Firm, ...]) -> pl.DataFrame:
    """Rows of the processes within works, whose unit energy falls with the years, and after a retrofit."""
    steps = [
        (f.number, name, s.per, s.energy, s.swing, f.efficiency, f.branch.saving, f.retrofit or 9999)
        for f in firms
        for name, s in f.branch.steps.items()
    ]
    names = ("firm", "item", "per", "base", "swing", "efficiency", "saving", "retrofit")
    table = pl.DataFrame(steps, schema=list(names), orient="row")
    joined = rows.drop("item", "energy").join(table, on="firm").filter(pl.col("output") > 0)
    done = pl.when(pl.col("year") >= pl.col("retrofit")).then(0.96).otherwise(1.0)
    skill = pl.col("efficiency") * (1 - pl.col("saving")) ** (pl.col("year") - FIRST_YEAR) * done
    return joined.with_columns(
        energy=pl.col("base") + pl.col("swing") * (skill - 1),
        output=pl.col("output") * pl.col("per"),
        capacity=pl.col("capacity") * pl.col("per"),
    ).select(rows.columns)


def _unit_energy(flows: Flows) -> pl.DataFrame:
    """Unit energy 单位产品综合能耗: firm, year, kgce (calorific) and kwh per unit of its product."""
    primary = [i.code for i in packaged_rulebook().items.values() if i.origin == "primary"]
    coal = {item: tce(item, 2022) for item in flows.energy["item"].unique()}
    taken = pl.when(pl.col("item").is_in(primary)).then(0.0).otherwise(pl.col("made"))
    year = pl.col("period").str.head(4).cast(pl.Int64).alias("year")
    summed = flows.energy.group_by("firm", year).agg(
        tce=((pl.col("used") - taken) * pl.col("item").replace_strict(coal, return_dtype=pl.Float64)).sum(),
        mwh=pl.col("used").filter(pl.col("item") == "electricity").sum(),
    )
    joined = flows.years.join(summed, on=["firm", "year"], how="left").filter(pl.col("output") > 0)
    per = {name: pl.col(column) * 1000 / pl.col("output") for name, column in (("kgce", "tce"), ("kwh", "mwh"))}
    return joined.select("firm", "year", **per)


def value_table(flows: Flows, firms: tuple[Firm, ...], story: Story) -> pl.DataFrame:
    """增加值, by year; the firms that are late with December have no figure for the year yet."""
    rows = flows.years.filter(~(pl.col("firm").is_in(story.late) & (pl.col("year") == int(LATE_MONTH[:4]))))
    worked = pl.col("output") > 0
    return _named(
        rows.filter(worked).select(
            "firm",
            period=pl.col("year").cast(pl.String),
            output_value_current="gross_output",
            value_added_current="value_current",
            value_added_constant="value_constant",
        ),
        firms,
    )

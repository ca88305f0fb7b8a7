"""Energy flow 能流: buy → convert → distribute → use → loss, as nodes and links in standard coal, both values.

Each item of energy is a node at which what comes in and what goes out are held against each other. What does not
balance is drawn as it is (a link from or to “unexplained”) and said by its size, never spread over the rest. A
conversion's loss is what goes in less what comes out; where more comes out than went in, that too is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from dafeng.account.energy.facts import valued, yearly
from dafeng.account.findings import FINDING_SCHEMA
from dafeng.account.lines import status_of
from dafeng.rules.energy_uses import EnergyUses, packaged_uses
from dafeng.rules.records import Family
from dafeng.rules.rulebook import Rulebook

LINK: dict[str, pl.DataType] = {
    "subject_id": pl.String(),
    "year": pl.Int32(),
    "source": pl.String(),
    "target": pl.String(),
    "item": pl.String(),  # "" where a link carries several (a conversion's loss)
    "amount": pl.Float64(),  # in the item's unit
    "tce_calorific": pl.Float64(),
    "tce_equivalent": pl.Float64(),
    "rank": pl.UInt8(),
    "derived": pl.Boolean(),  # a remainder, not delivered
}
BALANCE: dict[str, pl.DataType] = {
    "subject_id": pl.String(),
    "year": pl.Int32(),
    "node": pl.String(),
    "into": pl.Float64(),  # tce, calorific
    "out": pl.Float64(),
    "gap": pl.Float64(),  # into − out, before the remainder is drawn
    "gap_equivalent": pl.Float64(),
    "share": pl.Float64(),  # of the larger of into and out
    "balanced": pl.Boolean(),
    "note": pl.String(),
}
STAGES: dict[str, tuple[int, str, str]] = {
    "bought": (0, "购入", "bought"),
    "extracted": (0, "自采", "own extraction"),
    "stock_draw": (0, "动用库存", "from stock"),
    "recovered": (0, "回收二次能源", "recovered"),
    "gap_in": (0, "来源不明", "origin unexplained"),
    "produced": (0, "自产(未分工序)", "own output, process not told"),
    "item": (1, "", ""),
    "convert": (2, "", ""),
    "made": (3, "", ""),
    "use": (4, "", ""),
    "feedstock": (4, "原料用能", "feedstock"),
    "use:untold": (4, "消费(未分用途)", "used, purpose not told"),
    "sold": (4, "外供", "sold"),
    "stock_build": (4, "增加库存", "into stock"),
    "lost": (5, "损失", "lost"),
    "loss": (5, "转换损失", "conversion loss"),
    "gap_out": (5, "去向不明", "destination unexplained"),
}
TOLERANCE = 0.01  # of what passes through a node; more is a finding
_ROUNDING = 1e-6  # figures come rounded: a smaller remainder is none
_KEY = ["subject_id", "year"]
_TCE = ["tce_calorific", "tce_equivalent"]


@dataclass(frozen=True)
class EnergyFlow:
    """links (LINK), balances of items and conversions (BALANCE), findings (FINDING_SCHEMA), and what is missing: rows
    subject_id, year, item, what that were due and have no figure; their node's balance is not stated."""

    links: pl.DataFrame
    balances: pl.DataFrame
    findings: pl.DataFrame
    missing: pl.DataFrame


def energy_flow(
    facts: pl.DataFrame,
    rulebook: Rulebook,
    family: Family,
    *,
    as_of: date | None = None,
    uses: EnergyUses | None = None,
) -> EnergyFlow:
    """The yearly energy flow of every enterprise, from current FACT rows (streams and uses of energy)."""
    uses = uses or packaged_uses()
    rows, found = yearly(facts, rulebook)
    priced = valued(rows, rulebook, family, as_of)
    open_ones = pl.col("amount").is_null() | pl.any_horizontal(pl.col(c).is_null() for c in _TCE)
    missing = priced.filter(open_ones).select(*_KEY, "item", "what", "note")
    made = _told(priced.filter(~open_ones), uses, rulebook)
    links = _shaped([made, _stock(priced), _untold(priced, uses)])
    links, balances = _balanced(links, missing)
    converted, gains = _conversions(links)
    links = pl.concat([links, converted])
    balances = pl.concat([balances, gains]).sort(*_KEY, "node")
    return EnergyFlow(
        links.filter(pl.any_horizontal(pl.col(c) != 0 for c in _TCE)).sort(*_KEY, "source", "target", "item"),
        balances, pl.concat([found, _odd(balances)]), missing,
    )  # fmt: skip


def of_area(flow: EnergyFlow, subjects: Iterable[str], year: int) -> EnergyFlow:
    """The sum of the flows of the enterprises named, under the subject ``area``.

    What one sells to another stays a sale and a purchase: who bought from whom is not delivered. Gaps of enterprises
    may offset each other in the sum: a node of the area is balanced only where it is balanced in each of them.
    """
    chosen = [f.filter(pl.col("subject_id").is_in(list(subjects)) & (pl.col("year") == year)) for f in
              (flow.links, flow.balances, flow.missing)]  # fmt: skip
    area = pl.lit("area").alias("subject_id")
    summed = chosen[0].group_by("year", "source", "target", "item", maintain_order=True).agg(
        pl.col("amount", *_TCE).sum(), pl.col("rank").max(), pl.col("derived").any()
    )  # fmt: skip
    held = chosen[1].group_by("year", "node", maintain_order=True).agg(
        pl.col("into", "out", "gap", "gap_equivalent").sum(), open=pl.col("gap").null_count(),
        odd=(~pl.col("balanced")).sum(),
    )  # fmt: skip
    stated = held.with_columns(
        [pl.when(pl.col("open") == 0).then(c).alias(c) for c in ("gap", "gap_equivalent")]
    ).with_columns(
        area,
        note=pl.when(pl.col("open") > 0)
        .then(pl.format("{}家企业数据不全", "open"))
        .when(pl.col("odd") > 0)
        .then(pl.format("{}家企业不平衡", "odd")),
    )
    offset = stated.filter(pl.col("odd") > 0)["node"].to_list()
    sums = _judged(stated).with_columns(balanced=pl.col("balanced") & ~pl.col("node").is_in(offset))
    links = summed.with_columns(area, amount=pl.when(pl.col("item") != "").then("amount")).select(
        [pl.col(n).cast(t) for n, t in LINK.items()]
    )
    rows = pl.col("subject_id").is_in(list(subjects)) & (pl.col("period") == str(year))
    return EnergyFlow(links.sort("source", "target", "item"), sums.sort("node"), flow.findings.filter(rows), chosen[2])


# -- links as delivered ------------------------------------------------------------------------------------------------


def _told(rows: pl.DataFrame, uses: EnergyUses, rulebook: Rulebook) -> pl.DataFrame:
    """Links of everything delivered but stocks and the use as a whole."""
    primary = [i.code for i in rulebook.items.values() if i.origin == "primary"]
    bus = pl.concat_str(pl.lit("item:"), "item")
    source, target = pl.lit(None, pl.String), pl.lit(None, pl.String)
    for what, start, end in _streams(primary):
        source = pl.when(what).then(start if start is not None else bus).otherwise(source)
        target = pl.when(what).then(end if end is not None else bus).otherwise(target)
    for use in uses.uses.values():
        this = pl.col("what") == use.code
        converts = "to" in uses.processes[use.place].kinds if use.place in uses.processes else False
        here, there = _ends(use.kind, use.place, converts)
        source = pl.when(this).then(bus if here is None else pl.lit(here)).otherwise(source)
        target = pl.when(this).then(bus if there is None else pl.lit(there)).otherwise(target)
    linked = rows.with_columns(source=source, target=target, derived=pl.lit(value=False)).drop_nulls("source")
    told = linked.filter(pl.col("what").str.starts_with("from_") | (pl.col("what") == "recovered"))
    by_process = told.select(*_KEY, "item").unique()
    # own output as a whole stands only for items of which no process says it
    doubled = (pl.col("what") == "produced") & pl.col("source").eq("produced")
    whole = linked.filter(doubled).join(by_process, on=[*_KEY, "item"], how="anti", maintain_order="left")
    split = rows.filter(pl.col("what").str.starts_with("feedstock_")).select(*_KEY, "item").unique()
    feed = linked.filter(pl.col("what") == "feedstock").join(split, on=[*_KEY, "item"], how="anti")
    rest = linked.filter(~doubled & (pl.col("what") != "feedstock"))
    return pl.concat([rest, whole, feed])


def _streams(primary: list[str]) -> list[tuple[pl.Expr, pl.Expr | None, pl.Expr | None]]:
    """what → (source, target); None stands for the item's node."""
    what, own = pl.col("what"), pl.col("item").is_in(primary)
    return [
        (what == "bought", pl.lit("bought"), None),
        ((what == "produced") & own, pl.lit("extracted"), None),
        ((what == "produced") & ~own, pl.lit("produced"), None),
        (what == "sold", None, pl.lit("sold")),
        (what == "feedstock", None, pl.lit("feedstock")),
    ]


def _ends(kind: str, place: str, converts: bool) -> tuple[str | None, str | None]:
    if kind == "to":
        return None, f"convert:{place}"
    if kind == "from":
        return (f"convert:{place}" if converts else f"recovered:{place}"), None
    if kind == "at":
        return None, f"use:{place}"
    if kind == "feedstock":
        return None, f"feedstock:{place}"
    return (None, "lost") if kind == "lost" else ("recovered", None)


def _stock(rows: pl.DataFrame) -> pl.DataFrame:
    """Opening less closing stock, where both are there: drawn down or built up."""
    pair = rows.filter(pl.col("what").is_in(["opening", "closing"])).drop_nulls("amount")
    sign = pl.when(pl.col("what") == "opening").then(1.0).otherwise(-1.0)
    moved = (
        pair.group_by(*_KEY, "item", maintain_order=True)
        .agg(*[(pl.col(c) * sign).sum() for c in ("amount", *_TCE)], pl.col("rank").max(), both=pl.len())
        .filter(pl.col("both") == 2)
    )
    drawn = pl.col("amount") > 0
    bus = pl.concat_str(pl.lit("item:"), "item")
    return moved.with_columns(
        source=pl.when(drawn).then(pl.lit("stock_draw")).otherwise(bus),
        target=pl.when(drawn).then(bus).otherwise(pl.lit("stock_build")),
        derived=pl.lit(value=False), **{c: pl.col(c).abs() for c in ("amount", *_TCE)},
    )  # fmt: skip


def _untold(rows: pl.DataFrame, uses: EnergyUses) -> pl.DataFrame:
    """What was used less every use told of the item; without a figure of use, nothing: the balance then says it.

    An item of which only purchases (and sales) are delivered, as most power is, is taken as used up: bought − sold.
    """
    outward = [u.code for u in uses.uses.values() if u.kind in ("to", "at", "feedstock", "lost")]
    told = pl.col("what").is_in(outward)
    plain = (pl.col("what") == "feedstock") & ~pl.col("what").str.starts_with("feedstock_").any().over(*_KEY, "item")
    part = rows.with_columns(
        role=pl.when(pl.col("what") == "used").then(pl.lit("used")).when(told | plain).then(pl.lit("told"))
        .when(pl.col("what") == "bought").then(pl.lit("bought")).when(pl.col("what") == "sold").then(pl.lit("sold"))
    )  # fmt: skip
    wide = part.group_by(*_KEY, "item", maintain_order=True).agg(
        *[
            pl.col(c).filter(pl.col("role") == role).sum().alias(f"{role}_{c}")
            for role in ("used", "told", "bought", "sold")
            for c in ("amount", *_TCE)
        ],
        pl.col("rank").max(),
        has=(pl.col("role") == "used").any(),
        uses=(pl.col("role") == "told").any(),
        simple=pl.col("what").is_in(["bought", "sold"]).all(),
        whole=pl.col("amount").is_not_null().all(),
    )
    shown = (pl.col("has") | (pl.col("simple") & ~pl.col("uses"))) & pl.col("whole")
    rest = [
        pl.when("has")
        .then(pl.col(f"used_{c}") - pl.col(f"told_{c}"))
        .otherwise(pl.col(f"bought_{c}") - pl.col(f"sold_{c}"))
        .alias(c)
        for c in ("amount", *_TCE)
    ]
    made = wide.filter(shown).select(*_KEY, "item", *rest, "rank", derived=pl.lit(value=True))
    return made.filter(pl.col("amount") > 0).with_columns(
        source=pl.concat_str(pl.lit("item:"), "item"), target=pl.lit("use:untold")
    )


def _shaped(parts: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([p.select([pl.col(n).cast(t) for n, t in LINK.items()]) for p in parts])


# -- balances ----------------------------------------------------------------------------------------------------------


def _sums(links: pl.DataFrame, side: str, head: str) -> pl.DataFrame:
    """What passes a kind of node on one side: node, tce_calorific, tce_equivalent, amount, rank."""
    return (
        links.filter(pl.col(side).str.starts_with(head))
        .group_by(*_KEY, pl.col(side).alias("node"), maintain_order=True)
        .agg(pl.col("amount", *_TCE).sum(), pl.col("rank").max())
    )


def _sides(links: pl.DataFrame, head: str) -> pl.DataFrame:
    into, out = _sums(links, "target", head), _sums(links, "source", head)
    both = into.join(out, on=[*_KEY, "node"], how="full", coalesce=True, suffix="_out")
    numbers = [c + end for c in ("amount", *_TCE) for end in ("", "_out")]
    return both.with_columns(
        *[pl.col(c).fill_null(0.0) for c in numbers], rank=pl.max_horizontal("rank", "rank_out")
    ).with_columns(
        into="tce_calorific", out="tce_calorific_out", gap=pl.col("tce_calorific") - pl.col("tce_calorific_out"),
        gap_equivalent=pl.col("tce_equivalent") - pl.col("tce_equivalent_out"),
        rest=pl.col("amount") - pl.col("amount_out"),
    )  # fmt: skip


def _balanced(links: pl.DataFrame, missing: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Links with the remainders of items, and the items' balances. Where a figure is missing no remainder is drawn."""
    sides = _sides(links, "item:")
    lacking = missing.select(*_KEY, node=pl.concat_str(pl.lit("item:"), "item"), lacks=pl.lit(value=True)).unique()
    sides = sides.join(lacking, on=[*_KEY, "node"], how="left", maintain_order="left")
    open_ones = pl.col("lacks").fill_null(value=False)
    stated = sides.with_columns(
        gap=pl.when(~open_ones).then("gap"), gap_equivalent=pl.when(~open_ones).then("gap_equivalent"),
        note=pl.when(open_ones).then(pl.lit("有缺失数据，未作平衡")),
    )  # fmt: skip
    over = pl.col("gap") > 0
    size = pl.max_horizontal(pl.col("into").abs(), pl.col("out").abs())
    drawn = stated.filter(pl.col("gap").abs() > _ROUNDING * size)
    remainder = drawn.with_columns(
        source=pl.when(over).then("node").otherwise(pl.lit("gap_in")),
        target=pl.when(over).then(pl.lit("gap_out")).otherwise("node"),
        item=pl.col("node").str.strip_prefix("item:"), derived=pl.lit(value=True), amount=pl.col("rest").abs(),
        tce_calorific=pl.col("gap").abs(), tce_equivalent=pl.col("gap_equivalent").abs(),
    )  # fmt: skip
    return pl.concat([links, _shaped([remainder])]), _judged(stated)


def _judged(rows: pl.DataFrame) -> pl.DataFrame:
    size = pl.max_horizontal(pl.col("into").abs(), pl.col("out").abs())
    share = pl.when(size > 0).then(pl.col("gap").abs() / size).otherwise(0.0)
    said = rows.with_columns(share=pl.when(pl.col("gap").is_not_null()).then(share))
    judged = said.with_columns(balanced=pl.col("share") <= TOLERANCE)
    return judged.select([pl.col(n).cast(t) for n, t in BALANCE.items()])


def _conversions(links: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Losses of the conversions, and their balances: a loss is no gap; more out than in is one.

    In equivalent value a plant better than the year's national average gives out more than it took in: that is the
    coefficient, not energy, and is drawn as such without a finding.
    """
    sides = _sides(links, "convert:")
    lost = pl.col("gap") > 0
    size = pl.max_horizontal(pl.col("into"), pl.col("out"))
    drawn = sides.filter(pl.max_horizontal(pl.col("gap").abs(), pl.col("gap_equivalent").abs()) > _ROUNDING * size)
    loss = drawn.with_columns(
        source=pl.when(lost).then("node").otherwise(pl.lit("gap_in")),
        target=pl.when(lost).then(pl.lit("loss")).otherwise("node"), item=pl.lit(""), amount=pl.lit(None, pl.Float64),
        tce_calorific=pl.col("gap").abs(),
        tce_equivalent=pl.when(lost).then("gap_equivalent").otherwise(-pl.col("gap_equivalent")),
        derived=pl.lit(value=True),
    )  # fmt: skip
    gained = sides.with_columns(
        gap=pl.min_horizontal("gap", 0.0), gap_equivalent=pl.lit(None, pl.Float64),
        note=pl.when(~lost & (pl.col("gap") != 0)).then(pl.lit("产出大于投入（当量值）")),
    )  # fmt: skip
    return _shaped([loss]), _judged(gained)


def _odd(balances: pl.DataFrame) -> pl.DataFrame:
    """Findings of what does not balance."""
    odd = balances.filter(~pl.col("balanced"))
    item = pl.col("node").str.starts_with("item:")
    gap, share = pl.col("gap").abs().round(1), (pl.col("share") * 100).round(1)
    told = odd.select(
        kind=pl.when(item).then(pl.lit("energy_balance")).otherwise(pl.lit("energy_gain")),
        subject_id="subject_id", measure=pl.lit("energy_flow"), item=pl.col("node").str.replace(r"^[a-z]+:", ""),
        period=pl.col("year").cast(pl.String), value="into", other="out",
        note=pl.when(item)
        .then(pl.format("能流不平衡：收入与支出相差{}吨标准煤（{}%）", gap, share))
        .otherwise(pl.format("加工转换产出大于投入{}吨标准煤（当量值）", gap)),
    )  # fmt: skip
    return told.select([pl.col(n).cast(t) for n, t in FINDING_SCHEMA.items()])


def named(links: pl.DataFrame, rulebook: Rulebook, uses: EnergyUses | None = None) -> pl.DataFrame:
    """The nodes of links: node, zh, en, stage (0 source … 5 loss), tce_calorific and tce_equivalent passing (the larger
    side), status."""
    uses = uses or packaged_uses()
    sides = [links.select(*_TCE, "rank", node=side, side=pl.lit(side)) for side in ("source", "target")]
    ends = pl.concat(sides)
    made = set(links.filter(pl.col("source").str.contains("^(convert|recovered|produced)"))["target"].to_list())
    sums = ends.group_by("node", "side").agg(pl.col(_TCE).sum(), pl.col("rank").max())
    nodes = sums.group_by("node").agg(pl.col(_TCE).max(), pl.col("rank").max()).sort("node")
    words = [_words(n, n in made, rulebook, uses) for n in nodes["node"].to_list()]
    schema = {"stage": pl.Int8, "zh": pl.String, "en": pl.String}
    return pl.concat(
        [nodes.with_columns(status_of()), pl.DataFrame(words, schema=schema, orient="row")], how="horizontal"
    )


def _words(node: str, made: bool, rulebook: Rulebook, uses: EnergyUses) -> tuple[int, str, str]:
    if node in STAGES:
        return STAGES[node]
    kind, _, place = node.partition(":")
    stage, zh, en = STAGES[kind]
    if kind == "item":
        held = rulebook.items[place]
        return (STAGES["made"][0] if made else stage), held.zh, held.en
    form = uses.processes.get(place) or uses.feedstock.get(place)
    name_zh, name_en = (form.zh, form.en) if form else (place, place)
    return stage, f"{zh}·{name_zh}" if zh else name_zh, f"{en}: {name_en}" if en else name_en

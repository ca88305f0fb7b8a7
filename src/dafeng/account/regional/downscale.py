"""Downscaling 分解: a county without a balance gets its share of the city's account, by the best proxy that is known.

Each line of the county names its proxy, its share and its uncertainty, and is an estimate: never better than trial.
Children add up to the parent where the denominator is their own sum; where it is the parent's printed figure they may
not, and the rest is said. A proxy that is missing for an area gives it no share (never nought).
Power and heat stand where the fuel is burnt, and a process where its product is made: an area that is known to have no
maker of it (``makers.py``, ``works.py``) has none, and those that have one share the whole; the sum of the shares stays
what it was. Where some children have a better proxy
than their sisters, these share what is left: the children still add up to the parent.
"""

from __future__ import annotations

import polars as pl

from dafeng.account.regional.frames import findings, finished, no_lines, rank, status
from dafeng.rules.regional import RegionalRules

DOWNSCALED = "region.downscaled"
OPERATION = ("上级区域数值 × 代理指标占比", "figure of the area above × share of the proxy")
PROXY_SCHEMA: dict[str, pl.DataType] = {
    "area_code": pl.String(),
    "period": pl.String(),
    "measure": pl.String(),
    "value": pl.Float64(),
    "status": pl.String(),
    "input": pl.String(),
}
SHARE_SCHEMA: dict[str, pl.DataType] = {
    "area_code": pl.String(),
    "parent": pl.String(),
    "period": pl.String(),
    "group": pl.String(),
    "measure": pl.String(),
    "share": pl.Float64(),
    "share_uncertainty": pl.Float64(),  # share of the share, half width of the 95 % interval
    "spread": pl.Float64(),  # half the distance between the shares by the proxies that are known, over the share taken
    # parent | children; makers: areas without one took no part, none: this one; unknown: of this one it is not known;
    # unseen: none has one; rest: what better known areas leave
    "denominator": pl.String(),
    "rank": pl.UInt8(),
    "inputs": pl.List(pl.String()),
}
_TRIAL = 5


def shares(proxies: pl.DataFrame, children: dict[str, str], rules: RegionalRules) -> pl.DataFrame:
    """SHARE rows: for each child, period and group of rows the best proxy, its share and how sure it is.

    proxies are PROXY rows of the children and, where they are known, of the parents; children maps child → parent.
    The denominator is the parent's own figure; without one the sum of the children, if every one of them has one.
    """
    family = pl.DataFrame(list(children.items()), schema={"area_code": pl.String, "parent": pl.String}, orient="row")
    known = proxies.drop_nulls("value").filter(pl.col("value") >= 0)
    own = known.join(family, on="area_code", how="inner")
    of_register = [m.measure for m in rules.makers]  # the parent's count leaves out children without a register
    parents = (
        known.filter(~pl.col("measure").is_in(of_register))
        .join(family.select(area_code="parent").unique(), on="area_code", how="semi")
        .select("period", "measure", parent="area_code", stated="value", stated_rank=rank(), stated_id="input")
    )
    due = family.group_by("parent").len("due")
    summed = own.group_by("parent", "period", "measure").agg(added=pl.col("value").sum(), there=pl.len())
    joined = (
        own.join(parents, on=["parent", "period", "measure"], how="left", maintain_order="left")
        .join(summed.join(due, on="parent"), on=["parent", "period", "measure"], how="left", maintain_order="left")
        .with_columns(whole=pl.when(pl.col("there") == pl.col("due")).then("added"))
    )
    divided = joined.with_columns(
        under=pl.coalesce("stated", "whole"),
        denominator=pl.when(pl.col("stated").is_not_null()).then(pl.lit("parent")).otherwise(pl.lit("children")),
    ).filter(pl.col("under") > 0)
    best = _best(divided.with_columns(share=pl.col("value") / pl.col("under")), own, rules)
    return _resting(best, due).select(pl.col(n).cast(d) for n, d in SHARE_SCHEMA.items())


def _best(rows: pl.DataFrame, own: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    order = [(p.measure, g, i, p.uncertainty, p.direct) for i, p in enumerate(rules.proxies) for g in p.groups]
    names = {"measure": pl.String, "group": pl.String, "place": pl.Int64, "share_uncertainty": pl.Float64,
             "direct": pl.Boolean}  # fmt: skip
    table = pl.DataFrame(order, schema=names, orient="row")
    key = ["area_code", "period", "group"]
    ranked = _where_made(rows.join(table, on="measure", how="inner"), own, rules).sort(*key, "place")
    alike = pl.col("direct") == pl.col("direct").any().over(key)  # beside emitters only what counts emitters is asked
    spread = ranked.filter(alike).group_by(key).agg(half=(pl.col("share").max() - pl.col("share").min()) / 2)
    chosen = ranked.unique(key, keep="first", maintain_order=True).join(spread, on=key, maintain_order="left")
    empty = pl.lit([], dtype=pl.List(pl.String))
    other = pl.when(pl.col("stated_id").is_null()).then(empty).otherwise(pl.concat_list("stated_id"))
    return chosen.with_columns(
        spread=pl.when(pl.col("share") > 0).then(pl.col("half") / pl.col("share")),
        rank=pl.max_horizontal(rank(), "stated_rank"),
        inputs=pl.concat_list("input").list.concat(other).list.concat(pl.concat_list("maker_id").list.drop_nulls()),
    )


def _resting(best: pl.DataFrame, due: pl.DataFrame) -> pl.DataFrame:
    """Shares of siblings by different proxies: those with a worse one share, by it, what those with the best leave.

    Only where every sibling has a share: of what is left, an unknown part would be the missing one's. Where the
    emitters of the others make up the whole, nothing is left.
    """
    of = ["parent", "period", "group"]
    worse = pl.col("place") > pl.col("place").min().over(of)
    taken = pl.when(worse).then(0.0).otherwise("share").sum().over(of)
    asked = pl.when(worse).then("share").otherwise(0.0).sum().over(of)
    moves = worse & (pl.len().over(of) == pl.col("due")) & (taken < 1) & (asked > 0)
    emitters = (pl.col("direct") & ~worse).any().over(of)
    nothing = worse & (pl.len().over(of) == pl.col("due")) & (taken >= 1) & emitters
    named = (moves | nothing) & (taken > 0) & (pl.col("denominator") != "none")
    return best.join(due, on="parent", how="left", maintain_order="left", suffix="_all").with_columns(
        share=pl.when(nothing).then(0.0)
        .when(moves).then(pl.col("share") * (1 - taken) / asked)
        .otherwise("share"),
        denominator=pl.when(named).then(pl.lit("rest")).otherwise("denominator"),
    )  # fmt: skip


def _where_made(rows: pl.DataFrame, own: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    """Shares without the areas that have no maker: nought for them, and theirs to those that have one (or of which it
    is not known), in proportion: the whole where every sibling is known (a printed denominator may be rounded), else
    what their shares were. Where nobody has a maker nothing is moved."""
    groups = {m.measure: m.group for m in rules.makers}
    counts = own.filter(pl.col("measure").is_in(list(groups))).select(
        "area_code", "period", group=pl.col("measure").replace_strict(groups, return_dtype=pl.String), makers="value",
        maker_id="input",
    )  # fmt: skip
    joined = rows.join(counts, on=["area_code", "period", "group"], how="left", maintain_order="left")
    out = (pl.col("makers") == 0).fill_null(value=False)
    of = ["parent", "period", "group", "measure"]
    within = pl.when(~out).then("share").otherwise(0.0).sum().over(of)
    moves = pl.col("makers").is_not_null().any().over(of) & (within > 0)
    summed = pl.col("share").sum().over(of)
    whole = pl.when(pl.len().over(of) == pl.col("due")).then(1.0).otherwise(summed)
    kept = pl.when(out).then(0.0).otherwise(pl.col("share") * whole / within)
    less = summed > within
    way = (
        pl.when(out).then(pl.lit("none"))
        .when(less & pl.col("makers").is_null()).then(pl.lit("unknown"))
        .when(less).then(pl.lit("makers"))
        .otherwise("denominator")
    )  # fmt: skip
    unseen = (pl.col("makers").max().over(of) == 0).fill_null(value=False)
    return joined.with_columns(
        share=pl.when(moves).then(kept).otherwise("share"),
        denominator=pl.when(moves).then(way)
        .when(unseen).then(pl.lit("unseen"))
        .otherwise("denominator"),
    ).drop("makers")  # fmt: skip


def needed(shared: pl.DataFrame, lines: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    """SHARE rows without those of processes that no line has: nothing is shared by them."""
    there = lines.filter(pl.col("part") == "process").select(_group(rules)).to_series().unique().to_list()
    return shared.filter(~pl.col("group").str.starts_with("process") | pl.col("group").is_in(there))


def downscaled(
    lines: pl.DataFrame, shared: pl.DataFrame, children: dict[str, str], rules: RegionalRules
) -> pl.DataFrame:
    """Lines of the children from the parent's sectoral lines and ``shares``; without a share a line has no value."""
    parent = lines.filter(pl.col("approach") == "sectoral").with_columns(group=_group(rules))
    family = pl.DataFrame(list(children.items()), schema={"child": pl.String, "parent": pl.String}, orient="row")
    crossed = parent.join(family, left_on="area_code", right_on="parent", how="inner", maintain_order="left")
    if crossed.is_empty():
        return no_lines()
    by = shared.select(
        "period", "group", "measure", "share", "spread", "denominator", share_error="share_uncertainty",
        child="area_code", share_rank="rank", share_inputs="inputs",
    )  # fmt: skip
    joined = crossed.join(by, on=["child", "period", "group"], how="left", maintain_order="left")
    none = pl.col("share").is_null()
    zh, en = _notes(rules)
    above = pl.col("share_uncertainty").fill_null(0.0)  # of the line above, where that was downscaled too
    direct = pl.col("measure").is_in([p.measure for p in rules.proxies if p.direct])
    spread = pl.when(direct).then(0.0).otherwise(pl.col("spread").fill_null(0.0))
    own = (pl.col("share_error") ** 2 + spread**2 + above**2).sqrt()
    made = joined.select(
        pl.col("child").alias("area_code"), "period", "method", "part", "row", "carrier", "unit", "in_total",
        approach=pl.lit("downscaled"), value=pl.col("value") * pl.col("share"),
        activity=pl.col("value"), activity_unit=pl.lit("tCO2"), rule=pl.lit(DOWNSCALED), factors=pl.lit("[]"),
        inputs=pl.concat_list("line_id").list.concat(pl.col("share_inputs").fill_null([])),
        rank=pl.max_horizontal(rank(), "share_rank", pl.lit(_TRIAL, pl.UInt8)),
        activity_uncertainty="activity_uncertainty",
        factor_uncertainty="factor_uncertainty",
        share_uncertainty=own,
        share_key="measure",
        uncertainty=(own**2 + pl.col("uncertainty") ** 2).sqrt(),
        estimated=pl.lit(value=True),
        note=pl.when(none).then(pl.lit("无可用代理指标，未分解")).otherwise(zh),
        note_en=pl.when(none).then(pl.lit("no proxy is known: not downscaled")).otherwise(en),
    )  # fmt: skip
    return finished(made.with_columns(status()))


def _notes(rules: RegionalRules) -> tuple[pl.Expr, pl.Expr]:
    """What a line says of its share, in Chinese and English: the proxy, the percentage, and who took no part."""
    percent, way = (pl.col("share") * 100).round(2), pl.col("denominator")
    zh, en = (
        pl.col("measure").replace_strict({p.measure: w for p, w in zip(rules.proxies, words, strict=True)}, default="")
        for words in ([p.zh for p in rules.proxies], [p.en for p in rules.proxies])
    )
    maker, maker_en = (
        pl.col("group").replace_strict({m.group: w for m, w in zip(rules.makers, words, strict=True)}, default="")
        for words in ([m.zh for m in rules.makers], [m.en for m in rules.makers])
    )
    direct = pl.col("measure").is_in([p.measure for p in rules.proxies if p.direct])
    seen, seen_en = "；名录未收的企业未计及", "; works not on the register are not seen"
    return (
        pl.when(way == "none").then(pl.format("估算：名录和填报中无{}，计为0" + seen, maker))
        .when(way == "makers").then(pl.format("估算：在有{}的地区之间按{}分解，占比{}%" + seen, maker, zh, percent))
        .when(way == "unknown").then(pl.format("估算：有无{}不详，按{}分解，占比{}%", maker, zh, percent))
        .when(way == "unseen").then(pl.format("估算：各地名录均无{}，按{}占比{}%分解", maker, zh, percent))
        .when(way == "rest").then(pl.format("估算：其他地区分解后的余量按{}分解，占总量{}%", zh, percent))
        .when(direct).then(pl.format("估算：按{}占比{}%分解" + seen, zh, percent))
        .otherwise(pl.format("估算：按{}占比{}%分解", zh, percent)),
        pl.when(way == "none").then(pl.format("estimate: 0, register and returns hold no {}" + seen_en, maker_en))
        .when(way == "makers")
        .then(pl.format("estimate: {}% by {}, among areas with a {}" + seen_en, percent, en, maker_en))
        .when(way == "unknown")
        .then(pl.format("estimate: {}% by {}; whether there is a {} is not known", percent, en, maker_en))
        .when(way == "unseen")
        .then(pl.format("estimate: {}% by the share of {}; no register holds a {}", percent, en, maker_en))
        .when(way == "rest").then(pl.format("estimate: {}%, by {}, of what better known areas leave", percent, en))
        .when(direct).then(pl.format("estimate: {}% by the share of {}" + seen_en, percent, en))
        .otherwise(pl.format("estimate: {}% by the share of {}", percent, en)),
    )  # fmt: skip


def _group(rules: RegionalRules) -> pl.Expr:
    """The group of rows whose proxies serve a line."""
    groups = {r.code: r.group for r in rules.rows.values() if r.group} | {
        "final.urban": "residential",
        "final.rural": "residential",
    }
    by_part = {"process": "process", "transformation": "industry", "import": "industry"}
    of_works = {process: works.group for process, works in rules.works_of.items()}
    return pl.coalesce(
        pl.when(pl.col("part") == "process").then(
            pl.col("row").replace_strict(of_works, default=None, return_dtype=pl.String)
        ),
        pl.col("part").replace_strict(by_part, default=None, return_dtype=pl.String),
        pl.col("row").replace_strict(groups, default="other", return_dtype=pl.String),
    )


def share_findings(shared: pl.DataFrame, children: dict[str, str], rules: RegionalRules) -> pl.DataFrame:
    """Where shares do not add up to one (the parent's figure is not the sum), and where proxies disagree widely."""
    summed = shared.group_by("parent", "period", "group").agg(
        measure=pl.col("measure").unique().sort().str.join(" + "), value=pl.col("share").sum(), n=pl.len()
    )
    due = {p: sum(1 for q in children.values() if q == p) for p in set(children.values())}
    full = summed.filter(pl.col("n") == pl.col("parent").replace_strict(due, default=0, return_dtype=pl.Int64))
    off = full.filter((pl.col("value") - 1).abs() > 0.001).select(
        area_code="parent", period="period", row="group", carrier="measure", value="value", other=pl.lit(1.0),
        gap=pl.col("value") - 1,
    )  # fmt: skip
    wide = shared.filter(pl.col("spread") > 0.5).select(
        "area_code", "period", row="group", carrier="measure", value="share", gap="spread"
    )
    return pl.concat(
        [
            findings(off, "shares_not_one", "warning", "各下级占比之和不为1", "the shares do not add up to one"),
            findings(wide, "proxies_disagree", "warning", "各代理占比相差过半", "shares by proxies lie far apart"),
        ]
    )  # fmt: skip

"""Downscaling 分解: a county without a balance gets its share of the city's account, by the best proxy that is known.

Each line of the county names its proxy, its share and its uncertainty, and is an estimate: never better than trial.
Children add up to the parent where the denominator is their own sum; where it is the parent's printed figure they may
not, and the rest is said. A proxy that is missing for an area gives it no share (never nought).
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
    "denominator": pl.String(),  # parent | children
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
    parents = known.join(family.select(area_code="parent").unique(), on="area_code", how="semi").select(
        "period", "measure", parent="area_code", stated="value", stated_rank=rank(), stated_id="input"
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
    return _best(divided.with_columns(share=pl.col("value") / pl.col("under")), rules)


def _best(rows: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    order = [(p.measure, g, i, p.uncertainty) for i, p in enumerate(rules.proxies) for g in p.groups]
    names = {"measure": pl.String, "group": pl.String, "place": pl.Int64, "share_uncertainty": pl.Float64}
    table = pl.DataFrame(order, schema=names, orient="row")
    key = ["area_code", "period", "group"]
    ranked = rows.join(table, on="measure", how="inner").sort(*key, "place")
    spread = ranked.group_by(key).agg(half=(pl.col("share").max() - pl.col("share").min()) / 2)
    chosen = ranked.unique(key, keep="first", maintain_order=True).join(spread, on=key, maintain_order="left")
    empty = pl.lit([], dtype=pl.List(pl.String))
    other = pl.when(pl.col("stated_id").is_null()).then(empty).otherwise(pl.concat_list("stated_id"))
    return chosen.with_columns(
        spread=pl.when(pl.col("share") > 0).then(pl.col("half") / pl.col("share")),
        rank=pl.max_horizontal(rank(), "stated_rank"),
        inputs=pl.concat_list("input").list.concat(other),
    ).select(pl.col(n).cast(d) for n, d in SHARE_SCHEMA.items())


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
        "period", "group", "measure", "share", "spread", share_error="share_uncertainty", child="area_code",
        share_rank="rank", share_inputs="inputs",
    )  # fmt: skip
    joined = crossed.join(by, on=["child", "period", "group"], how="left", maintain_order="left")
    zh = {p.measure: p.zh for p in rules.proxies}
    en = {p.measure: p.en for p in rules.proxies}
    percent = (pl.col("share") * 100).round(2)
    none = pl.col("share").is_null()
    above = pl.col("share_uncertainty").fill_null(0.0)  # of the line above, where that was downscaled too
    own = (pl.col("share_error") ** 2 + pl.col("spread").fill_null(0.0) ** 2 + above**2).sqrt()
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
        note=pl.when(none).then(pl.lit("无可用代理指标，未分解")).otherwise(
            pl.format("估算：按{}占比{}%分解", pl.col("measure").replace_strict(zh, default=""), percent)),
        note_en=pl.when(none).then(pl.lit("no proxy is known: not downscaled")).otherwise(
            pl.format("estimate: {}% by the share of {}", percent, pl.col("measure").replace_strict(en, default=""))),
    )  # fmt: skip
    return finished(made.with_columns(status()))


def _group(rules: RegionalRules) -> pl.Expr:
    """The group of rows whose proxies serve a line."""
    groups = {r.code: r.group for r in rules.rows.values() if r.group} | {
        "final.urban": "residential",
        "final.rural": "residential",
    }
    by_part = {"process": "process", "transformation": "industry", "import": "industry"}
    return pl.coalesce(
        pl.col("part").replace_strict(by_part, default=None, return_dtype=pl.String),
        pl.col("row").replace_strict(groups, default="other", return_dtype=pl.String),
    )


def share_findings(shared: pl.DataFrame, children: dict[str, str], rules: RegionalRules) -> pl.DataFrame:
    """Where shares do not add up to one (the parent's figure is not the sum), and where proxies disagree widely."""
    summed = shared.group_by("parent", "period", "group", "measure").agg(value=pl.col("share").sum(), n=pl.len())
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

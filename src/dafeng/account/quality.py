"""Data quality 数据质量 of an account: the class of each datum, what is complete, and a score whose parts are shown.

Weights are emissions: a poor figure of a large source matters more. What is missing has no emissions of its own, so
completeness is told by stream, and a stream without any figure stands in the list, never out of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dafeng.base.errors import BadRequest
from dafeng.rules.evidence import Evidence, GradeForm, packaged_evidence

DATUM: dict[str, pl.DataType] = {
    "subject_id": pl.String(),
    "stream": pl.String(),
    "item": pl.String(),
    "period": pl.String(),
    "input": pl.String(),
    "role": pl.String(),  # activity | factor
    "klass": pl.String(),  # class of evidence
    "weight": pl.Float64(),  # emissions of the line the datum stands in, without sign [t]; 0 where it has none
}
DUE: dict[str, pl.DataType] = {
    "subject_id": pl.String(),
    "stream": pl.String(),
    "item": pl.String(),
    "expected": pl.Int64(),  # periods due
    "present": pl.Int64(),  # periods with a result
    "weight": pl.Float64(),  # emissions of the periods there are [t]
    "doubted": pl.Boolean(),  # a finding of the account stands against it
}
_LINE = ["subject_id", "stream", "item", "period"]
_STREAM = ["subject_id", "stream", "item"]


@dataclass(frozen=True)
class Quality:
    """score 0..100 and its grade; None where there is nothing to judge.

    parts    part, zh, en, weight, score (null where it cannot be judged; its weight then goes to the others)
    classes  klass, zh, en, role, data (how many), weight [t], share of the weight of its role
    streams  stream, item, expected, present, completeness, evidence (points), weight [t], share, weakest class, doubted
    improve  the data that hold their line down, and by how many points of evidence at most: subject_id, stream, item,
             input, klass, gain, weight. What a rule prescribes is not among them
    completeness  share of the periods due that are there, weighted by emissions; unweighted: by count
    """

    score: float | None
    grade: GradeForm | None
    parts: pl.DataFrame
    classes: pl.DataFrame
    streams: pl.DataFrame
    improve: pl.DataFrame
    completeness: float | None
    unweighted: float | None


def quality(data: pl.DataFrame, due: pl.DataFrame, rule: Evidence | None = None, most: int = 20) -> Quality:
    """The quality of an account from its data (DATUM) and what was due (DUE).

    Raises BadRequest for a class the rule does not know.
    """
    rule = rule or packaged_evidence()
    _refuse_strange(data, rule)
    lines = _lines(data, rule)
    streams = _streams(lines, due, rule)
    scores = {"evidence": _evidence(lines), "completeness": _complete(streams), "consistency": _consistent(streams)}
    parts, score = _parts(rule, scores)
    complete = scores["completeness"]
    counted = _counted(streams)
    return Quality(
        score, None if score is None else rule.grade(score), parts, _classes(data, rule), streams,
        _improve(data, lines, rule, most), None if complete is None else complete / 100, counted,
    )  # fmt: skip


def _refuse_strange(data: pl.DataFrame, rule: Evidence) -> None:
    strange = sorted(set(data["klass"].drop_nulls().unique()) - set(rule.points))
    if strange or data["klass"].null_count():
        name = strange[0] if strange else "(none)"
        raise BadRequest(
            f"no class of evidence {name!r}", where="klass", mend=f"There are: {', '.join(rule.points)}.",
            zh=f"没有证据等级“{name}”", mend_zh=f"可用：{'、'.join(c.zh for c in rule.classes)}。",
        )  # fmt: skip


def _lines(data: pl.DataFrame, rule: Evidence) -> pl.DataFrame:
    """One row a line: points of its weakest activity datum and factor, their mean, and the weakest class."""
    points = pl.col("klass").replace_strict(rule.points, return_dtype=pl.Float64)
    scored = data.with_columns(points=points)
    by_role = [pl.col("points").filter(pl.col("role") == r).min().alias(r) for r in ("activity", "factor")]
    rows = scored.group_by(_LINE, maintain_order=True).agg(
        *by_role, pl.col("weight").max(), weakest=pl.col("klass").sort_by("points").first()
    )
    return rows.with_columns(evidence=pl.mean_horizontal("activity", "factor"))


def _weighted(rows: pl.DataFrame, column: str) -> float | None:
    """Mean by weight; by count where nothing has a weight; None for nothing."""
    if rows.is_empty():
        return None
    weight = rows["weight"].fill_null(0.0)
    total = float(weight.sum())
    if not total:
        return float(rows[column].mean())  # type: ignore[arg-type]
    return float((rows[column] * weight).sum()) / total


def _evidence(lines: pl.DataFrame) -> float | None:
    return _weighted(lines, "evidence")


def _complete(streams: pl.DataFrame) -> float | None:
    """Share [0..100] of what is due that is there: a stream weighs what it would emit if the rest were like what is
    there;
    one without any figure weighs the mean of the others."""
    if streams.is_empty():
        return None
    full = pl.when(pl.col("present") > 0).then(pl.col("weight") * pl.col("expected") / pl.col("present"))
    rows = streams.select("completeness", weight=full)
    mean = rows["weight"].mean()
    filled = rows.with_columns(pl.col("weight").fill_null(mean if mean is not None else 1.0))
    found = _weighted(filled, "completeness")
    return None if found is None else found * 100


def _consistent(streams: pl.DataFrame) -> float | None:
    if streams.is_empty():
        return None
    found = _weighted(streams.with_columns(sound=(~pl.col("doubted")).cast(pl.Float64)), "sound")
    return None if found is None else found * 100


def _streams(lines: pl.DataFrame, due: pl.DataFrame, rule: Evidence) -> pl.DataFrame:
    weighed = pl.col("weight").sum() > 0
    mean = (pl.col("evidence") * pl.col("weight")).sum() / pl.col("weight").sum()
    of_lines = lines.group_by(_STREAM, maintain_order=True).agg(
        evidence=pl.when(weighed).then(mean).otherwise(pl.col("evidence").mean()),
        weakest=pl.col("weakest")
        .sort_by(pl.col("weakest").replace_strict(rule.rank, return_dtype=pl.Int64), descending=True)
        .first(),
    )
    joined = due.join(of_lines, on=_STREAM, how="left", maintain_order="left")
    total = float(joined["weight"].fill_null(0.0).sum())
    return joined.with_columns(
        completeness=pl.when(pl.col("expected") > 0)
        .then(pl.min_horizontal(pl.col("present") / pl.col("expected"), 1.0))
        .otherwise(1.0),
        share=pl.col("weight").fill_null(0.0) / total if total else pl.lit(0.0),
        weakest=pl.col("weakest").fill_null("missing"),
        evidence=pl.col("evidence").fill_null(rule.points["missing"]),
    ).sort("share", *_STREAM, descending=[True, False, False, False])


def _counted(streams: pl.DataFrame) -> float | None:
    """Share of the periods due that are there, each counted once."""
    owed, there = (int(streams[c].sum()) for c in ("expected", "present"))
    return there / owed if owed else None


def _parts(rule: Evidence, scores: dict[str, float | None]) -> tuple[pl.DataFrame, float | None]:
    known = [p for p in rule.parts if scores[p.id] is not None]
    rows = [(p.id, p.zh, p.en, p.weight, scores[p.id], p.note) for p in rule.parts]
    kinds = (pl.String, pl.String, pl.String, pl.Float64, pl.Float64, pl.String)
    names = ("part", "zh", "en", "weight", "score", "note")
    table = pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")
    weight = sum(p.weight for p in known)
    if not weight:
        return table, None
    return table, sum(p.weight * (scores[p.id] or 0.0) for p in known) / weight


def _classes(data: pl.DataFrame, rule: Evidence) -> pl.DataFrame:
    names = pl.DataFrame(
        [(c.id, c.zh, c.en, i) for i, c in enumerate(rule.classes)],
        schema={"klass": pl.String, "zh": pl.String, "en": pl.String, "rank": pl.Int64}, orient="row",
    )  # fmt: skip
    counted = data.group_by("klass", "role").agg(data=pl.len(), weight=pl.col("weight").sum())
    total = pl.col("weight").sum().over("role")
    return (
        counted.with_columns(share=pl.when(total > 0).then(pl.col("weight") / total))
        .join(names, on="klass", how="left")
        .sort("role", "rank")
        .select("klass", "zh", "en", "role", "data", "weight", "share")
    )


def _improve(data: pl.DataFrame, lines: pl.DataFrame, rule: Evidence, most: int) -> pl.DataFrame:
    """What holds its line down, by the points of evidence that the account could gain at most if it were the surest."""
    best = max(rule.points.values())
    points = pl.col("klass").replace_strict(rule.points, return_dtype=pl.Float64)
    rows = data.with_columns(points=points).join(lines.select(*_LINE, "activity", "factor"), on=_LINE, how="left")
    roles = pl.col("activity").is_not_null().cast(pl.Int8) + pl.col("factor").is_not_null().cast(pl.Int8)
    holds = pl.col("points") == pl.when(pl.col("role") == "activity").then("activity").otherwise("factor")
    total = float(lines["weight"].sum())
    share = pl.col("weight") / total if total else pl.lit(0.0)
    open_ones = holds & (pl.col("points") < best) & (pl.col("klass") != "prescribed")
    gains = rows.filter(open_ones).with_columns(gain=(best - pl.col("points")) / roles * share)
    summed = gains.group_by(*_STREAM, "input", "klass").agg(pl.col("gain").sum(), pl.col("weight").sum())
    ranked = summed.sort("gain", *_STREAM, "input", descending=[True, False, False, False, False])
    return ranked.filter(pl.col("gain") > 0).head(most)

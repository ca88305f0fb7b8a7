"""A province by method: 100,000 works × 12 months × 8 streams against one query that multiplies the same columns.

The query knows the factors beforehand and trusts every cell; it neither finds them, nor converts, nor says what lacks
or where a figure came from. Memory is that of a process of its own, from its start to its end.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import polars as pl

from benchmarks.measuring import Measure, load
from dafeng.account.physics import T_CO2_PER_T_C
from dafeng.account.streams.engine import GIVEN, LINES, Streams
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

WORKS, MONTHS, CHUNK = 100_000, 12, 20_000
SECONDS, GIGABYTES, RATIO = 15.0, 4.0, 3.0
FUELS = {"bituminous": "t", "natural_gas": "10^4 Nm3", "diesel": "t", "gasoline": "t", "lpg": "t", "coke": "t"}
STREAMS = [*(("fuel", f, "amount", u) for f, u in FUELS.items()), ("electricity", "", "bought", "MWh"),
           ("heat", "", "bought", "GJ")]  # fmt: skip
_TEXT = ("subject_id", "scope", "period", "stream", "item", "input", "unit", "status")


def given(works: int, first: int = 0) -> pl.DataFrame:
    """GIVEN rows of made-up works: one figure a stream and month, text columns categorical."""
    ids = pl.DataFrame({"subject_id": [f"E{i:06d}" for i in range(first, first + works)]})
    periods = pl.DataFrame({"period": [f"2023-{m:02d}" for m in range(1, MONTHS + 1)]})
    kinds = pl.DataFrame(STREAMS, schema=["stream", "item", "input", "unit"], orient="row")
    rows = ids.join(periods, how="cross").join(kinds, how="cross")
    values = np.random.default_rng(first).random(rows.height) * 1000
    nothing = pl.lit(None, pl.String)
    rows = rows.with_columns(scope=pl.lit("CN"), value=pl.Series(values), status=pl.lit("synthetic"), evidence=nothing)
    return rows.select(list(GIVEN)).with_columns(pl.col(_TEXT).cast(pl.Categorical))


def _engine() -> Streams:
    rulebook = packaged_rulebook()
    return Streams(
        packaged_methods().method("other_industry", "ndrc_general"), rulebook.family("ndrc_general"), rulebook
    )


def by_method(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Every line of every works, and the sums by works."""
    engine = _engine()
    return pl.concat([_sums(engine.lines(part)) for part in parts])


def by_hand(parts: list[pl.DataFrame], factors: pl.DataFrame) -> pl.DataFrame:
    """The same lines by one query a part, the factors and all words given, and the same sums."""
    table = factors.lazy().with_columns(pl.col(pl.String).cast(pl.Categorical))
    mass = pl.col("value") * pl.col("ncv") * pl.col("carbon") * pl.col("oxidised") * T_CO2_PER_T_C * pl.col("direct")
    sums = []
    for part in parts:
        rows = part.lazy().join(table, on=["stream", "item"]).with_columns(mass_t=mass)
        lines = rows.with_columns(value=pl.col("mass_t") * pl.col("gwp")).select([c for c in LINES if c != "note"])
        sums.append(_sums(lines.collect()))
    return pl.concat(sums)


def _sums(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.group_by("subject_id", "stream").agg(pl.col("value").sum(), open=pl.col("value").null_count())


def _factors() -> pl.DataFrame:
    """What the engine itself finds, one row a stream and item; power and heat as factors that need no carbon."""
    one = given(1).filter(pl.col("period") == "2023-01").with_columns(pl.col(_TEXT).cast(pl.String))
    words = ["stream", "item", "group", "ghg_scope", "gas", "gwp", "formula", "status"]
    rows = []
    for row in _engine().lines(one, figures=True).iter_rows(named=True):
        held = {f["input"]: f["value"] for f in row["figures"]}
        direct = held.get("factor")
        fuel = (held.get("ncv", 1.0), held.get("carbon_content", 1.0), held.get("oxidation_rate", 1.0))
        rows.append((*(row[w] for w in words), *fuel, 1.0 if direct is None else direct / T_CO2_PER_T_C))
    return pl.DataFrame(rows, schema=[*words, "ncv", "carbon", "oxidised", "direct"], orient="row")


def _run() -> dict[str, float]:
    """Both ways in this process: seconds, the sums' difference, lines, and the peak of memory in GB."""
    parts = [given(CHUNK, first) for first in range(0, WORKS, CHUNK)]
    factors = _factors()
    times: dict[str, list[float]] = {"query": [], "methods": []}
    for _ in range(2):
        for name in ("query", "methods"):
            start = time.perf_counter()
            sums = by_hand(parts, factors) if name == "query" else by_method(parts)
            times[name].append(time.perf_counter() - start)
            times[f"{name} sum"] = [float(sums["value"].to_numpy().sum())]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    lines = sum(p.height for p in parts)
    return {k: min(v) for k, v in times.items()} | {"peak": peak, "lines": lines}


def measured() -> Iterator[Measure]:
    """The province in a process of its own."""
    before = load()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bench_methods"], capture_output=True, text=True, check=True
    )
    told, loads = json.loads(done.stdout), (before, load())
    if abs(told["methods sum"] / told["query sum"] - 1) > 1e-9:
        raise RuntimeError(f"the two ways differ: {told}")
    query = f"hand-written query, {told['lines']:,.0f} rows"
    yield Measure(query, (told["query"],), load=loads)
    ratio = told["methods"] / told["query"]
    kept = told["methods"] < SECONDS and told["peak"] < GIGABYTES and ratio < RATIO
    yield Measure(
        f"methods, {WORKS:,} works a year", (told["methods"],), load=loads, reference=query, ratio=ratio,
        more={"peak_GB": round(told["peak"], 2)}, held_to=f"< {SECONDS:g} s, {GIGABYTES:g} GB, ×{RATIO:g}", kept=kept,
    )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(_run()))

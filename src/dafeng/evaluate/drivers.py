"""Drivers of change 变动因素: additive LMDI-I decomposition of CO2 or energy between two years.

For unit i (an industry, or an industry in a county) and energy item j:
    C = Σ Q · (Q_i/Q) · (E_i/Q_i) · (E_ij/E_i) · (C_ij/E_ij)
      activity 规模 · structure 结构 · intensity 强度 · mix 能源结构 · factor 排放因子
    effect_x = Σ L(C_ij^T, C_ij^0) · ln(x^T/x^0),   L(a, b) = (a − b)/ln(a/b), L(a, a) = a.
Energy is decomposed by the first four with C = E. Sources: Ang (2005), Ang and Liu (2007) for zeros.

What has no logarithm is not forced into one. Zero in one year → the analytical limit: the whole change belongs to the
first ratio that is zero, so a fuel that appears counts as mix, an industry that appears as structure. A value that
changes its sign (a plant that turns net exporter) or a unit without value added cannot be decomposed: its whole change
stands under ``unattributed`` with the reason. CO2 without energy (process) has no mix and no factor: activity,
structure and ``process`` (emissions per value added). Effects and unattributed sum to the change; what floating point
leaves is reported as residual.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dafeng.base.errors import BadRequest

EFFECTS = ("activity", "structure", "intensity", "mix", "factor", "process", "unattributed")
EFFECT_ZH = {
    "activity": "经济规模",
    "structure": "产业结构",
    "intensity": "能源强度",
    "mix": "能源结构",
    "factor": "排放因子",
    "process": "过程排放强度",
    "unattributed": "不可分解",
}
FIRM_LEFT_OUT = {"enterprise_id": pl.String, "reason": pl.String, "start": pl.Float64, "end": pl.Float64}
_SIDES = ("0", "t")
_Array = NDArray[np.float64]


@dataclass(frozen=True)
class Decomposition:
    """cells: unit keys, item, start, end, change, one column per effect, reason. totals per effect; residual ~ 0.

    left_out: keys and item of cells with a missing figure. firms_left_out: enterprise_id, reason, start, end (the CO2
    that is known of it in each year) of enterprises whose data of one of the years are not whole.
    """

    cells: pl.DataFrame
    start: float
    end: float
    effects: dict[str, float]
    residual: float
    left_out: pl.DataFrame
    firms_left_out: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FIRM_LEFT_OUT))

    @property
    def change(self) -> float:
        return self.end - self.start

    def by(self, *keys: str) -> pl.DataFrame:
        """Contributions summed over some of the keys (industry_code, area_code, item)."""
        columns = ["start", "end", "change", *EFFECTS]
        return self.cells.group_by(keys, maintain_order=True).agg(pl.col(columns).sum()).sort(*keys)


def log_mean(a: _Array, b: _Array) -> _Array:
    """The logarithmic mean of two arrays of equal signs, none zero; L(a, a) = a."""
    ratio = a / b
    close = np.abs(ratio - 1.0) < 1e-6
    logs = np.where(close, 1.0, np.log(np.where(close, np.e, ratio)))
    return np.where(close, (a + b) / 2, (a - b) / logs)


def decompose(
    activity: pl.DataFrame,
    use: pl.DataFrame,
    base: str,
    end: str,
    *,
    of: Literal["co2", "energy"] = "co2",
    keys: tuple[str, ...] = ("industry_code",),
) -> Decomposition:
    """Contributions to the change between two periods.

    Parameters
    ----------
    activity : keys, period, value_added (constant prices, any one unit).
    use : keys, item, period, energy (any one unit) and, for co2, co2. A row that is absent is none used; a null is
        missing, and its cell is left out of both years and listed in ``left_out``.

    Raises BadRequest where a key occurs twice, or total value added is not positive in one of the years.
    """
    measures = ("energy", "co2") if of == "co2" else ("energy",)
    _check_unique(activity, [*keys, "period"], "activity")
    _check_unique(use, [*keys, "item", "period"], "use")
    cells, left_out = _cells(use, base, end, list(keys), measures)
    cells = _with_activity(cells, activity, base, end, list(keys))
    worked = cells.with_columns(_effects(cells, of))
    value = pl.col(f"{of}_t") - pl.col(f"{of}_0")
    worked = worked.with_columns(
        pl.col(f"{of}_0").alias("start"), pl.col(f"{of}_t").alias("end"), value.alias("change")
    ).select(*keys, "item", "start", "end", "change", *EFFECTS, "reason")
    start, last = float(worked["start"].sum()), float(worked["end"].sum())
    effects = {e: float(worked[e].sum()) for e in EFFECTS}
    return Decomposition(worked, start, last, effects, last - start - sum(effects.values()), left_out)


def _check_unique(frame: pl.DataFrame, keys: list[str], name: str) -> None:
    if frame.select(keys).is_duplicated().any():
        raise BadRequest(f"{name} has a key twice", where=", ".join(keys), mend="Sum the rows of one key first.")


def _cells(
    use: pl.DataFrame, base: str, end: str, keys: list[str], measures: tuple[str, ...]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cells with <measure>_0 and <measure>_t; absent is 0, a stated missing takes the cell out."""
    rows = use.filter(pl.col("period").is_in([base, end]))
    missing = pl.any_horizontal([pl.col(m).is_null() | pl.col(m).is_nan() for m in measures])
    left_out = rows.filter(missing).select(*keys, "item").unique(maintain_order=True)
    kept = rows.join(left_out, on=[*keys, "item"], how="anti")
    cells = kept.select(*keys, "item").unique(maintain_order=True)
    for period, side in zip((base, end), _SIDES, strict=True):
        part = kept.filter(pl.col("period") == period).select(
            *keys, "item", *(pl.col(m).cast(pl.Float64).alias(f"{m}_{side}") for m in measures)
        )
        cells = cells.join(part, on=[*keys, "item"], how="left", maintain_order="left")
    return cells.with_columns(pl.col("^(energy|co2)_(0|t)$").fill_null(0.0)), left_out


def _with_activity(cells: pl.DataFrame, activity: pl.DataFrame, base: str, end: str, keys: list[str]) -> pl.DataFrame:
    """value_added_0/_t per unit (null where not known), the total over all units, and the unit's energy."""
    for period, side in zip((base, end), _SIDES, strict=True):
        rows = activity.filter(pl.col("period") == period)
        total = float(rows["value_added"].sum() or 0.0)
        if not total > 0:
            raise BadRequest(
                f"total value added of {period} is not positive or not there", mend="Deliver value added of the year."
            )
        part = rows.select(*keys, pl.col("value_added").cast(pl.Float64).alias(f"value_added_{side}"))
        cells = cells.join(part, on=keys, how="left", maintain_order="left").with_columns(
            pl.lit(total).alias(f"total_{side}"),
            pl.col(f"energy_{side}").sum().over(keys).alias(f"unit_energy_{side}"),
        )
    return cells


def _effects(cells: pl.DataFrame, of: str) -> list[pl.Series]:
    """One series per effect, and the reason for what is unattributed."""
    get = {c: cells[c].to_numpy().astype(np.float64) for c in cells.columns if c.endswith(("_0", "_t"))}
    value_0, value_t = get[f"{of}_0"], get[f"{of}_t"]
    process = (get["energy_0"] == 0) & (get["energy_t"] == 0) & ((value_0 != 0) | (value_t != 0))
    chains = {s: _chain(get, s, of) for s in _SIDES}
    plain = _decomposed(chains, ("activity", "structure", "intensity", "mix", "factor"), value_0, value_t)
    shorter = {s: _process_chain(get, s, of) for s in _SIDES}
    short = _decomposed(shorter, ("activity", "structure", "process"), value_0, value_t)
    faults = _reasons(get, of, process)
    bad = np.array([f is not None for f in faults], dtype=bool)
    series = []
    for effect in EFFECTS[:-1]:
        zero = np.zeros_like(value_0)
        value = np.where(process, short.get(effect, zero), plain.get(effect, zero))
        series.append(pl.Series(effect, np.where(bad, 0.0, value)))
    series.append(pl.Series("unattributed", np.where(bad, value_t - value_0, 0.0)))
    return [*series, pl.Series("reason", faults, dtype=pl.String)]


def _chain(get: dict[str, _Array], side: str, of: str) -> dict[str, _Array]:
    """The ratios of one year; not defined (nan) where the one below is zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        chain = {
            "activity": get[f"total_{side}"],
            "structure": get[f"value_added_{side}"] / get[f"total_{side}"],
            "intensity": get[f"unit_energy_{side}"] / get[f"value_added_{side}"],
            "mix": get[f"energy_{side}"] / get[f"unit_energy_{side}"],
        }
        if of == "co2":
            chain["factor"] = get[f"co2_{side}"] / get[f"energy_{side}"]
    return chain


def _process_chain(get: dict[str, _Array], side: str, of: str) -> dict[str, _Array]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "activity": get[f"total_{side}"],
            "structure": get[f"value_added_{side}"] / get[f"total_{side}"],
            "process": get[f"{of}_{side}"] / get[f"value_added_{side}"],
        }


def _decomposed(
    chains: dict[str, dict[str, _Array]], effects: tuple[str, ...], start: _Array, end: _Array
) -> dict[str, _Array]:
    """Effects of every cell. Cells that cannot be decomposed come out as they fall and are put aside by the caller."""
    names = [e for e in effects if e in chains["0"]]
    first, last = chains["0"], chains["t"]
    with np.errstate(all="ignore"):
        both = (start != 0) & (end != 0)
        product_0 = np.prod([first[n] for n in names], axis=0)
        product_t = np.prod([last[n] for n in names], axis=0)
        weight = log_mean(product_t, product_0)
        found = {n: np.where(both, weight * np.log(last[n] / first[n]), 0.0) for n in names}
    for chain, waiting in ((first, (start == 0) & (end != 0)), (last, (end == 0) & (start != 0))):
        for name in names:
            hit = waiting & (chain[name] == 0)
            found[name] = found[name] + np.where(hit, end - start, 0.0)
            waiting = waiting & ~hit
    return found


def _reasons(get: dict[str, _Array], of: str, process: NDArray[np.bool_]) -> list[str | None]:
    """Why a cell has no decomposition; None where it has one."""
    found: list[str | None] = []
    for n in range(len(process)):
        row = {k: v[n] for k, v in get.items()}
        found.append(_fault(row, of, bool(process[n])))
    return found


def _fault(row: dict[str, float], of: str, process: bool) -> str | None:
    added = (row["value_added_0"], row["value_added_t"])
    if np.isnan(added[0]) or np.isnan(added[1]):
        return "缺增加值"
    if min(added) < 0:
        return "增加值为负"
    if any(row[f"value_added_{s}"] == 0 and row[f"{of}_{s}"] != 0 for s in _SIDES):
        return "增加值为零而有排放或能耗"
    if row[f"{of}_0"] * row[f"{of}_t"] < 0:
        return "正负号变化(如转为净输出)"
    if process:
        return None
    if row["unit_energy_0"] * row["unit_energy_t"] < 0 or row["energy_0"] * row["energy_t"] < 0:
        return "能耗正负号变化(如转为净输出)"
    if any(row[f"energy_{s}"] == 0 and row[f"{of}_{s}"] != 0 for s in _SIDES):
        return "无能耗而有排放"
    if any(row[f"unit_energy_{s}"] == 0 and row[f"energy_{s}"] != 0 for s in _SIDES):
        return "分品种能耗正负相抵"
    return None

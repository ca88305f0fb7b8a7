"""Result lines 结果行: the frame every account ends in, and the ids by which a line can explain itself."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt
import polars as pl

from dafeng.base.provenance import STATUSES

LINE_SCHEMA: dict[str, pl.DataType] = {
    "line_id": pl.String(),
    "run_id": pl.String(),
    "subject_kind": pl.String(),  # enterprise | area | industry | area_industry
    "subject_id": pl.String(),
    "measure": pl.String(),
    "item": pl.String(),  # energy item or "total"
    "period": pl.String(),
    "value": pl.Float64(),  # null unless everything due is there
    "unit": pl.String(),
    "rule": pl.String(),
    "factors": pl.String(),  # JSON list
    "inputs": pl.List(pl.String()),  # fact ids or line ids; empty for roll-ups
    "status": pl.String(),
    "coverage": pl.Float64(),  # share of the months due that are there (roll-ups: of the members' months)
    "note": pl.String(),
    # how a face shows "部分(10/12月)": what is there, and how many parts of how many
    "partial": pl.Float64(),  # sum of what is there, where value is null; never to be used as the total
    "expected": pl.Int32(),  # parts due: months of a year, members of a roll-up, 1 for a single figure
    "present": pl.Int32(),  # parts that are there
}
TOTAL = "total"
TCE, CO2 = "tce", "tCO2"
MEASURES: dict[str, tuple[str, str, str]] = {
    "energy_tce_calorific": ("综合能源消费量(当量值)", "energy consumption, calorific value", TCE),
    "energy_tce_equivalent": ("综合能源消费量(等价值)", "energy consumption, primary equivalent", TCE),
    "co2_combustion_t": ("化石燃料燃烧排放", "CO2 of fossil combustion", CO2),
    "co2_electricity_t": ("净购入电力排放", "CO2 of net purchased electricity", CO2),
    "co2_heat_t": ("净购入热力排放", "CO2 of net purchased heat", CO2),
    "co2_process_t": ("工业过程排放", "process CO2", CO2),
    "co2_electricity_market_t": (
        "净购入电力排放(市场法，单列)",
        "CO2 of net purchased electricity, market-based (beside, in no total)",
        CO2,
    ),
    "ghg_other_t": ("非二氧化碳温室气体排放", "greenhouse gases other than CO2", "tCO2e"),
    "co2_total_t": ("二氧化碳排放总量", "total CO2", CO2),
}
CO2_PARTS = ("co2_combustion_t", "co2_electricity_t", "co2_heat_t", "co2_process_t")
SUM_MONTHS, SUM_ITEMS, SUM_PARTS, SUM_MEMBERS = "sum.months", "sum.items", "sum.parts", "sum.members"
SUM_ZH = {
    SUM_MONTHS: "各月相加",
    SUM_ITEMS: "各能源品种相加",
    SUM_PARTS: "燃烧 + 净购入电力 + 净购入热力 + 过程",
    SUM_MEMBERS: "所辖企业相加",
}
SUM_EN = {
    SUM_MONTHS: "sum of the months",
    SUM_ITEMS: "sum of the fuels",
    SUM_PARTS: "combustion + net purchased electricity + net purchased heat + process",
    SUM_MEMBERS: "sum of the enterprises under it",
}

_RANK = {s: i for i, s in enumerate(STATUSES)}
_Keys = npt.NDArray[np.uint64]


def status_rank(column: str = "status") -> pl.Expr:
    """A status as a number: 0 official … 6 synthetic; the worst of several is the largest."""
    return pl.col(column).replace_strict(_RANK, default=None, return_dtype=pl.UInt8)


def status_of(rank: str = "rank") -> pl.Expr:
    """The status behind a rank."""
    return pl.col(rank).replace_strict({i: s for s, i in _RANK.items()}, return_dtype=pl.String).alias("status")


def _word(text: str | None) -> int:
    return int.from_bytes(hashlib.sha256((text if text is not None else "\x00").encode()).digest()[:8], "big")


def _hashed(series: pl.Series) -> _Keys:
    """A stable 64-bit number for each text; sha256 runs once for each different one."""
    different = series.unique()
    table = pl.DataFrame(
        {series.name: different, "key": pl.Series([_word(t) for t in different.to_list()], dtype=pl.UInt64)}
    )
    joined = series.to_frame().join(table, on=series.name, how="left", nulls_equal=True, maintain_order="left")
    return joined["key"].to_numpy()


def _bits(series: pl.Series) -> _Keys:
    """The bits of a number without the last few, so that the order of a sum does not change an id."""
    raw = series.fill_null(float("nan")).cast(pl.Float64).to_numpy().copy()
    raw[raw == 0] = 0.0
    raw[np.isnan(raw)] = np.nan
    return (raw.view(np.uint64) + np.uint64(1 << 11)) >> np.uint64(12)


def _mixed(keys: _Keys, more: _Keys) -> _Keys:
    with np.errstate(over="ignore"):
        z = (keys ^ more) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def id_key(column: str) -> pl.Expr:
    """The number in the last 16 hex digits of an id; null where it ends otherwise (see ``keyed``)."""
    return pl.col(column).str.tail(16).str.to_integer(base=16, dtype=pl.UInt64, strict=False)


def keyed(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Add ``input_key``, a stable number for each id of ``column``."""
    keys = frame.select(id_key(column).alias("input_key"))["input_key"]
    if keys.null_count():
        keys = pl.Series("input_key", _hashed(frame[column]), dtype=pl.UInt64)
    return frame.with_columns(keys)


def with_ids(lines: pl.DataFrame) -> pl.DataFrame:
    """Give each line its id: a hash of what it says and (by ``inputs_key``) of what it was made of.

    The run is not part of it: a line that a new run finds unchanged keeps its id, so that a printed report and the
    screen open the same derivation. ``line_key`` (the number in the id) stays for sums of these lines.
    """
    keys = np.zeros(lines.height, dtype=np.uint64)
    for name in ("subject_kind", "subject_id", "measure", "item", "period", "rule", "factors", "status"):
        keys = _mixed(keys, _hashed(lines[name]))
    for name in ("value", "partial", "coverage"):
        keys = _mixed(keys, _bits(lines[name]))
    keys = _mixed(keys, lines["inputs_key"].fill_null(0).to_numpy())
    return lines.with_columns(pl.Series("line_key", keys), _hex(keys).alias("line_id"))


def _hex(keys: _Keys) -> pl.Series:
    if not len(keys):
        return pl.Series([], dtype=pl.String)
    digits = np.frombuffer(keys.astype(">u8").tobytes().hex().encode(), dtype="S16")
    return "L-" + pl.Series(digits).cast(pl.String)


def finished(lines: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """The lines in the form of LINE_SCHEMA; rows keep their order (by subject, item and period as computed)."""
    named = lines.with_columns(pl.lit(run_id).alias("run_id"))
    return named.select([pl.col(name).cast(dtype) for name, dtype in LINE_SCHEMA.items()])

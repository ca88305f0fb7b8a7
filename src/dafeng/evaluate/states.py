"""Target states 目标状态: the record, its frame, and the words that both languages use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec
import polars as pl

State = Literal["reached", "on_track", "behind", "off_track", "not_assessed"]
STATES: tuple[State, ...] = ("reached", "on_track", "behind", "off_track", "not_assessed")
STATE_ZH = {
    "reached": "已达成",
    "on_track": "正常",
    "behind": "滞后",
    "off_track": "偏离",
    "not_assessed": "未评估",
}


class TargetState(msgspec.Struct, frozen=True, kw_only=True):
    """One target in one assessment, in the unit of gap_unit.

    period is the period assessed (the year of the actual value, else the year asked). required is the level of the path
    in that year, gap = actual − required (signed), gap_pct of the required level. completion is the share of the
    required change that was made. next_required is the path's level one year on; needed_rate_pct the mean yearly rate
    (negative is a fall) that still leads to the target, needed_step the same as a step in the unit.
    """

    target_id: str
    indicator_id: str | None
    subject_kind: str
    subject_id: str
    period: str
    state: State
    reason_zh: str
    reason_en: str
    status: str = "official"
    inputs: tuple[str, ...] = ()
    baseline_year: int | None = None
    baseline_value: float | None = None
    target_year: int | None = None
    target_value: float | None = None
    required: float | None = None
    actual: float | None = None
    gap: float | None = None
    gap_unit: str | None = None
    gap_pct: float | None = None
    completion: float | None = None
    next_required: float | None = None
    needed_rate_pct: float | None = None
    needed_step: float | None = None
    method: str = ""
    certainty: float = 0.0
    sector: str | None = None
    region: str | None = None

    @property
    def id(self) -> str:
        """The node by which the state can be explained."""
        return f"S-{self.target_id}-{self.subject_id}-{self.period}"


_NUMBERS = (
    "baseline_value",
    "target_value",
    "required",
    "actual",
    "gap",
    "gap_pct",
    "completion",
    "next_required",
    "needed_rate_pct",
    "needed_step",
    "certainty",
)
_OTHERS: dict[str, pl.DataType | type[pl.DataType]] = {
    "inputs": pl.List(pl.String),
    "baseline_year": pl.Int32,
    "target_year": pl.Int32,
}
STATE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    name: pl.Float64 if name in _NUMBERS else _OTHERS.get(name, pl.String) for name in TargetState.__struct_fields__
}


def states_frame(states: Iterable[TargetState]) -> pl.DataFrame:
    """TARGET STATE as a frame, one row per state, in order."""
    rows = [[getattr(s, name) for name in STATE_SCHEMA] for s in states]
    return pl.DataFrame(rows, schema=STATE_SCHEMA, orient="row")


def number(value: float) -> str:
    """A figure as a reader wants it: four significant digits, no exponent, no empty decimals."""
    if value == 0:
        return "0"
    size = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    text = f"{value:.{max(0, 4 - size)}f}"
    if abs(value) < 1:
        text = f"{value:.4g}" if abs(value) >= 1e-4 else f"{value:.8f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def with_unit(value: float, unit: str) -> str:
    return f"{number(value)}{unit}" if unit == "%" or not unit.isascii() else f"{number(value)} {unit}"

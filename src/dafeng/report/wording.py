"""Words and figures of reports 措辞: rounded once, here, with the field's units; missing is a dash, never zero."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import get_args

from dafeng.base.provenance import Status
from dafeng.base.units import factor
from dafeng.evaluate.states import STATE_ZH as _EVALUATED_ZH
from dafeng.evaluate.states import STATES
from dafeng.report.model import Run

__all__ = [
    "DASH",
    "STATE_ZH",
    "WITHHELD",
    "change_words",
    "coverage_percent",
    "figure",
    "large",
    "number",
    "percent",
    "states_in",
    "status_words",
]
DASH = "—"
WITHHELD = "confidential"  # the state of a target that the reader of the report may not see
STATE_ZH: dict[str, str] = {**_EVALUATED_ZH, WITHHELD: "保密"}
_LARGE = {"t": "万吨", "tce": "万tce"}  # a unit of the accounts → the unit that officials print
_MOST_PLACES = 12
_FLAT = 5e-4  # a change below this is no change in print
_STATUS_WORDS: dict[Status, str] = {
    "official": "官方",
    "transcribed": "转录",
    "recalled": "待核实",
    "user": "自填",
    "draft": "征求意见稿",
    "trial": "试算",
    "synthetic": "演示",
}


def states_in(found: Iterable[str]) -> tuple[str, ...]:
    """The states that a report counts: those of evaluation, and 保密 where one is withheld from its reader."""
    return (*STATES, *((WITHHELD,) if WITHHELD in set(found) else ()))


def number(value: float | None, digits: int = 4) -> str:
    """``digits`` significant digits (whole digits are never cut), a true minus sign; a dash where there is no value.

    Only zero is printed as 0: what is too small for decimals is written with a power of ten.
    """
    if value is None or not math.isfinite(value):
        return DASH
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    words = f"{abs(value):,.{places}f}" if places <= _MOST_PLACES else f"{abs(value):.{digits - 1}e}"
    if "." in words and "e" not in words:
        words = words.rstrip("0").rstrip(".")
    return ("−" if value < 0 else "") + words


def percent(share: float | None, digits: int = 3) -> str:
    """A share of one as a percentage."""
    return DASH if share is None else f"{number(share * 100, digits)}%"


def coverage_percent(share: float | None) -> str:
    """Completeness in %, cut and not rounded: what is not whole is never printed as 100."""
    return DASH if share is None else number(math.floor(share * 1000 + 1e-9) / 10)


def change_words(rate: float | None) -> str:
    """增长4.1% / 下降2.3% / 基本持平 / 无法比较, from a change as a share of one."""
    if rate is None:
        return "无法比较"
    if abs(rate) < _FLAT:
        return "基本持平"
    return f"{'增长' if rate > 0 else '下降'}{percent(abs(rate))}"


def large(value: float | None, unit: str) -> tuple[float | None, str]:
    """A large quantity in the unit that officials print: t → 万吨, tce → 万tce; other units stay."""
    printed = _LARGE.get(unit, unit)
    return (None if value is None else value * (factor(unit, printed) if printed != unit else 1.0)), printed


def figure(value: float | None, node: str | None, status: str, unit: str, *, bold: bool = False) -> Run:
    """A printed figure with the id that explains it, its mark, and the unit it is printed in (for the annex)."""
    if value is None:
        return Run(DASH)
    return Run(number(value), node=node, status=_status(status), unit=unit, bold=bold)


def _status(status: str) -> Status:
    if status not in get_args(Status):
        raise ValueError(f"{status!r} is no status")
    return status  # type: ignore[return-value]


def status_words(status: str) -> str:
    """A status as it stands below a table or figure."""
    return _STATUS_WORDS[_status(status)]

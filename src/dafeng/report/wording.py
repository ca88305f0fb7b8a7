"""Words and figures of reports 措辞: rounded once, here, with the field's units; missing is a dash, never zero."""

from __future__ import annotations

import math

from dafeng.base.provenance import Status
from dafeng.report.model import Run

DASH = "—"
STATES = ("reached", "on_track", "behind", "off_track", "not_assessed")
STATE_ZH = {"reached": "已达成", "on_track": "正常", "behind": "滞后", "off_track": "偏离", "not_assessed": "未评估"}
STATE_SIGN = {"reached": "●", "on_track": "○", "behind": "▲", "off_track": "■", "not_assessed": "◌"}
# units as read in a ledger → (factor, unit as printed)
_PRINTED = {"t": (1e-4, "万吨"), "tce": (1e-4, "万tce"), "MWh": (1e-5, "亿kWh")}


def number(value: float | None, digits: int = 4) -> str:
    """At most ``digits`` significant digits with a true minus sign; a dash where there is no value."""
    if value is None or not math.isfinite(value):
        return DASH
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    words = f"{abs(value):,.{min(places, 6)}f}"
    if "." in words:
        words = words.rstrip("0").rstrip(".")
    return ("−" if value < 0 else "") + words


def percent(share: float | None, digits: int = 3) -> str:
    """A share of one as a percentage."""
    return DASH if share is None else f"{number(share * 100, digits)}%"


def change_words(now: float | None, before: float | None) -> str:
    """增长 4.1 % / 下降 2.3 % / 持平 / 无法比较."""
    if now is None or before is None or before <= 0:
        return "无法比较"
    rate = now / before - 1
    if abs(rate) < 5e-4:
        return "基本持平"
    return f"{'增长' if rate > 0 else '下降'}{number(abs(rate) * 100, 3)}%"


def large(value: float | None, unit: str) -> tuple[float | None, str]:
    """A large quantity in the unit that officials print: t → 万吨, tce → 万tce."""
    factor, printed = _PRINTED.get(unit, (1.0, unit))
    return (None if value is None else value * factor), printed


def figure(
    value: float | None, node: str | None, status: str = "official", *, digits: int = 4, bold: bool = False
) -> Run:
    """A printed figure with the id that explains it and its mark."""
    if value is None:
        return Run(DASH)
    return Run(number(value, digits), node=node, status=_status(status), bold=bold)


def state_run(state: str) -> Run:
    """The state as shape and word, never colour alone."""
    return Run(f"{STATE_SIGN[state]} {STATE_ZH[state]}", state=state)


def _status(status: str) -> Status:
    return status  # type: ignore[return-value]


def status_words(status: str) -> str:
    return {
        "official": "官方",
        "transcribed": "转录",
        "recalled": "待核实",
        "user": "自填",
        "draft": "征求意见稿",
        "trial": "试算",
        "synthetic": "演示",
    }.get(status, status)

"""Charts drawn in Typst 图表: one drawing serves PDF (vector), HTML (SVG) and DOCX (PNG).

Bars and lines start at zero unless the chart says otherwise; gaps stay gaps; series are labelled at their end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dafeng.adapters.documents.typesetting import HEAD, text
from dafeng.report.model import BarChart, Chart, LineChart, Series, Waterfall
from dafeng.report.wording import number

INK, MUTED, HAIR = "#1F2937", "#6B7280", "#E5E7EB"
ACCENT, ENERGY, CARBON = "#0F766E", "#B45309", "#334155"
RISE, FALL = "#B4443C", "#2F7D5B"
# safe for colour-blind eyes, fixed order
PALETTE = ("#334155", "#B45309", "#0F766E", "#7C5C99", "#5B7FA6", "#A67C52", "#8A9A3B", "#9CA3AF")
_STROKES = {
    "actual": ("solid", 1.6),
    "required": ("dashed", 0.9),
    "target": ("solid", 1.1),
    "estimate": ("dotted", 1.4),
    "other": ("solid", 1.1),
}
_STYLE_COLOUR = {"actual": CARBON, "required": MUTED, "target": ACCENT, "estimate": CARBON, "other": ENERGY}
WIDTH = 430.0


@dataclass(frozen=True, slots=True)
class _Frame:
    """The drawing area in points and the scale of its vertical axis."""

    left: float
    top: float
    width: float
    height: float
    low: float
    high: float

    def y(self, value: float) -> float:
        return self.top + self.height * (1 - (value - self.low) / (self.high - self.low))


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers that cover low..high."""
    if high <= low:
        high = low + 1
    raw = (high - low) / about
    power = 10 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [i * step for i in range(first, last + 1)]


def drawn(chart: Chart) -> str:
    """Typst content that draws the chart (no page set-up)."""
    if isinstance(chart, LineChart):
        return _line_chart(chart)
    return _bar_chart(chart) if isinstance(chart, BarChart) else _waterfall(chart)


def page(chart: Chart) -> str:
    """A Typst document that is just the chart, for pictures."""
    setup = f'#set page(width: auto, height: auto, margin: 4pt, fill: white)\n#set text(font: "{HEAD}", lang: "zh")\n'
    return setup + drawn(chart)


def _words(x: float, y: float, words: str, *, align: str = "left", colour: str = INK, size: float = 8) -> str:
    """Text whose left, centre or right point is at x; y is its middle."""
    dx = {"left": "0pt", "center": "-100pt", "right": "-200pt"}[align]
    return (
        f"#place(top + left, dx: {x:.2f}pt + {dx}, dy: {y - size * 0.62:.2f}pt, box(width: 200pt, "
        f'align({align}, text(size: {size}pt, weight: 400, fill: rgb("{colour}"), {text(words)}))))\n'
    )


def _rule(
    x1: float, y1: float, x2: float, y2: float, colour: str = HAIR, width: float = 0.5, dash: str = "solid"
) -> str:
    return (
        f"#place(top + left, line(start: ({x1:.2f}pt, {y1:.2f}pt), end: ({x2:.2f}pt, {y2:.2f}pt), "
        f'stroke: (paint: rgb("{colour}"), thickness: {width}pt, dash: "{dash}")))\n'
    )


def _bar(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f"#place(top + left, dx: {x:.2f}pt, dy: {y:.2f}pt, rect(width: {max(width, 0.3):.2f}pt, "
        f'height: {max(height, 0.3):.2f}pt, fill: rgb("{colour}"), stroke: none))\n'
    )


def _canvas(height: float, parts: Sequence[str]) -> str:
    return f"#block(width: {WIDTH}pt, height: {height:.1f}pt, breakable: false)[\n{''.join(parts)}]\n"


def _axes(frame: _Frame, marks: Sequence[float], unit: str) -> list[str]:
    parts = [_words(frame.left - 4, frame.top - 14, unit, align="left", colour=MUTED)]
    for mark in marks:
        y = frame.y(mark)
        parts.append(_rule(frame.left, y, frame.left + frame.width, y, INK if mark == 0 else HAIR))
        parts.append(_words(frame.left - 5, y, number(mark), align="right", colour=MUTED))
    return parts


def _unit_words(unit: str, marks: Sequence[float]) -> str:
    """The unit above the axis; a cut axis says so."""
    return unit if marks[0] <= 0 <= marks[-1] else f"{unit}(纵轴不从零起)"


def _line_chart(chart: LineChart) -> str:
    values = [v for s in chart.series for v in s.values if v is not None]
    if not values:
        return _canvas(40, [_words(0, 20, "暂无数据 no data", colour=MUTED)])
    spread = max(values) - min(values) or 0.1 * abs(values[0])
    low = min(0.0, *values) if chart.from_zero else min(values) - 0.1 * spread
    high = max(0.0, *values) if chart.from_zero else max(values)
    marks = ticks(low, high + 0.04 * spread)
    frame = _Frame(52, 26, WIDTH - 52 - 92, 150, marks[0], marks[-1])
    step = frame.width / max(len(chart.x) - 1, 1)
    parts = _axes(frame, marks, _unit_words(chart.unit, marks))
    every = max(1, math.ceil(len(chart.x) / 12))
    parts += [
        _words(frame.left + i * step, frame.top + frame.height + 9, x, align="center", colour=MUTED)
        for i, x in enumerate(chart.x)
        if i % every == 0 or i == len(chart.x) - 1
    ]
    ends: list[tuple[float, str, str]] = []
    for n, series in enumerate(chart.series):
        colour = _STYLE_COLOUR[series.style] if series.style != "other" else PALETTE[(n + 1) % len(PALETTE)]
        parts += _polyline(series, frame, step, colour)
        last = [v for v in series.values if v is not None][-1:]
        ends += [(frame.y(v), series.name, colour) for v in last]
    for y, name, colour in _apart(ends, 10.5):
        parts.append(_words(frame.left + frame.width + 6, y, name, colour=colour))
    return _canvas(frame.top + frame.height + 20, parts)


def _polyline(series: Series, frame: _Frame, step: float, colour: str) -> list[str]:
    dash, width = _STROKES[series.style]
    parts = []
    for i, (a, b) in enumerate(zip(series.values, series.values[1:], strict=False)):
        if a is not None and b is not None:
            x = frame.left + i * step
            parts.append(_rule(x, frame.y(a), x + step, frame.y(b), colour, width, dash))
    if series.style in ("actual", "estimate", "target"):
        for i, value in enumerate(series.values):
            if value is not None:
                x, y = frame.left + i * step, frame.y(value)
                parts.append(
                    f"#place(top + left, dx: {x - 2:.2f}pt, dy: {y - 2:.2f}pt, "
                    f'circle(radius: 2pt, fill: rgb("{colour}"), stroke: none))\n'
                )
    return parts


def _apart(ends: Sequence[tuple[float, str, str]], gap: float) -> list[tuple[float, str, str]]:
    """Labels pushed down until none covers another."""
    placed: list[tuple[float, str, str]] = []
    for y, name, colour in sorted(ends):
        placed.append((max(y, placed[-1][0] + gap) if placed else y, name, colour))
    return placed


def _bar_chart(chart: BarChart) -> str:
    if not chart.values:
        return _canvas(40, [_words(0, 20, "暂无数据 no data", colour=MUTED)])
    row, left = 17.0, 118.0
    low, high = min(0.0, *chart.values), max(0.0, *chart.values)
    scale = (WIDTH - left - 62) / ((high - low) or 1)
    zero = left - low * scale
    parts = [_words(left, 6, chart.unit, colour=MUTED)]
    for i, (label, value) in enumerate(zip(chart.labels, chart.values, strict=True)):
        y = 18 + i * row
        colour = chart.colours[i] if i < len(chart.colours) else CARBON
        parts.append(_words(left - 6, y + 6, label[:14], align="right"))
        parts.append(_bar(min(zero, zero + value * scale), y, abs(value) * scale, 12, colour))
        parts.append(_words(max(zero, zero + value * scale) + 4, y + 6, number(value), colour=INK))
    parts.append(_rule(zero, 15, zero, 18 + len(chart.values) * row, INK))
    return _canvas(22 + len(chart.values) * row, parts)


def _waterfall(chart: Waterfall) -> str:
    levels, total = [], chart.first[1]
    for _, change in chart.steps:
        levels.append((total, total + change))
        total += change
    ends = [chart.first[1], chart.last[1], *(v for pair in levels for v in pair)]
    spread = max(ends) - min(ends) or abs(max(ends)) or 1
    start = min(ends) - 0.6 * spread if min(ends) > 0 and spread < 0.5 * max(ends) else min(0.0, *ends)
    marks = ticks(start, max(ends) + 0.08 * spread)
    frame = _Frame(52, 26, WIDTH - 60, 140, marks[0], marks[-1])
    slot = frame.width / (len(chart.steps) + 2)
    parts = _axes(frame, marks, _unit_words(chart.unit, marks))
    bars = [(chart.first[0], marks[0], chart.first[1], CARBON)]
    bars += [(n, a, b, RISE if b > a else FALL) for (n, _), (a, b) in zip(chart.steps, levels, strict=True)]
    bars.append((chart.last[0], marks[0], chart.last[1], CARBON))
    for i, (name, a, b, colour) in enumerate(bars):
        x, top = frame.left + i * slot + slot * 0.2, frame.y(max(a, b))
        parts.append(_bar(x, top, slot * 0.6, abs(frame.y(a) - frame.y(b)), colour))
        is_total = i in (0, len(bars) - 1)
        parts.append(_words(x + slot * 0.3, top - 6, number(b if is_total else b - a), align="center", size=7.5))
        parts.append(_words(x + slot * 0.3, frame.top + frame.height + 9, name, align="center", size=7.5))
    return _canvas(frame.top + frame.height + 20, parts)

"""Transfers between the parts of one works 内部流转: what one part gives, another takes; both stand outside the total.

Electricity and heat are compared by amount, MWh and GJ: two rules may price the same power by different factors, and
the works' total is none the worse for it. What else goes over is compared by its emissions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from dafeng.base.numbers import plain
from dafeng.rules.records import Name

CANCELS = 0.005  # transfers that leave less than this share of what went over are said to agree
_BY_AMOUNT = {"electricity": ("电力", "electricity", "MWh"), "heat": ("热力", "heat", "GJ")}


class _Figure(Protocol):
    @property
    def input(self) -> str: ...
    @property
    def value(self) -> float: ...


class _Line(Protocol):
    @property
    def part(self) -> str: ...
    @property
    def internal(self) -> str | None: ...
    @property
    def group(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def figures(self) -> tuple[_Figure, ...]: ...


def transfers(lines: Iterable[_Line]) -> tuple[Name, ...]:
    """Transfers between parts that do not cancel: electricity and heat must, carbon should."""
    pairs: dict[tuple[str, str, str], list[_Line]] = {}
    for line in lines:
        if line.internal is not None:
            kind = line.group if line.group in _BY_AMOUNT else ""
            pairs.setdefault((*sorted((line.part, line.internal)), kind), []).append(line)  # type: ignore[arg-type]
    found = []
    for (one, other, kind), held in pairs.items():
        amounts = [_amount(line) for line in held] if kind else []
        by_amount = bool(amounts) and None not in amounts
        sizes = [a for a in amounts if a is not None] if by_amount else [x.value or 0.0 for x in held]
        net = sum(sizes)
        if abs(net) <= CANCELS * max(sum(map(abs, sizes)), 1e-9):
            continue
        zh, en, unit = _BY_AMOUNT[kind] if by_amount else ("", "", "")
        left, left_en = (f"{plain(net)} {unit}",) * 2 if by_amount else (f"{net:,.2f} tCO2e", f"{net:,.2f} t CO2e")
        found.append(
            Name(
                f"{one}与{other}之间的{zh}内部流转两侧不一致，相差{left}（均未计入企业总量）",
                f"transfers {f'of {en} ' if en else ''}between {one} and {other} differ by {left_en} "
                "(both left out of the total)",
            )
        )
    return tuple(found)


def _amount(line: _Line) -> float | None:
    """MWh or GJ that went over, positive for what was taken: the emissions over the line's factor."""
    factor = next((f.value for f in line.figures if f.input == "factor"), None)
    return None if line.value is None or not factor else line.value / factor

"""The awkward things of real life 台账里的麻烦事: who moved or closed, what came late, twice or wrong.

Each trouble is chosen by a rule from the list of firms, never at random, so that a test can name it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from dafeng.app.demo.city import Firm, county_code

CHANGED_INDUSTRY = date(2023, 1, 1)
MOVED_COUNTY = date(2022, 7, 1)
CLOSED = date(2024, 7, 1)
LATE_MONTH = "2025-12"
ERROR_MONTH = "2023-08"
REVISED_MONTH = "2024-03"
UNIT_SLIP = 1000.0  # kWh written where the unit says MWh


@dataclass(frozen=True, slots=True)
class Story:
    """Who is in what trouble, by firm number.

    late         no December 2025 yet 迟报
    gaps         firm → months for which no figure could be given 缺报
    unit_slip    the firm that wrote kWh under MWh in ERROR_MONTH; put right later by a correction workbook 更正
    revised      the firm that revised its coal of REVISED_MONTH in the same workbook
    exporters    firms that sell more power than they buy 净外供电
    """

    changed: int
    moved: int
    closed: int
    late: tuple[int, ...]
    gaps: dict[int, tuple[str, ...]]
    unit_slip: int
    revised: int
    exporters: tuple[int, ...]


def with_story(firms: tuple[Firm, ...]) -> tuple[tuple[Firm, ...], Story]:
    """The firms with what befalls them, and the story."""
    changed, moved, closed = (_of(firms, "plastics", 1), _of(firms, "auto_parts", 2), _of(firms, "ceramics", 0))
    story = Story(
        changed=changed.number,
        moved=moved.number,
        closed=closed.number,
        late=tuple(_of(firms, key, 0).number for key in ("lime", "refractory", "yarn", "oil", "machinery", "fibre")),
        gaps={
            _of(firms, "casting", 3).number: ("2021-02", "2021-03"),
            _of(firms, "dyeing", 4).number: ("2022-11",),
            _of(firms, "coal", 5).number: ("2020-02",),
            _of(firms, "electronics", 2).number: ("2023-05",),
            _of(firms, "paper", 6).number: ("2024-09",),
        },
        unit_slip=_of(firms, "tools", 4).number,
        revised=_of(firms, "lime", 3).number,
        exporters=tuple(f.number for f in firms if f.branch.key in ("power", "chp", "coke_power")),
    )
    told: dict[int, Callable[[Firm], Firm]] = {
        story.changed: lambda f: replace(f, moves=((CHANGED_INDUSTRY, "industry", "3985"),)),
        story.moved: lambda f: replace(f, moves=((MOVED_COUNTY, "area", _other_county(f)),)),
        story.closed: lambda f: replace(f, closed=CLOSED),
    }
    return tuple(told[f.number](f) if f.number in told else f for f in firms), story


def _of(firms: tuple[Firm, ...], key: str, nth: int) -> Firm:
    return [f for f in firms if f.branch.key == key][nth]


def _other_county(firm: Firm) -> str:
    return county_code(3) if firm.area != county_code(3) else county_code(2)

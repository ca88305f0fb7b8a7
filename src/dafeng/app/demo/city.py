"""The demonstration city 示范市: its counties, its firms and the codes that nobody else can have.

The city and its counties lie in region 99, their province is 98; GB/T 2260 knows neither. Every name begins with 示范·.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from dafeng.app.demo.branches import Branch, branches
from dafeng.base.codes import uscc_check_character

PROVINCE = "980000"
CITY = "990000"
FIRST_YEAR, LAST_YEAR = 2020, 2025
MONTHS = (LAST_YEAR - FIRST_YEAR + 1) * 12

# name, and the branches that gather there (others spread over all counties)
COUNTIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("城东区", ("electronics", "data", "tools", "electrical", "beer")),
    ("城西区", ("machinery", "auto_parts", "vehicle", "heating", "plastics")),
    ("高新区", ("pv", "battery", "cathode", "electronics", "pharma")),
    ("钢城区", ("steel", "rolling", "eaf", "casting", "silicomanganese")),
    ("煤岭县", ("coal", "power", "coke", "ferrosilicon")),
    ("焦河县", ("coke", "coke_power", "methanol", "magnesium", "coal")),
    ("石泉县", ("cement", "lime", "ceramics", "refractory", "glass")),
    ("铝川县", ("aluminium", "recycled_aluminium", "zinc", "copper", "silicon", "carbon")),
    ("化工新区", ("refinery", "ammonia", "alkali", "carbide", "fine_chemical", "polysilicon")),
    ("纺阳县", ("dyeing", "yarn", "fibre", "paper", "chp")),
    ("粮山县", ("oil", "liquor", "paper", "chp")),
    ("云台市", ("coal", "casting", "refractory", "glass_fibre", "tyre", "chp")),
)
_WORDS = "恒远瑞丰宏达金鼎华兴永安东升同创盛源广汇众诚天合明德新泰嘉禾润泽启航博能卓越正阳联合长青鸿运佳木晟通"
_LAW = ("有限公司", "有限责任公司", "股份有限公司")


def county_code(number: int) -> str:
    """The code of the n-th county, counted from 1: 990101, 990102, …"""
    return f"9901{number:02d}"


@dataclass(frozen=True, slots=True)
class Firm:
    """One key energy user 重点用能单位.

    area, industry   where it stands and what it is at the start of 2020
    size             output of a full year [unit of its branch]; efficiency: its needs relative to the branch
    moves            (since, field, new value): what changes later; closed is the first day without work
    """

    number: int
    branch: Branch
    uscc: str
    name: str
    area: str
    industry: str
    size: float
    efficiency: float
    retrofit: int | None
    moves: tuple[tuple[date, str, str], ...] = ()
    closed: date | None = None

    @property
    def id(self) -> str:
        return f"E-{self.uscc}"


def demo_uscc(area: str, number: int) -> str:
    """A credit code of a region that does not exist, with the right check character; DM marks it as made up."""
    body = f"91{area}MADM{number:04d}"
    first17 = body + _organisation_check(body[8:16])
    return first17 + uscc_check_character(first17)


def _organisation_check(first8: str) -> str:
    """The ninth character of an organisation code (GB 11714): weights 3,7,9,10,5,8,4,2 modulo 11, 10 is X.

    Letters count from A = 10, digits as themselves.
    """
    values = [int(c, 36) for c in first8]
    check = 11 - sum(v * w for v, w in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    return {10: "X", 11: "0"}.get(check, str(check))


def firms(rng: np.random.Generator) -> tuple[Firm, ...]:
    """All firms, in the order of the branches."""
    made: list[Firm] = []
    for branch in branches():
        for _ in range(branch.count):
            made.append(_firm(len(made) + 1, branch, rng))
    return tuple(made)


def _firm(number: int, branch: Branch, rng: np.random.Generator) -> Firm:
    area = county_code(_home(branch, rng))
    words = (number * 7) % (len(_WORDS) // 2) * 2
    law = _LAW[2] if branch.count <= 2 else _LAW[int(rng.integers(2))]
    spread = rng.lognormal(0.0, 0.045)
    return Firm(
        number=number,
        branch=branch,
        uscc=demo_uscc(area, number),
        name=f"示范·{_WORDS[words : words + 2]}{_ordinal(number)}{branch.word}{law}",
        area=area,
        industry=branch.industry,
        size=float(np.exp(rng.uniform(np.log(branch.low), np.log(branch.high)))),
        efficiency=float(np.clip(spread, 0.92, 1.12)),
        retrofit=int(rng.integers(FIRST_YEAR + 1, LAST_YEAR + 1)) if rng.random() < 0.35 else None,
    )


def _ordinal(number: int) -> str:
    return "甲乙丙丁戊己庚辛壬癸"[number % 10]


def _home(branch: Branch, rng: np.random.Generator) -> int:
    gathered = [n for n, (_, keys) in enumerate(COUNTIES, start=1) if branch.key in keys]
    if gathered and rng.random() < 0.8:
        return int(rng.choice(gathered))
    return int(rng.integers(1, len(COUNTIES) + 1))

"""Of whom an account is asked 核算主体: an enterprise in sight, or an area all of whose enterprises are in sight.

Energy flows, quality and uncertainty speak of single streams: no sum of them is shown to who may not see every firm in
it, so nothing has to be withheld cell by cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from dafeng.account.subjects import placed
from dafeng.app.accounts.energy_shapes import AccountSubject
from dafeng.app.cases import firm_row, known_registry, visible_firms
from dafeng.app.permission import within
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class Asked:
    """The subject with its enterprises."""

    kind: Literal["enterprise", "area"]
    id: str
    name: str
    firms: tuple[str, ...]

    def shown(self, year: int, years: tuple[int, ...]) -> AccountSubject:
        return AccountSubject(
            kind=self.kind, id=self.id, name=self.name, year=year, years=years, enterprises=len(self.firms)
        )


@within
def asked_subject(services: Services, caller: Caller, enterprise_id: str | None, area: str | None) -> Asked:
    """The subject asked for; the programme's area where neither is given.

    Raises NotFound for an enterprise out of scope or an area that is not known, NotAllowed for an area of which the
    caller does not see every enterprise.
    """
    if enterprise_id is not None:
        row = firm_row(services, caller, enterprise_id)
        return Asked("enterprise", enterprise_id, str(row["name"]), (enterprise_id,))
    registry = registry_of(services)
    code = area or services.settings.area
    if code not in registry.tree:
        raise NotFound(
            f"there is no area {code}", where=code, mend="Choose an area of the programme.",
            zh=f"没有区域{code}", mend_zh="请选择本方案范围内的区域。",
        )  # fmt: skip
    below = list(registry.tree.descendants(code))
    last = known_registry(services).enterprises.sort("since").unique("enterprise_id", keep="last", maintain_order=True)
    firms = last.filter(pl.col("area_code").is_in([code, *below]))["enterprise_id"].sort().to_list()
    if not firms or not set(firms) <= visible_firms(services, caller):
        raise NotAllowed(
            f"not every enterprise of {code} is in your scope, or it has none", where=code,
            mend="Ask for an enterprise or an area in your scope.",
            zh=f"区域{code}的企业不全在您的权限范围内，或该区域没有企业", mend_zh="请选择权限范围内的企业或区域。",
        )  # fmt: skip
    return Asked("area", code, registry.area_name(code), tuple(firms))


def owing(services: Services, asked: Asked, years: tuple[int, ...]) -> pl.DataFrame:
    """subject_id, year: the enterprises of the subject of whom data of a year are due; who is shut owes none."""
    rows = placed(registry_of(services).enterprises, pl.Series([str(y) for y in years], dtype=pl.String))
    mine = rows.filter(pl.col("due") & pl.col("subject_id").is_in(list(asked.firms)))
    return mine.select("subject_id", year=pl.col("period").cast(pl.Int32))


def year_of(years: tuple[int, ...], asked: int | None) -> int:
    """The year asked for; the last with an account where none is. Raises NotFound where there is none."""
    if not years or (asked is not None and asked not in years):
        raise NotFound(
            f"there is no account of {asked or 'any year'}", where=str(asked or ""),
            mend=f"Choose one of: {', '.join(map(str, years)) or 'none yet'}.",
            zh=f"没有{f'{asked}年' if asked else '任何年份'}的核算结果",
            mend_zh=f"可选年份：{'、'.join(map(str, years)) or '暂无'}。",
        )  # fmt: skip
    return years[-1] if asked is None else asked

"""What a programme decides 设置: read from dafeng.toml, refused where a key is unknown."""

from __future__ import annotations

from typing import Annotated

import msgspec

from dafeng.app.identity.rules import IdentityRules
from dafeng.base.provenance import Status

_NO_FIGURE = ("upload_mb_a_day", "identity")  # settings that change no figure


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of one programme.

    area           GB/T 2260 code of the region the programme is for
    years          first and last year to account, both included; empty means every year with data
    family         rule family of enterprise accounts (see `dafeng rules`)
    records        SQLAlchemy URL of the record store; empty means SQLite in store/
    partial_from   share of the months due from which an incomplete sum may stand, marked 试算; 1 = never
    data_status    how sure delivered data are: official (by a responsible unit), transcribed (from publications) …
    demonstration  true: all data are synthetic, and every page says so 演示数据
    upload_mb_a_day  files kept of one account in a day [MB], 0 = no bound; those of officers are not counted
    identity       rules for accounts 账号规则
    """

    name: str
    area: str
    zone: str = "Asia/Shanghai"
    family: str = "ndrc_general"
    years: tuple[int, int] | None = None
    records: str = ""
    partial_from: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.95
    data_status: Status = "official"
    demonstration: bool = False
    upload_mb_a_day: Annotated[int, msgspec.Meta(ge=0)] = 500
    identity: IdentityRules = IdentityRules()

    def __post_init__(self) -> None:
        if self.years is not None and self.years[0] > self.years[1]:
            raise ValueError("years: the first year comes after the last")

    def __repr__(self) -> str:
        """What results depend on: assessments are named by it, and rules for accounts and files change no figure."""
        named = (f for f in self.__struct_fields__ if f not in _NO_FIGURE)
        return f"Settings({', '.join(f'{f}={getattr(self, f)!r}' for f in named)})"

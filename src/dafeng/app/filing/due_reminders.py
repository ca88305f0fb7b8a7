"""Use case of reminding 催报: firms whose tables are late are told so in their inbox, each table once a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
import polars as pl

from dafeng.act.machine import Given
from dafeng.app.case_ports import Case
from dafeng.app.cases import checked_move, known_registry, moved, opened, store, today, visible_firms
from dafeng.app.filing.dues import contract_words, dues_frame
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import use_case, within
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest
from dafeng.base.periods import Period
from dafeng.base.provenance import content_id

MOST = 500  # tables in one call
_KEY = ("enterprise_id", "contract", "period")
_NOT_THERE = Words("应报清单中没有这一项", "there is no such table among what is due")
_NOT_LATE = Words("未逾期或已报送,不需要催报", "it is not late, or was handed in: no reminder is needed")
_TODAY = Words("今天已催报过", "it was reminded today already")


class DueKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table that a firm owes for a period."""

    enterprise_id: Annotated[str, msgspec.Meta(max_length=60)]
    contract: Annotated[str, msgspec.Meta(max_length=40)]
    period: Annotated[str, msgspec.Meta(max_length=7)]


class RemindOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which late tables are reminded: those named, or all of the scope (of an area and a year, where given)."""

    items: Annotated[list[DueKey], msgspec.Meta(max_length=MOST)] = []
    all_late: bool = False
    area: Annotated[str, msgspec.Meta(max_length=12)] | None = None
    year: Annotated[int, msgspec.Meta(ge=2000, le=2100)] | None = None
    words: Annotated[str, msgspec.Meta(max_length=500)] = ""


class NotReminded(msgspec.Struct, frozen=True, kw_only=True):
    """A table that was not reminded, and why."""

    title: str
    why: Words


class RemindOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """How many tables of how many firms were reminded; those that were not, each with its reason (the first hundred),
    and whether some were left for another call because there were too many."""

    reminded: int
    firms: int
    not_reminded: int
    reasons: tuple[NotReminded, ...]
    left: int


@use_case("filing.remind", act="filing.remind")
def remind_dues(services: Services, caller: Caller, order: RemindOrder) -> RemindOutcome:
    """Remind firms of the scope of tables that are late. What cannot be reminded costs only itself.

    Raises BadRequest where nothing was chosen.
    """
    rows, strange = _all_late(services, caller, order) if order.all_late else _named(services, caller, order.items)
    if not rows and not strange and not order.all_late:
        raise BadRequest(
            "nothing was chosen to be reminded",
            where="items",
            mend="Choose rows of the list of what is due.",
            zh="没有选择要催报的事项",
            mend_zh="请在应报清单中勾选逾期的行。",
        )
    told: list[Mapping[str, Any]] = []
    refused = [NotReminded(title=f"{k.enterprise_id} {k.contract} {k.period}", why=_NOT_THERE) for k in strange]
    for row in rows[:MOST]:
        why = _remind(services, caller, row, order.words.strip())
        if why is None:
            told.append(row)
        else:
            refused.append(NotReminded(title=_title(row), why=why))
    return RemindOutcome(
        reminded=len(told),
        firms=len({r["enterprise_id"] for r in told}),
        not_reminded=len(refused),
        reasons=tuple(refused[:100]),
        left=max(0, len(rows) - MOST),
    )


def _all_late(services: Services, caller: Caller, order: RemindOrder) -> tuple[list[Mapping[str, Any]], list[DueKey]]:
    """Every late table of the scope that was not reminded today, in order of its term."""
    frame = dues_frame(services, caller, order.year).filter(pl.col("late"))
    if order.area is not None:
        tree = known_registry(services).tree
        inside = list(tree.descendants(order.area)) if order.area in tree else []
        frame = frame.filter(pl.col("area_code").is_in(inside))
    return [r for r in frame.sort("term", "name").iter_rows(named=True) if not _told_today(services, r)], []


def _named(services: Services, caller: Caller, keys: Iterable[DueKey]) -> tuple[list[Mapping[str, Any]], list[DueKey]]:
    """The named tables as far as they are due in the scope, and the keys that name none."""
    wanted = {(k.enterprise_id, k.contract, k.period): k for k in keys}
    years = sorted({int(k[2][:4]) for k in wanted if k[2][:4].isdigit()})
    frames = [dues_frame(services, caller, year) for year in years if 2000 <= year <= services.clock.today().year]
    found = {tuple(r[c] for c in _KEY): r for f in frames for r in f.iter_rows(named=True)}
    return [found[k] for k in wanted if k in found], [key for k, key in wanted.items() if k not in found]


def _remind(services: Services, caller: Caller, row: Mapping[str, Any], words: str) -> Words | None:
    """Write one reminder; gives why not where it was not written."""
    if not row["late"]:
        return _NOT_LATE
    if _told_today(services, row):
        return _TODAY
    said = words or f"{_title(row)}已逾期,期限{row['term'].isoformat()},请尽快报送。"
    case, now = store(services).case(_case_id(row)), services.clock.now()
    if case is None:
        data = {"words": said, "due": row["term"].isoformat()}
        fresh = Case(
            _case_id(row), "reminder", "enterprise", row["enterprise_id"], _title(row), row["period"], "sent",
            caller.name, row["term"], now, now, caller.name, form=row["contract"], data=data,
        )  # fmt: skip
        opened(services, caller, fresh, said)
        return None
    given = Given(caller.name, words=said)
    move = checked_move(caller, case, "remind", given)
    moved(services, caller, case, case.version, move, given, data=case.data | {"words": said})
    return None


def _case_id(row: Mapping[str, Any]) -> str:
    return content_id("C", "reminder", *(row[c] for c in _KEY))


def _title(row: Mapping[str, Any]) -> str:
    return f"{row['name']} {contract_words(row['contract']).zh} {Period.parse(row['period']).zh}"


def _told_today(services: Services, row: Mapping[str, Any]) -> bool:
    case = store(services).case(_case_id(row))
    zone = ZoneInfo(services.settings.zone)
    return case is not None and case.changed_at.astimezone(zone).date() == today(services)


@within
def reminded_of(services: Services, caller: Caller) -> dict[tuple[str, str, str], Words]:
    """(enterprise, table, period) → the last reminder in words, of the firms the caller may see."""
    zone = ZoneInfo(services.settings.zone)
    found = {}
    for case in store(services).cases("reminder", sorted(visible_firms(services, caller))):
        day, said = case.changed_at.astimezone(zone).date().isoformat(), case.data["words"]
        found[case.subject_id, case.form, case.period] = Words(
            f"{day} {case.changed_by}催报:{said}", f"reminded {day} by {case.changed_by}: {said}"
        )
    return found

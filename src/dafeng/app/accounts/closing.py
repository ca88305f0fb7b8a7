"""Use cases of closed years 封账与重述: a closed year never changes; what would change it becomes a new version.

The record is one text of all acts under its hash, as of publications; a pointer names the latest. The lines of each
version are kept as a result of their own and are never written again.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

import msgspec
import polars as pl

from dafeng.account.lines import TOTAL
from dafeng.account.restated import causes_of, differences, of_year
from dafeng.app.accounts.made_with import changed_between, other_family
from dafeng.app.permission import require_everything, use_case
from dafeng.app.ports import CURRENT, Batch
from dafeng.app.services import Services
from dafeng.app.sight.results import seen_rows, sees_all
from dafeng.app.versions import delivered
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, NotFound, StaleRecord
from dafeng.collect.facts import current

Cause = Literal["data", "factor", "rule"]
CAUSE_ZH = {"data": "数据更正", "factor": "因子更新", "rule": "规则变化"}
WOULD_BE = "would_be"  # of a run: the lines of closed years as they would be now
_POINTER = "closings"
_LONGEST = 2000


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a closed year: who closed or restated it, when, why, and from which run its lines are."""

    year: int
    version: int
    run_id: str
    who: str
    at: datetime
    why: str
    cause: Cause | None = None
    also: tuple[Cause, ...] = ()  # what moved it beside the cause given

    @property
    def kept(self) -> str:
        """The name its lines are kept under."""
        return f"closed-{self.year}-v{self.version}"


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """What a restatement of a closed year would change: lines, the total (or what of it is there) before and after,
    lines by cause, and the causes it may be restated for: those that did move it."""

    year: int
    version: int
    lines: int
    before: float | None
    after: float | None
    unit: str
    causes: dict[str, int]
    moved_by: tuple[Cause, ...] = ()


class _Log(msgspec.Struct, frozen=True, kw_only=True):
    before: str | None
    acts: tuple[Closing, ...]


@use_case("period.close")
def close_year(services: Services, caller: Caller, year: int, why: str) -> Closing:
    """Close a year as the current run has it. Raises BadRequest (closed already, no reason), NotFound (no lines)."""
    require_everything(caller, "period.close", services.settings.area)
    if year in closed_years(services):
        raise BadRequest(
            f"{year} is closed already", where="year", mend="Restate it if it must change.",
            zh=f"{year}年已封账", mend_zh="确需更改时请重述。",
        )  # fmt: skip
    run_id = services.records.pointed(CURRENT)
    lines = None if run_id is None else services.columns.result(run_id, "lines")
    own = None if lines is None else of_year(lines, year)
    if run_id is None or own is None or own.is_empty():
        raise _no_lines(year)
    return _append(services, caller, year, run_id, own, why, None)


@use_case("period.restate")
def restate_year(services: Services, caller: Caller, year: int, cause: Cause, why: str) -> Closing:
    """A new version of a closed year, as the current run would have it; it stands from the next run on.

    The difference to the version before is kept with it, and what moved it beside the cause given. Raises BadRequest
    where it is not closed, nothing would change, the cause is not what moved it, or no reason is given.
    """
    require_everything(caller, "period.restate", services.settings.area)
    held = closed_years(services).get(year)
    if held is None:
        raise BadRequest(
            f"{year} is not closed", where="year", mend="Close it first, or just run again.",
            zh=f"{year}年尚未封账", mend_zh="未封账的年份重新运行即可。",
        )  # fmt: skip
    run_id = services.records.pointed(CURRENT)
    would = None if run_id is None else services.columns.result(run_id, WOULD_BE)
    own = None if would is None else of_year(would, year)
    if run_id is None or own is None or own.is_empty():
        raise _nothing_moves(year)
    before, changed = _lines(services, held), _changed(services, held, run_id)
    moved = differences(before, own, changed)
    if moved.is_empty():
        raise _nothing_moves(year)
    moved_by = _moved_by(services, held, run_id, causes_of(before, own, changed))
    if cause not in moved_by:
        raise _contradicted(year, cause, moved_by)
    also = tuple(c for c in moved_by if c != cause)
    made = _append(services, caller, year, run_id, own, why, cause, also)
    services.columns.put_result(made.kept, "difference", moved)
    return made


def _changed(services: Services, held: Closing, run_id: str) -> frozenset[str]:
    """Which of data, factor and rule are others between the run of a version and another run."""
    kept = services.columns.result(held.kept, "facts")
    known = _known_to(services, run_id, held.year)
    same = None if kept is None else kept["fact_id"].sort().equals(known["fact_id"].sort())
    return changed_between(services, held.run_id, run_id, same_facts=same)


def _moved_by(services: Services, held: Closing, run_id: str, shown: tuple[str, ...]) -> tuple[Cause, ...]:
    """The causes that lines show; under another family of rules the rule is one of them, whatever the lines show."""
    found = set(shown)
    if found and other_family(services, held.run_id, run_id):
        found.add("rule")
    return tuple(c for c in CAUSE_ZH if c in found)  # type: ignore[misc]


def _nothing_moves(year: int) -> BadRequest:
    return BadRequest(
        f"nothing would change in {year}", where="year", mend="Run again after the correction, then restate.",
        zh=f"{year}年没有可重述的变化", mend_zh="更正数据后请先重新运行，再重述。",
    )  # fmt: skip


def _contradicted(year: int, cause: Cause, moved_by: tuple[Cause, ...]) -> BadRequest:
    names = "、".join(f"{CAUSE_ZH[c]}({c})" for c in moved_by)
    return BadRequest(
        f"{year} did not change because of {cause}: what changed is {', '.join(moved_by)}", where="cause",
        mend=f"Give the cause that did: {' or '.join(moved_by)}.",
        zh=f"{year}年的变化不是{CAUSE_ZH[cause]}所致，实际变化为：{names}", mend_zh=f"请改选原因：{names}。",
    )  # fmt: skip


@use_case("account.see")
def closings(services: Services, caller: Caller) -> tuple[Closing, ...]:
    """All versions of closed years, oldest first."""
    return _log(services).acts


@use_case("account.see")
def restated(services: Services, caller: Caller, year: int, version: int) -> pl.DataFrame:
    """What a version changed against the one before (DIFFERENCE), as far as the caller sees. Raises NotFound."""
    act = next((a for a in _log(services).acts if (a.year, a.version) == (year, version)), None)
    table = None if act is None else services.columns.result(act.kept, "difference")
    if table is None:
        raise NotFound(
            f"{year} has no restatement {version}", where="version", mend="Choose one of the list.",
            zh=f"{year}年没有第{version}版重述", mend_zh="请从版本列表中选择。",
        )  # fmt: skip
    return _seen(services, caller, table)


@use_case("period.restate", writes=False)
def pending(services: Services, caller: Caller) -> tuple[Pending, ...]:
    """Closed years that would be other now, with what would change."""
    require_everything(caller, "period.restate", services.settings.area)
    run_id = services.records.pointed(CURRENT)
    would = None if run_id is None else services.columns.result(run_id, WOULD_BE)
    if would is None or would.is_empty():
        return ()
    moved = set(would["period"].str.head(4))  # the run keeps the lines of years that are other, whole, and of no other
    years = (held for year, held in closed_years(services).items() if str(year) in moved)
    return tuple(_pending(services, held, str(run_id), would) for held in years)


def _pending(services: Services, held: Closing, run_id: str, would: pl.DataFrame) -> Pending:
    before, after = _lines(services, held), of_year(would, held.year)
    changed = _changed(services, held, run_id)
    moved = differences(before, after, changed)
    root = (pl.col("subject_id") == services.settings.area) & (pl.col("measure") == "co2_total_t")
    whole = root & (pl.col("item") == TOTAL) & (pl.col("period") == str(held.year)) & (pl.col("subject_kind") == "area")
    one, other = (
        f.filter(whole).select(pl.coalesce("value", "partial")).to_series().to_list() for f in (before, after)
    )
    causes = dict(moved.group_by("cause").len().sort("cause").iter_rows())
    return Pending(
        year=held.year, version=held.version, lines=moved.height, before=one[0] if one else None,
        after=other[0] if other else None, unit="tCO2", causes=causes,
        moved_by=_moved_by(services, held, run_id, causes_of(before, after, changed)),
    )  # fmt: skip


def _seen(services: Services, caller: Caller, table: pl.DataFrame) -> pl.DataFrame:
    """Single firms in the caller's scope; sums only for who sees all: a difference of sums would tell a firm's."""
    if sees_all(services, caller):
        return table
    return seen_rows(services, caller, table.filter(pl.col("subject_kind") == "enterprise"))


# -- what the account asks ---------------------------------------------------------------------------------------------


def closed_years(services: Services) -> dict[int, Closing]:
    """The version in force of each closed year."""
    return {a.year: a for a in _log(services).acts}


def closed_key(services: Services) -> str:
    """What an account depends on beside its data: which versions of closed years are in force."""
    return services.records.pointed(_POINTER) or ""


def held_facts(services: Services) -> pl.DataFrame:
    """All facts, those of closed years as they were known when the year was closed (or last restated).

    What came in later for a closed year moves nothing that is computed from these; it waits in ``pending``.
    """
    closed = closed_years(services)
    if not closed:
        return services.columns.facts()
    version = (delivered(services), closed_key(services))
    return services.memory.get("closings.facts", version, lambda: _held_facts(services, closed))


def _held_facts(services: Services, closed: dict[int, Closing]) -> pl.DataFrame:
    facts = services.columns.facts()
    year = pl.col("period").str.head(4)
    parts = [facts.filter(~year.is_in([str(y) for y in closed]))]
    for held in closed.values():
        own, known = of_year(facts, held.year), services.columns.result(held.kept, "facts")
        if known is None:  # closed before facts were kept
            parts.append(own.filter(pl.col("recorded_at") <= held.at))
        else:
            parts.append(own.join(known, on="fact_id", how="semi", maintain_order="left"))
    return pl.concat(parts)


def held_batches(services: Services, year: int | None) -> list[Batch]:
    """What had come in when a year was closed (or last restated); of an open year all that has."""
    held = None if year is None else closed_years(services).get(year)
    return [b for b in services.records.batches() if held is None or b.imported_at <= held.at]


def closed_lines(services: Services) -> dict[int, pl.DataFrame]:
    """The lines of closed years by year."""
    return {year: _lines(services, held) for year, held in closed_years(services).items()}


def _lines(services: Services, held: Closing) -> pl.DataFrame:
    lines = services.columns.result(held.kept, "lines")
    if lines is None:
        raise NotFound(f"the lines of {held.kept} are gone", mend="Restore a backup: dafeng doctor tells more.")
    return lines


def _no_lines(year: int) -> NotFound:
    return NotFound(
        f"the current run has no lines of {year}", where="year", mend="Run first: dafeng run.",
        zh=f"当前运算没有{year}年的结果", mend_zh="请先运行。",
    )  # fmt: skip


def _append(
    services: Services, caller: Caller, year: int, run_id: str, lines: pl.DataFrame, why: str, cause: Cause | None,
    also: tuple[Cause, ...] = (),
) -> Closing:  # fmt: skip
    if not why.strip() or len(why) > _LONGEST:
        raise BadRequest(
            "say why", where="why", mend=f"A reason of 1 to {_LONGEST} characters.",
            zh="请说明原因", mend_zh=f"原因为1至{_LONGEST}字。",
        )  # fmt: skip
    before = services.records.pointed(_POINTER)
    log = _read(services, before)
    version = 1 + sum(1 for a in log.acts if a.year == year)
    act = Closing(
        year=year,
        version=version,
        run_id=run_id,
        who=caller.name,
        at=services.clock.now(),
        why=why.strip(),
        cause=cause,
        also=also,
    )
    text = msgspec.json.encode(_Log(before=before, acts=(*log.acts, act)))
    sha = hashlib.sha256(text).hexdigest()
    services.columns.put_bytes(sha, text)
    services.columns.put_result(act.kept, "lines", lines)
    services.columns.put_result(act.kept, "facts", _known_to(services, run_id, year))
    if not services.records.repoint(_POINTER, before, sha):
        raise StaleRecord(
            "somebody else closed or restated a year at this moment", where="year", mend="Look again, then repeat.",
            zh="其他人刚刚封账或重述", mend_zh="请刷新后重试。",
        )  # fmt: skip
    return act


def _known_to(services: Services, run_id: str, year: int) -> pl.DataFrame:
    """fact_id of the year's figures that held when the run was made: what came in since it does not know."""
    facts = services.columns.facts()
    made = max((r.created_at for r in services.records.runs() if r.run_id == run_id), default=None)
    if made is not None:
        facts = facts.filter(pl.col("recorded_at") <= made)
    return current(of_year(facts, year)).select("fact_id").sort("fact_id")


def _log(services: Services) -> _Log:
    return _read(services, services.records.pointed(_POINTER))


def _read(services: Services, sha: str | None) -> _Log:
    if sha is None:
        return _Log(before=None, acts=())
    return services.memory.get("closings", sha, lambda: msgspec.json.decode(services.columns.get_bytes(sha), type=_Log))

"""What is due 应报: derived from the registry, the rule of terms, the facts there are and the filings under way."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date

import msgspec
import polars as pl

from dafeng.act.machine import machine
from dafeng.act.terms import Duty, level, terms
from dafeng.app.cases import Urgency, iso, known_registry, store, urgency, visible_firms
from dafeng.app.filing.draft import facts_of
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import use_case, within
from dafeng.app.services import Services
from dafeng.app.versions import delivered
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound
from dafeng.base.periods import Period
from dafeng.collect.contracts import DELIVERIES
from dafeng.registry.enterprises import subject_attributes

_MOST = 500  # dues in one answer; longer lists are the table ``dues``
_WINDOW_MONTHS = 13  # how far the list looks back where no year is asked for
_SILENT = ("closed", "building")  # operating states that owe nothing
DUE_STATES: dict[str, Words] = {
    "not_due": Words("未到期", "not due yet"),
    "due": Words("待填报", "due"),
    "late": Words("逾期", "late"),
    **{k: Words(s.zh, s.en) for k, s in machine("filing").states.items()},
    "imported": Words("导入确认", "confirmed by import"),
}
_OPEN = ("due", "late", "draft", "returned")  # states that wait for the firm
_DONE = ("confirmed", "imported")
_UNSENT = ("draft", "returned")  # states of a filing that is not handed in
DUE_SCHEMA = pl.Schema(
    {
        "enterprise_id": pl.String(),
        "name": pl.String(),
        "area_code": pl.String(),
        "contract": pl.String(),
        "period": pl.String(),
        "every": pl.String(),
        "term": pl.Date(),
        "state": pl.String(),
        "late": pl.Boolean(),
        "days_left": pl.Int64(),
        "level": pl.String(),
        "case_id": pl.String(),
    }
)


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """One table that a firm owes for one period."""

    enterprise_id: str
    enterprise_name: str
    contract: str
    contract_name: Words
    period: str
    period_name: Words
    term: str
    state: str
    state_name: Words
    late: bool
    urgency: Urgency | None
    filing_id: str | None


class DuePeriod(msgspec.Struct, frozen=True, kw_only=True):
    """How many tables of a period are owed: open ones (of them late), and those that are with a reviewer or done."""

    period: str
    name: Words
    of: int
    open: int
    late: int
    under_way: int
    done: int


class Dues(msgspec.Struct, frozen=True, kw_only=True):
    """What is due, the nearest term first; total counts all, also of a list that was cut. rule: its source."""

    items: tuple[Due, ...]
    total: int
    rule: str
    rule_status: str
    periods: tuple[DuePeriod, ...]  # the latest first
    last_closed: str | None  # the latest month that is over


@use_case("filing.see")
def dues(
    services: Services, caller: Caller, enterprise_id: str | None = None, year: int | None = None, most: int = _MOST
) -> Dues:
    """What is due from the firms of the caller's scope (or one of them), of a year or of the last thirteen months.

    Raises NotFound for an enterprise out of scope, RuleNotInForce for a year without a rule.
    """
    frame = dues_frame(services, caller, year)
    if enterprise_id is not None:
        if enterprise_id not in visible_firms(services, caller):
            raise NotFound(
                f"there is no enterprise {enterprise_id}",
                mend="Choose one of the list of enterprises.",
                zh=f"没有企业{enterprise_id}",
                mend_zh="请从企业列表中选择。",
            )
        frame = frame.filter(pl.col("enterprise_id") == enterprise_id)
    day = services.clock.today()
    items = tuple(_due(row, day) for row in frame.head(most).iter_rows(named=True))
    periods = _by_period(frame)
    closed = next((p.period for p in periods if len(p.period) == len("2025-01")), None)
    return Dues(
        items=items, total=frame.height, rule=terms().source, rule_status=terms().status, periods=periods,
        last_closed=closed,
    )  # fmt: skip


def _by_period(frame: pl.DataFrame) -> tuple[DuePeriod, ...]:
    """The dues of periods that are over, counted by period."""
    over = frame.filter(pl.col("state") != "not_due")
    rows = over.group_by("period").agg(
        of=pl.len(),
        open=pl.col("state").is_in(_OPEN).sum(),
        late=pl.col("late").sum(),
        done=pl.col("state").is_in(_DONE).sum(),
    )
    return tuple(
        DuePeriod(name=_period_words(r["period"]), under_way=r["of"] - r["open"] - r["done"], **r)
        for r in rows.sort("period", descending=True).to_dicts()
    )


def _period_words(code: str) -> Words:
    return Words(Period.parse(code).zh, code)


@within
def dues_frame(services: Services, caller: Caller, year: int | None = None) -> pl.DataFrame:
    """The dues of the caller's scope (DUE_SCHEMA): open ones first by term, then those that are done, latest first."""
    day = services.clock.today()
    every = services.memory.get(("cases.dues", year), dues_version(services), lambda: _every_due(services, year, day))
    return every.filter(pl.col("enterprise_id").is_in(list(visible_firms(services, caller))))


def dues_version(services: Services, firm: str | None = None) -> Hashable:
    """Changes with what is owed, what came in and how far each filing (of one ``firm``) is; not with what is typed into
    a draft."""
    day = services.clock.today()
    if services.cases is None:
        return (delivered(services), day)
    heads, digest = _filings(services)
    if firm is not None:
        digest = _digest(heads.filter(pl.col("enterprise_id") == firm))
    return (delivered(services), day, digest)


def _digest(heads: pl.DataFrame) -> tuple[int, int]:
    return heads.height, int(heads.hash_rows(seed=1).sum() or 0)


def _filings(services: Services) -> tuple[pl.DataFrame, tuple[int, int]]:
    """Every filing: whose, which table and period, its case and state; and a digest of it."""

    def made() -> tuple[pl.DataFrame, tuple[int, int]]:
        heads = store(services).heads("filing").select(
            pl.col("subject_id").alias("enterprise_id"), pl.col("form").alias("contract"), "period", "case_id",
            held=pl.col("state"), again=pl.when(pl.col("state") == "returned").then("term"),
        )  # fmt: skip
        return heads, _digest(heads)

    return services.memory.get("cases.filings", store(services).revision(), made)


def _window(year: int | None, day: date) -> tuple[date, date]:
    if year is not None:
        return date(year, 1, 1), date(year, 12, 31)
    months = day.year * 12 + day.month - 1 - _WINDOW_MONTHS
    return date(months // 12, months % 12 + 1, 1), Period.month(day.year, day.month).last


def _every_due(services: Services, year: int | None, day: date) -> pl.DataFrame:
    owed = services.memory.get(("cases.owed", year), (delivered(services), day), lambda: _owed(services, year, day))
    joined = owed.join(_filings(services)[0], on=["enterprise_id", "contract", "period"], how="left")
    return _with_states(joined, day).select(list(DUE_SCHEMA)).cast(DUE_SCHEMA)


def _owed(services: Services, year: int | None, day: date) -> pl.DataFrame:
    """What is owed and whether it came in, whatever was filed since."""
    first, last = _window(year, day)
    parts = [_of_duty(services, duty, terms().periods(duty, first, last)) for duty in terms().duties]
    return pl.concat([pl.DataFrame(schema=_OWED), *parts])


_OWED = pl.Schema(
    {
        "enterprise_id": pl.String(),
        "name": pl.String(),
        "area_code": pl.String(),
        "contract": pl.String(),
        "period": pl.String(),
        "every": pl.String(),
        "term": pl.Date(),
        "over": pl.Date(),
        "delivered": pl.Boolean(),
    }
)


def _of_duty(services: Services, duty: Duty, periods: Sequence[Period]) -> pl.DataFrame:
    """Who owes what under one duty, and whether it came in by an import."""
    rows = [(p.code, duty.term(p), p.last) for p in periods]
    grid = pl.DataFrame(rows, schema={"period": pl.String, "term": pl.Date, "over": pl.Date}, orient="row")
    registry = known_registry(services).enterprises
    firms = registry.select("enterprise_id").unique(maintain_order=True)
    pairs = firms.join(grid, how="cross")
    known = subject_attributes(pairs, registry)
    owes = pl.any_horizontal(pl.col(list(duty.who)).fill_null(False)) & ~pl.col("status").is_in(_SILENT).fill_null(
        False
    )
    held = known.filter(owes).select("enterprise_id", "period", "name", "area_code")
    came = _delivered(services, duty).with_columns(delivered=pl.lit(True))
    if duty.of_last_year:
        begun, came = _again(services, duty)
        held = held.join(begun, on=["enterprise_id", "period"], how="semi")
    if duty.of_makers:
        held = held.join(came.select("enterprise_id").unique(), on="enterprise_id", how="semi")
    return (
        pairs.join(held, on=["enterprise_id", "period"], how="inner")
        .join(came, on=["enterprise_id", "period"], how="left")
        .with_columns(
            pl.col("delivered").fill_null(False),
            contract=pl.lit(duty.contract),
            every=pl.lit(duty.every),
        )
        .select(list(_OWED))
        .cast(_OWED)
    )


def _delivered(services: Services, duty: Duty) -> pl.DataFrame:
    """enterprise_id, period of which a value of the duty's measures is there; a year also by its twelve months."""
    facts = facts_of(services, _of_measures(duty)).drop_nulls("value")
    came = facts.select(pl.col("subject_id").alias("enterprise_id"), "period").unique()
    if not duty.months_suffice:
        return came
    months = came.filter(pl.col("period").str.len_chars() == 7).with_columns(pl.col("period").str.head(4))
    whole = months.group_by("enterprise_id", "period").agg(months=pl.len()).filter(pl.col("months") == 12)
    return pl.concat([came, whole.select("enterprise_id", "period")]).unique()


def _of_measures(duty: Duty) -> pl.Expr:
    heads = [pl.col("measure").str.starts_with(m) for m in duty.measures if m.endswith(":")]
    named = pl.col("measure").is_in([m for m in duty.measures if not m.endswith(":")])
    return (pl.col("subject_kind") == "enterprise") & pl.any_horizontal(named, *heads)


def _again(services: Services, duty: Duty) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Who owes a year because figures came for the year before or for some of this one, and of whom all came again:
    enterprise_id, period each; the latter with ``delivered``. A figure that was told to be missing has come."""
    key = ["enterprise_id", "measure", "item"]
    year = pl.col("period").str.head(4).cast(pl.Int32)
    came = facts_of(services, _of_measures(duty)).select(pl.col("subject_id").alias("enterprise_id"), *key[1:], year)
    came = came.unique()
    asked = came.with_columns(pl.col("period") + 1)
    lacking = asked.join(came, on=[*key, "period"], how="anti").select("enterprise_id", "period").unique()
    there = came.select("enterprise_id", "period").unique()
    owed = pl.concat([there, asked.select("enterprise_id", "period")]).unique()
    whole = there.join(lacking, on=["enterprise_id", "period"], how="anti")
    texts = (frame.with_columns(pl.col("period").cast(pl.String)) for frame in (owed, whole))
    first, second = texts
    return first, second.with_columns(delivered=pl.lit(True))


def _with_states(owed: pl.DataFrame, day: date) -> pl.DataFrame:
    owed = owed.with_columns(term=pl.coalesce("again", "term"))  # who was sent back has the term of the return
    now = pl.lit(day)
    late = now > pl.col("term")
    untouched = pl.when(now <= pl.col("over")).then(pl.lit("not_due"))
    told_late = untouched.when(late).then(pl.lit("late")).otherwise(pl.lit("due"))
    state = pl.when(pl.col("held").is_not_null()).then("held").when("delivered").then(pl.lit("imported"))
    told = owed.with_columns(state=state.otherwise(told_late), days_left=(pl.col("term") - now).dt.total_days())
    unsent = pl.col("state").is_in(["not_due", "due", "late", *_UNSENT])
    levels = {t: (found.id if (found := level(day, t)) else None) for t in told["term"].unique().to_list()}
    level_of = pl.col("term").replace_strict(list(levels), list(levels.values()), return_dtype=pl.String)
    done = pl.col("state").is_in(["confirmed", "imported"])
    return told.with_columns(
        late=late & unsent, level=pl.when(unsent).then(level_of if levels else pl.lit(None, pl.String)), done=done
    ).sort("done", pl.when("done").then(-pl.col("days_left")).otherwise("days_left"), "name", "contract")


def _due(row: dict[str, object], day: date) -> Due:
    period, term, contract = Period.parse(str(row["period"])), row["term"], str(row["contract"])
    assert isinstance(term, date)
    state = str(row["state"])
    done = not row["level"]
    return Due(
        enterprise_id=str(row["enterprise_id"]),
        enterprise_name=str(row["name"]),
        contract=contract,
        contract_name=contract_words(contract),
        period=period.code,
        period_name=Words(period.zh, period.code),
        term=iso(term) or "",
        state=state,
        state_name=DUE_STATES[state],
        late=bool(row["late"]),
        urgency=None if done else urgency(day, term),
        filing_id=None if row["case_id"] is None else str(row["case_id"]),
    )


def contract_words(contract: str) -> Words:
    """The name of a delivered table in both languages."""
    return Words(DELIVERIES[contract].contract.zh, contract.replace("_", " "))

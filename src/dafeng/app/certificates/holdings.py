"""Use cases of the certificate ledger 绿证台账: what a firm holds and has claimed by month, and scope 2 twice."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from dafeng.account.activity import activity
from dafeng.account.certificates.ledger import EXPIRED, FREE, RETIRED, balance, standing
from dafeng.account.certificates.market_based import (
    MARKET_SCHEMA,
    Residual,
    claimed_by_month,
    residual_of,
    scope2,
    year_of,
)
from dafeng.account.lines import TOTAL, status_rank
from dafeng.app.accounts.accounting import every_line
from dafeng.app.cases import firm_row, known_registry, visible_firms
from dafeng.app.certificates.entry import ledger_store
from dafeng.app.certificates.shapes import (
    CertificateBook,
    CertificateCounts,
    EndingSoon,
    KindName,
    MonthBalance,
    PurposeUse,
    PurposeView,
    YearBalance,
)
from dafeng.app.pages.english import source_words
from dafeng.app.pages.english_notes import note_en
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import may, use_case, within
from dafeng.app.ports import CURRENT
from dafeng.app.services import Services
from dafeng.app.versions import delivered
from dafeng.base.callers import Caller
from dafeng.base.error_words import in_chinese
from dafeng.base.errors import BadRequest, NotFound
from dafeng.base.provenance import worst
from dafeng.collect.facts import current
from dafeng.rules.certificates import CertificateRules, packaged_certificate_rules
from dafeng.rules.records import Name
from dafeng.rules.rulebook import packaged_rulebook

_SOON = 60  # lines of what ends soon that a page shows
GREEN_POWER = "renewable_electricity_used_mwh"  # what firms report beside the ledger
_NO_MONTHS = pl.DataFrame(schema={n: MARKET_SCHEMA[n] for n in MARKET_SCHEMA.names()})


@dataclass(frozen=True)
class Books:
    """The ledger as the caller sees it: parts on a day, of the firms of his scope."""

    rules: CertificateRules
    day: date
    parts: pl.DataFrame
    firms: frozenset[str]


@within
def seen_parts(services: Services, caller: Caller, day: date | None = None, enterprise_id: str | None = None) -> Books:
    """The parts whose holder, or claimant, lies in the caller's scope. Raises NotFound for a firm outside it."""
    if enterprise_id is not None:
        firm_row(services, caller, enterprise_id)
    rules, store = packaged_certificate_rules(), ledger_store(services)
    day = day or services.clock.today()
    whole = services.memory.get(
        ("certificates.parts", day), (store.revision(), rules.version), lambda: standing(store.ledger(), rules, day)
    )
    mine = visible_firms(services, caller) if enterprise_id is None else frozenset({enterprise_id})
    seen = pl.col("holder").is_in(list(mine)) | pl.col("claimant").is_in(list(mine))
    return Books(rules, day, whole.filter(seen), mine)


def ledger_version(services: Services) -> Hashable:
    """Changes whenever the ledger, the registry or what was delivered does."""
    return (ledger_store(services).revision(), delivered(services))


def electricity_of(services: Services) -> pl.DataFrame:
    """Net purchased electricity and its location-based CO2, of every firm and month (of years where only these come).

    subject_id, period, electricity_mwh (null = missing), location_t (of the current run; null = missing), rank.
    """
    return services.memory.get("certificates.electricity", delivered(services), lambda: _electricity(services))


def _electricity(services: Services) -> pl.DataFrame:
    facts = services.columns.facts().filter(pl.col("item") == "electricity", pl.col("subject_kind") == "enterprise")
    rows = activity(current(facts), packaged_rulebook()).rows
    named = rows.select("subject_id", "period", "monthly", "rank", "year", electricity_mwh="amount")
    has_months = pl.col("monthly").any().over("subject_id", "year")
    kept = named.filter(pl.col("monthly") | ~has_months)
    joined = kept.join(_located(services), on=["subject_id", "period"], how="left")
    return joined.select(
        "subject_id",
        "period",
        "electricity_mwh",
        "location_t",
        rank=pl.max_horizontal("rank", pl.col("located_rank").fill_null(0)).cast(pl.Int64),
    )


def _located(services: Services) -> pl.DataFrame:
    """The location-based lines of the current run; none before the first."""
    empty = pl.DataFrame(
        schema={"subject_id": pl.String, "period": pl.String, "location_t": pl.Float64, "located_rank": pl.UInt8}
    )
    run_id = services.records.pointed(CURRENT)
    if run_id is None:
        return empty
    lines = every_line(services, run_id).filter(
        pl.col("subject_kind") == "enterprise",
        pl.col("measure") == "co2_electricity_t",
        pl.col("item") == TOTAL,  # the line of energy items or those of the firm's methods
    )
    return lines.select("subject_id", "period", location_t="value", located_rank=status_rank())


# -- one firm, or all --------------------------------------------------------------------------------------------------


@use_case("certificate.see")
def certificate_book(
    services: Services,
    caller: Caller,
    enterprise_id: str | None = None,
    year: int | None = None,
    day: date | None = None,
) -> CertificateBook:
    """The ledger of a firm (of all the caller sees where none is named), month by month of a year, as of a day.

    Raises NotFound for a firm outside the scope, BadRequest for a day to come.
    """
    today = services.clock.today()
    if day is not None and day > today:
        raise BadRequest(
            f"{day} is still to come",
            where="day",
            mend="Ask for today or a day before.",
            zh=f"{day}在将来，台账尚未发生",
            mend_zh="请选择今天或以前的日期。",
        )
    books = seen_parts(services, caller, day, enterprise_id)
    year = year or _last_year(books, today)
    held = books.parts.filter(pl.col("holder").is_in(list(books.firms)))
    ending, more = _ending(services, books, held)
    names = _firm_names(services)
    market = market_months(services, books, enterprise_id, year) if enterprise_id is not None else _NO_MONTHS
    return CertificateBook(
        day=books.day.isoformat(),
        year=year,
        enterprise_id=enterprise_id,
        name=names.get(enterprise_id or "", enterprise_id or ""),
        totals=_counts(held),
        months=_months(books, held, market, year),
        whole_year=_whole_year(services, market, enterprise_id, year) if enterprise_id is not None else None,
        ending=ending,
        ending_more=more,
        purposes=tuple(
            PurposeView(id=p.id, name=_words(p.name), electricity=p.electricity) for p in books.rules.purposes
        ),
        kinds=tuple(KindName(id=k.id, name=_words(k.name)) for k in books.rules.kinds),
        firms=_firms(services, caller, names),
        warnings=_warnings(services, books, enterprise_id, market, year),
        may_claim=may(caller, "certificate.claim"),
        may_settle=may(caller, "certificate.settle"),
        may_enter=may(caller, "data.import"),
        synthetic=services.settings.demonstration,
    )


@use_case("certificate.see")
def scope2_months(services: Services, caller: Caller, enterprise_id: str, year: int) -> pl.DataFrame:
    """Scope 2 of a firm by both methods, month by month (MARKET_SCHEMA). Raises NotFound."""
    return market_months(services, seen_parts(services, caller, None, enterprise_id), enterprise_id, year)


def market_months(services: Services, books: Books, enterprise_id: str | None, year: int) -> pl.DataFrame:
    """Both methods for one firm's year, as MARKET_SCHEMA."""
    bought = electricity_of(services).filter(
        pl.col("subject_id") == enterprise_id, pl.col("period").str.starts_with(str(year))
    )
    claimed = claimed_by_month(books.parts, books.rules, books.day).filter(
        pl.col("subject_id") == enterprise_id, pl.col("period").str.starts_with(str(year))
    )
    return scope2(bought, claimed, packaged_rulebook(), books.rules)


def claimed_mwh(parts: pl.DataFrame, claimant: str, purpose: str, month: date) -> float:
    """Electricity of the claims of one purpose on a month [MWh]."""
    rows = parts.filter(claimant=claimant, purpose=purpose, month=month)
    return float(rows["mwh"].sum())


def bought_mwh(services: Services, enterprise_id: str, month: date) -> float | None:
    """Net purchased electricity of a firm in a month [MWh]; None where it is missing."""
    rows = electricity_of(services).filter(subject_id=enterprise_id, period=f"{month:%Y-%m}")
    return None if rows.is_empty() else rows["electricity_mwh"][0]


def _months(books: Books, held: pl.DataFrame, market: pl.DataFrame, year: int) -> tuple[MonthBalance, ...]:
    made = balance(held.with_columns(m=pl.col("generation_month").dt.strftime("%Y-%m")), ["m"])
    counts = {r["m"]: _of(r) for r in made.iter_rows(named=True)}
    used = books.parts.filter(pl.col("claimant").is_in(list(books.firms)))
    used = used.group_by(m=pl.col("month").dt.strftime("%Y-%m"), purpose="purpose").agg(pl.col("mwh").sum())
    claims = {(r["m"], r["purpose"]): r["mwh"] for r in used.iter_rows(named=True)}
    rows = {r["period"]: r for r in market.iter_rows(named=True)}
    months = [f"{year}-{n:02d}" for n in range(1, 13)]
    months += [p for p in rows if len(p) == 4]  # a firm that delivers years only
    return tuple(_month(books, m, counts.get(m, _NOTHING), claims, rows.get(m)) for m in months)


def _month(
    books: Books,
    month: str,
    counts: CertificateCounts,
    claims: Mapping[tuple[str, str], float],
    row: Mapping[str, Any] | None,
) -> MonthBalance:
    bought = row["electricity_mwh"] if row else None
    uses = []
    for purpose in books.rules.purposes:
        claimed = claims.get((month, purpose.id), 0.0)
        left = None if bought is None else max(max(bought, 0.0) - claimed, 0.0)
        uses.append(PurposeUse(purpose=purpose.id, claimed_mwh=claimed, left_mwh=left))
    note = Words(row["note"], note_en(row["note"]) or row["note_en"]) if row and row["note"] else None
    return MonthBalance(
        month=month,
        generated=counts,
        electricity_mwh=bought,
        uses=tuple(uses),
        location_t=row["location_t"] if row else None,
        market_t=row["market_t"] if row else None,
        residual_factor=row["residual_factor"] if row else None,
        status=row["status"] if row else "official",
        note=note,
    )


def _whole_year(services: Services, market: pl.DataFrame, enterprise_id: str, year: int) -> YearBalance:
    due = 1 if market.filter(pl.col("period").str.len_chars() == 4).height else 12
    sums = year_of(market, due)
    factor = residual_of(packaged_rulebook(), packaged_certificate_rules(), f"{year}-01")
    return YearBalance(
        electricity_mwh=sums.electricity_mwh,
        claimed_mwh=sums.claimed_mwh,
        open_mwh=sums.open_mwh,
        location_t=sums.location_t,
        market_t=sums.market_t,
        status=worst([sums.status]),
        there=sums.there,
        due=sums.due,
        reported_mwh=_reported(services, enterprise_id, year),
        residual_source=factor.source or factor.note,
        residual_words=_factor_words(factor),
        residual_status=factor.status,
    )


def _factor_words(factor: Residual) -> Words:
    """The publication of the factor; where none is in force, why."""
    return source_words(factor.source) if factor.source else Words(in_chinese(factor.note) or factor.note, factor.note)


def _reported(services: Services, enterprise_id: str, year: int) -> float | None:
    """Renewable electricity of the year that the firm reports outside the ledger; None where it reports none."""
    facts = services.columns.facts().filter(
        pl.col("subject_id") == enterprise_id,
        pl.col("measure") == GREEN_POWER,
        pl.col("period").str.starts_with(str(year)),
    )
    rows = current(facts)
    yearly = rows.filter(pl.col("period") == str(year))["value"].drop_nulls()
    if len(yearly):
        return float(yearly.sum())
    months = rows.filter(pl.col("period").str.len_chars() == 7)["value"].drop_nulls()
    return float(months.sum()) if len(months) == 12 else None


# -- what a person should look at --------------------------------------------------------------------------------------


def _ending(services: Services, books: Books, held: pl.DataFrame) -> tuple[tuple[EndingSoon, ...], int]:
    """Free certificates whose validity ends within the warning days, the nearest first; and how many lines more."""
    last = books.day + timedelta(days=books.rules.warn_days)
    soon = held.filter(pl.col("state") == FREE, pl.col("valid_until") <= last)
    rows = soon.group_by("holder", "kind", "generation_month", "valid_until").agg(pl.col("count").sum())
    rows = rows.sort("valid_until", "holder", "generation_month", "kind")
    names = _firm_names(services)
    shown = tuple(
        EndingSoon(
            enterprise_id=r["holder"],
            name=names.get(r["holder"], r["holder"]),
            kind=r["kind"],
            count=r["count"],
            generation_month=f"{r['generation_month']:%Y-%m}",
            valid_until=r["valid_until"].isoformat(),
            days_left=(r["valid_until"] - books.day).days,
        )
        for r in rows.head(_SOON).iter_rows(named=True)
    )
    return shown, max(rows.height - _SOON, 0)


def _warnings(
    services: Services, books: Books, enterprise_id: str | None, market: pl.DataFrame, year: int
) -> tuple[Words, ...]:
    found = []
    lost = int(books.parts.filter(pl.col("state") == EXPIRED)["count"].sum())
    if lost:
        found.append(Words(f"已过期{lost:,}张，不能再声明", f"{lost:,} have expired and cannot be claimed any more"))
    claims = market.with_columns(all_mwh=pl.col("claimed_mwh") + pl.col("open_mwh"))
    over = claims.filter(pl.col("all_mwh") > pl.col("electricity_mwh").clip(lower_bound=0) + 1e-9)
    for row in over.iter_rows(named=True):
        found.append(
            Words(
                f"{row['period']}声明{row['all_mwh']:,.0f}兆瓦时，超过更正后的外购电量{row['electricity_mwh']:,.0f}兆瓦时",
                f"claims on {row['period']} are {row['all_mwh']:,.0f} MWh, more than the electricity as corrected, "
                f"{row['electricity_mwh']:,.0f} MWh",
            )
        )
    reported = _reported(services, enterprise_id, year) if enterprise_id is not None else None
    if reported is not None:
        mwh = float(books.parts.filter(pl.col("purpose") == "scope2", pl.col("month").dt.year() == year)["mwh"].sum())
        if reported > mwh + 0.5:
            found.append(
                Words(
                    f"{year}年报送可再生能源用电{reported:,.0f}兆瓦时，台账中范围二声明{mwh:,.0f}兆瓦时，"
                    f"其余{reported - mwh:,.0f}兆瓦时没有证书支持",
                    f"{reported:,.0f} MWh of renewable electricity are reported for {year}, {mwh:,.0f} MWh claimed for "
                    f"scope 2: no certificate supports the other {reported - mwh:,.0f} MWh",
                )
            )
    return tuple(found)


# -- small things ------------------------------------------------------------------------------------------------------

_NOTHING = CertificateCounts(held=0, free=0, claimed=0, retired=0, expired=0, mwh=0.0)


def _counts(parts: pl.DataFrame) -> CertificateCounts:
    rows = balance(parts.with_columns(all=pl.lit(value=True)), ["all"])
    return _of(rows.row(0, named=True)) if rows.height else _NOTHING


def _of(row: Mapping[str, Any]) -> CertificateCounts:
    return CertificateCounts(**{name: row[name] for name in CertificateCounts.__struct_fields__})


def _words(name: Name) -> Words:
    return Words(name.zh, name.en)


def _last_year(books: Books, today: date) -> int:
    """The year of the last month with certificates, else this one."""
    last = books.parts["generation_month"].max()
    return last.year if isinstance(last, date) else today.year


def _firm_names(services: Services) -> dict[str, str]:
    latest = known_registry(services).enterprises.sort("since").unique("enterprise_id", keep="last")
    return dict(latest.select("enterprise_id", "name").iter_rows())


def _firms(services: Services, caller: Caller, names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Firms to choose from: those with certificates; of a caller who claims for a few, all of these."""
    books = seen_parts(services, caller)
    few = books.firms if len(books.firms) <= _SOON else frozenset()
    held = set(books.parts["holder"].to_list()) & books.firms
    return tuple((id, names.get(id, id)) for id in sorted(held | few))


def retired_mwh(parts: pl.DataFrame) -> float:
    """Electricity of what is retired [MWh]."""
    return float(parts.filter(pl.col("state") == RETIRED)["mwh"].sum())


@use_case("rules.see")
def certificate_rules(services: Services, caller: Caller) -> CertificateRules:
    """The rules of certificates: kinds, validity, months, bars, factors, each with date, source and status."""
    return packaged_certificate_rules()


def claim_named(services: Services, claim_id: str, firms: Sequence[str]) -> dict[str, Any]:
    """The head of a claim whose claimant is among the firms. Raises NotFound, in the same words for a foreign one."""
    claims = ledger_store(services).ledger().claims.filter(claim_id=claim_id)
    if claims.is_empty() or claims["claimant"][0] not in firms:
        raise NotFound(
            f"there is no claim {claim_id[:60]}",
            mend="Open it from the list.",
            zh="没有这项绿证声明",
            mend_zh="请从列表中打开。",
        )
    return claims.row(0, named=True)

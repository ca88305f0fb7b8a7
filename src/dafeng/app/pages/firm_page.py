"""Use case of one enterprise 企业页: energy and carbon by month, fuel and scope, intensity, what is missing and due."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from dafeng.account.certificates.market_lines import MEASURE as MARKET
from dafeng.account.lines import CO2_PARTS, MEASURES
from dafeng.app.filing.dues import dues, dues_version
from dafeng.app.pages.english import area_en, industry_en
from dafeng.app.pages.figures import NO_DATA, change_words, line_figure, no_figure, sentence, tonnes, why_missing
from dafeng.app.pages.firms import FirmPage, FirmRow, Gap
from dafeng.app.pages.known import CALORIFIC, CO2, ENERGY, Known, known, sight_of
from dafeng.app.pages.parts import fuel_parts
from dafeng.app.pages.series import line_series
from dafeng.app.pages.shapes import Figure, Part, Point, Series, Words
from dafeng.app.permission import may, use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound
from dafeng.report.wording import number

_MONTH = re.compile(r"\d{4}-\d{2}")
_UNITS = {CO2: "tCO2", ENERGY: "tce", CALORIFIC: "tce"}
_PER = ("value_added_constant", "output_value_current")  # 万元
_PER_WORDS = {
    "value_added_constant": Words(
        zh="单位增加值(可比价)二氧化碳排放", en="CO2 per unit of value added, constant prices"
    ),
    "output_value_current": Words(zh="单位产值二氧化碳排放", en="CO2 per unit of output value"),
}


@use_case("registry.see")
def enterprise_page(services: Services, caller: Caller, enterprise_id: str, year: int | None = None) -> FirmPage:
    """One enterprise in one year (the last where it is left out).

    Raises NotFound for an id that is unknown, and in the same words for one out of the caller's sight.
    """
    facts = known(services, caller)
    rows = facts.registry.enterprises.filter(pl.col("enterprise_id") == enterprise_id)
    if rows.is_empty() or enterprise_id not in facts.codes:
        mend = "Choose one of the list of enterprises."
        raise NotFound(
            f"there is no enterprise {enterprise_id}",
            where="enterprise",
            mend=mend,
            zh=f"没有企业{enterprise_id}",
            mend_zh="请从企业列表中选择。",
        )
    year, today = facts.year(year), services.clock.today()
    name = ("pages.firm", sight_of(caller), enterprise_id, year)
    version = (facts.revision, dues_version(services, enterprise_id), today)
    return services.memory.get(name, version, lambda: _Firm(facts, rows.sort("since"), enterprise_id, year).page(today))


@dataclass(frozen=True)
class _Firm:
    """One enterprise and a year, with what is known of it."""

    known: Known
    rows: pl.DataFrame  # its dated rows, oldest first
    id: str
    year: int

    def page(self, today: date) -> FirmPage:
        known, row = self.known, self._row()
        yearly = known.lines.yearly.filter((pl.col("subject_kind") == "enterprise") & (pl.col("subject_id") == self.id))
        monthly = known.lines.monthly.filter(
            (pl.col("subject_kind") == "enterprise") & (pl.col("subject_id") == self.id)
        )
        years = tuple(sorted(int(y) for y in yearly["period"].unique()))
        figures = tuple((_name(m), self._total(yearly, m, self.year)) for m in (CO2, ENERGY, CALORIFIC))
        scopes = self._scopes(yearly)
        facts = own_facts(known, self.id)
        intensity = self._intensity(yearly, facts, years)
        missing = self._all_missing(yearly, monthly)
        shown = [f.status for _, f in figures if f.value is not None]
        return FirmPage(
            enterprise_id=self.id,
            name=row["name"],
            uscc=row["uscc"],
            area_code=row["area_code"] or "",
            area_name=known.registry.area_name(row["area_code"]) if row["area_code"] else "",
            area_en=area_en(known.registry.area_name(row["area_code"])) if row["area_code"] else "",
            industry_code=row["industry_code"] or "",
            industry_name=(industry := _industry(known, row["industry_code"])),
            industry_en=industry_en(row["industry_code"], industry) or "",
            key_user=row["key_user"],
            above_scale=row["above_scale"],
            synthetic=bool(row["synthetic"]),
            year=self.year,
            years=years,
            sentence=self._sentence(row["name"], yearly, scopes, missing),
            figures=(*figures, *self._ratios(intensity), *self._market(yearly)),
            monthly_co2=self._months(monthly, CO2),
            monthly_energy=self._months(monthly, ENERGY),
            yearly=tuple(
                line_series(m, _name(m), _UNITS[m], yearly.filter(measure=m), [str(y) for y in years])
                for m in (CO2, ENERGY, CALORIFIC)
            ),
            fuels=fuel_parts(known, "enterprise", self.id, self.year),
            scopes=scopes,
            intensity=intensity,
            missing=missing,
            due=self._due(yearly, monthly, today),
            batches=self._batches(facts),
            rows=tuple(self._dated(r) for r in self.rows.iter_rows(named=True)),
            source=known.source(*shown, partial=any(f.estimated for _, f in figures)),
        )

    def _row(self) -> Mapping[str, Any]:
        """The row in force at the end of the year; before its first row that one."""
        then = self.rows.filter(pl.col("since") <= date(self.year, 12, 31))
        return (then if then.height else self.rows.head(1)).row(-1, named=True)

    def _dated(self, row: Mapping[str, Any]) -> FirmRow:
        return FirmRow(
            since=str(row["since"]),
            until=None if row["until"] is None else str(row["until"]),
            name=row["name"],
            area=self.known.registry.area_name(row["area_code"]) if row["area_code"] else "",
            industry=(industry := _industry(self.known, row["industry_code"])),
            status=row["status"],
            area_en=area_en(self.known.registry.area_name(row["area_code"])) if row["area_code"] else "",
            industry_en=industry_en(row["industry_code"], industry) or "",
        )

    def _total(self, yearly: pl.DataFrame, measure: str, year: int) -> Figure:
        rows = yearly.filter((pl.col("measure") == measure) & (pl.col("period") == str(year)))
        return line_figure(rows.row(0, named=True)) if rows.height else no_figure(_UNITS[measure], str(year))

    def _months(self, monthly: pl.DataFrame, measure: str) -> tuple[Series, ...]:
        """The months of the year, and of the year before to compare with."""
        own, made = monthly.filter(measure=measure), []
        for year, kind in ((self.year, "actual"), (self.year - 1, "compare")):
            months = [f"{year}-{m:02d}" for m in range(1, 13)]
            name = Words(zh=f"{year}年", en=str(year))
            series = line_series(f"{measure}-{year}", name, _UNITS[measure], own, months)
            if kind == "actual" or any(p.value is not None for p in series.points):
                made.append(Series(key=series.key, name=name, unit=series.unit, kind=kind, points=series.points))  # type: ignore[arg-type]
        return tuple(made)

    def _scopes(self, yearly: pl.DataFrame) -> tuple[Part, ...]:
        """Combustion, process, electricity and heat of the year, with their share of the total."""
        total = self._total(yearly, CO2, self.year).value
        parts = []
        for measure in CO2_PARTS:
            rows = yearly.filter((pl.col("measure") == measure) & (pl.col("period") == str(self.year)))
            if rows.is_empty():
                continue
            figure = line_figure(rows.row(0, named=True))
            before = yearly.filter((pl.col("measure") == measure) & (pl.col("period") == str(self.year - 1)))
            share = figure.value / total if figure.value is not None and total and total > 0 else None
            old = before["value"][0] if before.height else None
            rate = figure.value / old - 1 if figure.value is not None and old is not None and old > 0 else None
            parts.append(Part(key=measure, name=_name(measure), figure=figure, share=share, change=rate))
        return tuple(parts)

    def _market(self, yearly: pl.DataFrame) -> tuple[tuple[Words, Figure], ...]:
        """Purchased power by the market-based method, which stands beside the total; of works with electricity."""
        rows = yearly.filter((pl.col("measure") == MARKET) & (pl.col("period") == str(self.year)))
        return ((_name(MARKET), line_figure(rows.row(0, named=True))),) if rows.height else ()

    def _intensity(self, yearly: pl.DataFrame, facts: pl.DataFrame, years: tuple[int, ...]) -> tuple[Series, ...]:
        """CO2 per value added and per output value by year, where the firm has delivered these."""
        co2 = {r["period"]: r for r in yearly.filter(measure=CO2).iter_rows(named=True)}
        made = []
        for measure in _PER:
            rows = facts.filter((pl.col("measure") == measure) & (pl.col("period").str.len_chars() == 4))
            by_year = dict(rows.select("period", "value").iter_rows())
            if any(v is not None for v in by_year.values()):
                points = tuple(_ratio(str(y), co2.get(str(y)), by_year.get(str(y))) for y in years)
                made.append(
                    Series(key=measure, name=_PER_WORDS[measure], unit="tCO2/万元", kind="actual", points=points)
                )
        return tuple(made)

    def _ratios(self, intensity: tuple[Series, ...]) -> tuple[tuple[Words, Figure], ...]:
        """The year's point of each intensity as a figure."""
        found = [(s, next((p for p in s.points if p.period == str(self.year)), None)) for s in intensity]
        return tuple(
            (
                s.name,
                Figure(
                    value=p.value,
                    unit=s.unit,
                    period=p.period,
                    status=p.status,
                    coverage=p.coverage,
                    node=p.node,
                    missing=NO_DATA if p.value is None else None,
                    estimated=p.value is not None and p.coverage is not None and p.coverage < 1,
                ),
            )
            for s, p in found
            if p is not None
        )

    def _missing(self, yearly: pl.DataFrame, monthly: pl.DataFrame, year: int, last: int) -> tuple[Gap, ...]:
        """Months of a year (up to ``last``) that are due and have no whole energy; the year where no month came."""
        months = [m for m in self._due_months(year) if int(m[5:]) <= last]
        if not months:
            return ()
        energy = monthly.filter((pl.col("measure") == ENERGY) & pl.col("period").str.starts_with(str(year)))
        if energy.is_empty():
            rows = yearly.filter((pl.col("measure") == ENERGY) & (pl.col("period") == str(year)))
            if rows.height and rows["value"][0] is not None and (rows["coverage"][0] or 0) >= 1:
                return ()
            why = why_missing(rows.row(0, named=True)) if rows.height else Words(zh="没有能源数据", en="no energy data")
            return (Gap(period=str(year), what=why, severity="error", href=self._filing()),)
        held = {r["period"]: r for r in energy.iter_rows(named=True)}
        return tuple(
            Gap(period=m, what=_why(held.get(m)), severity="error" if m not in held else "warning", href=self._filing())
            for m in months
            if m not in held or held[m]["value"] is None or (held[m]["coverage"] or 0) < 1
        )

    def _all_missing(self, yearly: pl.DataFrame, monthly: pl.DataFrame) -> tuple[Gap, ...]:
        """Months not here, and what cannot be worked out; never empty while the CO2 of the year is not whole."""
        found = (*self._failing(yearly), *self._missing(yearly, monthly, self.year, 12))
        co2 = yearly.filter((pl.col("measure") == CO2) & (pl.col("period") == str(self.year)))
        if found or co2.is_empty() or _whole(co2):
            return found
        why = why_missing(co2.row(0, named=True))
        return (Gap(period=str(self.year), what=why, severity="error", href=self._filing()),)

    def _failing(self, yearly: pl.DataFrame) -> tuple[Gap, ...]:
        """What was delivered for the year and cannot be worked out, each reason once with how many months have it."""
        of_year = yearly.filter(pl.col("measure").is_in([CO2, ENERGY]) & (pl.col("period") == str(self.year)))
        if of_year.is_empty() or _whole(of_year):
            return ()
        rows = self.known.lines.failing.filter(
            (pl.col("subject_id") == self.id) & (pl.col("period").str.slice(0, 4) == str(self.year))
        )
        reasons = rows.sort("period").group_by("note", maintain_order=True).agg(pl.col("period").unique())
        return tuple(
            Gap(period=_span(r["period"], self.year), what=why_missing(r), severity="error", href=self._filing())
            for r in reasons.iter_rows(named=True)
        )

    def _due_months(self, year: int) -> list[str]:
        """The months of a year in which data were due of the firm as it was registered then."""
        months = [f"{year}-{m:02d}" for m in range(1, 13)]
        where = self.known.placed_months(year).filter((pl.col("subject_id") == self.id) & pl.col("due"))
        return [m for m in months if m in set(where["period"].to_list())]

    def _due(self, yearly: pl.DataFrame, monthly: pl.DataFrame, today: date) -> tuple[Gap, ...]:
        """What has to come next: open dues of the filing, else months of this year that are over and not here."""
        open_dues = _open_dues(self.known, self.id)
        if open_dues is not None:
            return open_dues
        gaps = self._missing(yearly, monthly, today.year, today.month - 1) if today.year > self.year else ()
        return tuple(Gap(period=g.period, what=_awaited(g.period), severity="warning", href=g.href) for g in gaps)

    def _filing(self) -> str | None:
        return f"/filing?enterprise={self.id}" if may(self.known.caller, "filing.see") else None

    def _batches(self, facts: pl.DataFrame) -> tuple[tuple[str, str, str], ...]:
        """The deliveries that hold figures of the firm, latest first."""
        ids = set(facts["batch_id"].to_list())
        held = [b for b in self.known.services.records.batches() if b.batch_id in ids]
        ordered = sorted(held, key=lambda b: (b.imported_at, b.batch_id), reverse=True)
        return tuple((b.batch_id, b.file.rsplit("/", 1)[-1], b.imported_at.isoformat()) for b in ordered)

    def _sentence(self, name: str, yearly: pl.DataFrame, scopes: tuple[Part, ...], missing: tuple[Gap, ...]) -> Words:
        """The year's CO2, its change and what moved it; where it is not known, why, and the next step."""
        now, before = self._total(yearly, CO2, self.year), self._total(yearly, CO2, self.year - 1)
        if now.value is None:
            why, step = self._obstacle(yearly, now)
            return Words(
                zh=f"{self.year}年:{name}的二氧化碳排放不能给出:{why.zh}。下一步:{step.zh}。",
                en=f"{self.year}: the CO2 of {name} cannot be given: {why.en}. Next: {step.en}.",
            )
        mass = tonnes(now.value)
        comparable = before.value is not None and before.value > 0 and not now.estimated and not before.estimated
        rate = now.value / before.value - 1 if comparable and before.value else None
        opening = Words(
            zh=f"{self.year}年:{name}二氧化碳排放{mass.zh}", en=f"in {self.year} {name} emitted {mass.en} of CO2"
        )
        change = change_words(rate, Words(zh="上年", en="the year before"))
        return sentence(opening, change, self._cause(yearly, scopes, rate, before.value), _lacking(missing))

    def _obstacle(self, yearly: pl.DataFrame, total: Figure) -> tuple[Words, Words]:
        """Why the CO2 of the year is not known, and the next step: data to mend before data to deliver."""
        failing = self._failing(yearly)
        if not failing:
            return total.missing or NO_DATA, Words(zh="补报缺失的数据", en="deliver what is missing")
        why = Words(zh=";".join(g.what.zh for g in failing), en="; ".join(g.what.en for g in failing))
        energy = yearly.filter((pl.col("measure") == ENERGY) & (pl.col("period") == str(self.year)))
        if energy.height and _whole(energy):
            return why, Words(zh="按此更正已报的数据", en="correct the data delivered accordingly")
        return why, Words(
            zh="按此更正已报的数据,并补报缺失的数据",
            en="correct the data delivered accordingly, and deliver what is missing",
        )

    def _cause(
        self, yearly: pl.DataFrame, scopes: tuple[Part, ...], rate: float | None, whole: float | None
    ) -> Words | None:
        """The part of CO2 that moved most in the direction of the change."""
        if rate is None or not whole or abs(rate) < 5e-4:
            return None
        moved = []
        for part in scopes:
            before = self._total(yearly, part.key, self.year - 1).value if part.key in MEASURES else None
            if part.figure.value is not None and before is not None:
                moved.append((part, (part.figure.value - before) / whole * 100))
        with_it = [(p, m) for p, m in moved if m * rate > 0]
        if not with_it:
            return None
        part, points = max(with_it, key=lambda x: abs(x[1]))
        sign = "−" if points < 0 else ""
        size = number(abs(points), 2)
        return Words(
            zh=f"主要因{part.name.zh}(贡献{sign}{size}个百分点)",
            en=f"mainly by {part.name.en} ({sign}{size} percentage points)",
        )


def own_facts(known: Known, enterprise_id: str) -> pl.DataFrame:
    """The current facts of one enterprise in sight: measure, period, value, batch_id."""
    return known.firm_facts.filter(pl.col("subject_id") == enterprise_id)


def _ratio(period: str, line: Mapping[str, Any] | None, per: float | None) -> Point:
    if line is None or line["value"] is None or not per or per <= 0:
        return Point(period=period, value=None)
    return Point(
        period=period,
        value=line["value"] / per,
        status=line["status"],
        node=line["line_id"],
        coverage=line["coverage"],
    )


def _name(measure: str) -> Words:
    zh, en, _ = MEASURES[measure]
    return Words(zh=zh, en=en)


def _industry(known: Known, code: str | None) -> str:
    return known.industry_names.get(code or "", code or "")


def _open_dues(known: Known, enterprise_id: str) -> tuple[Gap, ...] | None:
    """What the firm still owes by the rule of terms; None where no filing is kept or it is not the caller's to see."""
    if known.services.cases is None or not may(known.caller, "filing.see"):
        return None
    found = dues(known.services, known.caller, enterprise_id).items
    return tuple(
        Gap(
            period=due.period,
            what=Words(
                zh=f"{due.contract_name.zh}:{due.state_name.zh}({due.term}前报)",
                en=f"{due.contract_name.en}: {due.state_name.en} (by {due.term})",
            ),
            severity="error" if due.late else "warning" if due.state in ("due", "returned") else "note",
            href=f"/filing/{due.filing_id}" if due.filing_id else f"/filing?enterprise={enterprise_id}",
        )
        for due in found
        if due.state not in ("not_due", "confirmed", "imported")
    )


def _awaited(period: str) -> Words:
    year, _, month = period.partition("-")
    when = (
        Words(zh=f"{year}年{int(month)}月", en=period) if month else Words(zh=f"{year}年已过各月", en=f"{year} to date")
    )
    return Words(zh=f"{when.zh}能源数据待报", en=f"energy data of {when.en} are due")


def _why(row: Mapping[str, Any] | None) -> Words:
    return Words(zh="未报", en="not delivered") if row is None else why_missing(row)


def _lacking(missing: tuple[Gap, ...]) -> Words | None:
    if not missing:
        return None
    months = {g.period for g in missing if _MONTH.fullmatch(g.period)}
    if not months:
        return Words(zh="本年度数据不全", en="the data of the year are not complete")
    some = "month is" if len(months) == 1 else "months are"
    return Words(zh=f"有{len(months)}个月的数据未报或不全", en=f"{len(months)} {some} missing or incomplete")


def _whole(rows: pl.DataFrame) -> bool:
    """Whether every one of the totals has a value to which nothing is lacking."""
    return bool((rows["value"].is_not_null() & (rows["coverage"].fill_null(0.0) >= 1)).all())


def _span(periods: list[str], year: int) -> str:
    """The period of a gap: the month where it is one month alone, else the year."""
    return periods[0] if len(periods) == 1 else str(year)

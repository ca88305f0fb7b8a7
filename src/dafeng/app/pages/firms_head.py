"""Use case of the head of the list of enterprises 企业列表导语: who has delivered, and how far to believe the sum."""

from __future__ import annotations

import polars as pl

from dafeng.app.filing.dues import contract_words, dues_frame
from dafeng.app.pages.delivery import delivery_of
from dafeng.app.pages.english import area_en
from dafeng.app.pages.figures import sentence, tonnes
from dafeng.app.pages.firms import EnterprisesHead
from dafeng.app.pages.known import CO2, Known, known
from dafeng.app.pages.overview import Delivery
from dafeng.app.pages.shapes import Figure, Words
from dafeng.app.pages.totals import area_total
from dafeng.app.permission import may, use_case
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.report.wording import coverage_percent

_SUMMED = "energy"  # the table that CO2 and energy are worked out of


@use_case("registry.see")
def enterprises_head(
    services: Services, caller: Caller, area: str | None = None, year: int | None = None
) -> EnterprisesHead:
    """The counts of the overview and its sum, for the area and year of the list. Raises NotFound for a strange area."""
    facts = known(services, caller)
    code, year = facts.area(area), facts.year(year)
    total, counts = area_total(facts, code, CO2, year), delivery_of(facts, code, year)
    late = None if counts is None else _other_tables(facts, code, year)
    return EnterprisesHead(
        area_code=code,
        area_name=facts.registry.area_name(code),
        year=year,
        words=_words(facts, code, year, total, counts),
        total=total,
        delivery=counts,
        other_tables=late,
    )


def _other_tables(known: Known, area: str, year: int) -> Words | None:
    """Firms late with tables that the sum does not need: why the list of dues counts more firms than are late here."""
    if known.services.cases is None or not may(known.caller, "filing.see"):
        return None
    inside = list(known.registry.tree.descendants(area))
    late = dues_frame(known.services, known.caller, year).filter(
        pl.col("late") & (pl.col("contract") != _SUMMED) & pl.col("area_code").is_in(inside)
    )
    counts = late.group_by("contract").agg(pl.col("enterprise_id").n_unique()).sort("contract").rows()
    if not counts:
        return None
    named = [(contract_words(contract), n) for contract, n in counts]
    return Words(
        zh=f"另有报表逾期,不影响上述合计:{'、'.join(f'{w.zh}{n}家' for w, n in named)}。",
        en=f"Also late, without bearing on that sum: {', '.join(f'{w.en} of {n} firms' for w, n in named)}.",
    )


def _words(known: Known, area: str, year: int, total: Figure, counts: Delivery | None) -> Words:
    name = known.registry.area_name(area)
    if counts is None:
        return Words(
            zh=f"{name},{year}年:只列您可见的企业。", en=f"{area_en(name)}, {year}: only the firms in your sight."
        )
    summed = _sum(total)
    return Words(zh=f"{name}{counts.words.zh}{summed.zh}", en=f"{area_en(name)}: {counts.words.en} {summed.en}")


def _sum(total: Figure) -> Words:
    if total.value is None:
        why = total.missing
        return Words(
            zh=f"二氧化碳排放合计不能给出{f':{why.zh}' if why else ''}。",
            en=f"The sum of CO2 cannot be given{f': {why.en}' if why else ''}.",
        )
    size = tonnes(total.value)
    if not total.estimated or total.coverage is None:
        return sentence(Words(zh=f"二氧化碳排放合计{size.zh}", en=f"together they emitted {size.en} of CO2"))
    share = coverage_percent(total.coverage)
    return sentence(
        Words(zh=f"二氧化碳排放合计{size.zh}为部分合计(估)", en=f"the sum of CO2, {size.en}, is partial (estimated)"),
        Words(zh=f"只含应报月份的{share}%", en=f"it holds {share}% of the months due"),
        Words(
            zh="未报齐企业按已报部分计入,表中各行之和即此合计",
            en="firms that are incomplete count with what they delivered, and the rows of the table add up to it",
        ),
    )

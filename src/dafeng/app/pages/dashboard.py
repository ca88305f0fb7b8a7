"""Use case of the overview 驾驶舱: one area and year in one answer, with the sentence of what happened and why."""

from __future__ import annotations

from typing import Any

import msgspec

from dafeng.app.pages.delivery import delivery_of
from dafeng.app.pages.english import area_en
from dafeng.app.pages.headline import headline, path_of
from dafeng.app.pages.known import CO2, ENERGY, Known, known, sight_of
from dafeng.app.pages.lights import counts_of, lights_of, tiles_of
from dafeng.app.pages.months import month_view
from dafeng.app.pages.moving import moving
from dafeng.app.pages.outlines import has_outline
from dafeng.app.pages.overview import Overview
from dafeng.app.pages.parts import fuel_parts, sectors_of
from dafeng.app.pages.totals import figures_of
from dafeng.app.pages.warning import warnings_of
from dafeng.app.permission import may, reaches, use_case, within
from dafeng.app.pinned import pinned
from dafeng.app.ports import CURRENT, assessed_of
from dafeng.app.publishing import latest_published
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound


@use_case("overview.see")
def overview(
    services: Services, caller: Caller, area: str | None = None, year: int | None = None, month: int | None = None
) -> Overview:
    """CO2 and energy of an area and year, lights, counties, sectors, fuels, and who moves the total.

    With ``month`` (1..12) also that month of the year, and January to it.

    Raises NotFound for an area that is unknown or out of the caller's sight; of what was published also for a year
    without data, before anything is worked out, for everybody may ask.
    """
    services, seen = as_shown(services, caller)
    facts = known(services, seen)
    area, year = facts.area(area), facts.year(year)
    if seen is not caller:
        _check_year(facts, year)
    name = ("pages.overview", sight_of(seen), area, year)
    page = services.memory.get(name, facts.revision, lambda: _overview(facts, area, year))
    if month is not None:
        of_month = services.memory.get((*name, month), facts.revision, lambda: month_view(facts, area, year, month))
        page = msgspec.structs.replace(page, month=of_month)
    return page if may(caller, "explain") else _unexplained(page)


def _check_year(facts: Known, year: int) -> None:
    """Raise NotFound for a year before the first or after the last with data."""
    there = (*facts.years, facts.year(None))
    if not min(there) <= year <= max(there):
        raise NotFound(
            f"there are no data of {year}",
            where="year",
            mend=f"Ask for a year from {min(there)} to {max(there)}.",
            zh=f"没有{year}年的数据",
            mend_zh=f"请选择{min(there)}年至{max(there)}年。",
        )


def _unexplained(page: Overview) -> Overview:
    """Without the nodes, for who may read what was published and open no explanation."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: None if k == "node" else bare(v) for k, v in value.items()}
        return [bare(v) for v in value] if isinstance(value, list | tuple) else value

    plain = bare(msgspec.to_builtins(page))
    for light in plain["lights"]:
        light["node"] = ""
    return msgspec.convert(plain, Overview)


@within
def as_shown(services: Services, caller: Caller) -> tuple[Services, Caller]:
    """What the overview is made of and for whom: of now for the caller, or, where he sees only what was published, of
    the assessment published last for one who sees sums alone.

    Raises NotFound where no assessment is published.
    """
    if reaches(caller, "overview.see") - {"published"}:
        return services, caller
    last = latest_published(services, "assessment")
    run = None if last is None else last.run or _judged_now(services, last.id)
    if last is None or run is None or services.columns.result(last.id, "states") is None:
        raise NotFound(
            "no overview has been published",
            mend="Sign in, or wait until the bureau publishes one.",
            zh="总览尚未发布",
            mend_zh="请登录,或等主管部门发布后再看。",
        )
    everybody = Caller("public", frozenset({"analyst"}), areas=frozenset({services.settings.area}))
    return pinned(services, run, last.id), everybody


def _judged_now(services: Services, made: str) -> str | None:
    """The current run where this is its evaluation: publications did not always name the run."""
    run = services.records.pointed(CURRENT)
    return run if run is not None and services.records.pointed(assessed_of(run)) == made else None


def _overview(known: Known, area: str, year: int) -> Overview:
    moved, lights = moving(known, area, year), lights_of(known, area, year)
    figures = figures_of(known, area, year)
    sectors = sectors_of(known, area, year)
    partial = any(f.estimated for _, f in figures)
    return Overview(
        area_code=area,
        area_name=(name := known.registry.area_name(area)),
        area_en=area_en(name),
        year=year,
        years=known.years,
        headline=headline(known, area, year, moved),
        figures=figures,
        co2_path=path_of(known, area, CO2),
        energy_path=path_of(known, area, ENERGY),
        lights=lights,
        light_counts=counts_of(known, lights, year),
        tiles=tiles_of(known, area, year),
        outline=has_outline(known.services),
        sectors=sectors,
        fuels=fuel_parts(known, "area", area, year),
        movers=moved.movers,
        movers_note=moved.note,
        judged_from=known.services.settings.partial_from,
        delivery=delivery_of(known, area, year),
        month=None,
        warnings=warnings_of(known, area, year),
        source=known.source(*(f.status for _, f in figures if f.value is not None), partial=partial),
    )

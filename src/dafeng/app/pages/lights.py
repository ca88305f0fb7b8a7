"""The targets as lights 目标状态灯, of an area and of each area below it on the map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from dafeng.app.accounts.emitting import counties
from dafeng.app.pages.delivery import by_area
from dafeng.app.pages.english import area_en
from dafeng.app.pages.figures import state_counts, state_light, target_words
from dafeng.app.pages.known import CO2, Known
from dafeng.app.pages.overview import Tile
from dafeng.app.pages.shapes import Light, State
from dafeng.app.pages.tiling import positions
from dafeng.app.pages.totals import area_total

WORST_FIRST = {"off_track": 0, "behind": 1, "on_track": 2, "reached": 3, "not_assessed": 4, "confidential": 5}


def lights_of(known: Known, area: str, year: int) -> tuple[Light, ...]:
    """The targets of an area as lights, the most troubled first; none for a year that was not assessed.

    Of a county those that were set to it, and the area's own held against it.
    """
    if known.assessed != year:
        return ()
    own = pl.col("subject_id").str.split("|").list.first() == area
    rows = [*known.states.filter(own).iter_rows(named=True), *known.county_states.filter(own).iter_rows(named=True)]
    first: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        first.setdefault(row["target_id"], row)
    targets = {t.id: t for t in known.view.targets()}
    lights = [state_light(row, target_words(targets[row["target_id"]], row["indicator_id"])) for row in first.values()]
    return tuple(sorted(lights, key=lambda x: (WORST_FIRST[x.state], x.target_id)))


def counts_of(known: Known, lights: Iterable[Light], year: int) -> dict[str, int]:
    """How many lights stand in each state; empty where none can be seen."""
    found = Counter(x.state for x in lights)
    return state_counts(found) if known.assessed == year and found else {}


def tiles_of(known: Known, area: str, year: int) -> tuple[Tile, ...]:
    """The areas right below, each with the state of its most troubled target."""
    tree = known.registry.tree
    below = sorted(tree.children(area)) if area in tree else []
    places = positions(known.services, below)
    rows = {r["subject_id"]: r for r in counties(known.lines.yearly, known.registry, area, year).iter_rows(named=True)}
    firms = by_area(known, below, year)
    return tuple(_tile(known, code, places[code], rows.get(code), year, firms.get(code)) for code in below)


def _tile(
    known: Known,
    code: str,
    place: tuple[int, int],
    row: Mapping[str, Any] | None,
    year: int,
    firms: tuple[int, int] | None,
) -> Tile:
    lights = lights_of(known, code, year)
    worst: State = min((x.state for x in lights), key=WORST_FIRST.__getitem__, default="not_assessed")
    return Tile(
        area_code=code,
        name=(name := known.registry.area_name(code)),
        name_en=area_en(name),
        col=place[0],
        row=place[1],
        state=worst,
        counts=counts_of(known, lights, year),
        co2=area_total(known, code, CO2, year),
        change=None if row is None else row["change"],
        firms_whole=None if firms is None else firms[0],
        firms_due=None if firms is None else firms[1],
    )

"""Use cases of the overview 驾驶舱: one area and year, in one answer; and the wall."""

from __future__ import annotations

from typing import Literal

import msgspec

from dafeng.app.pages.shapes import Figure, Light, Part, Series, Source, State, Words


class Headline(msgspec.Struct, frozen=True, kw_only=True):
    """The sentence of the page with its cause; None of it is invented: what cannot be said says why."""

    words: Words
    total: Figure  # CO2 of the area and year
    change: Figure  # relative to the year before, in %
    gap_to_path: Figure | None  # against the required path to the peak, in %


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """One county on the map: state of its worst target, its figure; col,row of the tile grid."""

    area_code: str
    name: str
    col: int
    row: int
    state: State
    counts: dict[str, int]  # state → targets
    co2: Figure
    change: float | None


class Mover(msgspec.Struct, frozen=True, kw_only=True):
    """Who or what moves the total: an effect, industry, county or firm with its contribution."""

    key: str
    kind: Literal["effect", "industry", "county", "enterprise"]
    name: Words
    contribution: Figure
    share_of_change: float | None


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    area_code: str
    area_name: str
    year: int
    years: tuple[int, ...]
    headline: Headline
    figures: tuple[tuple[Words, Figure], ...]  # at most six: CO2, energy (two forms), intensities …
    co2_path: tuple[Series, ...]
    energy_path: tuple[Series, ...]
    lights: tuple[Light, ...]
    light_counts: dict[str, int]
    tiles: tuple[Tile, ...]
    outline: bool  # whether GET /map has the programme's own GeoJSON
    sectors: tuple[Part, ...]
    fuels: tuple[Part, ...]
    movers: tuple[Mover, ...]
    movers_note: Words | None
    warnings: tuple[Words, ...]  # what to know before believing: late firms, partial sums, trial values
    source: Source

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
    name_en: str
    col: int
    row: int
    state: State
    counts: dict[str, int]  # state → targets
    co2: Figure
    change: float | None
    firms_whole: int | None = None  # of firms_due, those with complete data; None where single firms are not in sight
    firms_due: int | None = None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """The firms due of an area and year: complete, late (energy not all here), stuck (here, but no CO2 from it)."""

    year: int
    due: int
    whole: int
    late: int
    stuck: int
    words: Words


class MonthFigure(msgspec.Struct, frozen=True, kw_only=True):
    """One quantity of one month, and of January to that month, each against the same months of the year before."""

    name: Words
    month: Figure
    month_before: Figure
    month_change: Figure  # 同比, %
    total: Figure  # cumulated since January 累计
    total_before: Figure
    total_change: Figure
    pace: Figure | None  # cumulated against the year's path, in %; None where the plan sets none
    pace_note: Words | None


class MonthView(msgspec.Struct, frozen=True, kw_only=True):
    """The month of the picker: sentence, figures, and the months of the year beside those of the year before."""

    year: int
    month: int
    words: Words
    figures: tuple[MonthFigure, ...]  # CO2, energy
    co2_months: tuple[Series, ...]
    energy_months: tuple[Series, ...]
    firms: Words | None  # how many of the firms due have delivered the month


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
    area_en: str
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
    judged_from: float  # coverage below which a partial sum is shown and compared with nothing
    delivery: Delivery | None
    month: MonthView | None  # where a month was asked for
    warnings: tuple[Words, ...]  # what to know before believing: late firms, partial sums, trial values
    source: Source

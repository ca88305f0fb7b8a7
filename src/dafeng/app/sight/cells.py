"""The cells that sums are shown in 汇总格: lines of single firms as tables and parts, as ``disclosure`` judges them.

Pure: frames in, no store, no caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import polars as pl

from dafeng.account.subjects import ancestors
from dafeng.app.sight.disclosure import Atom, Firm, Rule, Table
from dafeng.app.sight.disclosure_parts import Parts, parts_hidden

_DEEPEST = 9  # levels of a tree of areas


def thin_groups(rows: pl.DataFrame, key: list[str], rule: Rule, seen: pl.DataFrame | None = None) -> pl.DataFrame:
    """The keys whose rows (firm, measure, size) tell of a firm by any measure: as ``sensitive``, of a whole frame.

    seen: onlooker, firm, period of those that somebody knows; then also the keys whose rows less his tell of one (the
    rows have a period, too).
    """
    by_firm = rows.group_by(*key, "measure", "firm").agg(pl.col("size").sum())
    some, whole = (pl.col("size") > 0).sum(), pl.col("size").sum()
    groups = by_firm.group_by(*key, "measure").agg(
        few=(pl.len() < rule.fewest) | some.is_between(1, rule.fewest - 1),
        one=(whole > 0) & (pl.col("size").max() > rule.dominance * whole),
    )
    thin = groups.filter(pl.col("few") | pl.col("one")).select(key).unique()
    if seen is None or seen.is_empty():
        return thin
    open_ones = rows.join(thin, on=key, how="anti")
    touched = open_ones.select(*key, "firm", pl.col("period").alias("_period")).unique()
    touched = touched.join(seen, left_on=["firm", "_period"], right_on=["firm", "period"]).select(*key, "onlooker")
    left = open_ones.join(touched.unique(), on=key).join(seen, on=["onlooker", "firm", "period"], how="anti")
    return pl.concat([thin, thin_groups(left, [*key, "onlooker"], rule).select(key)]).unique()


def parts_withheld(
    rows: pl.DataFrame, key: str, years: Iterable[str], rule: Rule, seen: pl.DataFrame | None = None
) -> dict[str, frozenset[str]]:
    """By year, which of the parts named in a column are withheld: those that tell of a firm by any measure, and more.

    rows: year, period, subject_id, measure, size and the column. seen: onlooker, firm, period of those that somebody
    knows. Where no part tells of a firm (as of months seldom one does) nothing has to be hidden.
    """
    found = dict.fromkeys(years, frozenset[str]())
    sized = rows.filter(pl.col("year").is_in(list(found))).rename({"subject_id": "firm"})
    for (year,), of_year in sized.group_by("year"):
        found[str(year)] = parts_hidden(_parts(of_year, key, seen), rule)
    return found


def _parts(rows: pl.DataFrame, key: str, seen: pl.DataFrame | None) -> Parts:
    names, firms, measures = (rows[name].unique().sort() for name in (key, "firm", "measure"))

    def placed(frame: pl.DataFrame, name: str, values: pl.Series) -> pl.DataFrame:
        return frame.with_columns(pl.col(name).replace_strict(values, range(len(values))).alias(f"_{name}"))

    at = placed(placed(placed(rows, key, names), "firm", firms), "measure", measures)
    cells = at.group_by(f"_{key}", "_firm", "_measure").agg(pl.col("size").sum())
    part, firm, measure = (cells[name].to_numpy() for name in (f"_{key}", "_firm", "_measure"))
    sizes, there = np.zeros((len(names), len(firms), len(measures))), np.zeros((len(names), len(firms)), bool)
    sizes[part, firm, measure], there[part, firm] = cells["size"].to_numpy(), True
    who = [] if seen is None else seen["onlooker"].unique().to_list()
    unknown = np.ones((1 + len(who), *there.shape), bool)
    if seen is not None and who:
        known = at.select(f"_{key}", "_firm", "firm", "period").unique().join(seen, on=["firm", "period"])
        look = known["onlooker"].replace_strict(who, range(1, 1 + len(who)))
        unknown[look.to_numpy(), known[f"_{key}"].to_numpy(), known["_firm"].to_numpy()] = False
    return Parts(names.to_list(), sizes, there, unknown)


def _firms(rows: pl.DataFrame) -> list[Firm]:
    """One Firm a subject of rows with size; atom is (area, two digits of the industry), a size per measure."""
    atom = [pl.col("area_code").fill_null(""), pl.col("industry_code").fill_null("").str.head(2)]
    wide = rows.group_by("subject_id", "measure", *atom).agg(pl.col("size").sum())
    measures = sorted(rows["measure"].unique())
    found: dict[tuple[str, str, str], dict[str, float]] = {}
    for firm, measure, area, industry, size in wide.sort("subject_id", "measure").iter_rows():
        found.setdefault((firm, area, industry), {})[measure] = size
    return [Firm((a, i), tuple(sizes.get(m, 0.0) for m in measures), f) for (f, a, i), sizes in found.items()]


def cells_over(areas: pl.DataFrame, industries: pl.DataFrame) -> Callable[[pl.DataFrame], Table]:
    """Makes of a year's rows the cells over their atoms: areas, industries (divisions and above), and both crossed."""
    up, up_industry = _above(ancestors(areas, "area_code")), _above(ancestors(industries, "industry_code"))
    parent = dict(areas.select("area_code", "parent_code").iter_rows())
    over = dict(industries.select("industry_code", "parent_code").iter_rows())

    def table(rows: pl.DataFrame) -> Table:
        firms = _firms(rows)
        cells: dict[str, set[Atom]] = {}
        for area, division in sorted({f.atom for f in firms}):
            for a in up.get(area, ()):
                cells.setdefault(a, set()).add((area, division))
                cells.setdefault(f"{a}|{division}", set()).add((area, division))
            for i in up_industry.get(division, ()):
                cells.setdefault(i, set()).add((area, division))
        cost = {key: _cost(key, parent) for key in cells}
        return Table({k: frozenset(v) for k, v in cells.items()}, firms, _sums(cells, parent, over), cost)

    return table


def _cost(key: str, parent: Mapping[str, str | None]) -> int:
    """How dear a cell is: the total of an area is dearest, the more the higher it stands; all others are equal.

    Among these the smallest goes first: an industry of a county before that industry of all. To set the industries
    above the counties' ones hides more of both, for large cells then go to save small ones.
    """
    if key not in parent:
        return 0
    levels, above = 0, parent[key]
    while above is not None and levels < _DEEPEST:
        levels, above = levels + 1, parent.get(above)
    return 1 + _DEEPEST - levels


def _above(pairs: pl.DataFrame) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node, above in pairs.iter_rows():
        found.setdefault(node, []).append(above)
    return found


def _sums(
    cells: Iterable[str], parent: Mapping[str, str | None], over: Mapping[str, str | None]
) -> list[tuple[str, list[str]]]:
    """Area = its areas = its divisions; area|division = the same division of its areas; industry = its divisions."""
    sums: dict[tuple[str, str], list[str]] = {}
    for key in sorted(cells):
        area, _, division = key.partition("|")
        if division:
            sums.setdefault((area, "divisions"), []).append(key)
        if area in parent and (above := parent[area]) is not None:
            sums.setdefault((f"{above}|{division}" if division else above, "areas"), []).append(key)
        elif not division and (above := over.get(key)) is not None:
            sums.setdefault((above, "industries"), []).append(key)
    return [(of, parts) for (of, _), parts in sums.items()]

"""What a caller sees of results 可见范围: single firms of the scope, and of the others sums that tell of nobody.

Whoever sees the whole programme sees every row as it is. A county sees its own rows and, of the rest, sums; a verifier
the firms named to him, and sums; analysts (and the public form of a report) see sums only. Of sums that rest on firms
the caller may not see one by one, the year's total CO2 and energy leave, by area and by industry, and of the
programme's area also months and items; what would give away a firm is withheld (``disclosure``). Everything else of
them is not there.

What is withheld is the same for everybody, for anybody can read what is published beside what is his own to see: one
veil, judged for who knows no firm and for each who knows some (every county, every granted set of firms). A caller's
own sight only lifts it from sums in which he knows every firm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from dafeng.account.lines import LINE_SCHEMA, TOTAL
from dafeng.account.subjects import ancestors, placed
from dafeng.app.identity.scopes import Scope, granted_scopes
from dafeng.app.permission import sees, sees_firms, visible_enterprises, whole
from dafeng.app.registries import Registry, registry_of
from dafeng.app.services import Services
from dafeng.app.sight.cells import cells_over, parts_withheld, thin_groups
from dafeng.app.sight.disclosure import CONFIDENTIAL, Rule, rule_on, withheld
from dafeng.app.versions import delivered
from dafeng.base.callers import Caller

AGGREGATE_ONLY = "仅汇总"  # in the note of a sum that rests on firms not shown to the caller
_SHOWN = ("co2_total_t", "energy_tce_equivalent")  # no figure of a smaller group is a combination of these two
FEW_SILENT = "部分"  # the note of a sum that lacks so few firms that they are not counted out
_FEW_SILENT = 2  # so many silent firms are not counted out: who knows one of them knows the other
_AGGREGATES = ("area", "area_industry", "industry")
_WITH_OTHERS = frozenset({"officer", "county"})  # who of single firms' viewers also sees the others' sums
_SUMS_OF_ALL = frozenset({"verifier"})  # who sees the sums of the whole programme, as an analyst of it does
_YEAR = pl.col("period").str.len_chars() == 4
_MONTH = pl.col("period").str.contains(r"^\d{4}-\d{2}$")
_SIZE = pl.coalesce("value", "partial")


def scope(caller: Caller, registry: Registry) -> frozenset[str]:
    """Every area code, enterprise and site id that the caller may see."""
    areas = {code for root in caller.areas if root in registry.tree for code in registry.tree.descendants(root)}
    firms = visible_enterprises(caller, registry.enterprises, frozenset(areas))["enterprise_id"].to_list()
    sites = registry.sites.filter(pl.col("enterprise_id").is_in(firms))["site_id"].to_list()
    return frozenset(areas).union(firms, sites)


def summed(caller: Caller, registry: Registry, area: str) -> frozenset[str]:
    """The area codes of which a caller without areas sees sums: a verifier's of the whole programme (its ``area``).

    He walks from a figure of the programme to the cells of the firms named to him; no firm comes into sight by it.
    """
    if not caller.roles & _SUMS_OF_ALL or area not in registry.tree:
        return frozenset()
    return frozenset(registry.tree.descendants(area))


def sees_all(services: Services, caller: Caller) -> bool:
    """Whether every row of the programme may be shown to the caller as it is."""
    return sees_firms(caller) and whole(caller, services.settings.area)


def seen_rows(services: Services, caller: Caller, rows: pl.DataFrame) -> pl.DataFrame:
    """Of rows with subject_kind (where they have it) and subject_id, those within the caller's scope.

    Sums among them may rest on firms that the caller may not see: ``seen_lines``, ``seen_values``, ``seen_states``.
    """
    if sees_all(services, caller):
        return rows
    key = [name for name in ("subject_kind", "subject_id") if name in rows.columns]
    subjects, registry = rows.select(key).unique(), registry_of(services)
    mine = scope(caller, registry) | summed(caller, registry, services.settings.area)
    seen = [sees(row.get("subject_kind", ""), row["subject_id"], mine) for row in subjects.iter_rows(named=True)]
    return rows.join(subjects.filter(seen), on=key, how="semi", maintain_order="left")


# -- which sums rest on firms not shown, and which of them are withheld ------------------------------------------------

Eyes = tuple[frozenset[str], frozenset[str]]  # firms seen one by one, areas in which is seen whoever stands there
_SEEN = {"onlooker": pl.Int64, "firm": pl.String, "period": pl.String}


@dataclass(frozen=True)
class Veil:
    """By period: the subjects that rest on firms not shown, and those of the years that are withheld.

    items and months are those of the programme's area, by year; parts: the years whose parts of CO2 may be shown.
    seen: what each onlooker knows: onlooker, firm, period.
    """

    resting: pl.DataFrame  # subject_id, period
    hidden: Mapping[str, frozenset[str]]
    items: Mapping[str, frozenset[str]] = field(default_factory=dict)
    months: Mapping[str, frozenset[str]] = field(default_factory=dict)
    parts: frozenset[str] = frozenset()
    seen: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_SEEN))

    def hidden_rows(self) -> pl.DataFrame:
        rows = [(subject, period) for period, subjects in self.hidden.items() for subject in sorted(subjects)]
        return pl.DataFrame(rows, schema={"subject_id": pl.String, "period": pl.String}, orient="row")


def veil_of(services: Services, caller: Caller, lines: pl.DataFrame) -> Veil:
    """What must not be shown of the sums of a run (all its ``lines``) to a caller: of the veil over everybody's sums
    what rests on firms that he does not see. The same for equal sights."""
    registry, rule = registry_of(services), rule_on(services.clock.today())
    run_id = lines["run_id"][0] if lines.height else ""
    mine, lookers = eyes(services, caller), onlookers(services, caller)

    def make() -> Veil:
        where = placed(registry.enterprises, lines["period"]).filter(~_known_to(mine))
        return replace(common_veil(services, caller, lines), resting=_resting(where, registry))

    return services.memory.get(("veil", mine), (run_id, rule.since, lookers), make)


def common_veil(services: Services, caller: Caller, lines: pl.DataFrame) -> Veil:
    """The veil over all sums of a run, which stands against everybody who knows some firms; ``resting`` names all sums.

    It is made anew when an account is granted other areas or firms.
    """
    registry, rule = registry_of(services), rule_on(services.clock.today())
    lookers, area = onlookers(services, caller), services.settings.area
    run_id = lines["run_id"][0] if lines.height else ""
    return services.memory.get(
        ("veil over all", lookers), (run_id, rule.since), lambda: _veil(lines, registry, lookers, area, rule)
    )


def eyes(services: Services, caller: Caller) -> Eyes:
    """The firms that a caller sees one by one, and the areas in which he sees whoever stands there."""
    registry = registry_of(services)
    seen = scope(caller, registry)
    known = seen.intersection(registry.enterprises["enterprise_id"].to_list())
    return known, seen.intersection(registry.areas["area_code"].to_list()) if sees_firms(caller) else frozenset()


def onlookers(services: Services, caller: Caller) -> tuple[Eyes, ...]:
    """Who may know several firms and read what is published beside: each area below the programme's, whoever was
    granted areas or more than one firm, and the caller himself (a key cut to a part knows no more than its owner).

    One firm by itself is no onlooker: that three stand behind every sum is what keeps it from reading another.
    """
    granted = granted_scopes(services)
    version = (delivered(services), granted)
    known = services.memory.get("onlookers", version, lambda: _onlookers(services, granted))
    mine = eyes(services, caller)
    if caller.narrow or mine in known or not (mine[1] or len(mine[0]) > 1):
        return known
    return (*known, mine)


def _onlookers(services: Services, granted: Iterable[Scope]) -> tuple[Eyes, ...]:
    registry, area = registry_of(services), services.settings.area
    below = registry.tree.descendants(area) if area in registry.tree else ()
    scopes: list[Scope] = [*(((code,), ()) for code in below if code != area), *granted]
    role = frozenset({"officer"})
    callers = [Caller("", role, areas=frozenset(areas), enterprises=frozenset(firms)) for areas, firms in scopes]
    found = {eyes(services, one) for one in callers if not whole(one, area)}
    return tuple(sorted((e for e in found if e[0] or e[1]), key=lambda e: (sorted(e[1]), sorted(e[0]))))


def _known_to(mine: Eyes) -> pl.Expr:
    """Of rows of ``placed``: whether the firm is known to these eyes in the period.

    A firm that has moved away since was theirs while it stood there: sums of that time may rest on it, and tell nothing
    that was not known then.
    """
    stood_here = pl.col("area_code").is_in(list(mine[1])).fill_null(value=False)
    return pl.col("subject_id").is_in(list(mine[0])) | stood_here


def _veil(lines: pl.DataFrame, registry: Registry, lookers: tuple[Eyes, ...], area: str, rule: Rule) -> Veil:
    where = placed(registry.enterprises, lines["period"])
    knows = [where.filter(_known_to(e)).select(pl.lit(n).alias("onlooker"), "subject_id", "period")
             for n, e in enumerate(lookers)]  # fmt: skip
    seen = pl.concat([pl.DataFrame(schema=_SEEN), *(k.rename({"subject_id": "firm"}).cast(_SEEN) for k in knows)])  # type: ignore[arg-type]
    stood = _stood(lines, where)
    totals = stood.filter(_YEAR & (pl.col("item") == TOTAL))
    hidden = _hidden_cells(totals.filter(pl.col("measure").is_in(_SHOWN)), registry, seen, rule)
    inside = ancestors(registry.areas, "area_code").filter(pl.col("above") == area)["node"].to_list()
    under = stood.filter(pl.col("area_code").is_in(inside)).with_columns(pl.col("period").str.head(4).alias("year"))
    years = [y for y in hidden if area not in hidden[y]]
    few = under.filter(pl.col("measure").is_in(_SHOWN))
    items = parts_withheld(few.filter(_YEAR & (pl.col("item") != TOTAL)), "item", years, rule, seen)
    months = parts_withheld(few.filter(_MONTH), "period", years, rule, seen)
    ways = under.filter(_YEAR & (pl.col("item") == TOTAL)).rename({"subject_id": "firm"})
    thin = set(thin_groups(ways.with_columns(pl.col("size").abs()), ["year"], rule, seen)["year"])
    whole_parts = {y for y in years if not items[y] and y not in thin}  # an item withheld could be a part of CO2
    return Veil(_resting(where, registry), hidden, items, months, frozenset(whole_parts), seen)


def _hidden_cells(
    totals: pl.DataFrame, registry: Registry, seen: pl.DataFrame, rule: Rule
) -> dict[str, frozenset[str]]:
    """By year the cells of the tables of its totals that are withheld."""
    table = cells_over(registry.areas, registry.industries)
    found = {}
    for (year,), rows in totals.group_by("period", maintain_order=True):
        of_year = seen.filter(pl.col("period") == str(year)).group_by("onlooker", maintain_order=True).agg("firm")
        found[str(year)] = withheld(table(rows), rule, [frozenset(firms) for firms in of_year["firm"]])
    return found


def _stood(lines: pl.DataFrame, where: pl.DataFrame) -> pl.DataFrame:
    """The lines of firms that sums shown are made of, with size, and where the firm stood: all of the years, and of
    months the totals."""
    others = pl.col("subject_kind") == "enterprise"
    of_month = _MONTH & (pl.col("item") == TOTAL) & pl.col("measure").is_in(_SHOWN)
    sized = lines.lazy().filter(others).filter(_YEAR | of_month).with_columns(_SIZE.alias("size"))
    columns = ("subject_id", "measure", "item", "period", "size")
    own = sized.select(columns).drop_nulls("size").collect()
    return own.join(where, on=["subject_id", "period"], how="inner", maintain_order="left")


def _resting(where: pl.DataFrame, registry: Registry) -> pl.DataFrame:
    """subject_id and period of every sum above the given firms, heard or silent."""
    areas = ancestors(registry.areas, "area_code").rename({"node": "area_code", "above": "a"})
    industries = ancestors(registry.industries, "industry_code").rename({"node": "industry_code", "above": "i"})
    stood = where.select("area_code", "industry_code", "period").unique()
    by_area, by_industry = stood.join(areas, on="area_code"), stood.join(industries, on="industry_code")
    crossed = by_area.join(industries, on="industry_code").select(pl.format("{}|{}", "a", "i"), "period")
    frames = [by_area.select("a", "period"), by_industry.select("i", "period"), crossed]
    return pl.concat([f.rename({f.columns[0]: "subject_id"}).unique() for f in frames])


# -- lines -------------------------------------------------------------------------------------------------------------


def seen_lines(services: Services, caller: Caller, lines: pl.DataFrame) -> pl.DataFrame:
    """Of all lines of a run those a caller may see: own rows as they are, sums over other firms as the veil lets them.

    A withheld sum keeps its row, without value, id and counts; its note says 保密.
    """
    if sees_all(services, caller):
        return lines
    own = seen_rows(services, caller, lines)
    sums = _sums_in_sight(services, caller, lines)
    if sums.is_empty():
        return own.filter(~pl.col("subject_kind").is_in(_AGGREGATES))
    veil = veil_of(services, caller, lines)
    key = ["subject_id", "period"]
    free = sums.join(veil.resting, on=key, how="anti", maintain_order="left")
    free = free.join(own.select("subject_kind", "subject_id").unique(), on=["subject_kind", "subject_id"], how="semi")
    veiled = _veiled(sums.join(veil.resting, on=key, how="semi", maintain_order="left"), veil, services.settings.area)
    return pl.concat([own.filter(~pl.col("subject_kind").is_in(_AGGREGATES)), free, veiled], how="vertical")


def _sums_in_sight(services: Services, caller: Caller, lines: pl.DataFrame) -> pl.DataFrame:
    """The sums whose rows a caller may know of: with an area in scope; a county also the rest of the programme's, and
    a verifier all of them."""
    sums = lines.filter(pl.col("subject_kind").is_in(_AGGREGATES))
    if caller.roles & _SUMS_OF_ALL:
        return sums
    if not caller.areas and not caller.everything:
        return sums.clear()
    if whole(caller, services.settings.area) or caller.roles & _WITH_OTHERS:
        return sums
    return seen_rows(services, caller, sums)


def _veiled(sums: pl.DataFrame, veil: Veil, area: str) -> pl.DataFrame:
    """Of sums over firms not shown: totals of the year by area and industry, more of the programme's area."""
    total, own = pl.col("item") == TOTAL, pl.col("subject_id") == area
    few = pl.col("measure").is_in(_SHOWN)
    coarse = (pl.col("subject_kind") != "industry") | (pl.col("subject_id").str.len_chars() <= 2)
    plain = sums.filter(_YEAR & total & few & coarse)
    year = pl.col("period").str.head(4)
    told = own & year.is_in(list(veil.items))  # years in which the area's own sum is shown
    months = sums.filter(told & total & few & _MONTH)
    items = sums.filter(told & _YEAR & ~total & few)
    parts = sums.filter(own & _YEAR & total & ~few & pl.col("period").is_in(list(veil.parts)))
    gone = [
        _masked_where(plain, veil.hidden_rows(), ["subject_id", "period"]),
        _masked_where(months, _pairs(veil.months, "period"), ["year", "period"]),
        _masked_where(items, _pairs(veil.items, "item"), ["year", "item"]),
        parts,
    ]
    few_silent = (pl.col("expected") - pl.col("present")).is_between(1, _FEW_SILENT)
    return (
        pl.concat(gone, how="vertical")
        .with_columns(
            note=pl.when(few_silent).then(pl.lit(FEW_SILENT)).otherwise("note"),
            expected=pl.when(~few_silent.fill_null(False)).then("expected"),
            present=pl.when(~few_silent.fill_null(False)).then("present"),
        )
        .with_columns(
            pl.when(pl.col("note") == CONFIDENTIAL)
            .then("note")
            .otherwise(pl.concat_str("note", pl.lit(AGGREGATE_ONLY), separator=";", ignore_nulls=True))
            .alias("note")
        )
    )


def _pairs(by_year: Mapping[str, frozenset[str]], name: str) -> pl.DataFrame:
    rows = [(year, part) for year, parts in by_year.items() for part in sorted(parts)]
    return pl.DataFrame(rows, schema={"year": pl.String, name: pl.String}, orient="row")


def _masked_where(rows: pl.DataFrame, hidden: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    known = rows.with_columns(pl.col("period").str.head(4).alias("year"))
    marked = known.join(hidden.unique().with_columns(_gone=True), on=on, how="left", maintain_order="left")
    gone = pl.col("_gone").fill_null(False)
    blank = {
        name: pl.when(~gone).then(name) for name in ("line_id", "value", "partial", "coverage", "expected", "present")
    }
    return marked.with_columns(
        **blank,
        factors=pl.when(gone).then(pl.lit("[]")).otherwise("factors"),
        inputs=pl.when(gone).then(pl.lit([], pl.List(pl.String))).otherwise("inputs"),
        note=pl.when(gone).then(pl.lit(CONFIDENTIAL)).otherwise("note"),
    ).select([pl.col(name).cast(kind) for name, kind in LINE_SCHEMA.items()])

"""Facts to source streams 核算数据: what works delivered for their methods, and what their energy data say already.

No figure is typed twice: a fuel, power or heat that stands in the energy table need not be given again; where it is
given for the method, that figure counts. A property given for a year (a measured calorific value) holds for its months.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from dafeng.account.findings import finding
from dafeng.account.lines import status_of
from dafeng.account.streams.engine import GIVEN
from dafeng.base.periods import Period
from dafeng.rules.choosing import standing
from dafeng.rules.method_data import STREAM, intensive
from dafeng.rules.methods import Method, Methods
from dafeng.rules.records import EnergyItem
from dafeng.rules.rulebook import Rulebook

INTERNATIONAL = ("ipcc_2006",)  # families that no firm of a programme falls under unless it is told
_AMOUNTS = ("amount", "net", "bought", "sold", "steam", "water")  # inputs that say how much, not of what kind
_SAID = {**GIVEN, "method": pl.String()}


@dataclass(frozen=True, slots=True)
class MethodFacts:
    """given: GIVEN rows with ``method`` and ``year``. main: subject_id, year, method that takes the energy data.
    findings: data that no method knows."""

    given: pl.DataFrame
    main: pl.DataFrame
    findings: pl.DataFrame


def method_of_facts(facts: pl.DataFrame) -> pl.DataFrame:
    """The delivered figures of methods among FACT rows: subject_id, method (item), year."""
    return (
        facts.filter((pl.col("subject_kind") == "enterprise") & pl.col("measure").str.starts_with(STREAM))
        .select("subject_id", method="item", year=pl.col("period").str.head(4).cast(pl.Int32))
        .unique()
        .sort(pl.all())
    )


def method_facts(
    facts: pl.DataFrame,
    energy: pl.DataFrame,
    methods: Methods,
    items: Mapping[str, EnergyItem],
    industries: pl.DataFrame | None = None,
) -> MethodFacts:
    """The given rows of every works that delivered figures for a method.

    facts : current FACT rows. energy : Activity.rows with ``scope``. industries : subject_id, year, industry_code.
    Of several methods the one that is for the works' industry takes the energy data, else the first by name.
    """
    own = _delivered(facts)
    if own.is_empty():
        main = pl.DataFrame(schema={"subject_id": pl.String, "method": pl.String, "year": pl.Int32})
        return MethodFacts(pl.DataFrame(schema=_SAID | {"year": pl.Int32()}), main, _no_findings(own))
    known = own.filter(pl.col("method").is_in([m for m, _ in methods.held]))
    lost = own.join(known, on=["subject_id", "method", "stream", "item", "input", "period"], how="anti")
    known = known.with_columns(scope=pl.lit(None, pl.String))
    main = _main(known, methods, industries)
    taken = _from_energy(energy, main, known, items, methods)
    rows = pl.concat([known.select(list(_SAID)), taken.select(list(_SAID))])
    found = finding(
        lost.select("subject_id", "period", "value", measure="code", item="method"), "unknown_method",
        "核算方法不在方法库中，未计入",
    )  # fmt: skip
    return MethodFacts(_placed(_spread(rows), energy), main, pl.concat([found, _of_two_kinds(known)]))


def _of_two_kinds(known: pl.DataFrame) -> pl.DataFrame:
    """Findings: a quantity given for the year where the others of its stream are given by month cannot join them."""
    key = ["subject_id", "method", "stream", "item"]
    units = known["unit"].unique().to_list()
    table = pl.DataFrame(
        {"unit": units, "property": [intensive(u or "") for u in units]}, schema_overrides={"unit": pl.String}
    )
    monthly = pl.col("period").str.len_chars() > len("2024")
    amounts = known.join(table, on="unit", nulls_equal=True).filter(~pl.col("property"))
    amounts = amounts.with_columns(year=pl.col("period").str.head(4))
    months = amounts.filter(monthly)
    lone = (
        amounts.filter(~monthly)
        .join(months, on=[*key, "year"], how="semi")
        .join(months, on=[*key, "input", "year"], how="anti")
    )  # fmt: skip
    return finding(
        lone.select("subject_id", "period", "value", measure="code", item="method"), "month_year",
        "该排放源按月报送，此数量只有年度数，未计入；请按月报送",
    )  # fmt: skip


def _no_findings(own: pl.DataFrame) -> pl.DataFrame:
    return finding(own.select("subject_id", "period", "value", "item", measure="code").clear(), "unknown_method", "")


def _delivered(facts: pl.DataFrame) -> pl.DataFrame:
    code = pl.col("measure").str.strip_prefix(STREAM).str.split("/")
    own = facts.filter((pl.col("subject_kind") == "enterprise") & pl.col("measure").str.starts_with(STREAM))
    return own.select(
        "subject_id", "period", "value", "unit", "status", evidence="fact_id", method="item", code="measure",
        stream=code.list.get(0, null_on_oob=True), item=code.list.get(1, null_on_oob=True),
        input=code.list.get(2, null_on_oob=True),
    )  # fmt: skip


def _main(known: pl.DataFrame, methods: Methods, industries: pl.DataFrame | None) -> pl.DataFrame:
    """The method that takes a works' energy data in a year: the one its industry names, with the longest code head."""
    held = known.select("subject_id", "method", year=pl.col("period").str.head(4).cast(pl.Int32)).unique()
    if industries is None:
        return held.sort("method").unique(["subject_id", "year"], keep="first", maintain_order=True)
    heads = {(m.id, i.code) for m in methods.held.values() for i in m.industries}
    table = pl.DataFrame(sorted(heads), schema={"method": pl.String, "head": pl.String}, orient="row")
    joined = held.join(industries, on=["subject_id", "year"], how="left").join(table, on="method", how="left")
    fits = pl.col("industry_code").str.starts_with(pl.col("head")).fill_null(value=False)
    ranked = joined.with_columns(fit=pl.when(fits).then(pl.col("head").str.len_chars()).otherwise(0))
    return (
        ranked.sort("fit", "method", descending=[True, False], maintain_order=True)
        .unique(["subject_id", "year"], keep="first", maintain_order=True)
        .select("subject_id", "method", "year")
    )


def given_by_energy(
    energy: pl.DataFrame, method: str, year: int, items: Mapping[str, EnergyItem], methods: Methods
) -> pl.DataFrame:
    """What the energy data of works (Activity.rows with scope) say for a method in a year, as given rows."""
    own = energy.filter(pl.col("year") == year)
    main = own.select("subject_id", "year").unique().with_columns(method=pl.lit(method))
    nothing = pl.DataFrame(schema={**_SAID, "year": pl.Int32})
    return _from_energy(own, main, nothing, items, methods).select(list(_SAID)).cast(_SAID)  # type: ignore[arg-type]


def _from_energy(
    energy: pl.DataFrame, main: pl.DataFrame, known: pl.DataFrame, items: Mapping[str, EnergyItem], methods: Methods
) -> pl.DataFrame:
    """Net use of fuels, power and heat of these works as given rows, where the works gave none for the method.

    A net export of power or heat is not handed to a method that counts only what is bought (power plants): in the
    programme's account the energy table's own line stays then, negative.
    """
    burnt = pl.col("amount") - pl.col("material")
    units = {i.code: i.unit for i in items.values()}
    rows = energy.join(main, on=["subject_id", "year"]).filter(pl.col("amount").is_not_null())
    rows = rows.with_columns(item_unit=pl.col("item").replace_strict(units, default=None, return_dtype=pl.String))
    power, heat = pl.col("item") == "electricity", pl.col("item") == "heat"
    fuel = pl.col("carbon") == "fossil"
    named = rows.filter(power | heat | fuel).with_columns(status_of())
    made = named.select(
        "subject_id", "scope", "period", "method", unit="item_unit",
        stream=pl.when(power).then(pl.lit("electricity")).when(heat).then(pl.lit("heat")).otherwise(pl.lit("fuel")),
        item=pl.when(fuel).then("item").otherwise(pl.lit("")),
        input=pl.when(fuel).then(pl.lit("amount")).otherwise(pl.lit("net")),
        value=pl.when(fuel).then(burnt).otherwise("amount"), status="status",
        evidence=pl.col("inputs").list.join(" "),
    )  # fmt: skip
    made = _without_exports(made, methods)
    amounts = known.filter(pl.col("input").is_in(_AMOUNTS))
    years = amounts.select("subject_id", "method", "stream", "item", year=pl.col("period").str.head(4)).unique()
    made = made.with_columns(year=pl.col("period").str.head(4))
    return made.join(years, on=["subject_id", "method", "stream", "item", "year"], how="anti", maintain_order="left")


def _placed(rows: pl.DataFrame, energy: pl.DataFrame) -> pl.DataFrame:
    """Add ``year`` and where the works stood: in the period itself, else at the end of its year; CN where unknown."""
    places = energy.select("subject_id", "period", "scope", year="year").unique(["subject_id", "period"])
    last = places.sort("period").unique(["subject_id", "year"], keep="last", maintain_order=True)
    dated = rows.drop("scope").with_columns(year=pl.col("period").str.head(4).cast(pl.Int32))
    there = dated.join(
        places.select("subject_id", "period", "scope"), on=["subject_id", "period"], how="left", maintain_order="left"
    ).join(
        last.select("subject_id", "year", ended="scope"), on=["subject_id", "year"], how="left", maintain_order="left"
    )
    scope = pl.coalesce("scope", "ended", pl.lit("CN"))
    return there.with_columns(scope=scope).select(*_SAID, "year")


def _without_exports(made: pl.DataFrame, methods: Methods) -> pl.DataFrame:
    """Rows without the power or heat of a year with a net export, for methods whose form takes none."""
    refused = [
        (method, stream)
        for (method, family), held in methods.held.items()
        for stream in ("electricity", "heat")
        if family not in INTERNATIONAL and not _takes_exports(held, stream)
    ]
    table = pl.DataFrame(refused, schema={"method": pl.String, "stream": pl.String}, orient="row").unique()
    key = ["subject_id", "method", "stream"]
    year = pl.col("period").str.head(4)
    bought_only = made.join(table, on=["method", "stream"], how="semi")
    exports = bought_only.filter(pl.col("value") < 0).select(*key, year=year).unique()
    return (
        made.with_columns(year=year)
        .join(exports, on=[*key, "year"], how="anti", maintain_order="left")
        .drop("year")
    )  # fmt: skip


def _takes_exports(method: Method, stream: str) -> bool:
    """Whether a method counts net power or heat, less what is sold; one that does not know the stream minds not."""
    form = method.streams.get(stream)
    return form is None or ("net" in form.inputs and form.inputs["net"].least is None)


def _spread(rows: pl.DataFrame) -> pl.DataFrame:
    """A year's property stands in each month that the works has amounts for, unless the month has its own."""
    units = rows["unit"].unique().to_list()
    table = pl.DataFrame({"unit": units, "property": [intensive(u or "") for u in units]})
    named = rows.join(table, on="unit", how="left", nulls_equal=True, maintain_order="left")
    monthly = pl.col("period").str.len_chars() == len("2024-01")
    key = ["subject_id", "method", "stream", "item"]
    months = (
        named.filter(monthly & ~pl.col("property")).select(*key, "period", year=pl.col("period").str.head(4)).unique()
    )
    yearly = named.filter(~monthly & pl.col("property")).with_columns(year=pl.col("period"))
    spread = yearly.drop("period").join(months, on=[*key, "year"])
    own = named.filter(monthly & pl.col("property"))
    spread = spread.join(own, on=[*key, "input", "period"], how="anti")
    used = yearly.join(months.select(*key, "year").unique(), on=[*key, "year"], how="semi")
    rest = named.join(used, on=[*key, "input", "period"], how="anti", maintain_order="left")
    return pl.concat([rest.select(rows.columns), spread.select(rows.columns)])


def families_of(
    methods: Methods, rulebook: Rulebook, wanted: Iterable[tuple[str, str]], preferred: str
) -> Mapping[tuple[str, str], str | None]:
    """The family under which each (method, period) is computed: the programme's where the method stands under it and it
    is in force, then those that stand under the programme's, else the one that reports of the year are made by
    (``rules.choosing``); None where none is."""
    own = (preferred, *rulebook.family(preferred).methods)
    return {(m, p): _family(methods, rulebook, m, Period.parse(p), own) for m, p in wanted}


def _family(methods: Methods, rulebook: Rulebook, id: str, period: Period, preferred: tuple[str, ...]) -> str | None:
    held: list[Method] = [methods.held[id, f] for f in methods.families(id)]
    there = [m.family for m in held if m.covers(period.first, period.last) and m.family not in INTERNATIONAL]
    for family in preferred:
        if family in there:
            return family
    found = standing(methods, rulebook.families, id, period.first, period.last, without=INTERNATIONAL)
    return None if found is None else found.family

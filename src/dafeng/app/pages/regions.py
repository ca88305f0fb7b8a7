"""Pages of regional accounts 区域核算页面: balances, accounts, comparisons and dual control in shapes for faces."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import msgspec
import polars as pl

from dafeng.account.regional.balance import IDENTITIES
from dafeng.account.regional.bottom_up import SECTORS
from dafeng.account.regional.control import TOTALS as CONTROLLED
from dafeng.account.regional.explain import total_id
from dafeng.account.regional.frames import APPROACHES, PARTS
from dafeng.account.regional.reconcile import node_id
from dafeng.account.regional.totals import TOTALS
from dafeng.app.identity.audit import audited
from dafeng.app.pages.shapes import Words
from dafeng.app.permission import use_case
from dafeng.app.regions import accounts as regional
from dafeng.app.regions import parts as region_parts
from dafeng.app.regions import views as regional_views
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest
from dafeng.base.plain_cells import harmless
from dafeng.rules.regional import regional_rules

MOST = 5000  # rows of a page
By = Literal["row", "carrier"]
Kind = Literal["area", "industry", "area_industry"]
Tables = Literal[
    "lines",
    "totals",
    "balance",
    "closure",
    "findings",
    "comparison",
    "causes",
    "pairs",
    "control",
    "reconciliation",
]
_T = TypeVar("_T")


class RegionTotal(msgspec.Struct, frozen=True, kw_only=True):
    """A total of an area and year; node opens its derivation. uncertainty: half width of the 95 % interval, a share."""

    area_code: str
    period: str
    method: str
    approach: str
    total: str
    words: Words
    approach_words: Words
    value: float | None
    partial: float | None
    missing: int
    unit: str
    status: str
    uncertainty: float | None
    estimated: bool
    node: str


class RegionSum(msgspec.Struct, frozen=True, kw_only=True):
    """A sum by part and sector, or by part and fuel; in_total false: a memo beside the total."""

    area_code: str
    period: str
    approach: str
    part: str
    part_words: Words
    code: str
    words: Words
    in_total: bool
    value: float | None
    partial: float | None
    status: str
    uncertainty: float | None
    estimated: bool


class RegionFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What a person should look at; cells are ids that open the sheet."""

    kind: str
    severity: str
    area_code: str
    period: str
    row: str | None
    carrier: str | None
    words: Words
    row_words: Words | None
    carrier_words: Words | None
    value: float | None
    other: float | None
    gap: float | None
    unit: str | None
    cells: list[str]


class RegionPage(msgspec.Struct, frozen=True, kw_only=True):
    """The account of areas and years; areas and periods are those that can be chosen."""

    run_id: str
    method: str
    method_words: Words
    notes: tuple[Words, ...]
    areas: dict[str, str]
    periods: list[str]
    totals: list[RegionTotal]
    sums: list[RegionSum]
    findings: list[RegionFinding]


class BalanceCell(msgspec.Struct, frozen=True, kw_only=True):
    """A cell of the balance; id opens its place in the sheet."""

    id: str
    row: str
    carrier: str
    value: float
    unit: str


class BalanceCheck(msgspec.Struct, frozen=True, kw_only=True):
    """An identity of one fuel; closes is null where it cannot be told."""

    identity: str
    words: Words
    carrier: str
    computed: float | None
    stated: float | None
    gap: float | None
    tolerance: float | None
    closes: bool | None


class BalancePage(msgspec.Struct, frozen=True, kw_only=True):
    """A balance as a matrix of rows and fuels, with its checks. Empty where the area and year has none."""

    area_code: str
    period: str
    basis: str
    areas: dict[str, str]
    periods: list[str]
    rows: dict[str, Words]
    carriers: dict[str, Words]
    cells: list[BalanceCell]
    checks: list[BalanceCheck]


class CompareRow(msgspec.Struct, frozen=True, kw_only=True):
    """A sector and fuel in three accounts; gap = firms − balance; unexplained is what no known amount accounts for."""

    area_code: str
    period: str
    sector: str
    sector_words: Words
    carrier: str
    carrier_words: Words
    balance: float | None
    firms: float | None
    downscaled: float | None
    balance_partial: bool | None
    firms_partial: bool | None
    balance_uncertainty: float | None
    downscaled_uncertainty: float | None
    expected: int | None
    present: int | None
    gap: float | None
    gap_share: float | None
    explained: float | None
    unexplained: float | None
    status: str | None


class RegionPair(msgspec.Struct, frozen=True, kw_only=True):
    """Two figures that are both there: gap = one − other, its share of the other; words: the causes, or unexplained.

    explained: the sum of the causes' known amounts; unexplained: what of the gap no known amount accounts for.
    """

    area_code: str
    period: str
    sector: str
    carrier: str
    pair: str
    one: float
    other: float
    gap: float
    gap_share: float | None
    explained: float | None
    unexplained: float
    words: Words


class RegionCause(msgspec.Struct, frozen=True, kw_only=True):
    """Why two accounts (pair) part; amount is its part of the gap, null where it is not known."""

    area_code: str
    period: str
    sector: str
    carrier: str
    pair: str
    cause: str
    words: Words
    amount: float | None
    estimated: bool


class ComparePage(msgspec.Struct, frozen=True, kw_only=True):
    areas: dict[str, str]
    periods: list[str]
    rows: list[CompareRow]
    causes: list[RegionCause]
    pairs: list[RegionPair]


class ControlRow(msgspec.Struct, frozen=True, kw_only=True):
    """A total (price empty) or an intensity; change against the year before; comparable false: prices differ."""

    subject_kind: str
    subject_id: str
    name: str
    period: str
    source: str
    measure: str
    words: Words
    total: float | None
    partial: float | None
    unit: str
    price: str
    denominator: str
    denominator_value: float | None
    intensity: float | None
    intensity_unit: str | None
    expected: int | None
    present: int | None
    before: float | None
    change: float | None
    comparable: bool | None
    status: str | None
    note: str | None


class ControlPage(msgspec.Struct, frozen=True, kw_only=True):
    """count: all rows that fit; rows: the asked page of them."""

    count: int
    rows: list[ControlRow]


class ReconcileRow(msgspec.Struct, frozen=True, kw_only=True):
    """Parts against the whole; missing are the parts that are not there: then the gap is no result.

    rest: what of the parts' sum was stated for those missing; rest_state: used, overtaken or contradicts. node opens
    the derivation.
    """

    period: str
    row: str
    row_words: Words
    carrier: str
    carrier_words: Words
    whole: float
    parts: float
    gap: float
    gap_share: float | None
    present: int
    due: int
    missing: list[str]
    complete: bool
    lower_bound: bool
    rest: float | None
    rest_id: str | None
    rest_state: str | None
    node: str


class ReconcilePage(msgspec.Struct, frozen=True, kw_only=True):
    area_code: str
    periods: list[str]
    rows: list[ReconcileRow]


def _pair(words: tuple[str, str]) -> Words:
    return Words(zh=words[0], en=words[1])


def _coded(code: str | None) -> Words | None:
    if code is None:
        return None
    rules = regional_rules()
    for table in (rules.rows, rules.processes, rules.sectors, rules.carriers):
        if code in table:
            found: Any = table[code]
            return Words(zh=found.zh, en=found.en)
    more = {
        "carbon": ("碳", "carbon"),
        "coal": ("煤", "coal"),
        "oil": ("油", "oil"),
        "gas": ("气", "gas"),
        "total": ("合计", "total"),
        "industry_power": ("工业与电力、热力", "industry with power and heat"),
    }
    said = more.get(code) or SECTORS.get(code) or IDENTITIES.get(code) or (code, code)
    return _pair(said)


def _known(code: str | None) -> Words:
    return _coded(code) or Words(zh="", en="")


def _as(frame: pl.DataFrame, form: type[_T], **words: Any) -> list[_T]:
    """Rows as structs; words adds fields made from each row."""
    rows = [{**row, **{k: make(row) for k, make in words.items()}} for row in frame.iter_rows(named=True)]
    return [msgspec.convert({k: v for k, v in row.items() if k in form.__struct_fields__}, form) for row in rows]  # type: ignore[attr-defined]


def _names(services: Services, frame: pl.DataFrame) -> dict[str, str]:
    tree = registry_of(services).tree
    codes = frame["area_code"].unique().sort().to_list() if "area_code" in frame.columns else []
    return {code: tree.name(code) if code in tree else code for code in codes}


def _periods(frame: pl.DataFrame) -> list[str]:
    return frame["period"].unique().sort().to_list() if "period" in frame.columns else []


@use_case("region.see")
def region_page(
    services: Services, caller: Caller, area: str | None = None, period: str | None = None, by: By = "row"
) -> RegionPage:
    """The current account of the areas the caller may see. Raises NotFound before the first."""
    every = regional.region_lines(services, caller)
    held = regional.region_lines(services, caller, area, period)
    sums = regional.region_sums(services, caller, area, period, by)
    method = regional_rules().methods[held.method]
    code = "carrier" if by == "carrier" else "row"
    return RegionPage(
        run_id=held.run_id,
        method=held.method,
        method_words=Words(zh=method.name.zh, en=method.name.en),
        notes=tuple(Words(zh=n.zh, en=n.en) for n in method.notes),
        areas=_names(services, every.totals),
        periods=_periods(every.totals),
        totals=_as(
            held.totals, RegionTotal, words=lambda r: _pair(TOTALS[r["total"]][1:]),
            approach_words=lambda r: _pair(APPROACHES[r["approach"]]),
            node=lambda r: total_id(r["area_code"], r["period"], r["approach"], r["total"]),
        ),
        sums=_as(
            sums, RegionSum, code=lambda r: r[code], words=lambda r: _known(r[code]),
            part_words=lambda r: _pair(PARTS[r["part"]]),
        ),
        findings=_findings(held.findings),
    )  # fmt: skip


def _findings(frame: pl.DataFrame) -> list[RegionFinding]:
    filled = frame.with_columns(pl.col("cells").fill_null([]))
    return _as(
        filled, RegionFinding, words=lambda r: Words(zh=r["note"] or "", en=r["note_en"] or ""),
        row_words=lambda r: _coded(r["row"]), carrier_words=lambda r: _coded(r["carrier"]),
    )  # fmt: skip


@use_case("region.see")
def balance_page(services: Services, caller: Caller, area: str | None = None, period: str | None = None) -> BalancePage:
    """One balance as a matrix, the last one there is where area and year are left out."""
    every = regional.balance_cells(services, caller)
    known = every.select("area_code", "period").unique().sort("period", "area_code")
    fits = known.filter(
        (pl.lit(area is None) | (pl.col("area_code") == (area or "")))
        & (pl.lit(period is None) | (pl.col("period") == (period or "")))
    )
    area, period = fits.row(-1) if fits.height else (area or "", period or "")
    cells = every.filter((pl.col("area_code") == area) & (pl.col("period") == period))
    basis = str(cells["basis"][0]) if cells.height else ""
    own = cells.filter(pl.col("basis") == basis)
    checks = regional.balance_closure(services, caller, area, period).filter(pl.col("basis") == basis)
    rules = regional_rules()
    have_rows, have_carriers = set(own["row"].to_list()), set(own["carrier"].to_list())
    return BalancePage(
        area_code=area, period=period, basis=basis, areas=_names(services, every), periods=_periods(every),
        rows={c: Words(zh=r.zh, en=r.en) for c, r in rules.rows.items() if c in have_rows},
        carriers={c: Words(zh=f.zh, en=f.en) for c, f in rules.carriers.items() if c in have_carriers},
        cells=_as(own, BalanceCell, id=lambda r: r["cell_id"]),
        checks=_as(checks, BalanceCheck, words=lambda r: _pair(IDENTITIES[r["identity"]])),
    )  # fmt: skip


@use_case("region.see")
def compare_page(services: Services, caller: Caller, area: str | None = None, period: str | None = None) -> ComparePage:
    """Three accounts side by side, with the gap and what explains it."""
    every = regional_views.compared_regions(services, caller)
    made = regional_views.compared_regions(services, caller, area, period)
    return ComparePage(
        areas=_names(services, every.rows),
        periods=_periods(every.rows),
        rows=_as(
            made.rows, CompareRow, sector_words=lambda r: _known(r["sector"]),
            carrier_words=lambda r: _known(r["carrier"]),
        ),
        causes=_as(made.causes, RegionCause, words=lambda r: Words(zh=r["zh"], en=r["en"])),
        pairs=_as(made.pairs, RegionPair, words=lambda r: Words(zh=r["zh"], en=r["en"])),
    )  # fmt: skip


@use_case("region.see")
def control_page(
    services: Services,
    caller: Caller,
    area: str | None = None,
    period: str | None = None,
    kind: Kind | None = None,
    measure: str | None = None,
    *,
    limit: int = 500,
    offset: int = 0,
) -> ControlPage:
    """Totals and intensities of energy and carbon; ``limit`` rows from ``offset``."""
    rows = regional_views.dual_control(services, caller, area, period, kind=kind, measure=measure)
    registry = registry_of(services)
    industries = dict(registry.industries.select("industry_code", "name").iter_rows())

    def name(row: dict[str, Any]) -> str:
        parts = str(row["subject_id"]).split("|")
        return "·".join(registry.tree.name(p) if p in registry.tree else industries.get(p, p) for p in parts)

    page = rows.slice(offset, min(limit, MOST))
    made = _as(page, ControlRow, name=name, words=lambda r: _pair(CONTROLLED[r["measure"]][:2]))
    return ControlPage(count=rows.height, rows=made)


@use_case("region.see")
def reconcile_page(services: Services, caller: Caller, area: str = "CN", period: str | None = None) -> ReconcilePage:
    """Published inventories of the parts of an area beside its own."""
    every = region_parts.reconciliation(services, caller, area)
    rows = every if period is None else every.filter(pl.col("period") == period)
    return ReconcilePage(
        area_code=area,
        periods=_periods(every),
        rows=_as(
            rows.head(MOST), ReconcileRow, row_words=lambda r: _known(r["row"]),
            carrier_words=lambda r: _known(r["carrier"]),
            node=lambda r: node_id(area, r["period"], r["row"], r["carrier"]),
        ),
    )  # fmt: skip


@audited("region.export", "name")
@use_case("region.see")
def region_table(
    services: Services, caller: Caller, name: Tables, area: str | None = None, period: str | None = None
) -> pl.DataFrame:
    """A table of regional accounts as a flat frame, to be written to a file; texts cannot act as formulas."""
    made = _table(services, caller, name, area, period)
    lists = [c for c, d in made.schema.items() if d == pl.List(pl.String)]
    flat = made.with_columns(pl.col(c).list.join(";") for c in lists)
    texts = [c for c, d in flat.schema.items() if d == pl.String]
    return flat.with_columns(_safe(flat[c]) for c in texts)


def _safe(column: pl.Series) -> pl.Series:
    different = column.drop_nulls().unique()
    made = pl.Series([harmless(t) for t in different.to_list()], dtype=pl.String)
    return column.replace_strict(different, made, default=None, return_dtype=pl.String)


def _table(services: Services, caller: Caller, name: str, area: str | None, period: str | None) -> pl.DataFrame:
    if name in ("lines", "totals", "findings"):
        made: pl.DataFrame = getattr(regional.region_lines(services, caller, area, period), name)
        return made
    if name in ("comparison", "causes", "pairs"):
        compared = regional_views.compared_regions(services, caller, area, period)
        return {"comparison": compared.rows, "causes": compared.causes, "pairs": compared.pairs}[name]
    if name == "balance":
        return regional.balance_cells(services, caller, area, period)
    if name == "closure":
        return regional.balance_closure(services, caller, area, period)
    if name == "control":
        return regional_views.dual_control(services, caller, area, period)
    if name == "reconciliation":
        return region_parts.reconciliation(services, caller, area or "CN", period)
    raise BadRequest(
        f"no regional table {name!r}",
        mend=f"There are: {', '.join(Tables.__args__)}.",  # type: ignore[attr-defined]
        zh=f"没有区域表 {name}",
        mend_zh=f"可用：{'、'.join(Tables.__args__)}。",  # type: ignore[attr-defined]
    )

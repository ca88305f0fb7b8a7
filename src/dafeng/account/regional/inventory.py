"""A region's inventory 区域清单 from its balance: all approaches under one method, with closure and findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from dafeng.account.regional.balance import balance_findings, closure
from dafeng.account.regional.emission import power_import, reference, sectoral, short_form
from dafeng.account.regional.factors import FactorBook
from dafeng.account.regional.frames import findings, no_lines
from dafeng.account.regional.processes import AMOUNT_SCHEMA, process_lines
from dafeng.account.regional.totals import totals
from dafeng.account.regional.transformation import carbon_flows, carbon_loss
from dafeng.rules.regional import RegionalRules
from dafeng.rules.rulebook import Rulebook

RANGES = {"coal": (1.9, 3.6), "oil": (1.6, 2.4), "gas": (1.4, 1.8)}  # tCO2/tce: what fuel of the class can give
INDUSTRY_POWER = "industry_power"
_TOGETHER = {"final.industry": INDUSTRY_POWER}
_BOOKED_AS = {"coal_gangue": "briquette", "blast_furnace_gas": "other_gas", "converter_gas": "other_gas"}
_FEWEST_FUELS = 3
WHOLE = "scope1_total"  # the carrier of an inventory's totals
_NO_RANGE = ("other_gas",)  # a mixture of coal gas and blast furnace gas: anything from 1.3 to 7.6


@dataclass(frozen=True, slots=True)
class RegionalAccount:
    """lines (LINE_SCHEMA), their totals, the balance's closure, carbon through the processes, and findings."""

    lines: pl.DataFrame
    totals: pl.DataFrame
    closure: pl.DataFrame
    carbon: pl.DataFrame
    findings: pl.DataFrame


def regional_account(
    cells: pl.DataFrame,
    rulebook: Rulebook,
    rules: RegionalRules,
    method: str = "provincial_2011",
    *,
    amounts: pl.DataFrame | None = None,
    own: pl.DataFrame | None = None,
    as_of: date | None = None,
) -> RegionalAccount:
    """The account of every area, year and basis in ``cells`` (CELL rows of balances).

    Parameters
    ----------
    amounts : industrial process amounts (processes.AMOUNT_SCHEMA); None: the process lines are not there, nor zero.
    own : factors of the user's own (factors.OWN_SCHEMA), which go before the rule's.

    Where an area and year is given both in physical amounts and in standard coal, physical amounts are accounted.
    Raises RuleUnknown for an unknown method.
    """
    book = FactorBook(rulebook, rules, rules.method(method), as_of, own)
    balance = _one_basis(cells.filter(pl.col("kind") == "balance"))
    flows = carbon_flows(balance, book)
    lost, gains = carbon_loss(flows, book)
    amounts = pl.DataFrame(schema=AMOUNT_SCHEMA) if amounts is None else amounts
    parts = [
        sectoral(balance, book), lost, process_lines(amounts, book), power_import(balance, book),
        reference(balance, book), short_form(balance, book), no_lines(),
    ]  # fmt: skip
    lines = pl.concat(parts)
    seen = [
        balance_findings(cells, rules),
        gains,
        _missing(lines),
        _recovered(balance, rules),
        _unsaid(balance, amounts),
    ]
    return RegionalAccount(lines, totals(lines), closure(cells, rules), flows, pl.concat(seen))


def _one_basis(cells: pl.DataFrame) -> pl.DataFrame:
    """Of two bases of one area and year the physical one."""
    physical = cells.filter(pl.col("basis") == "physical").select("area_code", "period").unique()
    rest = cells.filter(pl.col("basis") != "physical").join(physical, on=["area_code", "period"], how="anti")
    return pl.concat([cells.filter(pl.col("basis") == "physical"), rest])


def _missing(lines: pl.DataFrame) -> pl.DataFrame:
    """One finding for each carrier that has no factor, with the number of lines it costs and their cells."""
    lacking = lines.filter(pl.col("value").is_null() & (pl.col("in_total") | (pl.col("part") == "import")))
    of_carrier = lacking.group_by(["area_code", "period", "carrier"], maintain_order=True).agg(
        value=pl.len().cast(pl.Float64), cells=pl.col("inputs").explode().unique(maintain_order=True)
    )
    return findings(
        of_carrier,
        "no_factor",
        "error",
        "缺活动水平，或该规则在该年无参数：所列各行无结果，合计不成立",
        "activity is missing, or the rule has no value for the year: no result for these lines and no total",
    )


def _unsaid(balance: pl.DataFrame, amounts: pl.DataFrame) -> pl.DataFrame:
    """Areas and years without any industrial process amount: their total is one of energy alone."""
    bare = (
        balance.select("area_code", "period")
        .unique(maintain_order=True)
        .join(amounts, on=["area_code", "period"], how="anti")
    )
    return findings(
        bare,
        "no_process",
        "warning",
        "未提供工业过程产量：合计不含工业过程排放",
        "no industrial process amounts were given: the total is without them",
    )


def _recovered(cells: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    gases = [c.code for c in rules.carriers.values() if c.emits == "recovered"]
    used = cells.filter(
        pl.col("carrier").is_in(gases) & pl.col("row").is_in(["final.industry", "transform.thermal_power"])
    )
    return findings(
        used.with_columns(cells=pl.concat_list("cell_id")),
        "recovered_gas",
        "note",
        "回收煤气的碳已随焦炭计入，本项不再计",
        "recovered gas: its carbon was counted with the coke, and is not counted again",
    )


def implied_factors(inventory: pl.DataFrame, balance: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    """tCO2 per tce that a published inventory implies, sector by sector, and whether fuel can have it 隐含因子.

    inventory: CELL rows of kind inventory; balance: CELL rows in standard coal. Sectors that the two book alike are
    compared one to one. Industry (less non-energy use) and power stand together, for an inventory books with the power
    sector what its firms use themselves. Gangue is held against briquettes, recovered gas against other gas, as
    inventories book them. area_code, period, row, carrier, co2_t, tce, factor, low, high, plausible (null: no range).
    """
    links = {s.code: _TOGETHER.get(s.balance, s.balance) for s in rules.sectors.values() if s.balance}
    key = ["area_code", "period", "row", "carrier"]
    both = inventory.join(balance.select("area_code", "period").unique(), on=["area_code", "period"], how="semi")
    published = both.filter(pl.col("row").is_in(list(links))).with_columns(row=pl.col("row").replace_strict(links))
    co2 = published.group_by(key, maintain_order=True).agg(co2_t=pl.col("value").sum())
    classes = {c.code: c.klass for c in rules.carriers.values()}
    booked = _booked(balance, rules)
    sector = ["area_code", "period", "row"]
    # of a sector that a fragment of a balance leaves out, or names with a fuel or two, nothing can be said
    stated = booked.group_by(sector).len("fuels").filter(pl.col("fuels") >= _FEWEST_FUELS)
    joined = co2.join(stated, on=sector, how="semi", maintain_order="left")
    joined = joined.join(booked, on=key, how="left", maintain_order="left")
    klass = (
        pl.when(pl.col("carrier").is_in(_NO_RANGE))
        .then(pl.lit(""))
        .otherwise(pl.col("carrier").replace_strict(classes, default=""))
    )
    low, high = ({k: v[i] for k, v in RANGES.items()} for i in (0, 1))
    factor = pl.when(pl.col("tce") > 0).then(pl.col("co2_t") / pl.col("tce"))
    return joined.with_columns(
        factor=factor,
        low=klass.replace_strict(low, default=None, return_dtype=pl.Float64),
        high=klass.replace_strict(high, default=None, return_dtype=pl.Float64),
    ).with_columns(plausible=pl.col("factor").is_between("low", "high"))


def _booked(balance: pl.DataFrame, rules: RegionalRules) -> pl.DataFrame:
    """tce that the balance books for each row of an inventory: sectors, industry less non-energy use, power."""
    signs = {r.code: 1.0 for r in rules.rows.values() if r.role == "final"} | {"final.industry.non_energy": -1.0}
    power = {r.code: -1.0 for r in rules.rows.values() if r.emits == "power"}
    names = _TOGETHER | dict.fromkeys([*power, "final.industry.non_energy"], INDUSTRY_POWER)
    rows = balance.filter((pl.col("basis") == "tce") & pl.col("row").is_in([*signs, *power]))
    signed = rows.with_columns(
        tce=pl.col("value") * pl.col("row").replace_strict(signs | power),
        row=pl.col("row").replace(names),
        carrier=pl.col("carrier").replace(_BOOKED_AS),
    )
    return signed.group_by("area_code", "period", "row", "carrier").agg(pl.col("tce").sum())


def sums_that_do_not_add_up(inventory: pl.DataFrame) -> pl.DataFrame:
    """Findings where a published inventory's printed totals are not the sum of what it prints: all sectors of a fuel,
    and all fuels with process emissions of a sector.

    inventory: CELL rows of kind inventory. Judged within a ten-thousandth and 50 t: sums of some forty rounded figures.
    """
    fuel = pl.col("carrier") != WHOLE
    across = _off(inventory.filter(fuel), inventory.filter(pl.col("carrier") == WHOLE), ["area_code", "period", "row"])
    sector = pl.col("row") != "total"
    down = _off(inventory.filter(sector), inventory.filter(~sector), ["area_code", "period", "carrier"])
    words = (
        ("sectors_and_total", down.with_columns(row=pl.lit("total")), "各部门之和不等于表列合计",
         "the sectors do not add up to the printed total"),
        ("fuels_and_total", across.with_columns(carrier=pl.lit(WHOLE)), "各品种之和不等于表列合计",
         "fuels and processes do not add up to the printed total"),
    )  # fmt: skip
    return pl.concat([findings(rows, kind, "error", zh, en) for kind, rows, zh, en in words])


def _off(parts: pl.DataFrame, printed: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Printed totals that are off, with value (the sum), other (printed), gap and the total's cell; where at least two
    parts are there."""
    summed = parts.group_by(key).agg(value=pl.col("value").sum(), parts=pl.len()).filter(pl.col("parts") > 1)
    told = printed.select(*key, other="value", unit="unit", cells=pl.concat_list("cell_id"))
    joined = told.join(summed, on=key, how="inner", maintain_order="left").with_columns(
        gap=pl.col("value") - pl.col("other")
    )
    return joined.filter(pl.col("gap").abs() > 50 + 1e-4 * pl.col("other").abs())


def implausible(factors: pl.DataFrame, emitted_least: float = 1e5) -> pl.DataFrame:
    """Findings from ``implied_factors``: a factor that no fuel has, and emissions of what is not booked."""
    odd = factors.filter(~pl.col("plausible") & (pl.col("co2_t") >= emitted_least)).with_columns(
        value="factor", other=pl.when(pl.col("factor") > pl.col("high")).then("high").otherwise("low"),
        unit=pl.lit("tCO2/tce"), gap=pl.lit(None, pl.Float64),
    )  # fmt: skip
    nothing = factors.filter(
        pl.col("tce").fill_null(0.0) <= 0, pl.col("co2_t") >= emitted_least, pl.col("low").is_not_null()
    )
    booked = nothing.with_columns(value="co2_t", other="tce", unit=pl.lit("tCO2"), gap=pl.lit(None, pl.Float64))
    return pl.concat(
        [
            findings(odd, "implied_factor", "error", "隐含因子超出该类燃料的可能范围", "no such fuel has this factor"),
            findings(booked, "not_in_balance", "error", "清单有排放而平衡表无此消费", "the balance books no such use"),
        ]
    )  # fmt: skip

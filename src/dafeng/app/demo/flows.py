"""Six years of months: what each firm makes, uses, buys, stores and sells; seeded, and balanced to the last digit.

For every firm, item and month: opening stock + bought + made = used + sold + closing stock.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from dafeng.app.demo.branches import Branch, Market, Season
from dafeng.app.demo.city import FIRST_YEAR, LAST_YEAR, MONTHS, Firm

Values = npt.NDArray[np.float64]
YEARS = tuple(range(FIRST_YEAR, LAST_YEAR + 1))
PERIODS = tuple(f"{y}-{m:02d}" for y in YEARS for m in range(1, 13))
_STORED = ("bituminous", "anthracite", "cleaned_coal", "coke", "petroleum_coke", "crude_oil", "diesel", "gasoline",
           "naphtha", "fuel_oil", "tar", "crude_benzol", "jet_kerosene", "lpg", "other_petroleum")  # fmt: skip
_DIGITS = 4

_SEASONS: dict[Season, tuple[float, ...]] = {
    "even": (0.98, 0.86, 1.02, 1.02, 1.02, 1.00, 0.98, 0.98, 1.02, 1.04, 1.04, 1.04),
    "heating": (1.55, 1.42, 1.12, 0.78, 0.66, 0.76, 0.92, 0.90, 0.70, 0.76, 1.14, 1.49),
    "building": (0.55, 0.35, 0.95, 1.20, 1.28, 1.20, 1.10, 1.12, 1.24, 1.26, 1.10, 0.65),
    "harvest": (1.02, 0.70, 0.88, 0.92, 0.96, 0.98, 0.92, 0.96, 1.14, 1.24, 1.18, 1.10),
}
# share of a normal month that was worked: the spring of 2020, the spring and the turn of 2022
_DIPS = {"2020-01": 0.94, "2020-02": 0.62, "2020-03": 0.83, "2020-04": 0.93, "2022-04": 0.90, "2022-05": 0.93,
         "2022-11": 0.94, "2022-12": 0.87}  # fmt: skip
# price of value added relative to 2020, which is what parts current from constant prices
_PRICES: dict[Market, tuple[float, ...]] = {
    "bulk": (1.0, 1.22, 1.17, 1.05, 1.00, 0.95),
    "building": (1.0, 1.06, 0.99, 0.92, 0.87, 0.84),
    "stable": (1.0, 1.01, 1.03, 1.03, 1.035, 1.04),
    "new": (1.0, 1.03, 1.06, 0.97, 0.88, 0.84),
}
# yearly gain of value added per unit of product; small: the city's intensity falls by what its works save and by the
# shift of branches, and the scaling of tuning.py has next to nothing left to do
_QUALITY: dict[Market, float] = {"bulk": 0.0015, "building": 0.001, "stable": 0.002, "new": 0.001}


@dataclass(frozen=True)
class Flows:
    """What the firms did.

    energy   firm, period, item, opening, bought, made, used, sold, closing, feedstock [canonical units]
    output   firm, period, output [unit of the branch]
    years    firm, year, output, capacity, value_constant, value_current, gross_output [10^4 yuan]
    """

    energy: pl.DataFrame
    output: pl.DataFrame
    years: pl.DataFrame


def simulate(firms: tuple[Firm, ...], rng: np.random.Generator) -> Flows:
    """Simulate all firms; the same generator state gives the same flows."""
    energy: list[pl.DataFrame] = []
    output: list[pl.DataFrame] = []
    years: list[pl.DataFrame] = []
    for firm in firms:
        made = _output(firm, rng)
        output.append(pl.DataFrame({"firm": firm.number, "period": PERIODS, "output": made}))
        energy += _energy(firm, made, rng)
        years.append(_years(firm, made, rng))
    return Flows(pl.concat(energy), pl.concat(output), pl.concat(years))


def working(firm: Firm) -> Values:
    """1 for a month of work, 0 after the firm has closed."""
    if firm.closed is None:
        return np.ones(MONTHS)
    months = (firm.closed.year - FIRST_YEAR) * 12 + firm.closed.month - 1
    return (np.arange(MONTHS) < months).astype(np.float64)


def _season(season: Season) -> Values:
    shape = np.array(_SEASONS[season])
    return np.tile(shape / shape.mean(), len(YEARS))


def _dips(branch: Branch) -> Values:
    part = 0.4 if branch.season == "heating" else 1.0
    return np.array([1 - part * (1 - _DIPS.get(p, 1.0)) for p in PERIODS])


def _output(firm: Firm, rng: np.random.Generator) -> Values:
    branch = firm.branch
    growth = (1 + branch.growth + rng.normal(0, 0.008)) ** (np.arange(MONTHS) / 12)
    noise = np.clip(rng.normal(1.0, 0.025, MONTHS), 0.9, 1.1)
    month = firm.size * branch.utilisation / 12 * growth * _season(branch.season) * _dips(branch) * noise
    return np.round(month * working(firm), 1)


def _needs(firm: Firm, made: Values, item: str, rng: np.random.Generator) -> Values:
    """Amount used: falling with the years, a step down after a retrofit, a little more when the plant runs low."""
    branch = firm.branch
    follows = branch.rigid.get(item, branch.rigid.get("*", 1.0))
    time = np.arange(MONTHS) / 12
    step = np.ones(MONTHS)
    if firm.retrofit is not None:
        step[(firm.retrofit - FIRST_YEAR) * 12 :] = 0.96
    usual = made.mean() if made.any() else 1.0
    load = 1 + 0.03 * np.clip(1 - made / usual, -1, 1)
    noise = np.clip(rng.normal(1.0, 0.012, MONTHS), 0.96, 1.04)
    skill = firm.efficiency * (1 - branch.saving) ** time * step * load * noise
    return np.asarray(made * branch.needs[item] * skill**follows)


def _energy(firm: Firm, made: Values, rng: np.random.Generator) -> list[pl.DataFrame]:
    branch = firm.branch
    items = (*branch.needs, *(i for i in branch.makes if i not in branch.needs))
    frames = []
    for item in items:
        used = _needs(firm, made, item, rng) if item in branch.needs else np.zeros(MONTHS)
        own = made * branch.makes.get(item, 0.0)
        if item == "blast_furnace_gas":
            own = used  # the gas net is closed: what the furnaces give is burnt the same month
        frames.append(_balance(firm, item, np.round(used, _DIGITS), np.round(own, _DIGITS), rng))
    for item, per in branch.recovers.items():  # draws no random number: whatever comes after it keeps its bytes
        own = np.round(made * per, _DIGITS)
        frames.append(_balance(firm, item, own, own, rng))
    return frames


def _balance(firm: Firm, item: str, used: Values, own: Values, rng: np.random.Generator) -> pl.DataFrame:
    stock = _stock(firm, item, used, own, rng)
    opening, closing = stock[:-1], stock[1:]
    surplus = np.round(opening + own - used - closing, _DIGITS)
    # a generator that exports still takes a little from the grid when its units stand
    standby = np.round(0.012 * used, _DIGITS) if item == "electricity" and own.any() else np.zeros(MONTHS)
    bought = np.where(surplus < 0, -surplus, standby)
    sold = np.round(np.where(surplus < 0, 0.0, surplus) + np.where(surplus < 0, 0.0, standby), _DIGITS)
    return pl.DataFrame(
        {
            "firm": firm.number,
            "period": PERIODS,
            "item": item,
            "opening": opening,
            "bought": bought,
            "made": own,
            "used": used,
            "sold": sold,
            "closing": closing,
            "feedstock": np.round(used * firm.branch.feed.get(item, 0.0), _DIGITS),
        }
    ).filter(pl.Series(working(firm) > 0))


def _stock(firm: Firm, item: str, used: Values, own: Values, rng: np.random.Generator) -> Values:
    """Stock at the turn of each month: some days of the usual need (or of own make, for what is sold)."""
    if item not in _STORED:
        return np.zeros(MONTHS + 1)
    usual = max(float(used.mean()), float(own.mean())) / 30
    days = 6 + 12 * rng.random(MONTHS + 1)
    stock = np.round(usual * days, 1)
    stopped = np.flatnonzero(working(firm) == 0)
    if stopped.size:
        stock[stopped[0] :] = 0.0
    return _within(stock, used, own, buys=item in firm.branch.needs, sells=item in firm.branch.makes)


def _within(stock: Values, used: Values, own: Values, *, buys: bool, sells: bool) -> Values:
    """Stocks that can be: who does not sell cannot run down faster than he burns, who does not buy cannot pile up
    more than he makes."""
    for month in range(MONTHS):
        left = round(stock[month] + own[month] - used[month], _DIGITS)
        if not sells:
            stock[month + 1] = max(stock[month + 1], left)
        elif not buys:
            stock[month + 1] = min(stock[month + 1], left)
    return stock


def _years(firm: Firm, made: Values, rng: np.random.Generator) -> pl.DataFrame:
    branch = firm.branch
    yearly = made.reshape(len(YEARS), 12).sum(axis=1)
    since = np.arange(len(YEARS))
    worth = branch.value * rng.lognormal(0.0, 0.08) * (1 + _QUALITY[branch.market]) ** since
    constant = np.round(yearly * worth * np.clip(rng.normal(1, 0.012, len(YEARS)), 0.97, 1.03), 1)
    current = np.round(constant * np.array(_PRICES[branch.market]), 1)
    return pl.DataFrame(
        {
            "firm": firm.number,
            "year": YEARS,
            "output": np.round(yearly, 1),
            "capacity": _capacity(firm, yearly),
            "value_constant": constant,
            "value_current": current,
            "gross_output": np.round(current / branch.margin, 1),
        }
    )


def _capacity(firm: Firm, yearly: Values) -> Values:
    """Capacity at the end of each year: the design size, more where the output outgrew it; none once closed."""
    needed = np.maximum.accumulate(yearly / 0.98)
    size = np.maximum(firm.size, needed)
    ended = np.array([firm.closed is not None and firm.closed.year <= y for y in YEARS])
    return np.where(ended, 0.0, np.round(size, -2))

"""Uncertainty 不确定度 of an account: by error propagation and by Monte Carlo, reported with the result.

Propagation (IPCC Approach 1) is taken to first order around the values through the very formulas that made the lines,
so that products, sums and differences need no rule of their own, and a variable used in many lines is added up before
it is squared. Monte Carlo (Approach 2) draws each variable once and computes every line again from the draws.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import partial

import numpy as np
import polars as pl

from dafeng.account import formulas as _formulas  # noqa: F401 (enrols them)
from dafeng.account.uncertainty.distributions import Floats, Spread, normal_at, normal_shares
from dafeng.account.uncertainty.terms import Terms
from dafeng.base.errors import BadRequest, RuleUnknown
from dafeng.base.provenance import Status, worst
from dafeng.rules.formulas import Formula, by_key

DRAWS, MOST_DRAWS = 10_000, 1_000_000
MOST_PARTS = 400  # parts kept apart, each with all its draws
_CELLS = 3_000_000  # numbers in one block of a simulation
_STEP = 1e-3  # relative step of the numerical derivative


@dataclass(frozen=True, slots=True)
class Group:
    """Variables that err together: names may be patterns; correlation is that of each two of them (before shaping)."""

    name: str
    variables: tuple[str, ...]
    correlation: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval: mean, median and standard deviation of the draws, low and high their 2.5 and
    97.5 %; half: half the interval in % of the value, None where the value is 0."""

    value: float
    mean: float
    median: float
    sd: float
    low: float
    high: float
    half: float | None


@dataclass(frozen=True)
class Uncertainty:
    """What is said of the sum of the terms.

    value          t CO2e, the sum of the lines that have one
    propagated     half of the 95 % interval by propagation [%]; None where the value is 0
    simulated      by Monte Carlo, with draws, seed and the sampling error of its mean [t]
    contributions  variable, input, item, klass, entry, low, high, status, source, amount [t, half-width it gives the
                   sum], share of the variance by propagation, and direction
    parts          by the columns asked: value, propagated [%], mean, low, high, share of the simulated variance
    lines, left_out  how many lines are in, and how many have no value and so are not
    status         the least sure of the entries that carry any variance
    """

    value: float
    propagated: float | None
    simulated: Estimate
    draws: int
    seed: int
    sampling_error: float
    contributions: pl.DataFrame
    parts: pl.DataFrame
    lines: int
    left_out: int
    status: Status


def uncertainty(
    terms: Terms,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    groups: Sequence[Group] = (),
    by: Sequence[str] = ("group", "stream", "item"),
) -> Uncertainty:
    """The uncertainty of the sum of the terms. The same terms, draws and seed give the same figures, in any order.

    Raises BadRequest for draws outside 100 to 1 000 000, for more parts than can be kept apart, and for a correlation
    that its group cannot have.
    """
    _refuse(terms, draws, by)
    amounts = _amounts(terms)
    samples, parts = _simulated(terms, draws, seed, groups, by)
    value = float(terms.lines["value"].sum())
    told, half = _contributions(terms, amounts, groups)
    error = float(samples.std(ddof=1)) / math.sqrt(draws)
    status = worst(told.filter(pl.col("share") > 0)["status"].to_list())
    return Uncertainty(
        value, half / abs(value) * 100 if value else None, _estimate(value, samples), draws, seed, error, told,
        _with_propagated(parts, terms, amounts, by), terms.lines.height, terms.left_out.height, status,
    )  # fmt: skip


def _refuse(terms: Terms, draws: int, by: Sequence[str]) -> None:
    if not 100 <= draws <= MOST_DRAWS:
        raise BadRequest(
            f"{draws} draws", where="draws", mend=f"Ask for 100 to {MOST_DRAWS}.",
            zh=f"模拟次数 {draws} 不可用", mend_zh=f"请取 100 至 {MOST_DRAWS}。",
        )  # fmt: skip
    many = terms.lines.select(by).unique().height if by else 1
    if many > MOST_PARTS or many * draws > 100_000_000:
        raise BadRequest(
            f"{many} parts cannot be kept apart with {draws} draws", where="by",
            mend="Ask for coarser parts or fewer draws.",
            zh=f"{many}个部分无法在{draws}次模拟中分别保留", mend_zh="请放粗分组或减少模拟次数。",
        )  # fmt: skip


def _estimate(value: float, samples: Floats) -> Estimate:
    low, median, high = (float(x) for x in np.percentile(samples, [2.5, 50, 97.5]))
    half = (high - low) / 2 / abs(value) * 100 if value else None
    return Estimate(value, float(samples.mean()), median, float(samples.std(ddof=1)), low, high, half)


# -- lines by their formulas -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Block:
    """Lines of one formula with the same inputs: base [lines × inputs], place of each figure's variable, scale; which
    input is the amount (None: none, or several)."""

    formula: Formula
    names: tuple[str, ...]
    extra: tuple[str, ...]
    rows: pl.DataFrame
    base: Floats
    places: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
    scale: Floats
    amount: int | None

    def some(self, rows: slice | np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> _Block:
        """Only these lines."""
        return replace(
            self, rows=self.rows[rows], base=self.base[rows], places=self.places[rows], scale=self.scale[rows]
        )

    def results(self, columns: Sequence[Floats]) -> Floats:
        """t CO2e for columns of one shape [lines × anything]."""
        shape = columns[0].shape
        frame = pl.DataFrame({n: np.ascontiguousarray(c).ravel() for n, c in zip(self.names, columns, strict=True)})
        frame = frame.with_columns(pl.lit(None, pl.Float64).alias(n) for n in self.extra)
        made = self.formula(frame).to_numpy().reshape(shape)
        scaled: Floats = made * self.scale.reshape(-1, *([1] * (len(shape) - 1)))
        return scaled


def _blocks(terms: Terms) -> Iterator[_Block]:
    places = {v: i for i, v in enumerate(terms.variables["variable"].to_list())}
    place = pl.col("variable").replace_strict(places, return_dtype=pl.Int64)
    active = pl.col("role") == "activity"
    figures = terms.figures.select("row", "input", "value", place=place, active=active).sort("row", "input")
    inputs = figures.group_by("row", maintain_order=True).agg(names=pl.col("input").str.join("\x1f"))
    lines = terms.lines.join(inputs, on="row", how="inner", maintain_order="left")
    for (key, names), rows in lines.partition_by("formula", "names", as_dict=True, maintain_order=True).items():
        formula = by_key(str(key))
        if formula is None:
            raise RuleUnknown(
                f"no formula {key}", where="lines", mend="Compute the account again with this version.",
                zh=f"没有公式 {key}", mend_zh="请用当前版本重新核算。",
            )  # fmt: skip
        listed = tuple(str(names).split("\x1f"))
        own = rows.select("row").join(figures, on="row", how="inner", maintain_order="left")
        shape = (rows.height, len(listed))
        roles = own["active"].to_numpy().reshape(shape)
        one_amount = bool((roles == roles[0]).all()) and int(roles[0].sum()) == 1
        asked = {*terms.columns.get(str(key), ()), *terms.columns.get(formula.id, ()), *formula.inputs}
        yield _Block(
            formula, listed, tuple(sorted(asked - set(listed))), rows,
            own["value"].to_numpy().reshape(shape), own["place"].to_numpy().reshape(shape), rows["scale"].to_numpy(),
            int(roles[0].argmax()) if one_amount else None,
        )  # fmt: skip


# -- propagation -------------------------------------------------------------------------------------------------------


def _amounts(terms: Terms) -> pl.DataFrame:
    """row, place, amount: what half of the 95 % interval of a variable gives each line [t, with sign]."""
    halves = np.array([_spread(v).half for v in terms.variables.iter_rows(named=True)] or [0.0])
    schema = {"row": pl.Int64, "place": pl.Int64, "amount": pl.Float64}
    found = [pl.DataFrame(schema=schema)]
    for block in _blocks(terms):
        columns = [np.ascontiguousarray(c) for c in block.base.T]
        for i, column in enumerate(columns):
            up, down = (
                block.results([*columns[:i], column * (1 + step), *columns[i + 1 :]]) for step in (_STEP, -_STEP)
            )
            amount = (up - down) / (2 * _STEP) * halves[block.places[:, i]]
            found.append(
                pl.DataFrame({"row": block.rows["row"], "place": block.places[:, i], "amount": amount}, schema=schema)
            )
    return pl.concat(found)


def _contributions(terms: Terms, amounts: pl.DataFrame, groups: Sequence[Group]) -> tuple[pl.DataFrame, float]:
    """The table of contributions, greatest first, and the half-width of the sum [t].

    With groups the variance holds cross terms: they are shared out among their two variables, so that shares add to 1.
    """
    summed = amounts.group_by("place").agg(pl.col("amount").sum()).sort("place")
    each = np.zeros(max(terms.variables.height, 1))
    each[summed["place"].to_numpy()] = summed["amount"].to_numpy()
    share = each * _correlated(each, terms, groups)
    total = float(share.sum())
    told = terms.variables.with_columns(
        amount=pl.Series(np.abs(each[: terms.variables.height])),
        direction=pl.Series(np.sign(each[: terms.variables.height]).astype(np.int8)),
        share=pl.Series(share[: terms.variables.height] / total if total > 0 else share[: terms.variables.height] * 0),
    )
    return told.sort("share", "variable", descending=[True, False]), math.sqrt(max(total, 0.0))


def _correlated(each: Floats, terms: Terms, groups: Sequence[Group]) -> Floats:
    """The correlation matrix times the amounts, without building it whole."""
    made = each.copy()
    for members, group in _members(terms, groups):
        inside = each[members]
        made[members] += group.correlation * (inside.sum() - inside)
    return made


def _with_propagated(parts: pl.DataFrame, terms: Terms, amounts: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Parts with their own half-width by propagation [%] (correlation groups among variables are not in it)."""
    if not by:
        return parts.with_columns(propagated=pl.lit(None, pl.Float64))
    placed = amounts.join(terms.lines.select("row", *by), on="row", how="left")
    each = placed.group_by(*by, "place").agg(pl.col("amount").sum())
    halves = each.group_by(by).agg(half=(pl.col("amount") ** 2).sum().sqrt())
    joined = parts.join(halves, on=list(by), how="left", nulls_equal=True, maintain_order="left")
    size = pl.col("value").abs()
    return joined.with_columns(propagated=pl.when(size > 0).then(pl.col("half") / size * 100)).drop("half")


# -- simulation --------------------------------------------------------------------------------------------------------


def _spread(variable: dict[str, object]) -> Spread:
    return Spread(*(variable[n] for n in ("low", "high", "shape", "least", "most")))  # type: ignore[arg-type]


def _simulated(
    terms: Terms, draws: int, seed: int, groups: Sequence[Group], by: Sequence[str]
) -> tuple[Floats, pl.DataFrame]:
    """Draws of the sum, and the parts with theirs summed up."""
    draw = _drawer(terms, draws, seed, groups)
    keys = terms.lines.select(by).unique(maintain_order=True) if by else pl.DataFrame({"part": ["total"]})
    if by:
        keys = keys.sort(by)
    numbered = keys.with_row_index("part_no")
    whole = np.zeros((keys.height, draws))
    for block in _blocks(terms):
        at: np.ndarray[tuple[int, ...], np.dtype[np.int64]] = np.zeros(block.rows.height, dtype=np.int64)
        if by:
            joined = block.rows.select(by).join(
                numbered, on=list(by), how="left", nulls_equal=True, maintain_order="left"
            )
            at = joined["part_no"].to_numpy().astype(np.int64)
        block, at = _put_together(block, at)
        size = max(1, _CELLS // (draws * (len(block.names) + 1)))
        for first in range(0, block.rows.height, size):
            some = slice(first, first + size)
            part = block.some(some)
            columns = [draw(part.places[:, i]) for i in range(len(part.names))]
            for i, column in enumerate(columns):
                column *= part.base[:, [i]]
            _add(whole, at[some], part.results(columns))
    samples: Floats = whole.sum(axis=0)
    return samples, _parts(keys, whole, samples, terms, by)


def _put_together(
    block: _Block, at: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
) -> tuple[_Block, np.ndarray[tuple[int, ...], np.dtype[np.int64]]]:
    """The block with one line for all that differ in their amount alone: the months of one meter under one factor.

    They draw the same, and emissions are proportional to the amount, so the sum of the lines is the line of the sum.
    Where doubling the amount does not double a line, the lines stay as they are.
    """
    if (i := block.amount) is None or block.rows.height < 2:
        return block, at
    columns = [np.ascontiguousarray(c) for c in block.base.T]
    doubled = [c * 2 if n == i else c for n, c in enumerate(columns)]
    if not np.array_equal(block.results(columns) * 2, block.results(doubled)):
        return block, at
    same = {"at": at, "scale": block.scale}
    same |= {f"place{n}": block.places[:, n] for n in range(len(columns))}
    same |= {f"base{n}": c for n, c in enumerate(columns) if n != i}
    told = pl.DataFrame({**same, "amount": columns[i]}).with_row_index("first")
    found = told.group_by(list(same), maintain_order=True).agg(pl.col("first").first(), pl.col("amount").sum())
    first = found["first"].to_numpy().astype(np.int64)
    made = block.some(first)
    made.base[:, i] = found["amount"].to_numpy()  # its own copy: the lines were picked
    return made, at[first]


def _add(whole: Floats, at: np.ndarray[tuple[int, ...], np.dtype[np.int64]], rows: Floats) -> None:
    """Add each row to the part it belongs to."""
    order = np.argsort(at, kind="stable")
    first = np.flatnonzero(np.diff(at[order], prepend=-1))
    whole[at[order[first]]] += np.add.reduceat(rows[order], first, axis=0)


def _parts(keys: pl.DataFrame, whole: Floats, samples: Floats, terms: Terms, by: Sequence[str]) -> pl.DataFrame:
    """Each part's mean, interval, and its share of the variance of the sum (covariance with it; shares add up to 1)."""
    centred, variance = samples - samples.mean(), float(samples.var())
    shares = (whole - whole.mean(axis=1, keepdims=True)) @ centred / len(samples)
    low, high = np.percentile(whole, [2.5, 97.5], axis=1)
    made = keys.with_columns(
        mean=pl.Series(whole.mean(axis=1)), low=pl.Series(low), high=pl.Series(high),
        share=pl.Series(shares / variance if variance > 0 else shares * 0),
    )  # fmt: skip
    if not by:
        return made.with_columns(value=pl.lit(float(terms.lines["value"].sum())))
    values = terms.lines.group_by(by).agg(pl.col("value").sum())
    return made.join(values, on=list(by), how="left", nulls_equal=True, maintain_order="left")


def _drawer(
    terms: Terms, draws: int, seed: int, groups: Sequence[Group]
) -> Callable[[np.ndarray[tuple[int, ...], np.dtype[np.int64]]], Floats]:
    """A function: places of variables → their draws [places × draws]. Variables used more than once are kept."""
    names = terms.variables["variable"].to_list()
    spreads = [_spread(v) for v in terms.variables.iter_rows(named=True)]
    often = terms.figures.group_by("variable").len().filter(pl.col("len") > 1)["variable"].to_list()
    kept: dict[int, Floats] = {}
    joint = _joint(terms, draws, seed, groups)
    repeated = set(often)

    def one(place: int) -> Floats:
        if place not in kept:
            base = joint[place] if place in joint else _uniform(f"{names[place]}", draws, seed)
            made = spreads[place].draw(base)
            if names[place] not in repeated:
                return made
            kept[place] = made
        return kept[place]

    return lambda places: np.stack([one(int(p)) for p in places])


def _uniform(name: str, draws: int, seed: int) -> Floats:
    """The uniform numbers of a variable: they hang on its name and the seed alone, so that it draws the same sample
    wherever it is used and whatever stands beside it."""
    key = hashlib.sha256(f"{seed}\x1f{name}".encode()).digest()[:16]
    made = np.random.Generator(np.random.Philox(key=int.from_bytes(key, "big"))).random(draws)
    return np.maximum(made, 2.0**-53, out=made)  # a multiple of 2**-53 below 1: never 0


def _members(
    terms: Terms, groups: Sequence[Group]
) -> list[tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], Group]]:
    """Each group's places. Raises BadRequest where a variable stands in two groups or the correlation cannot be."""
    names, taken, made = terms.variables["variable"].to_list(), set[int](), []
    for group in groups:
        inside = [i for i, n in enumerate(names) if any(fnmatchcase(n, p) for p in group.variables)]
        if twice := taken & set(inside):
            raise _ungroupable(group, f"{names[min(twice)]} stands in two groups")
        least = -1 / (len(inside) - 1) if len(inside) > 1 else -1.0
        if not least <= group.correlation <= 1:
            raise _ungroupable(group, f"{len(inside)} variables cannot all correlate by {group.correlation}")
        taken |= set(inside)
        made.append((np.array(inside, dtype=np.int64), group))
    return made


def _ungroupable(group: Group, what: str) -> BadRequest:
    return BadRequest(
        f"{group.name}: {what}", where=group.name, mend="Correct the group or its correlation.",
        zh=f"相关组“{group.name}”无效：{what}", mend_zh="请更正该组的成员或相关系数。",
    )  # fmt: skip


def _joint(terms: Terms, draws: int, seed: int, groups: Sequence[Group]) -> dict[int, Floats]:
    """Uniform numbers of the variables in groups, correlated as asked (Gaussian copula)."""
    names, made = terms.variables["variable"].to_list(), dict[int, Floats]()
    for members, group in _members(terms, groups):
        if not len(members):
            continue
        draw = partial(_uniform, draws=draws, seed=seed)
        own = np.stack([normal_at(draw(names[i])) for i in members])
        mixed = _equicorrelated(own, normal_at(draw(f"group:{group.name}")), group.correlation)
        made |= {int(i): normal_shares(row) for i, row in zip(members, mixed, strict=True)}
    return made


def _equicorrelated(own: Floats, common: Floats, correlation: float) -> Floats:
    if correlation >= 0:
        return np.asarray(math.sqrt(correlation) * common + math.sqrt(1 - correlation) * own, dtype=np.float64)
    n = len(own)  # a x + b sum(x) with unit variance and the correlation asked; n >= 2, correlation >= -1/(n-1)
    a = math.sqrt(1 - correlation)
    b = (math.sqrt(max(0.0, 1 + (n - 1) * correlation)) - a) / n
    return np.asarray(a * own + b * own.sum(axis=0), dtype=np.float64)

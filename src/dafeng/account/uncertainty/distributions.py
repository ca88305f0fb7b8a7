"""Distributions 分布: draws of a relative quantity (1 = the value itself) from an uncertainty stated in percent.

What is stated is the 95 % interval below and above the value (normal, lognormal), or the least and greatest value
(uniform, triangular), as the guidelines print it. Draws go by way of uniform numbers, so that truncation cuts a
distribution without piling values up at the cut, and correlated quantities keep their own shapes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from dafeng.base.errors import BadRequest

Floats = npt.NDArray[np.float64]
Shape = Literal["normal", "lognormal", "uniform", "triangular"]
Z95 = 1.959963984540054  # half of the 95 % interval of a normal distribution, in standard deviations
_TINY = 2.0**-53


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a value may lie from what is stated.

    low, high    percent below and above the value 低、高 [%]; both 0 = exact
    shape        normal: low and high must be equal; lognormal: fitted to both ends; uniform, triangular: from −low to
                 +high, the peak of the triangle at the value
    least, most  cut, as multiples of the value; None = not cut (a lognormal never falls below 0)
    """

    low: float
    high: float
    shape: Shape = "normal"
    least: float | None = None
    most: float | None = None

    def __post_init__(self) -> None:
        if not (self.low >= 0 and self.high >= 0) or not math.isfinite(self.low + self.high):
            raise _bad(f"an uncertainty of -{self.low} +{self.high} % cannot be", "Give two figures of 0 or more.")
        if self.shape == "normal" and self.low != self.high:
            raise _bad("a normal distribution has the same width on both sides", "Use lognormal or triangular.")
        if self.shape == "lognormal" and self.low >= 100:
            raise _bad("a lognormal quantity cannot lie 100 % below its value", "Give less than 100 % below.")
        if not self._room():
            raise _bad("the cut leaves nothing of the distribution", "Give bounds on both sides of the value.")

    def _room(self) -> bool:
        least = -math.inf if self.least is None else self.least
        most = math.inf if self.most is None else self.most
        return least < most and least <= 1 <= most

    @property
    def exact(self) -> bool:
        return self.low + self.high < 1e-9  # percent: below any rounding

    @property
    def half(self) -> float:
        """One half-width for error propagation [share of the value]: the wider side (IPCC 2006 V1 table 3.2, columns E
        and F: the larger difference is entered); of bounds, 1.96 standard deviations."""
        if self.shape == "uniform":
            return Z95 * (self.low + self.high) / 100 / math.sqrt(12)
        if self.shape == "triangular":
            a, b = -self.low / 100, self.high / 100
            return Z95 * math.sqrt((a * a + b * b - a * b) / 18)
        return max(self.low, self.high) / 100

    def draw(self, uniform: Floats) -> Floats:
        """Multiples of the value for uniform numbers in (0, 1), in their order; cut to least and most."""
        if self.exact:
            return np.ones_like(uniform)
        return self._at(self._cut(uniform))

    def _cut(self, uniform: Floats) -> Floats:
        if self.least is None and self.most is None:
            return uniform
        below = 0.0 if self.least is None else self._share_below(self.least)
        above = 1.0 if self.most is None else self._share_below(self.most)
        return below + uniform * (above - below)

    def _at(self, p: Floats) -> Floats:
        a, b = -self.low / 100, self.high / 100
        if self.shape == "normal":
            return 1 + self.high / 100 / Z95 * normal_at(p)
        if self.shape == "lognormal":
            middle, sd = self._logs()
            made: Floats = np.exp(middle + sd * normal_at(p))
            return made
        if self.shape == "uniform":
            return 1 + a + (b - a) * p
        peak = -a / (b - a)
        left = a + np.sqrt(p * (b - a) * -a)
        right = b - np.sqrt((1 - p) * (b - a) * b)
        return np.asarray(1 + np.where(p < peak, left, right), dtype=np.float64)

    def _share_below(self, x: float) -> float:
        """The share of the distribution below a multiple of the value."""
        a, b = -self.low / 100, self.high / 100
        if self.shape == "normal":
            return normal_share((x - 1) * Z95 * 100 / self.high)
        if self.shape == "lognormal":
            middle, sd = self._logs()
            return normal_share((math.log(x) - middle) / sd) if x > 0 else 0.0
        at = min(max(x - 1, a), b)
        if self.shape == "uniform":
            return (at - a) / (b - a)
        if at < 0:
            return (at - a) ** 2 / ((b - a) * -a)
        return 1 - (b - at) ** 2 / ((b - a) * b) if b else 1.0

    def _logs(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm: the ends of the 95 % interval lie at ±1.96 of it."""
        low, high = math.log(1 - self.low / 100), math.log(1 + self.high / 100)
        return (low + high) / 2, (high - low) / 2 / Z95


def _bad(what: str, mend: str) -> BadRequest:
    return BadRequest(what, where="uncertainty", mend=mend, zh=f"不确定度无效：{what}", mend_zh=f"请更正：{mend}")


def normal_share(z: float) -> float:
    """The share of the standard normal distribution below z."""
    return 0.5 * math.erfc(-z / math.sqrt(2))


def normal_shares(z: Floats) -> Floats:
    """As ``normal_share`` for many (slow: used for correlated quantities only)."""
    made = np.frompyfunc(normal_share, 1, 1)(z)
    return np.clip(np.asarray(made, dtype=np.float64), _TINY, 1 - _TINY)


# Wichura, Algorithm AS 241 (1988), PPND16: relative error about 1e-16. Coefficients by ascending power.
_CENTRE = (
    (3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457,
     67265.770927008700853, 33430.575583588128105, 2509.0809287301226727),
    (1.0, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867,
     39307.89580009271061, 28729.085735721942674, 5226.495278852854561),
)  # fmt: skip
_NEAR = (
    (1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
     1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4),
    (1.0, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
     0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9),
)  # fmt: skip
_FAR = (
    (6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
     0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
     1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15),
)  # fmt: skip


def normal_at(p: Floats) -> Floats:
    """The standard normal quantile of shares in (0, 1)."""
    p = np.clip(np.asarray(p, dtype=np.float64), _TINY, 1 - _TINY)
    q = p - 0.5
    made = q * _ratio(_CENTRE, 0.180625 - q**2)  # of the tails too, which are then written over: cheaper than parting
    tail = np.abs(q) > 0.425
    end = q[tail]
    r = np.sqrt(-np.log(np.where(end < 0, p[tail], 1 - p[tail])))
    far = r > 5
    size = _ratio(_NEAR, r - 1.6)
    if far.any():
        size[far] = _ratio(_FAR, r[far] - 5)
    made[tail] = np.sign(end) * size
    return made


def _ratio(terms: tuple[tuple[float, ...], tuple[float, ...]], x: Floats) -> Floats:
    above, below = (_polynomial(x, t) for t in terms)
    above /= below
    return above


def _polynomial(x: Floats, terms: tuple[float, ...]) -> Floats:
    """Coefficients by ascending power, by Horner's rule in one array."""
    made = np.full_like(x, terms[-1])
    for term in terms[-2::-1]:
        made *= x
        made += term
    return made

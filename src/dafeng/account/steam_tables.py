"""Enthalpy of water and steam 水和蒸汽的焓 by IAPWS-IF97: what a works gives as pressure and temperature becomes heat.

Regions 1 (water), 2 (steam) and 4 (saturation) of the industrial formulation of 1997, revised 2012: 0 to 350 °C as
water, up to 800 °C as steam, up to 100 MPa. The dense fluid round the critical point (region 3, above 350 °C and about
16.5 MPa) is not here: the enthalpy is then NaN, and has to be given. Tables printed in the Chinese rules are of this
or an older formulation, rounded, with some misprints: they are checked against this, not read.

Source: IAPWS R7-97(2012), tables 2, 10, 11, 34 and equation 5 (boundary of regions 2 and 3).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_R = 0.461526  # kJ/(kg K)
_ZERO = 273.15
_TOP_OF_1 = 623.15  # K
_TOP_OF_2 = 1073.15  # K
_CRITICAL_MPA = 22.064
_LEAST_MPA = 611.213e-6
_BLOCK = 50_000  # rows

_N1 = np.array([
    0.14632971213167, -0.84548187169114, -3.756360367204, 3.3855169168385, -0.95791963387872, 0.15772038513228,
    -0.016616417199501, 0.00081214629983568, 0.00028319080123804, -0.00060706301565874, -0.018990068218419,
    -0.032529748770505, -0.021841717175414, -5.283835796993e-05, -0.00047184321073267, -0.00030001780793026,
    4.7661393906987e-05, -4.4141845330846e-06, -7.2694996297594e-16, -3.1679644845054e-05, -2.8270797985312e-06,
    -8.5205128120103e-10, -2.2425281908e-06, -6.5171222895601e-07, -1.4341729937924e-13, -4.0516996860117e-07,
    -1.2734301741641e-09, -1.7424871230634e-10, -6.8762131295531e-19, 1.4478307828521e-20, 2.6335781662795e-23,
    -1.1947622640071e-23, 1.8228094581404e-24, -9.3537087292458e-26,
])  # fmt: skip
_I1 = np.array([0] * 8 + [1] * 6 + [2] * 5 + [3] * 3 + [4] * 3 + [5, 8, 8, 21, 23, 29, 30, 31, 32], dtype=float)
_J1 = np.array([
    -2, -1, 0, 1, 2, 3, 4, 5, -9, -7, -1, 0, 1, 3, -3, 0, 1, 3, 17, -4, 0, 6, -5, -2, 10, -8, -11, -6, -29, -31, -38,
    -39, -40, -41,
], dtype=float)  # fmt: skip
_N2 = np.array([
    -0.0017731742473213, -0.017834862292358, -0.045996013696365, -0.057581259083432, -0.05032527872793,
    -3.3032641670203e-05, -0.00018948987516315, -0.0039392777243355, -0.043797295650573, -2.6674547914087e-05,
    2.0481737692309e-08, 4.3870667284435e-07, -3.227767723857e-05, -0.0015033924542148, -0.040668253562649,
    -7.8847309559367e-10, 1.2790717852285e-08, 4.8225372718507e-07, 2.2922076337661e-06, -1.6714766451061e-11,
    -0.0021171472321355, -23.895741934104, -5.905956432427e-18, -1.2621808899101e-06, -0.038946842435739,
    1.1256211360459e-11, -8.2311340897998, 1.9809712802088e-08, 1.0406965210174e-19, -1.0234747095929e-13,
    -1.0018179379511e-09, -8.0882908646985e-11, 0.10693031879409, -0.33662250574171, 8.9185845355421e-25,
    3.0629316876232e-13, -4.2002467698208e-06, -5.9056029685639e-26, 3.7826947613457e-06, -1.2768608934681e-15,
    7.3087610595061e-29, 5.5414715350778e-17, -9.436970724121e-07,
])  # fmt: skip
_I2 = np.array(
    [1] * 5 + [2] * 5 + [3] * 5 + [4] * 3 + [5] + [6] * 3 + [7] * 3 + [8] * 2 + [9] + [10] * 3
    + [16, 16, 18, 20, 20, 20, 21, 22, 23, 24, 24, 24],
    dtype=float,
)  # fmt: skip
_J2 = np.array([
    0, 1, 2, 3, 6, 1, 2, 4, 7, 36, 0, 1, 3, 6, 35, 1, 2, 3, 7, 3, 16, 35, 0, 11, 25, 8, 36, 13, 4, 10, 14, 29, 50, 57,
    20, 35, 48, 21, 53, 39, 26, 40, 58,
], dtype=float)  # fmt: skip
_N0 = np.array([
    -9.6927686500217, 10.086655968018, -0.005608791128302, 0.071452738081455, -0.40710498223928, 1.4240819171444,
    -4.383951131945, -0.28408632460772, 0.021268463753307,
])  # fmt: skip
_J0 = np.array([0, 1, -5, -4, -3, -2, -1, 2, 3], dtype=float)
_N4 = (
    1167.0521452767, -724213.16703206, -17.073846940092, 12020.82470247, -3232555.0322333, 14.91510861353,
    -4823.2657361591, 405113.40542057, -0.23855557567849, 650.17534844798,
)  # fmt: skip


def enthalpy(pressure_mpa: npt.ArrayLike, temperature_c: npt.ArrayLike) -> Array:
    """Specific enthalpy [kJ/kg] of water or superheated steam: absolute pressure [MPa], temperature [°C].

    Below the boiling point it is water, above it steam; NaN outside regions 1 and 2 and where an input is missing.
    """
    p, t = _together(pressure_mpa, temperature_c)
    kelvin = t + _ZERO
    boiling = saturation_temperature(p) + _ZERO
    water = (kelvin <= np.where(np.isnan(boiling), _TOP_OF_1, boiling)) & (kelvin <= _TOP_OF_1)
    fits = (p > 0) & (p <= 100) & (kelvin >= _ZERO) & (kelvin <= _TOP_OF_2) & (water | (p <= _boundary(kelvin)))
    made = np.full(p.shape, np.nan)
    for here, property_of in ((fits & water, _water), (fits & ~water, _steam)):
        made[here] = _in_blocks(property_of, p[here], kelvin[here])
    return made


def saturated_enthalpy(pressure_mpa: npt.ArrayLike, dryness: npt.ArrayLike = 1.0) -> Array:
    """Specific enthalpy [kJ/kg] of saturated (1) or wet steam 饱和、湿蒸汽: absolute pressure [MPa], dryness [0..1].

    NaN above 16.5 MPa (region 3) and where an input is missing.
    """
    p, x = _together(pressure_mpa, dryness)
    kelvin = saturation_temperature(p) + _ZERO
    fits = kelvin <= _TOP_OF_1
    low, high = (_in_blocks(property_of, p[fits], kelvin[fits]) for property_of in (_water, _steam))
    made = np.full(p.shape, np.nan)
    made[fits] = low + x[fits] * (high - low)
    return made


def saturation_temperature(pressure_mpa: npt.ArrayLike) -> Array:
    """Boiling temperature 饱和温度 [°C] at an absolute pressure [MPa]; NaN outside 611 Pa to the critical point."""
    p = np.asarray(pressure_mpa, dtype=float)
    fits = (p >= _LEAST_MPA) & (p <= _CRITICAL_MPA)
    root = np.where(fits, p, 0.1) ** 0.25
    n = (0.0, *_N4)
    e = root**2 + n[3] * root + n[6]
    f = n[1] * root**2 + n[4] * root + n[7]
    g = n[2] * root**2 + n[5] * root + n[8]
    d = 2 * g / (-f - np.sqrt(f**2 - 4 * e * g))
    kelvin = (n[10] + d - np.sqrt((n[10] + d) ** 2 - 4 * (n[9] + n[10] * d))) / 2
    return np.where(fits, kelvin - _ZERO, np.nan)


def _together(one: npt.ArrayLike, other: npt.ArrayLike) -> tuple[Array, Array]:
    a, b = np.broadcast_arrays(np.asarray(one, dtype=float), np.asarray(other, dtype=float))
    return a, b


def _boundary(kelvin: Array) -> Array:
    """The highest pressure [MPa] of region 2: the B23 line above 350 °C, no other bound below it or above 590 °C."""
    line = 348.05185628969 - 1.1671859879975 * kelvin + 0.0010192970039326 * kelvin**2
    return np.where(kelvin <= _TOP_OF_1, 100.0, np.where(kelvin <= 863.15, line, 100.0))


def _in_blocks(made: Callable[[Array, Array], Array], p: Array, kelvin: Array) -> Array:
    """A property of many rows, a block at a time: with some forty terms each, a million rows would fill memory."""
    flat = zip(*(np.array_split(x.ravel(), max(1, x.size // _BLOCK)) for x in (p, kelvin)), strict=True)
    return np.concatenate([made(a, b) for a, b in flat]).reshape(p.shape)


def _water(p: Array, kelvin: Array) -> Array:
    tau, rest = 1386 / kelvin, 7.1 - p / 16.53
    terms = _N1 * _J1 * rest[..., None] ** _I1 * (tau[..., None] - 1.222) ** (_J1 - 1)
    return np.asarray(_R * 1386 * terms.sum(axis=-1), dtype=float)


def _steam(p: Array, kelvin: Array) -> Array:
    tau = 540 / kelvin
    ideal = (_N0 * _J0 * tau[..., None] ** (_J0 - 1)).sum(axis=-1)
    real = (_N2 * _J2 * p[..., None] ** _I2 * (tau[..., None] - 0.5) ** (_J2 - 1)).sum(axis=-1)
    return np.asarray(_R * 540 * (ideal + real), dtype=float)

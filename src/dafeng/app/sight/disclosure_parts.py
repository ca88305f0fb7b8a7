"""Small parts 小格保密: which parts of one shown sum must be withheld, energy items of a total or months of a year.

A firm may stand in many parts, unlike in the cells of ``disclosure``. Pure: no store, no caller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dafeng.app.sight.disclosure import Rule

_Sizes = npt.NDArray[np.float64]
Part = Mapping[str, tuple[float, ...]]  # firm → its size in this part by each measure; a firm may stand in many parts
_Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Parts:
    """The parts of one sum as arrays: names of the parts; size [part, firm, measure]; whether a firm has a line in a
    part, of nothing too [part, firm]; and of each who looks on, whether he does not know it [onlooker, part, firm]."""

    names: Sequence[str]
    sizes: _Sizes
    there: _Flags
    unknown: _Flags


def withheld_parts(parts: Mapping[str, Part], rule: Rule, onlookers: Sequence[frozenset[str]] = ()) -> frozenset[str]:
    """As ``withheld`` for the parts of one shown sum: items of a total, months of a year.

    What is withheld can be had as one figure, the sum less the parts that are shown: so that figure, too, must rest on
    enough firms and on none of them nearly alone. Parts are added to it, the smallest first, until it does, or none is
    left; of those added the largest that can be spared are shown again. Every other sum that can be had holds this one
    or a shown part, and hides its firms as well. The same holds of what is left for each of the ``onlookers`` (firms).
    """
    names, firms = sorted(parts), sorted({firm for part in parts.values() for firm in part})
    width = max((len(sizes) for part in parts.values() for sizes in part.values()), default=0)
    sizes, there = np.zeros((len(names), len(firms), width)), np.zeros((len(names), len(firms)), bool)
    at = {firm: n for n, firm in enumerate(firms)}
    for n, name in enumerate(names):
        for firm, of_firm in parts[name].items():
            sizes[n, at[firm]], there[n, at[firm]] = of_firm, True
    unknown = np.array([[f not in known for f in firms] for known in (frozenset[str](), *onlookers)], bool)
    every = np.broadcast_to(unknown[:, None, :], (len(unknown), *there.shape))
    return parts_hidden(Parts(names, sizes, there, every), rule)


def parts_hidden(parts: Parts, rule: Rule) -> frozenset[str]:
    """``withheld_parts`` of arrays."""
    if not parts.sizes.size:
        return frozenset()
    there = parts.there & parts.unknown
    sizes = np.abs(parts.sizes) * there[..., None]
    hidden = np.array([one.any() for one in _telling(sizes, there, rule).T], bool)

    def told() -> bool:
        some: _Flags = np.any(there[:, hidden], axis=1)
        return bool(_telling(sizes[:, hidden].sum(axis=1), some, rule).any())

    amounts = np.abs(parts.sizes).sum(axis=1)
    spare: list[int] = np.flatnonzero(~hidden & amounts.any(axis=1)).tolist()
    left = sorted(spare, key=lambda n: (amounts[n, 0], parts.names[n]))
    added: list[int] = []
    while left and hidden.any() and told():
        added.append(left.pop(0))
        hidden[added[-1]] = True
    for n in reversed(added):
        hidden[n] = False
        hidden[n] = told()
    return frozenset(name for name, gone in zip(parts.names, hidden, strict=True) if gone)


def _telling(sizes: _Sizes, there: _Flags, rule: Rule) -> _Flags:
    """Of each [..., firm, measure] whether too few firms have a line, or of a measure too few have anything or one has
    nearly all. A firm that has delivered nothing of it stands in the sum like any other: of two, each knows both."""
    lines, some = there.sum(axis=-1), (sizes > 0).sum(axis=-2)
    one = sizes.max(axis=-2, initial=0.0) > rule.dominance * sizes.sum(axis=-2)
    of_measure = (some > 0) & ((some < rule.fewest) | one)
    told: _Flags = ((lines > 0) & (lines < rule.fewest)) | of_measure.any(axis=-1)
    return told

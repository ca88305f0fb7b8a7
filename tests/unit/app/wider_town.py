"""The town with 24 firms more of no round size: three divisions, of each four firms in each county and more."""

from __future__ import annotations

from math import exp

from fakes import NOW
from tiny_town import EAST, WEST, delivered, fact, firm_rows, run, town

from dafeng.app.services import Services

DIVISIONS = ("1711", "3120", "2611")
MORE = [(f"E-{n}", f"新设企业{n}号", EAST if n % 2 else WEST, DIVISIONS[n // 2 % 3]) for n in range(5, 29)]


def wider() -> Services:
    """Fourteen firms in each county; a foundry (E-2, East) and a cement works (E-3, West) are alone in their divisions,
    E-8, E-14, E-20 and E-26 are the steelworks of the West."""
    rows = delivered(whole=True)
    for n, (firm, *_) in enumerate(MORE, start=5):
        for year in (2022, 2023, 2024):
            used = 3.0 + 5.0 * (exp(0.37 * n) % 1.0) + 0.01 * (year - 2022)
            rows += [fact(firm, "energy_used", "bituminous", year, 1000 * used, "t"),
                     fact(firm, "energy_bought", "bituminous", year, 1000 * used, "t"),
                     fact(firm, "value_added_constant", "", year, 2000.0 + n, "万元")]  # fmt: skip
    made = town(rows)
    made.records.put_registry("enterprises", firm_rows(*MORE), "B-1", NOW)
    return run(made)

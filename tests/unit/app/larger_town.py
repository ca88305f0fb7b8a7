"""The town with ten firms more, so that some sums rest on enough: textiles, cement (one), steel, casting (one)."""

from __future__ import annotations

from fakes import NOW
from tiny_town import EAST, WEST, fact, firm_rows, run, town

from dafeng.app.services import Services

MORE = [(f"E-{n}", f"新设企业{n}号", EAST if n < 9 else WEST, "1711" if n % 2 else "3120") for n in range(5, 15)]


def larger(rows: list[dict[str, object]]) -> Services:
    """Six firms in East and eight in West; ``rows`` are what the first four delivered."""
    for n, (firm, *_) in enumerate(MORE, start=5):
        for year in (2022, 2023, 2024):
            used = 3.7 + n * 0.113
            rows += [fact(firm, "energy_used", "bituminous", year, 1000 * used, "t"),
                     fact(firm, "energy_bought", "bituminous", year, 1000 * used, "t"),
                     fact(firm, "value_added_constant", "", year, 2000.0 + n, "万元")]  # fmt: skip
    made = town(rows)
    made.records.put_registry("enterprises", firm_rows(*MORE), "B-1", NOW)
    return run(made)

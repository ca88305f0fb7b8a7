"""Ids that open the explanation of a figure 解释入口: the account's own line of a subject, year, measure and item."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from dafeng.account.lines import TOTAL
from dafeng.app.accounts.accounting import current_run, every_line
from dafeng.app.accounts.subjects import Asked
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.app.versions import delivered

_KINDS = ("enterprise", "area")
GROUP_MEASURES = {
    "combustion": "co2_combustion_t", "electricity": "co2_electricity_t", "heat": "co2_heat_t",
    "process": "co2_process_t",
}  # fmt: skip


def nodes_of(services: Services, asked: Asked, year: int) -> Callable[[str, str], str | None]:
    """(measure, item) → id of the yearly line of the subject, None where the account has no such line."""

    def made() -> pl.DataFrame:
        lines = every_line(services, current_run(services))
        yearly = lines.filter((pl.col("period") == str(year)) & pl.col("subject_kind").is_in(_KINDS))
        return yearly.select("subject_kind", "subject_id", "measure", "item", "line_id")

    held = services.memory.get(("account.nodes", year), delivered(services), made)
    own = held.filter((pl.col("subject_kind") == asked.kind) & (pl.col("subject_id") == asked.id))
    table = {(m, i): node for m, i, node in own.select("measure", "item", "line_id").iter_rows()}
    return lambda measure, item: table.get((measure, item or TOTAL))


def names_of(services: Services) -> dict[str, str]:
    """Enterprise id → its last name. For answers that are cut to the enterprises of an Asked."""
    rows = registry_of(services).enterprises.sort("since").unique("enterprise_id", keep="last", maintain_order=True)
    return dict(rows.select("enterprise_id", "name").iter_rows())

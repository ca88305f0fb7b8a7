"""Regional tables that come in by the portal 区域表上传: what was taken, and what could not be read, cell by cell."""

from __future__ import annotations

import msgspec

from dafeng.app.pages.shapes import Words
from dafeng.app.permission import use_case
from dafeng.app.regions.accounts import RegionalIntake, account_regions, take_in_region
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.collect.regional_cells import KINDS, Given

_KINDS_EN = {"balance": "energy balance", "inventory": "emission inventory", "process": "amounts of processes"}
_MOST = 200  # problems told


class RegionProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What could not be read, or was read with a doubt, and where."""

    severity: str
    sheet: str | None
    row: int | None
    column: str | None
    what: Words
    mend: Words


class RegionImport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file. read = cells + rejected. repeated: it had come in before and nothing changed."""

    file: str
    kind: str
    kind_words: Words
    read: int
    cells: int
    rejected: int
    areas: int
    periods: int
    repeated: bool
    problems: tuple[RegionProblem, ...]


class RegionAccounted(msgspec.Struct, frozen=True, kw_only=True):
    """A new account of all regions: its id, how many lines and findings it has."""

    run_id: str
    lines: int
    findings: int


@use_case("region.import")
def import_region(
    services: Services,
    caller: Caller,
    data: bytes,
    name: str,
    area: str | None = None,
    period: str | None = None,
    unit: str | None = None,
) -> RegionImport:
    """Take a balance, an inventory or a list of process amounts in; area, period and unit where the file is silent.

    Raises UnreadableFile where the file is no such table.
    """
    given = Given(area=area or None, period=period or None, unit=unit or None)
    return _told(take_in_region(services, caller, data, name, given))


@use_case("region.account")
def account_again(services: Services, caller: Caller) -> RegionAccounted:
    """Account all regions anew from what has come in. Raises NotFound where no table has."""
    made = account_regions(services, caller)
    return RegionAccounted(run_id=made.run_id, lines=made.lines.height, findings=made.findings.height)


def _told(made: RegionalIntake) -> RegionImport:
    batch = made.batch
    return RegionImport(
        file=batch.file, kind=made.kind, kind_words=Words(KINDS[made.kind], _KINDS_EN[made.kind]),
        read=made.cells + batch.rejected, cells=made.cells, rejected=batch.rejected, areas=made.areas,
        periods=made.periods, repeated=made.repeated,
        problems=tuple(
            RegionProblem(
                severity=str(p["severity"]), sheet=p["sheet"], row=p["row"], column=p["column"],
                what=Words(str(p["what_zh"]), str(p["what"])), mend=Words(str(p["mend_zh"]), str(p["mend"])),
            )
            for p in batch.problems[:_MOST]
        ),
    )  # fmt: skip

"""Use cases of regional accounts 区域核算: take tables in, account them, and see what is there by area and year.

Balances and inventories are kept as cells beside the facts (one set for each file and kind); an account is a result
named by all it was made of. Published inventories may be read by everybody who sees regions; balances and accounts are
cut by area.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from dafeng.account.regional.balance import closure
from dafeng.account.regional.downscale import share_findings
from dafeng.account.regional.frames import findings, no_findings
from dafeng.account.regional.inventory import implausible, implied_factors, sums_that_do_not_add_up
from dafeng.account.regional.rests import standing
from dafeng.account.regional.totals import by_carrier, by_row, totals
from dafeng.account.regional.whole import FAMILY, whole_account
from dafeng.app.permission import require_everything, use_case, whole, within
from dafeng.app.ports import Batch, Evidence
from dafeng.app.regions.cells import CONTRACT, every_cell, every_rest
from dafeng.app.regions.parts import reconciliation_findings_of
from dafeng.app.regions.proxies import share_proxies
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.app.sight.results import scope
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound
from dafeng.base.provenance import content_id
from dafeng.collect.regional_cells import Given
from dafeng.collect.regional_tables import RegionalTable, read_regional
from dafeng.registry.areas import Areas, is_pseudo
from dafeng.rules.regional import regional_rules
from dafeng.rules.rulebook import packaged_rulebook

REGIONAL = "regional"  # pointer to the account that is believed now
CODE_VERSION = "regional-2"
EVIDENCE = "regional"
_FRAMES = ("lines", "totals", "closure", "findings", "shares")
MADE_OF = ("made_of_cells", "made_of_proxies", "made_of_family")  # kept with an account: an export takes them along
_MOST_KEPT = 2000  # problems kept in the record of a batch


@dataclass(frozen=True, slots=True)
class RegionalIntake:
    """What became of a file: its table, how many cells stand, and the record of it."""

    batch: Batch
    kind: str
    cells: int
    areas: int
    periods: int
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class RegionalResult:
    """One account of all regions: frames of account.regional, and the method."""

    run_id: str
    method: str
    lines: pl.DataFrame
    totals: pl.DataFrame
    closure: pl.DataFrame
    findings: pl.DataFrame
    shares: pl.DataFrame


@use_case("region.import")
def take_in_region(
    services: Services, caller: Caller, data: bytes, name: str, given: Given | None = None
) -> RegionalIntake:
    """Take a balance, an inventory or a list of process amounts in. The same file again changes nothing.

    Raises UnreadableFile where the file is no such table.
    """
    require_everything(caller, "region.import", services.settings.area)
    given = given or Given()
    if services.settings.demonstration:
        given = replace(given, status="synthetic")
    table = read_regional(data, name, given, areas=registry_of(services).tree)
    contract = CONTRACT + table.kind
    said = repr(given)
    set_id = content_id("RB", table.sha256, contract, said)
    known = next((b for b in services.records.batches() if b.batch_id == set_id), None)
    if known is not None:
        return _told(known, table, repeated=True)
    services.columns.put_bytes(table.sha256, data)
    services.columns.put_result(set_id, "cells", table.cells)
    now = services.clock.now()
    faults = table.faults.head(_MOST_KEPT).to_dicts()
    batch = Batch(
        set_id, table.sha256, contract, name, table.read, table.cells.height, table.parsed.rejected.height, 0, faults,
        now, caller.name,
    )  # fmt: skip
    services.records.put_batch(batch)
    services.records.put_evidence(Evidence(table.sha256, name, len(data), EVIDENCE, now, caller.name))
    return _told(batch, table)


def _told(batch: Batch, table: RegionalTable, *, repeated: bool = False) -> RegionalIntake:
    cells = table.cells
    areas, periods = cells["area_code"].n_unique(), cells["period"].n_unique()
    return RegionalIntake(batch, table.kind, cells.height, areas, periods, repeated)


@use_case("region.account")
def account_regions(services: Services, caller: Caller, method: str = "provincial_2011") -> RegionalResult:
    """Account every balance that is there, downscale it to the areas below, and hold parts against wholes.

    The account becomes the current one. Raises NotFound where no balance has come in.
    """
    require_everything(caller, "region.account", services.settings.area)
    cells, rules, rulebook = every_cell(services), regional_rules(), packaged_rulebook()
    if cells.is_empty():
        raise _nothing()
    proxies = share_proxies(services, sorted(cells["period"].unique().to_list()))
    rests = standing(every_rest(services))
    run_id = _run_id(services, cells, proxies, rests, method, rulebook.version)
    own = cells.filter(pl.col("kind") != "inventory")
    family = _family(services)
    whole = whole_account(own, proxies, family, rulebook, rules, method)
    seen = [whole.made.findings, _inventory_findings(cells, registry_of(services).tree, rests)]
    seen.append(share_findings(whole.shares, whole.children, rules))
    made = whole.made
    result = RegionalResult(
        run_id, method, whole.lines, totals(whole.lines), made.closure, pl.concat(seen), whole.shares
    )
    for name, inputs in zip(MADE_OF, (own, proxies, family), strict=True):
        services.columns.put_result(run_id, name, inputs)
    for frame in _FRAMES:
        services.columns.put_result(run_id, frame, getattr(result, frame))
    meta = {"method": method, "code": CODE_VERSION, "rulebook": rulebook.version, "at": str(services.clock.now())}
    services.columns.put_result(run_id, "meta", pl.DataFrame([meta]))
    services.records.point(REGIONAL, run_id)
    return result


def _run_id(
    services: Services, cells: pl.DataFrame, proxies: pl.DataFrame, rests: pl.DataFrame, method: str, rules: str
) -> str:
    said = rests["rest_id"].sort().to_list()
    ids = "\n".join([*cells["cell_id"].sort().to_list(), *proxies["input"].fill_null("").sort().to_list(), *said])
    return content_id("REG", CODE_VERSION, services.code_version, rules, method, services.settings.area, ids)


def _nothing() -> NotFound:
    return NotFound(
        "no energy balance has come in and nothing is accounted",
        mend="Take one in: dafeng region import FILE, then: dafeng region account",
        zh="尚无能源平衡表，区域未核算",
        mend_zh="请先导入平衡表(dafeng region import)，再核算(dafeng region account)。",
    )


def _family(services: Services) -> pl.DataFrame:
    """FAMILY rows of the programme's area, of what stands above it, and of what stands directly below any of these."""
    tree, root = registry_of(services).tree, services.settings.area
    near = {root, *tree.ancestors(root), *tree.descendants(root)} if root in tree else set()
    rows = [
        (child, parent, child in near)
        for parent in sorted(near)
        for child in tree.children(parent)
        if not is_pseudo(tree.name(child))
    ]
    return pl.DataFrame(rows, schema=FAMILY, orient="row")


def _inventory_findings(cells: pl.DataFrame, tree: Areas, rests: pl.DataFrame) -> pl.DataFrame:
    """Published inventories against balances (implied factors), and parts against wholes."""
    rules = regional_rules()
    published, balance = (cells.filter(pl.col("kind") == k) for k in ("inventory", "balance"))
    odd = (
        implausible(implied_factors(published, balance, rules))
        if published.height and balance.height
        else no_findings()
    )
    return pl.concat([odd, sums_that_do_not_add_up(published), reconciliation_findings_of(published, tree, rests)])


def current_region(services: Services) -> RegionalResult:
    """The account that is believed now, uncut. Raises NotFound before the first."""
    run_id = services.records.pointed(REGIONAL)
    if run_id is None:
        raise _nothing()

    def made() -> RegionalResult:
        frames = {name: services.columns.result(run_id, name) for name in (*_FRAMES, "meta")}
        if any(frame is None for frame in frames.values()):
            raise _nothing()
        meta = frames.pop("meta")
        assert meta is not None
        return RegionalResult(run_id, str(meta["method"][0]), **frames)  # type: ignore[arg-type]

    return services.memory.get("regional.account", run_id, made)


@within
def areas_seen(services: Services, caller: Caller) -> frozenset[str] | None:
    """The areas whose balances and accounts the caller may see; None: all."""
    if whole(caller, services.settings.area):
        return None
    return scope(caller, registry_of(services))


@within
def cut(
    services: Services, caller: Caller, rows: pl.DataFrame, area: str | None = None, period: str | None = None
) -> pl.DataFrame:
    """Rows with area_code and period, by the caller's areas and the filters."""
    seen = areas_seen(services, caller)
    kept = rows if seen is None else rows.filter(pl.col("area_code").is_in(list(seen)))
    kept = kept if area is None else kept.filter(pl.col("area_code") == area)
    return kept if period is None else kept.filter(pl.col("period") == period)


@use_case("region.see")
def region_lines(
    services: Services, caller: Caller, area: str | None = None, period: str | None = None
) -> RegionalResult:
    """The current account, cut to the caller's areas and to one area or year. Raises NotFound before the first."""
    held = current_region(services)
    frames = {name: cut(services, caller, getattr(held, name), area, period) for name in _FRAMES}
    return RegionalResult(held.run_id, held.method, **frames)


@use_case("region.see")
def region_sums(
    services: Services, caller: Caller, area: str | None = None, period: str | None = None, by: str = "row"
) -> pl.DataFrame:
    """Sums of the current account by part and sector (row) or by part and fuel (carrier), with uncertainty."""
    lines = cut(services, caller, current_region(services).lines, area, period)
    return by_carrier(lines) if by == "carrier" else by_row(lines)


@use_case("region.see")
def balance_cells(
    services: Services, caller: Caller, area: str | None = None, period: str | None = None
) -> pl.DataFrame:
    """The cells of balances as they came in."""
    rows = every_cell(services).filter(pl.col("kind") == "balance")
    return cut(services, caller, rows, area, period)


@use_case("region.see")
def balance_closure(
    services: Services, caller: Caller, area: str | None = None, period: str | None = None
) -> pl.DataFrame:
    """Whether the balances close, identity by identity and fuel by fuel; no account is needed for it."""
    rows = every_cell(services).filter(pl.col("kind") == "balance")
    return closure(cut(services, caller, rows, area, period), regional_rules())


@use_case("region.see")
def inventory_cells(
    services: Services, caller: Caller, area: str | None = None, period: str | None = None
) -> pl.DataFrame:
    """Published inventories; they are public, so no area is cut off."""
    rows = every_cell(services).filter(pl.col("kind") == "inventory")
    rows = rows if area is None else rows.filter(pl.col("area_code") == area)
    return rows if period is None else rows.filter(pl.col("period") == period)


def own_findings(services: Services) -> pl.DataFrame:
    """The findings of the current account, none where there is none."""
    try:
        return current_region(services).findings
    except NotFound:
        return findings(no_findings(), "none", "note", "", "")

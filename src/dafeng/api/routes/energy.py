"""Routes of energy accounts 能源核算, data quality 数据质量 and uncertainty 不确定度."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import Parameter

from dafeng.api.given import Caller, Services
from dafeng.app.accounts import energy as energy_accounts
from dafeng.app.accounts import quality
from dafeng.app.accounts.energy_shapes import EnergyFlowOut, EnergyTotalsOut, QualityOut, UncertaintyOut

Firm = Annotated[str | None, Parameter(max_length=100, description="Id of the enterprise; before the area.")]
AreaCode = Annotated[
    str | None, Parameter(max_length=12, description="Area code; the programme's own where it is left out.")
]
Year = Annotated[int | None, Parameter(ge=1990, le=2100, description="The last year where it is left out.")]
Draws = Annotated[int, Parameter(ge=100, le=100_000, description="Draws of the simulation.")]
Seed = Annotated[int, Parameter(ge=0, le=2**31 - 1, description="The same seed gives the same figures.")]


@get("/energy/totals", operation_id="energy_totals", tags=["energy"], sync_to_thread=True)
def energy_totals(
    services: Services, caller: Caller, enterprise: Firm = None, area: AreaCode = None, year: Year = None
) -> EnergyTotalsOut:
    """Energy by statistical, control and fossil scope, calorific and equivalent, with the base year; processes."""
    return energy_accounts.totals(services, caller, enterprise, area, year)


@get("/energy/flow", operation_id="energy_flow", tags=["energy"], sync_to_thread=True)
def energy_flow(
    services: Services, caller: Caller, enterprise: Firm = None, area: AreaCode = None, year: Year = None
) -> EnergyFlowOut:
    """The energy flow of a year as nodes and links, with what does not balance and by how much."""
    return energy_accounts.flow(services, caller, enterprise, area, year)


@get("/accounts/quality", operation_id="account_quality", tags=["accounting"], sync_to_thread=True)
def account_quality(
    services: Services, caller: Caller, enterprise: Firm = None, area: AreaCode = None, year: Year = None
) -> QualityOut:
    """The data quality of a year's account: score with its parts, evidence, completeness, what to improve first."""
    return quality.account_quality(services, caller, enterprise, area, year)


@get("/accounts/uncertainty", operation_id="account_uncertainty", tags=["accounting"], sync_to_thread=True)
def account_uncertainty(
    services: Services,
    caller: Caller,
    enterprise: Firm = None,
    area: AreaCode = None,
    year: Year = None,
    draws: Draws = 10_000,
    seed: Seed = 1,
) -> UncertaintyOut:
    """The uncertainty of a year's total by error propagation and by Monte Carlo, with what contributes most."""
    return quality.account_uncertainty(services, caller, enterprise, area, year, draws, seed)


handlers = [energy_totals, energy_flow, account_quality, account_uncertainty]

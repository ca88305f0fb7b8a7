"""Factors of a region's fuels 区域燃料因子: heat, carbon and oxidation per carrier and group of rows.

An oxidation rate of the group (power, heating, industry …) goes before the fuel's own; a family that prints no carbon
for a carrier takes the fuel its method names, and says so. A value of the user's own goes before all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from dafeng.base.errors import RuleError
from dafeng.base.periods import Period
from dafeng.base.provenance import worst
from dafeng.base.units import factor as unit_factor
from dafeng.rules.frames import factor_json
from dafeng.rules.parameters import FactorValue
from dafeng.rules.regional import Carrier, CarrierProxy, Method, RegionalRules
from dafeng.rules.rulebook import Rulebook

OWN_SCHEMA: dict[str, pl.DataType] = {
    "carrier": pl.String(),
    "group": pl.String(),  # null: in every group
    "tco2_per_unit": pl.Float64(),  # per tce in a balance in standard coal, else per the carrier's physical unit
    "evidence": pl.String(),
    "status": pl.String(),
}
SCHEMA: dict[str, pl.DataType] = {
    "carrier": pl.String(),
    "group": pl.String(),
    "basis": pl.String(),
    "period": pl.String(),
    "area_code": pl.String(),
    "heat_gj": pl.Float64(),  # per unit of activity
    "carbon_content": pl.Float64(),
    "oxidation_rate": pl.Float64(),
    "own_factor": pl.Float64(),
    "factor_status": pl.String(),
    "factors": pl.String(),
    "factor_note": pl.String(),
    "factor_note_en": pl.String(),
}


@dataclass(frozen=True)
class FactorBook:
    """What factors are read from: rulebook, forms, the method's family, the knowledge day, and own values (OWN)."""

    rulebook: Rulebook
    rules: RegionalRules
    method: Method
    as_of: date | None = None
    own: pl.DataFrame | None = None

    def table(self, wanted: pl.DataFrame) -> pl.DataFrame:
        """SCHEMA rows for each different (carrier, group, basis, period, area_code) of ``wanted``."""
        key = ["carrier", "group", "basis", "period", "area_code"]
        asked = wanted.select(key).unique(maintain_order=True)
        rows = [(*row, *self._one(*row)) for row in asked.iter_rows()]
        return pl.DataFrame(rows, schema=SCHEMA, orient="row")

    def _one(self, carrier: str, group: str | None, basis: str, period: str, area: str) -> tuple[object, ...]:
        form = self.rules.carriers[carrier]
        if (own := self._own(carrier, group)) is not None:
            return self._by_own(own, form, basis)
        found: list[FactorValue] = []
        notes, statuses = [], []
        heat, why = self._heat(form, basis, period, area, found)
        fuel, said = self._fuel(form)
        if said is not None:
            notes.append((said.note.zh, said.note.en))
            statuses.append(said.status)
        if why is not None:
            notes.append(why)
        carbon = self._value([f"{self._fuels}.{fuel}.carbon_content"], period, area, found)
        rates = [f"{self._fuels}.{fuel}.{group}.oxidation_rate", f"{self._fuels}.{fuel}.oxidation_rate"]
        oxidised = self._value(rates, period, area, found)
        if heat is None or carbon is None or oxidised is None:
            notes.append((f"{self.method.family}无{form.zh}的参数", f"{self.method.family} has no value for {form.en}"))
        zh, en = ("；".join(n[0] for n in notes) or None, "; ".join(n[1] for n in notes) or None)
        status = worst([*(v.status for v in found), *statuses])
        return heat, carbon, oxidised, None, status, _json(found), zh, en

    def _own(self, carrier: str, group: str | None) -> dict[str, object] | None:
        if self.own is None:
            return None
        rows = self.own.filter(pl.col("carrier") == carrier)
        for which in (pl.col("group") == group if group else pl.lit(value=False), pl.col("group").is_null()):
            part = rows.filter(which)
            if part.height:
                return part.row(0, named=True)
        return None

    def _by_own(self, own: dict[str, object], form: Carrier, basis: str) -> tuple[object, ...]:
        unit = "tce" if basis == "tce" else form.unit
        said = (
            f"自有因子 {own['tco2_per_unit']:.6g} tCO2/{unit}（{own['evidence']}）",
            f"own factor ({own['evidence']})",
        )
        return None, None, None, own["tco2_per_unit"], own["status"] or "user", "[]", *said

    @property
    def _fuels(self) -> str:
        return self.rulebook.family(self.method.family).fuels

    def _fuel(self, form: Carrier) -> tuple[str, CarrierProxy | None]:
        """The fuel whose carbon the carrier has under this family, and the proxy that says so."""
        fuel = form.fuel or form.code
        if (f"{self._fuels}.{fuel}.carbon_content", "CN") in self.rulebook.parameters:
            return fuel, None
        proxy = self.method.proxy(form.code)
        return (proxy.use, proxy) if proxy is not None else (fuel, None)

    def _heat(
        self, form: Carrier, basis: str, period: str, area: str, found: list[FactorValue]
    ) -> tuple[float | None, tuple[str, str] | None]:
        """GJ per unit of activity: of standard coal by definition, of a fuel by the family or its tce coefficient."""
        if basis == "tce":
            return self.rules.tce_gj, None
        fuel = form.fuel or form.code
        if (ncv := self._value([f"{self._fuels}.{fuel}.ncv"], period, area, found)) is not None:
            return ncv, None
        family = self.rulebook.family(self.method.family)
        tce = self._value([f"{family.energy}.{fuel}.tce"], period, area, found)
        said = (f"{form.zh}热值取折标系数", f"heat of {form.en} from its standard-coal coefficient")
        return (None, None) if tce is None else (tce * self.rules.tce_gj, said)

    def _value(self, ids: list[str], period: str, area: str, found: list[FactorValue]) -> float | None:
        """The first id that has a value in force at the end of the period."""
        scope = area if area.isdigit() and len(area) == 6 else "CN"
        for id in ids:
            try:
                held = self.rulebook.parameter(id, scope).on(Period.parse(period).last, self.as_of)
            except RuleError:
                continue
            found.append(held)
            return held.value
        return None

    def grid(self, area: str, period: str) -> FactorValue | None:
        """The grid factor of the family for power moved in or out [tCO2/MWh]."""
        day = Period.parse(period).last
        step = self.rulebook.family(self.method.family).electricity_step(day, self.as_of)
        if step is None:
            return None
        try:
            return self.rulebook.parameter(step.parameter, step.scope or area).on(day, self.as_of)
        except RuleError:
            return None

    def heat(self, form: Carrier, period: str) -> FactorValue | None:
        """The net calorific value of a carrier under the method's family [GJ per unit]; None where it has none."""
        return self.single(f"{self._fuels}.{form.fuel or form.code}.ncv", period)

    def single(self, id: str, period: str) -> FactorValue | None:
        """A parameter of the nation in force in the period; None where there is none."""
        found: list[FactorValue] = []
        self._value([id], period, "CN", found)
        return found[0] if found else None


def _json(values: list[FactorValue]) -> str:
    return "[" + ",".join(factor_json(v) for v in values) + "]"


def in_tce(carrier: Carrier, book: FactorBook, period: str) -> InTce:
    """tce per physical unit of a carrier: by GB/T 2589, else by its heat under the method's own family, else by the
    fuel that stands for it there; where it is not the standard's own coefficient the note says so."""
    energy, fuel = book.rulebook.family(book.method.family).energy, carrier.fuel or carrier.code
    if (held := book.single(f"{energy}.{fuel}.tce", period)) is not None:
        return InTce(_per_unit(held, carrier))
    if (heat := book.heat(carrier, period)) is not None:
        said = (f"{carrier.zh}无折标系数，按低位发热量折算", f"{carrier.en}: no coefficient, by net calorific value")
        return InTce(heat.value / book.rules.tce_gj, (heat,), said)
    proxy = book.method.proxy(carrier.code)
    if proxy is not None and (held := book.single(f"{energy}.{proxy.use}.tce", period)) is not None:
        return InTce(_per_unit(held, carrier), (held,), (proxy.note.zh, proxy.note.en))
    return InTce(None, (), (f"缺{carrier.zh}折标系数", f"no standard-coal coefficient of {carrier.en}"))


@dataclass(frozen=True)
class InTce:
    """per_unit: tce per unit of the carrier, None where nothing gives it; factors and words of what stands in for the
    standard's coefficient."""

    per_unit: float | None
    factors: tuple[FactorValue, ...] = ()
    said: tuple[str, str] | None = None


def _per_unit(held: FactorValue, carrier: Carrier) -> float:
    return held.value * unit_factor(carrier.unit, held.unit.partition("/")[2])

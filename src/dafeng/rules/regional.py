"""Forms of regional accounts 区域核算的口径: balance rows, carriers, sectors, methods, proxies, from our own data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any, Literal, TypeVar

import msgspec

from dafeng.base.errors import RuleError, RuleUnknown
from dafeng.base.provenance import Status
from dafeng.rules.packaged import read_file
from dafeng.rules.records import Name

Role = Literal["supply", "transform", "loss", "final", "difference", "total", "memo"]
Emits = Literal["final", "power", "loss", "none"]
Carbon = Literal["fossil", "recovered", "power", "heat", "none", "process", "total"]
_T = TypeVar("_T")


class BalanceRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of the balance 平衡表项目; see rules/data/regional/rows.yaml for the meaning of each field."""

    code: str
    zh: str
    en: str
    role: Role
    sign: int
    of: str | None = None
    emits: Emits = "none"
    group: str | None = None
    counted: bool = True
    why: Name | None = None
    aliases: tuple[str, ...] = ()
    negative_inputs: tuple[str, ...] = ()


class Carrier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"klass": "class"}):
    """A column of the balance or the inventory 能源品种."""

    code: str
    zh: str
    en: str
    unit: str
    klass: str
    emits: Carbon
    items: tuple[str, ...]
    aliases: tuple[str, ...]
    fuel: str | None = None


class Sector(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sector of a published inventory 清单部门, with where the balance books the same."""

    code: str
    zh: str
    en: str
    balance: str
    gbt4754: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    thermal: bool = False


class CarrierProxy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    carrier: str
    use: str
    status: Status
    note: Name


class Method(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the CO2 of a balance is made under a rule family."""

    id: str
    family: str
    name: Name
    notes: tuple[Name, ...]
    proxies: tuple[CarrierProxy, ...] = ()

    def proxy(self, carrier: str) -> CarrierProxy | None:
        return next((p for p in self.proxies if p.carrier == carrier), None)


class ShortForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: Name
    notes: tuple[Name, ...]


class Process(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An industrial process 工业过程: emission = amount × parameter; carbon: the parameter is a share of carbon."""

    code: str
    zh: str
    en: str
    unit: str
    gas: str
    parameter: str
    products: tuple[str, ...]
    carbon: bool = False
    sign: int = 1


class Proxy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the shares of a downscaling are made of 分解代理指标, best first."""

    measure: str
    zh: str
    en: str
    groups: tuple[str, ...]
    uncertainty: float


class Uncertainty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    activity: dict[str, float]
    factor: dict[str, float]


class _Methods(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tce_gj: float
    methods: tuple[Method, ...]
    short_form: ShortForm
    processes: tuple[Process, ...]
    product_names: dict[str, tuple[str, ...]]
    proxies: tuple[Proxy, ...]
    uncertainty: Uncertainty
    provinces: dict[str, str]


class RegionalRules:
    """All forms of regional accounts, each by its code."""

    def __init__(self, rows: Any, carriers: Any, sectors: Any, methods: Any) -> None:
        self.rows = {r.code: r for r in _read("rows.yaml", rows["rows"], tuple[BalanceRow, ...])}
        self.carriers = {c.code: c for c in _read("carriers.yaml", carriers["carriers"], tuple[Carrier, ...])}
        self.sectors = {s.code: s for s in _read("sectors.yaml", sectors["sectors"], tuple[Sector, ...])}
        made = _read("methods.yaml", methods, _Methods)
        self.tce_gj, self.short_form, self.proxies = made.tce_gj, made.short_form, made.proxies
        self.methods = {m.id: m for m in made.methods}
        self.processes = {p.code: p for p in made.processes}
        self.product_names = made.product_names
        self.uncertainty, self.provinces = made.uncertainty, made.provinces
        if unknown := {r.of for r in self.rows.values() if r.of} - self.rows.keys():
            raise _misfit("rows.yaml", f"a row is part of {sorted(unknown)}, which is none")

    def method(self, id: str) -> Method:
        """A method by id. Raises RuleUnknown."""
        if id not in self.methods:
            raise RuleUnknown(
                f"no regional method {id!r}",
                where="rules/data/regional/methods.yaml",
                mend=f"There are: {', '.join(self.methods)}.",
                zh=f"没有名为 {id} 的区域核算方法",
                mend_zh=f"可用：{'、'.join(self.methods)}。",
            )
        return self.methods[id]

    @cached_property
    def processes_of(self) -> dict[str, tuple[str, ...]]:
        """Product or process → the processes that an amount of it feeds."""
        products = {product for p in self.processes.values() for product in p.products}
        held = {c: tuple(p.code for p in self.processes.values() if c in p.products) for c in products}
        return held | {code: (code,) for code in self.processes}

    @cached_property
    def carrier_of_item(self) -> dict[str, str]:
        """Energy item of firms → carrier of the balance."""
        return {item: c.code for c in self.carriers.values() for item in c.items}


def _read(name: str, doc: Any, form: type[_T]) -> _T:
    try:
        return msgspec.convert(doc, form)
    except msgspec.ValidationError as error:
        raise _misfit(name, str(error)) from error


def _misfit(name: str, why: str) -> RuleError:
    return RuleError(
        f"the rule file does not fit its form: {why}",
        where=f"rules/data/regional/{name}",
        mend="Correct the entry named.",
    )


FILES = ("rows.yaml", "carriers.yaml", "sectors.yaml", "methods.yaml")


def regional_documents() -> dict[str, Any]:
    """The documents the forms are read from, by file name."""
    return {name: read_file(f"regional/{name}") for name in FILES}


def assemble_regional(documents: Mapping[str, Any]) -> RegionalRules:
    """The forms from documents by file name. Raises RuleError naming the file."""
    return RegionalRules(*(documents[name] for name in FILES))


@cache
def regional_rules() -> RegionalRules:
    """The forms that come with the package; read once."""
    return assemble_regional(regional_documents())

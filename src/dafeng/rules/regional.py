"""Forms of regional accounts 区域核算的口径: rows, carriers, sectors, methods, proxies, works, from our data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
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
    """What the shares of a downscaling are made of 分解代理指标, best first.

    direct: it counts the emitters themselves; what other proxies say does not widen its uncertainty.
    """

    measure: str
    zh: str
    en: str
    groups: tuple[str, ...]
    uncertainty: float
    direct: bool = False


class Makers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group of rows that emits only where there are makers 排放所在企业: the count of them by area."""

    group: str
    measure: str
    zh: str
    en: str


class Works(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where industrial processes stand 工业过程所在企业: the products and industries that tell of them.

    products: alternatives, the first that a firm reported is its amount; instead: products of another kind of firm of
    the same industries; since, until: in force, both included.
    """

    id: str
    name: Name
    processes: tuple[str, ...]
    products: tuple[str, ...]
    industries: tuple[str, ...]
    since: date
    source: str
    instead: tuple[str, ...] = ()
    until: date | None = None
    note: Name | None = None

    @property
    def group(self) -> str:
        """The group of rows of a downscaling."""
        return f"process.{self.id}"

    @property
    def count(self) -> str:
        """The measure that counts such works in an area."""
        return f"works_{self.id}"

    @property
    def output(self) -> str:
        """The measure of what the works of an area made [t]."""
        return f"firms_made_{self.id}_t"

    @property
    def energy(self) -> str:
        """The measure of the energy that the works of an area used [tce]."""
        return f"works_energy_{self.id}_tce"


class WorksUncertainty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    output: float
    energy: float
    count: float


class _WorksFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    status: Status
    uncertainty: WorksUncertainty
    works: tuple[Works, ...]


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
    makers: tuple[Makers, ...]
    uncertainty: Uncertainty
    provinces: dict[str, str]


class RegionalRules:
    """All forms of regional accounts, each by its code."""

    def __init__(self, rows: Any, carriers: Any, sectors: Any, methods: Any, works: Any) -> None:
        self.rows = {r.code: r for r in _read("rows.yaml", rows["rows"], tuple[BalanceRow, ...])}
        self.carriers = {c.code: c for c in _read("carriers.yaml", carriers["carriers"], tuple[Carrier, ...])}
        self.sectors = {s.code: s for s in _read("sectors.yaml", sectors["sectors"], tuple[Sector, ...])}
        made = _read("methods.yaml", methods, _Methods)
        stands = _read("works.yaml", works, _WorksFile)
        self.tce_gj, self.short_form, self.works = made.tce_gj, made.short_form, stands.works
        self._check_works({p.code for p in made.processes})
        kinds = tuple({w.id: w for w in sorted(self.works, key=lambda w: w.since)}.values())
        self.proxies = (*_of_works(kinds, stands.uncertainty), *(_also(p, kinds) for p in made.proxies))
        self.makers = (*made.makers, *(Makers(w.group, w.count, w.name.zh, w.name.en) for w in kinds))
        self.methods = {m.id: m for m in made.methods}
        self.processes = {p.code: p for p in made.processes}
        self.product_names = made.product_names
        self.uncertainty, self.provinces = made.uncertainty, made.provinces
        if unknown := {r.of for r in self.rows.values() if r.of} - self.rows.keys():
            raise _misfit("rows.yaml", f"a row is part of {sorted(unknown)}, which is none")

    def _check_works(self, processes: set[str]) -> None:
        """Every process has one kind of works at most, the same in all years. Raises RuleError."""
        said = [(p, w.id) for w in self.works for p in w.processes]
        if unknown := sorted({p for p, _ in said} - processes):
            raise _misfit("works.yaml", f"{unknown[0]} is no process")
        if twice := [p for p in sorted(processes) if len({w for q, w in said if q == p}) > 1]:
            raise _misfit("works.yaml", f"{twice[0]} stands in two kinds of works")

    def works_in(self, year: str) -> dict[str, Works]:
        """Kinds of works by id as they hold at the end of a year; a year before the first takes the first."""
        day, held = date(int(year), 12, 31), dict[str, Works]()
        for works in sorted(self.works, key=lambda w: w.since):
            if works.since <= day or works.id not in held:
                held[works.id] = works
        return {id: w for id, w in held.items() if w.until is None or w.until >= day}

    @cached_property
    def works_of(self) -> dict[str, Works]:
        """Process → the kind of works it stands in."""
        return {p: w for w in self.works for p in w.processes}

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


def _of_works(kinds: Sequence[Works], error: WorksUncertainty) -> tuple[Proxy, ...]:
    """What the works made, the energy they used and how many they are, as the best proxies of their processes."""
    made = [
        Proxy(w.output, f"{w.name.zh}产品产量", f"output, {w.name.en}", (w.group,), error.output, direct=True)
        for w in kinds
    ]
    used = [
        Proxy(w.energy, f"{w.name.zh}综合能源消费量", f"energy, {w.name.en}", (w.group,), error.energy, direct=True)
        for w in kinds
    ]
    there = [
        Proxy(w.count, f"{w.name.zh}数", f"number, {w.name.en}", (w.group,), error.count, direct=True) for w in kinds
    ]
    return (*made, *used, *there)


def _also(proxy: Proxy, kinds: Sequence[Works]) -> Proxy:
    """A proxy of processes at large serves each kind of works."""
    more = tuple(w.group for w in kinds) if "process" in proxy.groups else ()
    return msgspec.structs.replace(proxy, groups=(*proxy.groups, *more))


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


FILES = ("rows.yaml", "carriers.yaml", "sectors.yaml", "methods.yaml", "works.yaml")


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

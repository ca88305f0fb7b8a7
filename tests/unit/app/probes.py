"""How the walk calls every use case: arguments by name, a town whose figures are unmistakable, and what leaves it.

A use case whose parameters are not known here has no probe, and the walk fails.
"""

from __future__ import annotations

import copy
import dataclasses
import inspect
import io
import math
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import msgspec
import polars as pl
from fakes import MemoryFiles
from tiny_town import CITY, EAST, FIRMS, OWNER, WEST, delivered, run, town

from dafeng.app.accounting import accounts
from dafeng.app.memory import Memory
from dafeng.app.registries import registry_of
from dafeng.app.services import Services, Silent
from dafeng.base.callers import ROLES, Caller
from dafeng.plan.metadata import document_id
from dafeng.plan.read import read_plan
from dafeng.plan.reading import PlanReading

PLAN = "试验市工业领域碳达峰实施方案\n\n到2025年,规模以上工业单位增加值能耗比2020年下降18%。\n".encode()
ENERGY = "统一社会信用代码,时期,能源品种,计量单位,消费量\nE-1,2025,烟煤,吨,120\n".encode()
_ODD = {"E-1": 1.0371, "E-2": 1.1193, "E-3": 0.9817, "E-4": 1.2791}  # so that no firm's figure is a sum of others'
_NAMES = {i: name for i, name, *_ in FIRMS}
_AREA_OF = {i: area for i, _, area, _ in FIRMS}


@cache
def standing() -> Services:
    """The town, run; not to be written to."""
    rows = [r | {"value": float(str(r["value"])) * _ODD[str(r["subject_id"])]} for r in delivered(whole=True)]
    return run(town(rows))


def fresh() -> Services:
    """The town, run, for one call: what the call writes is seen by no other."""
    made = standing()
    copied = {name: copy.deepcopy(getattr(made, name)) for name in ("records", "columns", "clock")}
    return dataclasses.replace(made, **copied, files=MemoryFiles(), memory=Memory())


def callers(role: str) -> dict[str, Caller]:
    """A caller of the role whose scope holds E-1 in East county, and one whose scope lies elsewhere."""
    if role == "owner":
        return {"own": OWNER}
    areas = {"officer": (CITY, WEST), "county": (EAST, WEST), "analyst": (CITY, WEST)}
    firms = {"filler": ("E-1", "E-3"), "approver": ("E-1", "E-3"), "verifier": ("E-1", "E-3")}
    made = {}
    for n, which in enumerate(("own", "foreign")):
        made[which] = Caller(
            f"{role}-{which}",
            frozenset({role}),
            areas=frozenset({areas[role][n]}) if role in areas else frozenset(),
            enterprises=frozenset({firms[role][n]}) if role in firms else frozenset(),
        )
    return made


def hidden_firms(caller: Caller) -> frozenset[str]:
    """The firms of which nothing may reach the caller."""
    if caller.everything or not caller.roles & {"officer", "county", "filler", "approver", "verifier"}:
        return frozenset() if caller.everything else frozenset(_NAMES)
    if CITY in caller.areas:
        return frozenset()
    return frozenset(i for i in _NAMES if i not in caller.enterprises and _AREA_OF[i] not in caller.areas)


@cache
def figures(firm: str) -> tuple[float, ...]:
    """Every figure of a firm, delivered or accounted."""
    facts = standing().columns.facts().filter(subject_id=firm)["value"].to_list()
    lines = accounts(standing(), OWNER).lines.filter(subject_id=firm)["value"].to_list()
    return tuple(sorted({abs(v) for v in (*facts, *lines) if v and abs(v) > 10}))


def leaks(caller: Caller, left: object) -> set[str]:
    """What of firms hidden from the caller stands in what left: ids, names, figures.

    An error may repeat the id it was asked for (E-1): that it does so in the same words for an id that never was is
    tested where the id is asked for.
    """
    words, numbers = [], set()
    for value in atoms(left):
        if isinstance(value, float):
            numbers.add(abs(value))
        else:
            words.append(value)
            numbers |= {abs(float(n)) for n in re.findall(r"\d+\.\d+", value)}
    text, found = "\n".join(words), set()
    shared = {f for i in _NAMES.keys() - hidden_firms(caller) for f in figures(i)}
    for firm in hidden_firms(caller):
        told = (_NAMES[firm],) if firm == "E-1" and isinstance(left, Exception) else (_NAMES[firm], firm)
        found |= {word for word in told if re.search(rf"{word}(?!\d)", text)}
        secret = [f for f in figures(firm) if not any(math.isclose(f, s, rel_tol=1e-9) for s in shared)]
        found |= {f"{firm}: {s}" for s in secret for n in numbers if math.isclose(n, s, rel_tol=1e-9)}
    return found


def atoms(left: object) -> Iterator[str | float]:
    """Every text and number in what left, however it is wrapped."""
    if isinstance(left, (bool, type(None))):
        return
    if isinstance(left, (int, float)):
        yield float(left)
    elif isinstance(left, bytes):
        yield from _of_bytes(left)
    elif isinstance(left, pl.DataFrame):
        yield from atoms(left.to_dicts())
    elif isinstance(left, Mapping):
        for key, value in left.items():
            yield from (*atoms(key), *atoms(value))
    elif isinstance(left, (list, tuple, set, frozenset)) or inspect.isgenerator(left):
        for item in left:
            yield from atoms(item)
    elif isinstance(left, msgspec.Struct):
        yield from atoms({n: getattr(left, n) for n in left.__struct_fields__})
    elif dataclasses.is_dataclass(left):
        yield from atoms({f.name: getattr(left, f.name) for f in dataclasses.fields(left)})
    elif isinstance(left, Exception):
        yield from atoms([str(left), *map(str, vars(left).values())])
    else:
        yield str(left)


def _of_bytes(data: bytes) -> Iterator[str]:
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            for name in book.namelist():
                yield book.read(name).decode("utf-8", "ignore")
    else:
        yield data.decode("utf-8", "ignore")


# -- arguments by name -------------------------------------------------------------------------------------------------


def _line(services: Services) -> str:
    lines = accounts(services, OWNER).lines
    return str(lines.filter(subject_id="E-1", measure="co2_total_t", item="total", period="2024")["line_id"].item())


def _reading(services: Services) -> PlanReading:
    return read_plan(PLAN, "新方案.txt")


ARGUMENTS: dict[str, Callable[[Services], Any]] = {
    "node_id": _line,
    "doc": lambda s: "plan",
    "document": lambda s: "plan",
    "record_id": lambda s: "plan#t1",
    "target_id": lambda s: "plan#t1",
    "year": lambda s: 2024,
    "area": lambda s: EAST,
    "enterprise_id": lambda s: "E-1",
    "why": lambda s: "走查",
    "q": lambda s: "E",
    "query": lambda s: "E",
    "text": lambda s: "E",
    "language": lambda s: "zh",
    "lang": lambda s: "zh",
    "by": lambda s: "sector",
    "registry": registry_of,
    "lines": lambda s: accounts(s, OWNER).lines,
    "items": lambda s: (),
    "progress": lambda s: Silent(),
    "render": lambda s: lambda report: {},
    "reading": _reading,
    "changed": lambda s: {"value": 21.0},
    "run_id": lambda s: None,
    "sha256": lambda s: "ab" * 32,
    "row": lambda s: 2,
    "one": lambda s: 1,
    "other": lambda s: 1,
}
SPECIAL: dict[str, dict[str, Any]] = {  # what a parameter of the same name means elsewhere
    "importing.template": {"name": "energy", "form": "csv"},
    "importing.take_in_table": {"data": ENERGY, "name": "能源.csv"},
    "plans.take_in": {"data": PLAN, "name": "新方案.txt"},
    "plans.enter": {"data": PLAN, "name": "新方案.txt"},
    "plans.act": {"kind": "confirm"},
    "plans.add": {"kind": "document", "fields": {"doc": document_id("另.txt"), "title": "另一方案"}},
    "plans.link": {"kind": "indicator", "to": "energy_leaders", "target_id": "plan#t4"},
    "plans.unlink": {"to": "energy_leaders"},
    "making.starter_records": {"name": "jinzhong"},
    "publishing.publish": {"what": "plan", "id": "plan"},
    "publishing.withdraw": {"what": "plan", "id": "plan"},
}


def probe(name: str, function: Callable[..., Any], **other: Any) -> Callable[[Services, Caller], Any] | None:
    """How to call a use case (named module.function below dafeng.app), with ``other`` arguments where they are given;
    None where a needed argument is not known."""
    given = SPECIAL.get(name, {}) | other
    wanted = [p for p in list(inspect.signature(function).parameters.values())[2:] if p.kind is not p.VAR_KEYWORD]
    known = [p for p in wanted if p.name in given or p.name in ARGUMENTS]
    if any(p.default is p.empty and p not in known for p in wanted):
        return None

    def call(services: Services, caller: Caller) -> Any:
        arguments = {p.name: given[p.name] if p.name in given else ARGUMENTS[p.name](services) for p in known}
        return function(services, caller, **arguments)

    return call


ALL_ROLES = tuple(ROLES)

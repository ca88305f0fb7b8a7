"""Uses of energy 能源去向: processes, losses and feedstock by product, as measures that a works may deliver by item."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import msgspec

from dafeng.base.errors import RuleError
from dafeng.rules.packaged import read_file

FILE = "rules/data/energy_uses.yaml"
PREFIX = "energy_use."  # of the measure of a use
Kind = Literal["to", "from", "at", "feedstock", "lost", "recovered"]
_WORDS: dict[str, tuple[str, str]] = {
    "to": ("投入{}", "into {}"),
    "from": ("{}产出或回收", "out of {}"),
    "at": ("{}用能", "used at {}"),
    "feedstock": ("用作{}原料", "feedstock for {}"),
}


class ProcessForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A process 工序: which kinds of energy it has, the product its energy is counted by, and ``own``: the by-product
    energy 副产能源 that can come out of no other process, so that own output of it is this process's."""

    id: str
    zh: str
    en: str
    kinds: tuple[Literal["to", "from", "at"], ...]
    product: str | None = None
    own: tuple[str, ...] = ()


class FeedstockForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    zh: str
    en: str


class UsesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    processes: tuple[ProcessForm, ...]
    feedstock: tuple[FeedstockForm, ...]
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """One use 去向. code: as in the delivered table; kind; place: the process or the product made of it."""

    code: str
    kind: Kind
    place: str
    zh: str
    en: str

    @property
    def measure(self) -> str:
        return PREFIX + self.code


@dataclass(frozen=True)
class EnergyUses:
    """Every use by code, the processes by id, and the classes of items that may be feedstock."""

    uses: dict[str, Use]
    processes: dict[str, ProcessForm]
    feedstock: dict[str, FeedstockForm]
    classes: tuple[str, ...]


def read_uses(doc: Any) -> EnergyUses:
    """Uses from their document. Raises RuleError for a wrong form or an id given twice."""
    try:
        file = msgspec.convert(doc, UsesFile)
    except msgspec.ValidationError as error:
        raise _wrong(f"the file does not fit its form: {error}") from error
    listed = [_use(kind, p) for p in file.processes for kind in p.kinds]
    listed += [_use("feedstock", f) for f in file.feedstock]
    listed.append(Use("lost", "lost", "lost", "损失", "lost"))
    listed.append(Use("recovered", "recovered", "recovered", "余热余能回收", "recovered waste heat and pressure"))
    uses = {u.code: u for u in listed}
    if len(uses) < len(listed):
        raise _wrong("a use stands twice")
    return EnergyUses(uses, {p.id: p for p in file.processes}, {f.id: f for f in file.feedstock}, file.classes)


def _use(kind: Kind, form: ProcessForm | FeedstockForm) -> Use:
    zh, en = _WORDS[kind]
    return Use(f"{kind}_{form.id}", kind, form.id, zh.format(form.zh), en.format(form.en))


def _wrong(what: str) -> RuleError:
    return RuleError(what, where=FILE, mend="Correct the entry.", zh=f"能源去向表有误：{what}", mend_zh="请更正该条。")


@cache
def packaged_uses() -> EnergyUses:
    """The uses that come with the package; read once."""
    return read_uses(read_file("energy_uses.yaml"))

"""Starters 起步台账: the targets of published plans as structured facts, to begin a programme with.

A starter holds names, numbers, years and where in the document they stand, and no sentence of it. What a ``Target``
keeps as its quote is a restatement made here from the figures: 非化石能源消费比重 = 12 % (2025).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import yaml

from dafeng.base.errors import NotFound
from dafeng.plan.ledger import Entry, Signature, as_dict, kind_of, record_doc, record_id
from dafeng.plan.records import Document, Record, Target

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PHRASES = {
    "reduce_by": "下降",
    "increase_by": "提高",
    "reach_peak_before": "达峰不晚于",
    "meet_assigned": "完成",
    "complete": "按期完成",
    "no_increase": "不新增",
    "qualitative": "定性要求",
    "deadline": "报送期限",
    "about": "约",
}
_QUIET_BOUNDS = ("=", None)


class Starter(msgspec.Struct, frozen=True, kw_only=True):
    """What one starter is, without its targets: name, document, number of targets, source and how sure it is."""

    name: str
    document: Document
    targets: int
    source: str
    status: str


def starters() -> list[Starter]:
    """All starters that come with the package, by name."""
    folder = files(__package__) / "data"
    names = sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml"))
    return [about(name) for name in names]


def about(name: str) -> Starter:
    """One starter without its targets. Raises NotFound where there is none of that name."""
    data = _data(name)
    document, targets = starter(name)
    return Starter(name=name, document=document, targets=len(targets), source=data["source"], status=data["status"])


def starter(name: str) -> tuple[Document, tuple[Target, ...]]:
    """The document and its targets. Raises NotFound where there is no starter of that name."""
    data = _data(name)
    document = msgspec.convert({"doc": name, **data["document"]}, Document)
    return document, tuple(_target(document, n, row) for n, row in enumerate(data["targets"], start=1))


def starter_entries(name: str, by: Signature) -> list[Entry]:
    """The ledger entries that a starter adds: the document, then its targets, signed and with their source.

    by.who is expected to be ``starter:<name>``; the entries are "read", as of a machine, so that a later reading of the
    document itself is matched to them and shows what differs.
    """
    document, targets = starter(name)
    source = _data(name)["source"]
    return [_added(record, by, source) for record in (document, *targets)]


def _added(record: Record, by: Signature, source: str) -> Entry:
    return Entry(
        at=by.at, who=by.who, why=by.why, action="read", kind=kind_of(record), record_id=record_id(record),
        doc=record_doc(record), source=source, after=as_dict(record),
    )  # fmt: skip


@cache
def _data(name: str) -> dict[str, Any]:
    file = files(__package__) / "data" / f"{name}.yaml"
    if "/" in name or not file.is_file():
        raise NotFound(f"there is no starter {name!r}", mend="List them: dafeng starters")
    return yaml.load(file.read_text("utf-8"), Loader=_LOADER)  # type: ignore[no-any-return]  # noqa: S506


def _target(document: Document, number: int, row: dict[str, Any]) -> Target:
    fields = {k: v for k, v in row.items() if k != "at"}
    made: dict[str, Any] = {
        "id": f"{document.doc}#t{number:02d}",
        "doc": document.doc,
        "span": (0, 0),
        "region": document.region,
        "note": f"原文位置:{row['at']}",
        "quote": "",
        **fields,
    }
    target = msgspec.convert(made, Target)
    return msgspec.structs.replace(target, quote=restated(target))


def restated(target: Target) -> str:
    """The target in neutral words and figures, made from its fields: 再生金属供应占比 >= 24 % (2025)."""
    figure = _figure(target)
    sign = _PHRASES.get(target.comparator, target.comparator)
    if target.bound not in _QUIET_BOUNDS:
        figure = f"{target.bound} {figure}"
    base = f"较{target.baseline_year}年" if target.baseline_year else ""
    words = (target.indicator, f"{base}{sign}", figure or target.reference or "", _when(target))
    return " ".join(w for w in words if w)


def _figure(target: Target) -> str:
    if target.value is None:
        return ""
    high = f"~{target.value_high:g}" if target.value_high is not None else ""
    per = "/年" if target.per else ""
    return f"{target.value:.10g}{high} {target.unit or ''}".strip() + per


def _when(target: Target) -> str:
    span = target.period if target.period and "-" in target.period else None
    when = target.deadline or span or (str(target.target_year) if target.target_year else target.period)
    return f"({when})" if when else ""

"""Golden cases of the methods: published figures and worked examples, run through the same JSON form as everybody's."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from dafeng.account.cases.reading import read_case
from dafeng.account.cases.result import CaseResult, run_case
from dafeng.account.cases.rule import rule_of
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

FOLDER = Path(__file__).parent / "methods"
FILES = sorted(FOLDER.rglob("*.json"))
KINDS = {"published", "worked_example", "vector", "derived"}


def _near(ours: float | None, theirs: float, tolerance: dict[str, float]) -> bool:
    if ours is None:
        return False
    return abs(ours - theirs) <= max(tolerance.get("abs", 0.0), tolerance.get("rel", 0.0) * abs(theirs))


def _found(result: CaseResult, what: str, name: str) -> float | None:
    if what == "lines":
        stream, _, item = name.partition("/")
        own = [x.value for x in result.lines if x.stream == stream and x.item == item]
        return None if not own or None in own else sum(v for v in own if v is not None)
    if what == "ratios":
        return next(r.value for r in (*(r for p in result.parts for r in p.ratios), *result.ratios) if r.id == name)
    if what == "totals":
        return next(t.value for p in result.parts for t in p.totals if t.id == name)
    if what == "units":
        return next(t.value for t in result.by_unit if t.id == name)
    return next(t.value for t in result.groups if t.id == name)


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(FOLDER).with_suffix("")))
def test_a_published_case_is_computed_as_published(file):
    golden = json.loads(file.read_text(encoding="utf-8"))
    assert golden["kind"] in KINDS
    assert golden["source"]["document"]
    result = run_case(read_case(json.dumps(golden["case"]).encode()), packaged_methods(), packaged_rulebook())
    expect, off = golden["expect"], []
    tolerance = expect.get("tolerance", {"rel": 1e-6})
    if "total" in expect and not _near(result.total.value, expect["total"], tolerance):
        off.append(("total", expect["total"], result.total.value))
    for what in ("totals", "groups", "units", "lines", "ratios"):
        for name, value in expect.get(what, {}).items():
            own = value if isinstance(value, dict) else {"value": value}
            if not _near(ours := _found(result, what, name), own["value"], own.get("tolerance", tolerance)):
                off.append((f"{what}.{name}", own["value"], ours))
    assert off == []
    assert {"total", "totals", "groups", "units", "lines", "ratios"} & set(expect)
    for said in golden.get("differences", ()):
        assert said["why"]["zh"], said["why"]["en"]
        if isinstance(said.get("ours"), float | int) and isinstance(said.get("published"), float | int):
            assert not _near(said["ours"], said["published"], tolerance), "said to differ, but does not"


def test_every_method_has_a_case():
    methods, rulebook = packaged_methods(), packaged_rulebook()
    cases = [read_case(json.dumps(json.loads(f.read_text(encoding="utf-8"))["case"]).encode()) for f in FILES]
    found = [rule_of(methods, rulebook, p.method, p.family, c.span) for c in cases for p in c.all_parts()]
    assert set(methods.held) - {(m.id, m.family) for m in found} == set()


def test_a_case_is_the_same_in_any_order_and_twice():
    for file in FILES[:40]:
        case = read_case(json.dumps(json.loads(file.read_text(encoding="utf-8"))["case"]).encode())
        turned = msgspec.structs.replace(
            case, activity=case.activity[::-1],
            parts=tuple(msgspec.structs.replace(p, activity=p.activity[::-1]) for p in case.parts[::-1]),
        )  # fmt: skip
        one, other = (run_case(c, packaged_methods(), packaged_rulebook()) for c in (case, turned))
        assert one.total.partial == pytest.approx(other.total.partial, rel=1e-12, abs=1e-9), file.name

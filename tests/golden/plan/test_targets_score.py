"""The two annotated plans, scored by the tool that was given with them."""

from __future__ import annotations

import importlib.util
import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from dafeng.plan.records import Document
from dafeng.plan.source import SourceText
from dafeng.plan.structure import read_outline
from dafeng.plan.targets import read_targets

PLANS = {
    "jinzhong-2025": "gold/jinzhong-2025.repaired-simplified.txt",
    "shanxi-industry-2023": "plans/shanxi-industry-2023.txt",
}


def scorer(shared: Path) -> Any:
    spec = importlib.util.spec_from_file_location("score_plan", shared / "tools" / "score_plan.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def predicted(shared: Path, name: str) -> list[dict[str, Any]]:
    text = (shared / "seeds" / PLANS[name]).read_text(encoding="utf-8")
    index = np.arange(len(text), dtype=np.int32)
    source = SourceText(name, "0", "txt", "utf-8", "simplified", text, text, index)
    gold = json.loads((shared / "seeds" / "gold" / f"{name}.document.json").read_text(encoding="utf-8"))
    document = Document(doc=name, title=gold["title"], doc_type=gold["doc_type"], issue_date=gold["issue_date"],
                        region=gold["region"], sector=gold["sector"])  # fmt: skip
    return [msgspec.to_builtins(target) for target in read_targets(source, read_outline(text), document)]


@pytest.fixture(scope="module")
def score(shared: Path) -> dict[str, Any]:
    tool = scorer(shared)
    gold = tool.load(shared / "seeds" / "gold", "targets")
    found = [record for name in PLANS for record in predicted(shared, name)]
    result, *_ = tool.score_targets(gold, found, Namespace(qualitative=False, strict=True, min_sim=0.45))
    return dict(result)


def test_targets_of_the_annotated_plans(score: dict[str, Any]) -> None:
    assert score["f1"] >= 0.97


@pytest.mark.parametrize(
    "name",
    [
        "value",
        "unit",
        "target_year",
        "comparator",
        "bound",
        "baseline_year",
        "modality",
        "kind",
        "sector",
        "period",
        "per",
    ],
)
def test_each_field(score: dict[str, Any], name: str) -> None:
    share, count = score["per_field"][name]
    assert count > 0
    assert share >= 0.95

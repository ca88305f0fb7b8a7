"""Tasks of the two annotated plans against their gold, by the scorer that measures us."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from dafeng.plan.export import jsonl
from dafeng.plan.metadata import read_document
from dafeng.plan.records import Document, Task
from dafeng.plan.source import Script, SourceText
from dafeng.plan.structure import read_outline
from dafeng.plan.tasks import read_tasks

CASES = {
    "shanxi-industry-2023": ("seeds/plans/shanxi-industry-2023.txt", "simplified"),
    "jinzhong-2025": ("seeds/gold/jinzhong-2025.repaired-simplified.txt", "traditional"),
}


def read(shared: Path, doc: str) -> tuple[Document, tuple[Task, ...]]:
    file, script = CASES[doc]
    text = (shared / file).read_text(encoding="utf-8")
    index = np.arange(len(text), dtype=np.int32)
    source = SourceText(f"{doc}.txt", "", "txt", "utf-8", msgspec.convert(script, Script), text, text, index)
    outline = read_outline(text)
    document = read_document(source, outline)
    return document, read_tasks(source, outline, document)


@pytest.mark.parametrize("doc", CASES)
def test_tasks_reach_the_score_asked_for(shared: Path, tmp_path: Path, doc: str) -> None:
    out = tmp_path / f"{doc}.tasks.jsonl"
    out.write_bytes(jsonl(read(shared, doc)[1]))
    gold = shared / "seeds" / "gold" / f"{doc}.tasks.jsonl"
    command = [
        sys.executable,
        str(shared / "tools" / "score_plan.py"),
        str(gold),
        str(out),
        "--kind",
        "tasks",
        "--json",
    ]
    score = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    assert score["combined"] >= 0.97
    assert score["lead_correct"] >= 0.97
    assert score["title"]["fp"] == 0


@pytest.mark.parametrize("doc", CASES)
def test_fields_that_the_scorer_leaves_out_agree_too(shared: Path, doc: str) -> None:
    gold = [
        json.loads(line) for line in (shared / "seeds" / "gold" / f"{doc}.tasks.jsonl").read_text("utf-8").splitlines()
    ]
    tasks = [json.loads(msgspec.json.encode(task)) for task in read(shared, doc)[1]]
    for name in ("path", "number", "span", "lead_rule", "open_list", "implicit_units", "deadlines", "category"):
        assert [task[name] for task in tasks] == [g[name] for g in gold], name
    agree = sum(task["sector"] == g["sector"] for task, g in zip(tasks, gold, strict=True))
    assert agree >= len(gold) - 1


@pytest.mark.parametrize("doc", CASES)
def test_the_document_record_agrees_field_by_field(shared: Path, doc: str) -> None:
    gold = json.loads((shared / "seeds" / "gold" / f"{doc}.document.json").read_text("utf-8"))
    document = json.loads(msgspec.json.encode(read(shared, doc)[0]))
    gold.pop("note", None)  # a remark of the annotator
    assert {name: document[name] for name in gold} == gold

"""Derivations as text: a node tree drawn with branches, in Chinese or English."""

from __future__ import annotations

from dafeng.base.numbers import plain
from dafeng.base.provenance import STATUS_ZH, Node

_WORDS = {
    "zh": {
        "missing": "缺",
        "formula": "算法",
        "source": "来源",
        "place": "出处",
        "note": "说明",
        "more": "另有{}项未列出",
    },
    "en": {
        "missing": "missing",
        "formula": "formula",
        "source": "source",
        "place": "place",
        "note": "note",
        "more": "{} more not listed",
    },
}


def as_text(node: Node, language: str = "zh") -> str:
    """The whole tree, one line per node with what belongs to it below; language zh or en."""
    return "\n".join(_drawn(node, _WORDS[language], language, "", ""))


def _drawn(node: Node, words: dict[str, str], language: str, head: str, stem: str) -> list[str]:
    out = [head + _headline(node, words, language)]
    below = stem + ("│ " if node.inputs or node.more else "  ")
    out += [f"{below}{text}" for text in _details(node, words, language)]
    last = len(node.inputs) - 1
    for i, child in enumerate(node.inputs):
        end = i == last and not _counted(node)
        branch, onward = ("└─", "  ") if end else ("├─", "│ ")
        out += _drawn(child, words, language, stem + branch, stem + onward)
    if _counted(node):
        out.append(f"{stem}└─{words['more'].format(node.more)}")
    return out


def _counted(node: Node) -> bool:
    """A rest that already stands as a balance node is not said twice."""
    return node.more > 0 and not (node.inputs and node.inputs[-1].id.endswith("/rest"))


def _headline(node: Node, words: dict[str, str], language: str) -> str:
    value = words["missing"] if node.value is None else _number(node.value)
    unit = f" {node.unit}" if node.unit and node.unit != "1" else ""
    period = f" {node.period}" if node.period else ""
    status = STATUS_ZH[node.status] if language == "zh" else node.status
    label = (node.label_en or node.label) if language == "en" else node.label
    return f"{label}{period} = {value}{unit} [{status}] <{node.id}>"


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else plain(value, 10)


def _details(node: Node, words: dict[str, str], language: str) -> list[str]:
    """What belongs to a node; in English where it has an English, else as it was written."""
    rule = f" ({node.rule})" if node.rule and node.kind == "line" else ""
    told = (node.operation, node.source, node.note)
    if language == "en":
        told = (node.operation_en or node.operation, node.source_en or node.source, node.note_en or node.note)
    operation, source, note = told
    found = [
        (words["formula"], f"{operation}{rule}" if operation else None),
        (words["source"], source),
        (words["place"], node.place.words() if node.place else None),
        (words["note"], note),
    ]
    return [f"{name}: {text}" for name, text in found if text]

"""Errors in Chinese: every text that is raised anywhere has one, with what was put in."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import dafeng
from dafeng.base import errors
from dafeng.base.error_words import ERROR_WORDS, in_chinese
from dafeng.base.errors import BadRequest, NotFound, RuleNotInForce, UnreadableFile

ROOT = Path(dafeng.__file__).parent
CJK = re.compile("[\u3400-\u9fff]")
PLACE = re.compile(r"\{(\w+)\}")
# what is said by others (the operating system, the reader of settings) has no template of ours
FOREIGN = {"X7", "X7: X7", "X7 Install dafeng with the extra postgresql."}


def _trees() -> dict[str, ast.Module]:
    return {p.relative_to(ROOT).as_posix(): ast.parse(p.read_text("utf-8")) for p in sorted(ROOT.rglob("*.py"))}


def _house_errors(trees: dict[str, ast.Module]) -> set[str]:
    names = {n for n, c in vars(errors).items() if isinstance(c, type) and issubclass(c, errors.DafengError)}
    while True:
        more = {
            n.name
            for tree in trees.values()
            for n in ast.walk(tree)
            if isinstance(n, ast.ClassDef) and any(isinstance(b, ast.Name) and b.id in names for b in n.bases)
        }
        if more <= names:
            return names
        names |= more


def _texts(node: ast.expr | None) -> list[str]:
    """The texts an argument can be, each place filled with a word that no entry holds; none where it is a name."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.JoinedStr):
        parts = [[str(v.value)] if isinstance(v, ast.Constant) else _put_in(v) for v in node.values]
        return ["".join(said) for said in itertools.product(*parts)]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [a + b for a in _texts(node.left) for b in _texts(node.right)]
    return []


def _put_in(node: ast.expr) -> list[str]:
    """What may stand in a place: the words of a choice, else anything."""
    chosen = isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.IfExp)
    return (_texts(node.value) if isinstance(node, ast.FormattedValue) and chosen else []) or ["X7"]


def _assigned(tree: ast.Module) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
    return found


def raised_texts() -> Iterator[tuple[str, int, str]]:
    """File, line and text of what is raised without Chinese of its own."""
    trees = _trees()
    names = _house_errors(trees) | {"made"}
    for file, tree in trees.items():
        assigned = _assigned(tree)
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names):
                continue
            given = {k.arg: k.value for k in node.keywords}
            first = 1 if node.func.id == "made" else 0
            told = [a for a in node.args[first : first + 1] if "zh" not in given and None not in given]
            if "mend" in given and "mend_zh" not in given:
                told.append(given["mend"])
            for argument in told:
                values = assigned.get(argument.id, []) if isinstance(argument, ast.Name) else [argument]
                yield from ((file, node.lineno, text) for value in values for text in _texts(value) if text)


def test_every_text_that_is_raised_has_its_chinese() -> None:
    found = list(raised_texts())
    assert len(found) > 300  # the walk sees them
    without = [f"{file}:{line} {text}" for file, line, text in found if text not in FOREIGN and not in_chinese(text)]
    assert without == []


def test_what_is_put_in_is_put_in_again() -> None:
    for english, chinese in ERROR_WORDS.items():
        assert set(PLACE.findall(chinese)) <= set(PLACE.findall(english)), english


def test_the_chinese_is_chinese() -> None:
    plain = {"--tls-cert, --tls-key", "dafeng.toml › records", "{file} › row {n}"}
    assert [e for e, zh in ERROR_WORDS.items() if not CJK.search(zh) and e not in plain] == []


@pytest.mark.parametrize(
    ("error", "zh", "mend_zh"),
    [
        (NotFound("there is no document 'x-2020'"), "没有文件x-2020", ""),
        (
            UnreadableFile("the workbook unpacks to more than is allowed", mend="Save the CSV as UTF-8."),
            "工作簿解压后超过允许的大小",
            "请把 CSV 存为 UTF-8 编码。",
        ),
        (
            RuleNotInForce("grid.factor (CN) has no value in force on 2030-01-01, as known on 2025-06-30"),
            "grid.factor (CN)在2030-01-01没有现行数值（按2025-06-30已知）",
            "",
        ),
        (BadRequest("what nobody has written down"), "", ""),
    ],
)
def test_an_error_says_the_same_in_chinese(error: errors.DafengError, zh: str, mend_zh: str) -> None:
    assert (error.zh, error.mend_zh) == (zh, mend_zh)


def test_chinese_of_its_own_comes_first() -> None:
    error = BadRequest("no such file", mend="Check the path.", zh="找不到", mend_zh="换一个")
    assert (error.zh, error.mend_zh) == ("找不到", "换一个")


def test_long_words_from_outside_cost_nothing() -> None:
    assert in_chinese("there is no document " + "x" * 100_000) == ""

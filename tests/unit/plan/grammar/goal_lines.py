"""How the sentence tests write goals down: one line a record, blocks of sentences with their records."""

from __future__ import annotations

from dafeng.plan.grammar.goals import Context, Goal
from dafeng.plan.grammar.reader import read_paragraph
from dafeng.plan.grammar.view import view_of


def read(sentence: str, context: Context) -> list[str]:
    goals, _ = read_paragraph(view_of(sentence), context)
    return [line(goal) for goal in goals]


def line(goal: Goal) -> str:
    high = "" if goal.high is None else f"~{goal.high}"
    figure = f"{goal.comparator} {'-' if goal.value is None else goal.value}{high} {goal.unit or '-'}"
    extras = [
        f"b{goal.bound}" if goal.bound else "",
        f"base{goal.baseline}" if goal.baseline else "",
        f"p={goal.scope.period}" if goal.scope.period else "",
        f"dl={goal.deadline or goal.scope.deadline}" if goal.deadline or goal.scope.deadline else "",
        f"st={goal.scope.start_year}" if goal.scope.start_year else "",
        "per" if goal.yearly else "",
        f"m={goal.modality}" if goal.modality else "",
        f"ref={goal.reference}" if goal.reference else "",
        f"k={goal.kind}" if goal.kind != "target" else "",
        f"d={goal.derived}" if goal.derived else "",
    ]
    return " | ".join([goal.name, figure, str(goal.scope.year or "-"), " ".join(e for e in extras if e)]).rstrip(" |")


def cases(block: str) -> list[tuple[str, list[str]]]:
    """Blocks of lines: a sentence, then its records indented; "(none)" for a sentence that gives none."""
    out: list[tuple[str, list[str]]] = []
    for raw in block.strip().splitlines():
        if raw.startswith(" "):
            if raw.strip() != "(none)":
                out[-1][1].append(raw.strip())
        elif raw.strip() and not raw.startswith("#"):
            out.append((raw.strip(), []))
    return out

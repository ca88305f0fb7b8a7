"""Generated parts about the portal: the API, tables of the pages, cases and their terms, long work, web packages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from md_tables import code, stacked, table

from dafeng.act.machine import KINDS, Machine, Move, State, machine
from dafeng.act.terms import Level, terms
from dafeng.api.app import document_text
from dafeng.app.filing.dues import contract_words
from dafeng.app.jobs.work import kinds
from dafeng.app.permission import matrix
from dafeng.app.tables import listing as tables
from dafeng.app.tables.tabling import Column, TableDef
from dafeng.base.callers import ROLES

ROOT = Path(__file__).resolve().parents[1]
_METHODS = ("get", "post", "put", "patch", "delete")
_EVERY = {"month": "month 月", "year": "year 年"}


# -- the API -----------------------------------------------------------------------------------------------------------


def api_operations() -> str:
    """Every operation of the OpenAPI document, by feature."""
    by_tag: dict[str, list[tuple[object, ...]]] = {}
    for path, item in json.loads(document_text())["paths"].items():
        for method in _METHODS:
            if method in item:
                by_tag.setdefault(item[method]["tags"][0], []).append(_operation(method, path, item[method]))
    heads = ("operation", "摘要", "what it does", "body", "answer")
    return "\n\n".join(f"### {tag}\n\n{table(heads, rows)}" for tag, rows in sorted(by_tag.items()))


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> tuple[object, ...]:
    name = stacked(code(f"{method.upper()} {path}"), code(operation["operationId"]))
    done = {status: r for status, r in operation["responses"].items() if status.startswith(("2", "302"))}
    answers = [f"{status} {_shape(r.get('content', {}))}".strip() for status, r in done.items()]
    body = _shape(operation.get("requestBody", {}).get("content", {}))
    return name, operation.get("summary"), operation.get("description"), body, "; ".join(answers)


def _shape(content: Mapping[str, Any]) -> str:
    """What a body or an answer is: the name of its shape, or its media type."""
    return ", ".join(_named(kind, part.get("schema", {})) for kind, part in content.items())


def _named(kind: str, schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return code(schema["$ref"].rsplit("/", 1)[-1])
    if "$ref" in schema.get("items", {}):
        return f"list of {code(schema['items']['$ref'].rsplit('/', 1)[-1])}"
    return "" if kind == "application/json" else kind


def portal_tables() -> str:
    """Every table of the portal with its columns."""
    return "\n\n".join(_table(held) for _, held in sorted(tables.catalogue().items()))


def _table(held: TableDef) -> str:
    rows = [
        (
            code(c.name),
            c.zh,
            c.en,
            c.kind,
            c.unit,
            " · ".join(f"{o.value} {o.zh}" for o in c.choices),
            _shown(c.default),
        )
        for c in held.columns
    ]
    search = f" Searched: {', '.join(map(code, held.search))}." if held.search else ""
    needs = matrix()[held.use_case]
    facts = f"Needs {code(needs.id)}. Key: {code(held.key)}.{search}"
    heads = ("column", "中文", "English", "kind", "unit", "values", "shown at first")
    return f"### {held.name} {held.zh}\n\n{held.en}. {facts}\n\n{table(heads, rows)}"


def _choices(column: Column) -> str:
    return " · ".join(f"{choice.value} {choice.zh}" for choice in column.choices)


def _shown(default: bool) -> str:
    return "yes" if default else ""


def job_kinds() -> str:
    """Kinds of long work, who may start them, what may be given."""
    rows = [
        (
            code(k.name),
            k.zh,
            k.en,
            ", ".join(map(code, sorted(k.parameters))),
            _roles("job.start", k.use_case),
            _shown(k.writes),
        )
        for k in kinds().values()
    ]
    return table(("kind", "中文", "what", "parameters", "roles", "takes the write lock"), rows)


def _roles(*use_cases: str) -> str:
    """Who may call all of the use cases; the owner of the directory, who may nearly all, is left out."""
    reach = [matrix()[case].reach for case in use_cases]
    return ", ".join(role for role in ROLES if role != "owner" and all(role in r for r in reach))


# -- cases -------------------------------------------------------------------------------------------------------------


def case_machines() -> str:
    """States and moves of every kind of case."""
    return "\n\n".join(_machine(machine(kind)) for kind in KINDS)


def _machine(held: Machine) -> str:
    states = [(code(s.id), s.zh, s.en, _term(s), _passes(s)) for s in held.states.values()]
    first = _of(held, held.start.target)
    return (
        f"### {held.kind} {held.zh}\n\nBegins as {first}. Rule: {held.source} ({held.status}).\n\n"
        + table(("state", "中文", "English", "term of the next move", "when it has passed"), states)
        + "\n\n"
        + table(("move", "中文", "from", "to", "who", "needs"), _moves(held))
    )


def _moves(held: Machine) -> Iterable[tuple[object, ...]]:
    """One row for each move, target and role, with all the states it begins in; a move to where it began stays."""
    merged: dict[tuple[str, str, str], list[Move]] = {}
    for move in held.moves:
        to = "" if move.target == move.source else move.target
        merged.setdefault((move.id, to, move.who), []).append(move)
    for (name, to, who), moves in merged.items():
        begins = "、".join(held.states[m.source].zh for m in moves)
        yield code(name), moves[0].zh, begins, _of(held, to) if to else "stays", _roles(who), _needs(moves[0])


def _needs(move: Move) -> str:
    return ", ".join(need.replace("_", " ") for need in sorted(move.needs))


def _of(held: Machine, state: str) -> str:
    return f"{held.states[state].zh} {held.states[state].en}"


def _term(state: State) -> str:
    if state.after_return:
        return f"{terms().returns.working_days} working days, or the first term where that is later"
    return "" if state.days is None else f"{state.days} days"


def _passes(state: State) -> str:
    if state.ends:
        return "ends here"
    if state.escalates_to is not None:
        return f"shown to {_roles(state.escalates_to)} too 上报"
    return "stays with whom it waits for"


def case_terms() -> str:
    """Who owes which table until when, when a term is near, when the year is assessed."""
    rule = terms()
    duties = [
        (
            stacked(contract_words(d.contract).zh, code(d.contract)),
            _EVERY[d.every],
            ", ".join(map(code, d.who)),
            f"day {d.day} of the {_ordinal(d.months_after)} month after",
            "; ".join(_exceptions(d.months_suffice, d.of_makers)),
            d.since,
        )
        for d in rule.duties
    ]
    assessed = "; ".join(
        f"{a['zh']} {a['en']}: by {a['month']:02}-{a['day']:02} of the year after" for a in rule.assessment
    )
    return "\n\n".join(
        (
            f"Rule: {rule.source} ({rule.status}), until {rule.until}. {assessed}.",
            table(("table", "every", "owed by", "term", "but", "since"), duties),
            _levels(rule.levels, rule.task_levels),
        )
    )


def _ordinal(number: int) -> str:
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(number, f"{number}th")


def _exceptions(months_suffice: bool, of_makers: bool) -> Iterable[str]:
    if months_suffice:
        yield "not owed where all twelve months are in"
    if of_makers:
        yield "only who has ever delivered such a figure"


def _levels(filings: tuple[Level, ...], tasks: tuple[Level, ...]) -> str:
    rows = [
        (f"{f.zh} {f.en}", f"{f.words_zh} {f.words_en}", _left(f), _left(t))
        for f, t in zip(filings, tasks, strict=True)
    ]
    return table(("level", "words", "filings, findings, dispatches", "tasks of a plan"), rows)


def _left(level: Level) -> str:
    return "the term has passed" if level.days < 0 else f"{level.days} days left or fewer"


# -- packages of the web application -----------------------------------------------------------------------------------


def web_licences() -> str:
    """Every package that may stand in the built pages, from the lock file; what only builds them is left out."""
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text("utf-8"))["packages"]
    own = lock[""]["dependencies"]
    found = {
        path.rpartition("node_modules/")[2]: held
        for path, held in lock.items()
        if path and not held.get("dev") and not held.get("optional")
    }
    rows = [(name, held.get("license", "see the package"), _shown(name in own)) for name, held in sorted(found.items())]
    return table(("package", "licence", "asked for by us"), rows)


PARTS = {
    "api-operations": api_operations,
    "case-machines": case_machines,
    "case-terms": case_terms,
    "job-kinds": job_kinds,
    "portal-tables": portal_tables,
    "web-licences": web_licences,
}

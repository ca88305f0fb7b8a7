"""``dafeng plan``: read documents, and work on the ledger of what they say."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from dafeng.adapters.reading import default_workers, plan_files, read_many, read_whole
from dafeng.app import plans
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest
from dafeng.cli import shown
from dafeng.cli.options import HERE, SOME_FILES_FAILED, By, Json, Programme, Why
from dafeng.plan.ledger import Kind, LinkKind, Standing, as_dict
from dafeng.plan.records import Target, Task
from dafeng.wiring import local_caller, programme

app = typer.Typer(no_args_is_help=True, help="方案 Read plan documents; confirm, correct and link what they say.")


def _caller(by: str | None) -> Caller:
    caller = local_caller()
    return replace(caller, name=by) if by else caller


@app.command("read")
def read(
    files: Annotated[list[Path], typer.Argument(help="Plan files, or folders of them (txt, html, docx, pdf).")],
    out: Annotated[Path, typer.Option("--out", help="Where the record files go.")],
    tables: Annotated[bool, typer.Option("--tables/--no-tables", help="Also write CSV and XLSX.")] = True,
    workers: Annotated[int, typer.Option(min=1, help="How many files at once.")] = default_workers(),
    as_json: Json = False,
) -> None:
    """Read plan files into document, target, task and box records, without a programme.

    One file that cannot be read never stops the rest; the exit code is 8 when there was one, 0 when there was none.
    """
    paths = plan_files(files)
    if not paths:
        raise BadRequest(
            "no plan files here", where=", ".join(map(str, files)), mend="Give .txt, .html, .docx or .pdf."
        )
    results = []
    with shown.bars(quiet=as_json) as bar:
        bar.stage("reading 读方案", len(paths))
        for result in read_many(paths, out, tables=tables, workers=workers):
            results.append(result)
            bar.step(Path(result.path).name)
    results.sort(key=lambda r: r.path)
    if as_json:
        shown.as_json(results)
    else:
        rows = [
            (Path(r.path).name, r.targets, r.tasks, r.boxes, r.repairs, "✓" if r.ok else (r.error or {})["what"])
            for r in results
        ]
        shown.table(
            f"{len(results)} files → {out}",
            ("file", "targets 目标", "tasks 任务", "boxes 专栏", "repairs 修复", ""),
            rows[:200],
            right=(1, 2, 3, 4),
        )
    if not all(r.ok for r in results):
        raise typer.Exit(SOME_FILES_FAILED)


@app.command("take-in")
def take_in(file: Path, programme_dir: Programme = HERE, by: By = None, as_json: Json = False) -> None:
    """Read one plan file into the programme's ledger and show what it changes."""
    with programme(programme_dir, writing=True) as services:
        taken = plans.take_in(services, _caller(by), read_whole(file), file.name)
    if as_json:
        shown.as_json(taken)
        return
    shown.say(
        f"{taken.doc}: {taken.targets} targets, {taken.tasks} tasks, {taken.boxes} boxes, {taken.repairs} repairs"
    )
    _show_changes(taken.changes)


def _show_changes(changes: Any) -> None:
    rows = []
    for c in changes:
        fields = "; ".join(f"{name}: {before} → {after}" for name, before, after in c.fields)
        rows.append((c.kind, c.record_id, c.words[:60], fields))
    if rows:
        shown.table("changes 变化", ("", "id", "text", "fields"), rows)


@app.command("list")
def list_records(
    kind: Annotated[str, typer.Argument(help="target, task, box or document")] = "target",
    doc: Annotated[str | None, typer.Option(help="Only of this document.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also rejected and withdrawn ones.")] = False,
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """List the records of the ledger as they stand."""
    with programme(programme_dir) as services:
        view = plans.ledger_view(services, local_caller())
        tied = plans.ties(view)
    standings = view.of(_kind(kind), doc, live=not everything)
    if as_json:
        shown.as_json(
            [
                {"state": s.state, "record": s.record, "indicator": tied.get(getattr(s.record, "id", ""))}
                for s in standings
            ]
        )
        return
    shown.table(
        f"{len(standings)} {kind}",
        ("id", "state", "record", "indicator"),
        [(_id(s), s.state, _words(s), _tie_words(tied, s)) for s in standings],
    )


def _kind(word: str) -> Kind:
    if word not in ("target", "task", "box", "document"):
        raise BadRequest(f"no kind of record is called {word}", mend="Say target, task, box or document.")
    return word  # type: ignore[return-value]


def _id(standing: Standing) -> str:
    return str(getattr(standing.record, "id", getattr(standing.record, "doc", "")))


def _words(standing: Standing) -> str:
    record = standing.record
    if isinstance(record, Target):
        value = "" if record.value is None else f"{record.value:g}"
        return f"{record.indicator} {record.comparator} {value}{record.unit or ''} {record.target_year or ''}".strip()
    if isinstance(record, Task):
        lead = "、".join(u.name for u in record.units if u.lead)
        return f"{record.number or ''} {record.title}" + (f"(牵头 {lead})" if lead else "")
    return str(getattr(record, "title", ""))


def _tie_words(tied: dict[str, plans.Tied], standing: Standing) -> str:
    tie = tied.get(_id(standing))
    if tie is None or tie.indicator_id is None:
        return ""
    return f"{tie.indicator_id} ({'confirmed' if tie.confirmed else f'{tie.certainty:.2f}'})"


def _show_act(standing: Standing, words: str, *, as_json: bool) -> None:
    """A record after an act on it."""
    if as_json:
        shown.as_json({"state": standing.state, "record": standing.record, "links": standing.links})
        return
    shown.say(words)


@app.command("show")
def show(record_id: str, programme_dir: Programme = HERE, as_json: Json = False) -> None:
    """One record with its whole history."""
    with programme(programme_dir) as services:
        standing = plans.ledger_view(services, local_caller()).get(record_id)
    if as_json:
        shown.as_json(
            {"state": standing.state, "record": standing.record, "links": standing.links, "history": standing.history}
        )
        return
    fields = as_dict(standing.record)
    shown.table(f"{record_id} · {standing.state}", ("field", "value"), [(k, v) for k, v in fields.items() if v])
    shown.table(
        "history 沿革",
        ("when", "who", "act", "why", "source"),
        [(f"{e.at:%Y-%m-%d %H:%M}", e.who, e.action, e.why, e.source) for e in standing.history],
    )


@app.command("confirm")
def confirm(record_id: str, why: Why, programme_dir: Programme = HERE, by: By = None, as_json: Json = False) -> None:
    """Say that a record is right."""
    with programme(programme_dir, writing=True) as services:
        standing = plans.act(services, _caller(by), record_id, "confirm", why)
    _show_act(standing, f"{record_id}: {standing.state}", as_json=as_json)


@app.command("reject")
def reject(record_id: str, why: Why, programme_dir: Programme = HERE, by: By = None, as_json: Json = False) -> None:
    """Say that a record is none; it stays in the history."""
    with programme(programme_dir, writing=True) as services:
        standing = plans.act(services, _caller(by), record_id, "reject", why)
    _show_act(standing, f"{record_id}: {standing.state}", as_json=as_json)


@app.command("correct")
def correct(
    record_id: str,
    changes: Annotated[list[str], typer.Argument(help='Fields to change: value=18 unit="%" target_year=2025')],
    why: Why,
    programme_dir: Programme = HERE,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Change fields of a record; what stood before is kept."""
    with programme(programme_dir, writing=True) as services:
        standing = plans.act(services, _caller(by), record_id, "correct", why, _fields(changes))
    _show_act(standing, f"{_id(standing)}: {standing.state}: {_words(standing)}", as_json=as_json)


def _fields(pairs: list[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign:
            raise BadRequest(f"not a change: {pair}", mend="Write field=value.")
        try:
            fields[name.strip()] = json.loads(text)
        except json.JSONDecodeError:
            fields[name.strip()] = text
    return fields


@app.command("add")
def add(
    kind: Annotated[str, typer.Argument(help="target, task or box")],
    fields: Annotated[list[str], typer.Argument(help="field=value …; doc, quote, span and indicator are needed")],
    why: Why,
    programme_dir: Programme = HERE,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Add a record that the reader missed."""
    with programme(programme_dir, writing=True) as services:
        standing = plans.add(services, _caller(by), _kind(kind), _fields(fields), why)
    _show_act(standing, f"{_id(standing)}: {standing.state}: {_words(standing)}", as_json=as_json)


@app.command("link")
def link(
    target_id: str,
    to: Annotated[str, typer.Argument(help="An indicator id, or a target id with --as upper or --as split.")],
    why: Why,
    kind: Annotated[str, typer.Option("--as", help="indicator, upper or split")] = "indicator",
    programme_dir: Programme = HERE,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Tie a target to its indicator, to the target above it, or to a part of it."""
    if kind not in ("indicator", "upper", "split"):
        raise BadRequest(f"no link is called {kind}", mend="Say indicator, upper or split.")
    tie: LinkKind = kind  # type: ignore[assignment]
    with programme(programme_dir, writing=True) as services:
        standing = plans.link(services, _caller(by), target_id, tie, to, why)
    ties = ", ".join(f"{x.kind} {x.to}" for x in standing.links)
    _show_act(standing, f"{target_id} → {ties}", as_json=as_json)


@app.command("unlink")
def unlink(
    target_id: str,
    to: Annotated[str, typer.Argument(help="The indicator or target it is linked to.")],
    why: Why,
    programme_dir: Programme = HERE,
    by: By = None,
) -> None:
    """Take a link away again."""
    with programme(programme_dir, writing=True) as services:
        standing = plans.unlink(services, _caller(by), target_id, to, why)
    shown.say(f"{target_id} → {', '.join(f'{x.kind} {x.to}' for x in standing.links) or '—'}")


@app.command("check")
def check(programme_dir: Programme = HERE, as_json: Json = False) -> None:
    """Look for weak, contradictory, unlinked, overdue and leaderless records."""
    with programme(programme_dir) as services:
        found = plans.findings(services, local_caller())
    if as_json:
        shown.as_json(found)
        return
    shown.table(
        f"{len(found)} findings 发现",
        ("", "records", "what", "mend"),
        [(f.kind, " ".join(f.records), f"{f.zh}\n{f.en}", f.mend) for f in found],
    )


@app.command("repairs")
def repairs(doc: str, programme_dir: Programme = HERE, as_json: Json = False) -> None:
    """What was mended in a document's text, with certainty."""
    with programme(programme_dir) as services:
        listed = plans.repairs(services, local_caller(), doc)
    if as_json:
        shown.as_json(listed)
        return
    shown.table(
        f"{len(listed)} repairs in {doc}",
        ("kind", "raw", "before", "after", "certainty", "why"),
        [(r["kind"], r["raw_span"], r["before"], r["after"], f"{r['certainty']:.2f}", r["why"]) for r in listed[:300]],
    )


@app.command("changes")
def changes(
    doc: Annotated[str | None, typer.Argument(help="Only of this document.")] = None,
    programme_dir: Programme = HERE,
    as_json: Json = False,
) -> None:
    """What changed when an amended document was read again 修订对照."""
    with programme(programme_dir) as services:
        found = plans.all_changes(services, local_caller(), doc)
    if as_json:
        shown.as_json([{"at": e.at, "source": e.source, "change": c} for e, c in found])
        return
    _show_changes([c for _, c in found])
    shown.say(f"{len(found)} changes")

"""Generated parts of the pages: what code and data already say is not written a second time by hand.

A page holds ``<!-- generated: NAME -->`` … ``<!-- end -->``; ``renew`` puts the present text between the two.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import generate_portal
import typer
import typer.main
from md_tables import cell, code, stacked, table
from packaging.requirements import Requirement

import dafeng
from dafeng.account import lines
from dafeng.app import permission, starters
from dafeng.base import errors
from dafeng.base.callers import ROLES
from dafeng.base.columns import Col, Contract
from dafeng.base.provenance import STATUS_ZH, STATUSES
from dafeng.collect.codelists import measures as delivered_measures
from dafeng.evaluate.indicators import Indicator, indicator_library
from dafeng.plan.export import HEADS
from dafeng.plan.limits import Limits
from dafeng.plan.records import Record
from dafeng.rules.formulas import enrolled
from dafeng.rules.parameters import FactorValue, Parameter
from dafeng.rules.rulebook import packaged_rulebook

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("docs/**/*.md", "CHANGELOG.md", "CONTRIBUTING.md", "README.md", "README.zh-CN.md")
_PART = re.compile(r"(<!-- generated: ([a-z-]+) -->\n)(.*?)(<!-- end -->)", re.S)
_CORE = ("rules", "plan", "registry", "collect", "account", "evaluate", "report")
# the pinned set is resolved for this interpreter and system, so that the list is the same wherever it is made
_ENVIRONMENT = {"python_version": "3.11", "python_full_version": "3.11.0", "sys_platform": "linux", "extra": ""}


def renew(root: Path, *, write: bool) -> list[str]:
    """The pages whose generated parts lag, as paths from ``root``; with ``write`` they are put right."""
    lagging = []
    for pattern in PAGES:
        for page in sorted(root.glob(pattern)):
            before = page.read_text("utf-8")
            after = _PART.sub(_renewed, before)
            if after != before:
                lagging.append(page.relative_to(root).as_posix())
                if write:
                    page.write_text(after, "utf-8")
    return lagging


def _renewed(match: re.Match[str]) -> str:
    return f"{match[1]}\n{PARTS[match[2]]().strip()}\n\n{match[4]}"


# -- contracts and records ---------------------------------------------------------------------------------------------


def import_core() -> list[Any]:
    """Every module of the core rooms, imported: contracts and formulas enrol by import."""
    found = []
    for room in _CORE:
        package = importlib.import_module(f"dafeng.{room}")
        found.append(package)
        for info in pkgutil.walk_packages(package.__path__, f"dafeng.{room}."):
            found.append(importlib.import_module(info.name))
    return found


def contracts() -> str:
    seen: dict[str, tuple[str, Contract]] = {}
    for module in import_core():
        for value in vars(module).values():
            if isinstance(value, Contract) and value.columns:
                seen.setdefault(value.name, (module.__name__, value))
    return "\n\n".join(_contract(module, seen_contract) for _, (module, seen_contract) in sorted(seen.items()))


def _contract(module: str, contract: Contract) -> str:
    key = ", ".join(code(k) for k in contract.key)
    facts = [f"Room {code(module.split('.')[1])}. Key: {key}."]
    if contract.note:
        facts.append(contract.note)
    facts += [f"At least one of {', '.join(map(code, group))}." for group in contract.one_of]
    rows = [
        (code(name), col.zh, col.en, col.type.__name__, col.unit, "may be missing" if col.missing else "", _values(col))
        for name, col in contract.columns.items()
    ]
    heads = ("column", "中文", "meaning", "type", "unit", "", "values")
    return f"## {contract.name} {contract.zh}".rstrip() + f"\n\n{' '.join(facts)}\n\n{table(heads, rows)}"


def _values(col: Col) -> str:
    said = []
    if col.choices:
        said.append(" · ".join(f"{key} {zh}" for key, zh in col.choices.items()))
    if col.codes:
        said.append(f"code list {col.codes}")
    if col.form:
        said.append(f"form {col.form}")
    if col.ge is not None:
        said.append(f"≥ {col.ge:g}")
    if col.le is not None:
        said.append(f"≤ {col.le:g}")
    if col.note:
        said.append(col.note)
    return "; ".join(said)


def plan_records() -> str:
    return "\n\n".join(_plan_record(kind, heads) for kind, heads in HEADS.items())


def _plan_record(kind: type[Record], heads: dict[str, str]) -> str:
    hints = inspect.get_annotations(kind)
    rows = [(code(name), zh, str(hints[name])) for name, zh in heads.items()]
    title = (kind.__doc__ or "").splitlines()[0]
    return f"### {kind.__name__.lower()}\n\n{title}\n\n{table(('field', '中文', 'type'), rows)}"


def limits() -> str:
    values = Limits()
    said = dict(re.findall(r"^    (max_\w+) +(.+)$", Limits.__doc__ or "", re.M))
    rows = [(code(n), f"{getattr(values, n):,}", said.get(n, "")) for n in Limits.__dataclass_fields__]
    return table(("limit", "value", "meaning"), rows)


def result_lines() -> str:
    return table(("column", "type"), [(code(name), str(dtype)) for name, dtype in lines.LINE_SCHEMA.items()])


# -- rules -------------------------------------------------------------------------------------------------------------


def statuses() -> str:
    return table(("rank", "status", "on the page"), [(i, code(s), STATUS_ZH[s]) for i, s in enumerate(STATUSES, 1)])


def rule_summary() -> str:
    book = packaged_rulebook()
    values = [v for p in book.parameters.values() for v in p.values]
    counted = Counter[str](v.status for v in values)
    by_status = ", ".join(f"{counted[s]} {code(s)}" for s in STATUSES if counted[s])
    return (
        f"{len(book.parameters)} parameters with {len(values)} dated values ({by_status}); "
        f"{len(book.families)} rule families; {len(book.items)} energy items."
    )


def rule_families() -> str:
    rows = []
    for family in packaged_rulebook().families.values():
        steps = "; ".join(
            f"{s.since} – {s.until or ''}: {s.parameter}" + (f" (known since {s.published})" if s.published else "")
            for s in family.electricity
        )
        rows.append((code(family.id), family.name.zh, family.fuels, family.gwp, steps, family.since, family.source))
    return table(("id", "name", "fuels", "GWP", "electricity factor", "since", "source"), rows)


def rule_parameters() -> str:
    by_file: dict[str, list[Parameter]] = {}
    for parameter in packaged_rulebook().parameters.values():
        by_file.setdefault(parameter.file, []).append(parameter)
    return "\n\n".join(_parameter_file(file, held) for file, held in sorted(by_file.items()))


def _parameter_file(file: str, held: list[Parameter]) -> str:
    values = [v for p in held for v in p.values]
    sources = list(dict.fromkeys(v.source for v in values))
    numbers = {source: i for i, source in enumerate(sources, 1)}
    heads = ("parameter", "scope", "value", "unit", "in force", "published", "status", "source")
    body = table(heads, [_value_row(v, numbers[v.source]) for v in values])
    said = "\n".join(f"{i}. {cell(source)}" for source, i in numbers.items())
    carried = [f"{code(p.id)} ({p.scope}): {p.carry.note}" for p in held if p.carry]
    carry = f"\n\nCarried to years without a value of their own: {'; '.join(carried)}." if carried else ""
    return f"### {file.removeprefix('rules/data/parameters/')}\n\n{body}\n\nSources:\n\n{said}{carry}"


def _value_row(v: FactorValue, source: int) -> tuple[object, ...]:
    name = stacked(v.name_zh, code(v.id))
    return name, v.scope, v.value, v.unit, f"{v.since} – {v.until or ''}", v.published, v.status, source


def energy_items() -> str:
    rows = [
        (code(i.code), i.zh, i.en, i.unit, i.klass, i.origin, i.carbon, "、".join(i.aliases))
        for i in packaged_rulebook().items.values()
    ]
    return table(("code", "中文", "English", "unit", "class", "origin", "carbon", "also called"), rows)


def formulas() -> str:
    import_core()
    rows = [(code(f.id), f.since, f.zh, f.source) for f in enrolled()]
    return table(("id", "since", "arithmetic", "source"), rows)


# -- indicators and measures -------------------------------------------------------------------------------------------


def indicators() -> str:
    rows = [
        (stacked(i.zh, i.en, code(i.id)), i.unit, stacked(i.direction, i.kind, i.adds_up), _how(i), i.source)
        for i in indicator_library().indicators.values()
    ]
    heads = ("指标 indicator", "unit", stacked("better", "kind", "adds up"), "computed from", "source")
    return table(heads, rows)


def _how(indicator: Indicator) -> str:
    terms = []
    for formula in indicator.formulas:
        parts = [t.measure for t in (formula.top, formula.bottom) if t]
        terms.append(f"{formula.op}({', '.join([*parts, *formula.products])})")
    if terms:
        return " or ".join(dict.fromkeys(terms))
    return "not measurable yet 尚不能计算; wants " + "、".join(indicator.wants)


def indicator_summary() -> str:
    found = indicator_library().indicators.values()
    computed = sum(bool(i.formulas) for i in found)
    return f"{len(found)} indicators, {computed} with a formula, {len(found) - computed} that name the data they want."


def benchmarks() -> str:
    rows = [
        (code(b.product), b.zh, b.benchmark, b.baseline, b.unit, b.region or "CN", b.since, b.status, b.source)
        for b in indicator_library().benchmarks
    ]
    return table(
        ("product", "中文", "标杆 benchmark", "基准 baseline", "unit", "scope", "since", "status", "source"), rows
    )


def progress_parameters() -> str:
    rows = [
        (code(name), p.zh, v.value, p.unit, v.since, v.status, v.source)
        for name, p in indicator_library().parameters.items()
        for v in p.values
    ]
    return table(("id", "中文", "value", "unit", "since", "status", "source"), rows)


def measures() -> str:
    """One row per measure: results of the accounts, then what is delivered, then what only indicator formulas name."""
    rows: dict[str, tuple[object, ...]] = {
        name: (code(name), zh, en, unit, "account") for name, (zh, en, unit) in lines.MEASURES.items()
    }
    for m in delivered_measures().to_dicts():
        rows.setdefault(m["measure"], (code(m["measure"]), m["zh"], m["en"], m["unit"] or "item's own", m["kind"]))
    for name, measure in indicator_library().measures.items():
        rows.setdefault(name, (code(name), measure.zh, "", measure.unit, "a formula names it; no table has it yet"))
    return table(("name", "中文", "meaning", "unit", "comes from"), rows.values())


# -- people, faces, errors ---------------------------------------------------------------------------------------------


_REACH_SIGNS = {"all": "●", "scope": "◐", "self": "○", "published": "◇"}


def permissions() -> str:
    """The matrix: a line per use case in both languages, a column per role, a sign for how far the role reaches; last
    the lines of the audit trail that a call leaves where it is granted."""
    left = _left_lines()
    rows = [
        (code(line.id), line.zh, line.en, *(_REACH_SIGNS.get(line.reach.get(role, ""), "") for role in ROLES),
         ", ".join(code(act) for act in left.get(line.id, ())))
        for line in permission.matrix().values()
    ]  # fmt: skip
    body = "\n".join("| " + " | ".join(str(v) or " " for v in row) + " |" for row in rows)
    heads = f"| use case | 中文 | meaning | {' | '.join(ROLES)} | trail 留痕 |"
    return f"{heads}\n|---|---|---|{':-:|' * len(ROLES)}---|\n{body}"


def _left_lines() -> dict[str, list[str]]:
    """Use case → the acts that its functions leave in the audit trail."""
    for module in pkgutil.walk_packages(dafeng.app.__path__, "dafeng.app."):
        importlib.import_module(module.name)
    return {
        key: sorted({f.told.act for f in functions if f.told.leaves})  # type: ignore[attr-defined]
        for key, functions in permission.ENROLLED.items()
    }


def roles() -> str:
    """Every role, in both languages."""
    return table(("role", "中文", "who"), [(code(name), zh, en) for name, (zh, en) in ROLES.items()])


def exit_codes() -> str:
    by_code: dict[int, list[str]] = {}
    for value in vars(errors).values():
        if isinstance(value, type) and issubclass(value, errors.DafengError):
            by_code.setdefault(value.exit_code, []).append(value.__name__)
    said = dict(re.findall(r"[├└]── (\w+)\s+(.+)$", errors.__doc__ or "", re.M))
    rows = [
        (number, ", ".join(map(code, names)), "; ".join(said[name] for name in names if name in said))
        for number, names in sorted(by_code.items())
    ]
    return table(("exit code", "errors", "meaning"), [(0, "", "done"), *rows])


def commands() -> str:
    """Every command of the typer application, with its arguments and options."""
    application = importlib.import_module("dafeng.cli.main").application()
    root = typer.main.get_command(application)
    return "\n\n".join(_command(["dafeng"], root))


def _command(path: list[str], command: Any) -> list[str]:
    if command.hidden:
        return []
    context = typer.Context(command, info_name=path[-1])
    usage = " ".join([*path, *(str(piece) for piece in command.collect_usage_pieces(context))])
    parts = [f"## {' '.join(path)}", _paragraphs(command.help), f"    {usage}"]
    options = [p for p in command.params if not getattr(p, "hidden", False) and p.name != "help"]
    if options:
        parts.append(table(("argument or option", "default", "meaning"), [_option(p) for p in options]))
    for name, sub in sorted(getattr(command, "commands", {}).items()):
        parts += _command([*path, name], sub)
    return parts


def _paragraphs(text: str | None) -> str:
    return inspect.cleandoc(text or "").replace("\b\n", "")


def _option(option: Any) -> tuple[object, ...]:
    is_argument = option.param_type_name == "argument"
    names = option.name.upper() if is_argument else ", ".join([*option.opts, *option.secondary_opts])
    plain = isinstance(option.default, (str, int, float)) and not isinstance(option.default, bool)
    return code(names), option.default if plain else None, getattr(option, "help", None)


def starter_list() -> str:
    rows = [
        (code(s.name), s.document.title, s.document.region, s.targets, s.status, s.source) for s in starters.starters()
    ]
    return table(("name", "plan", "region", "targets", "status", "source"), rows)


# -- licences and changes ----------------------------------------------------------------------------------------------


def licences() -> str:
    """Every package that comes with an installation, from the packages' own metadata."""
    direct = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    found: dict[str, Distribution] = {}
    _closure([Requirement(r) for r in direct], found)
    rows = [(name, _licence(d), d.metadata.json.get("summary")) for name, d in sorted(found.items())]
    return table(("package", "licence", "what it is"), rows)


def _closure(wanted: Iterable[Requirement], found: dict[str, Distribution]) -> None:
    for requirement in wanted:
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        if name in found or (requirement.marker and not requirement.marker.evaluate(_ENVIRONMENT)):
            continue
        try:
            found[name] = distribution(requirement.name)
        except PackageNotFoundError:
            continue  # wanted only on other systems
        _closure([Requirement(r) for r in found[name].requires or []], found)


def _licence(found: Distribution) -> str:
    meta = found.metadata.json
    if expression := meta.get("license_expression"):
        return str(expression)
    short = " ".join(str(meta.get("license", "")).split())
    classified = [c.rsplit("::", 1)[-1].strip() for c in meta.get("classifier", []) if c.startswith("License ::")]
    if classified and (not short or len(short) > 60):
        return ", ".join(classified)
    return short.split(" Copyright ")[0] or "see the package"


_KINDS = {"added": "Added", "changed": "Changed", "fixed": "Fixed", "results": "Results (a number changes)"}


def changes() -> str:
    """The fragments of changelog.d by kind, the unreleased part of the changelog."""
    parts = []
    for kind, title in _KINDS.items():
        fragments = sorted((ROOT / "changelog.d").glob(f"*.{kind}.md"))
        if fragments:
            parts.append(f"### {title}\n\n" + "\n".join(_item(f.read_text("utf-8")) for f in fragments))
    return "\n\n".join(parts) or "Nothing yet."


def _item(text: str) -> str:
    text = text.strip()
    return text if text.startswith("- ") else "- " + text.replace("\n", "\n  ")


def version() -> str:
    return f"dafeng {dafeng.__version__}"


PARTS: dict[str, Callable[[], str]] = {
    "benchmarks": benchmarks,
    "changes": changes,
    "commands": commands,
    "contracts": contracts,
    "energy-items": energy_items,
    "exit-codes": exit_codes,
    "formulas": formulas,
    "indicator-summary": indicator_summary,
    "indicators": indicators,
    "licences": licences,
    "limits": limits,
    "measures": measures,
    "permissions": permissions,
    "plan-records": plan_records,
    "progress-parameters": progress_parameters,
    "result-lines": result_lines,
    "roles": roles,
    "rule-families": rule_families,
    "rule-parameters": rule_parameters,
    "rule-summary": rule_summary,
    "starters": starter_list,
    "statuses": statuses,
    "version": version,
    **generate_portal.PARTS,
}

"""Use cases of accounts 核算: compute a run from what is known, and read its lines."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dafeng.account.inventory import inventory
from dafeng.app.permission import require, require_everything, require_subject, visible_enterprises
from dafeng.app.ports import RunRecord
from dafeng.app.registries import Registry, registry_of
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound
from dafeng.base.provenance import content_id
from dafeng.collect.facts import current
from dafeng.rules.rulebook import packaged_rulebook

CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Accounts:
    """One run: its lines (LINE) and what a person should look at (findings)."""

    run_id: str
    lines: pl.DataFrame
    findings: pl.DataFrame


def account_key(services: Services) -> str:
    """The name of all that an account depends on: code, rules, facts, registry."""
    facts = services.columns.facts()
    firms = services.records.registry("enterprises")
    areas = services.records.registry("areas")
    rows = [*firms.hash_rows(seed=1).to_list(), *areas.hash_rows(seed=1).to_list()]
    return content_id(
        "K",
        services.code_version,
        packaged_rulebook().version,
        services.settings.family,
        "\n".join(facts["fact_id"].sort().to_list()),
        str(rows),
    )


def compute(services: Services, caller: Caller) -> Accounts:
    """Account everything that is known now; the run becomes the current one."""
    require_everything(caller, "programme.run")
    facts, rulebook = current(services.columns.facts()), packaged_rulebook()
    made = inventory(facts, rulebook, family=services.settings.family, registry=registry_of(services))
    services.columns.put_result(made.run_id, "lines", made.lines)
    services.columns.put_result(made.run_id, "findings", made.findings)
    now = services.clock.now()
    summary = {"lines": made.lines.height, "findings": made.findings.height, "facts": facts.height}
    services.records.put_run(RunRecord(made.run_id, services.code_version, rulebook.version, now, now, summary))
    services.records.point(CURRENT, made.run_id)
    return Accounts(made.run_id, made.lines, made.findings)


def current_run(services: Services) -> str:
    """The id of the current run. Raises NotFound before the first."""
    run_id = services.records.pointed(CURRENT)
    if run_id is None:
        raise NotFound("nothing has been accounted yet", mend="Put data into the inboxes and run: dafeng run")
    return run_id


def accounts(services: Services, caller: Caller, run_id: str | None = None) -> Accounts:
    """The lines of a run (the current one) that the caller may see."""
    require(caller, "account.see")
    run_id = run_id or current_run(services)
    lines = services.columns.result(run_id, "lines")
    found = services.columns.result(run_id, "findings")
    if lines is None or found is None:
        raise NotFound(f"no results of run {run_id}", mend="Compute again: dafeng run --force")
    if caller.everything:
        return Accounts(run_id, lines, found)
    mine = scope(caller, registry_of(services))
    code = pl.col("subject_id").str.split("|").list.first()
    return Accounts(run_id, lines.filter(code.is_in(list(mine))), found.filter(code.is_in(list(mine))))


def scope(caller: Caller, registry: Registry) -> frozenset[str]:
    """Every area code and enterprise id that the caller may see."""
    areas = {code for root in caller.areas if root in registry.tree for code in registry.tree.descendants(root)}
    firms = visible_enterprises(caller, registry.enterprises, frozenset(areas))
    return frozenset(areas) | frozenset(firms["enterprise_id"].to_list())


def require_line(services: Services, caller: Caller, line: dict[str, str]) -> None:
    """Refuse a line whose subject is outside the caller's scope."""
    if not caller.everything:
        require_subject(caller, line["subject_kind"], line["subject_id"], scope(caller, registry_of(services)))

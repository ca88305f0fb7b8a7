"""Use cases of accounts 核算: compute a run from what is known, and read its lines."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dafeng.account.inventory import Inventory, inventory, updated, with_partial
from dafeng.account.restated import differences, of_year, with_closed
from dafeng.app.accounts.closing import WOULD_BE, closed_key, closed_lines
from dafeng.app.accounts.made_with import MADE_OF, made_with
from dafeng.app.accounts.made_with import RULES as _RULES
from dafeng.app.certificates.claim_facts import accounted_facts, claims_as_facts
from dafeng.app.permission import require_everything, use_case
from dafeng.app.ports import CURRENT, RunRecord
from dafeng.app.registries import Registry, registry_of
from dafeng.app.services import Services
from dafeng.app.sight.results import scope, seen_lines, seen_rows
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound
from dafeng.base.provenance import content_id
from dafeng.rules.methods import packaged_methods
from dafeng.rules.rulebook import packaged_rulebook

__all__ = ["Accounts", "account_key", "accounts", "compute", "current_run", "every_line", "scope", "seen_rows", "shown"]
_WHAT = ["measure", "item", "period"]
_MOST_CHANGED = 0.3  # of the enterprises: where more are others now, the whole account is as quick


@dataclass(frozen=True, slots=True)
class Accounts:
    """One run: its lines (LINE) and what a person should look at (findings)."""

    run_id: str
    lines: pl.DataFrame
    findings: pl.DataFrame


def account_key(services: Services) -> str:
    """The name of all that an account depends on: code, rules, area, facts, registry."""
    facts = pl.concat([services.columns.facts().select("fact_id"), claims_as_facts(services).select("fact_id")])
    firms = services.records.registry("enterprises")
    areas = services.records.registry("areas")
    rows = [*firms.hash_rows(seed=1).to_list(), *areas.hash_rows(seed=1).to_list()]
    return content_id(
        "K",
        services.code_version,
        packaged_rulebook().version,
        packaged_methods().version,
        services.settings.family,
        services.settings.area,
        closed_key(services),
        "\n".join(facts["fact_id"].sort().to_list()),
        str(rows),
    )


@use_case("programme.run")
def compute(services: Services, caller: Caller) -> Accounts:
    """Account everything that is known now; the run becomes the current one.

    The run is named by all that it depends on, the registry too: a firm that moved makes another run.
    """
    require_everything(caller, "programme.run", services.settings.area)
    facts, rulebook = accounted_facts(services), packaged_rulebook()
    made, made_of = _made(services, facts)
    run_id = content_id("RUN", account_key(services))
    closed = closed_lines(services)
    lines = with_closed(made.lines, closed).with_columns(pl.lit(run_id).alias("run_id"))
    services.columns.put_result(run_id, "lines", lines)
    if closed:
        services.columns.put_result(run_id, WOULD_BE, _moved(made.lines, closed))
    services.columns.put_result(run_id, "findings", made.findings)
    services.columns.put_result(run_id, MADE_OF, made_of)
    now = services.clock.now()
    summary = {"lines": lines.height, "findings": made.findings.height, "facts": facts.height, **made_with(services)}
    services.records.put_run(RunRecord(run_id, services.code_version, rulebook.version, now, now, summary))
    services.records.point(CURRENT, run_id)
    return Accounts(run_id, lines, made.findings)


def _made(services: Services, facts: pl.DataFrame) -> tuple[Inventory, pl.DataFrame]:
    """The account of the facts, and what each enterprise's part of it was made of.

    Where the run before was made by the same rules, only the enterprises are computed whose facts or registry rows
    are others now, and the sums above them.
    """
    registry, family = registry_of(services), services.settings.family
    made_of, before = _made_of(services, facts, registry), _before(services)
    if before is not None:
        both = made_of.join(before[1], on="subject_id", how="full", coalesce=True, suffix="_before")
        changed = both.filter(pl.col("digest").ne_missing(pl.col("digest_before")))["subject_id"].to_list()
        if _RULES not in changed and len(changed) <= _MOST_CHANGED * both.height:
            made = updated(before[0], facts, changed, packaged_rulebook(), family=family, registry=registry)
            return made, made_of
    return inventory(facts, packaged_rulebook(), family=family, registry=registry), made_of


def _before(services: Services) -> tuple[Inventory, pl.DataFrame] | None:
    """The current run as the account made it; None where it does not stand as made (years are closed)."""
    run_id = services.records.pointed(CURRENT)
    if run_id is None or closed_key(services):
        return None
    lines, findings, made_of = (services.columns.result(run_id, n) for n in ("lines", "findings", MADE_OF))
    if lines is None or findings is None or made_of is None:
        return None
    return Inventory(run_id, lines, findings), made_of


def _made_of(services: Services, facts: pl.DataFrame, registry: Registry) -> pl.DataFrame:
    """subject_id, digest: of each enterprise its facts and registry rows; of rules and area trees in one row."""
    own = facts.filter(pl.col("subject_kind") == "enterprise")
    of_facts = own.group_by("subject_id").agg(facts=pl.col("fact_id").sort().str.join(","))
    rows = registry.enterprises.select(subject_id="enterprise_id", row=pl.struct(pl.all()).hash(seed=1).cast(pl.String))
    of_rows = rows.group_by("subject_id").agg(rows=pl.col("row").sort().str.join(","))
    both = of_facts.join(of_rows, on="subject_id", how="full", coalesce=True)
    digests = both.select("subject_id", digest=pl.struct("facts", "rows").hash(seed=1).cast(pl.String))
    rest = facts.filter(pl.col("subject_kind") != "enterprise")["fact_id"].sort().to_list()
    trees = [*registry.areas.hash_rows(seed=1).to_list(), *registry.industries.hash_rows(seed=1).to_list()]
    rules = content_id(
        "K", services.code_version, packaged_rulebook().version, packaged_methods().version, services.settings.family,
        services.settings.area, str(trees), "\n".join(rest),
    )  # fmt: skip
    return pl.concat([digests, pl.DataFrame({"subject_id": [_RULES], "digest": [rules]})])


def _moved(lines: pl.DataFrame, closed: dict[int, pl.DataFrame]) -> pl.DataFrame:
    """The lines of closed years that would be other now, whole years; none where nothing has moved."""
    now = {year: of_year(lines, year) for year in closed}
    years = [now[year] for year, held in closed.items() if not differences(held, now[year]).is_empty()]
    return pl.concat([lines.clear(), *years])


def current_run(services: Services) -> str:
    """The id of the current run. Raises NotFound before the first."""
    run_id = services.records.pointed(CURRENT)
    if run_id is None:
        raise NotFound("nothing has been accounted yet", mend="Put data into the inboxes and run: dafeng run")
    return run_id


@use_case("account.see")
def accounts(services: Services, caller: Caller, run_id: str | None = None) -> Accounts:
    """The lines of a run (the current one) that the caller may see."""
    if run_id is not None and run_id not in {r.run_id for r in services.records.runs()}:
        raise NotFound(f"there is no run {run_id}", mend="Leave the run out: the current one is taken.")
    run_id = run_id or current_run(services)
    lines, found = every_line(services, run_id), services.columns.result(run_id, "findings")
    if found is None:
        raise _no_results(run_id)
    return Accounts(run_id, seen_lines(services, caller, lines), seen_rows(services, caller, found))


def every_line(services: Services, run_id: str) -> pl.DataFrame:
    """All lines of a run, for use cases that cut them before they leave. Raises NotFound."""
    lines = services.columns.result(run_id, "lines")
    if lines is None:
        raise _no_results(run_id)
    return lines


def shown(services: Services, lines: pl.DataFrame) -> pl.DataFrame:
    """The lines of a run as pages, explanations and reports print them: the one rule for partial sums 部分合计.

    A partial sum stands where enough of it is known (``partial_from``), and wherever the programme's own total stands
    and so holds it: what is added above is shown at its own level too, never better than trial, with its coverage.
    Evaluation asks for the first alone (``with_partial``): what stands by the second is judged against no path.
    """
    if lines.is_empty():
        return lines
    at_least, run_id = services.settings.partial_from, str(lines["run_id"][0])
    held = services.memory.get("totals that stand", (run_id, at_least), lambda: _standing(services, run_id))
    marked = with_partial(lines, at_least).join(held, on=_WHAT, how="left", maintain_order="left")
    takes = pl.col("held").fill_null(value=False) & pl.col("value").is_null() & pl.col("partial").is_not_null()
    lowered = pl.when(pl.col("status") == "synthetic").then("status").otherwise(pl.lit("trial"))
    return marked.with_columns(
        pl.when(takes).then("partial").otherwise("value").alias("value"),
        pl.when(takes).then(lowered).otherwise("status").alias("status"),
    ).drop("held")


def _standing(services: Services, run_id: str) -> pl.DataFrame:
    """measure, item, period of the totals of the programme's area that stand, whole or in part; held is true."""
    own = every_line(services, run_id).filter(pl.col("subject_id") == services.settings.area)
    stand = with_partial(own.filter(pl.col("subject_kind") == "area"), services.settings.partial_from)
    return stand.drop_nulls("value").select(*_WHAT, pl.lit(value=True).alias("held"))


def _no_results(run_id: str) -> NotFound:
    return NotFound(f"no results of run {run_id}", mend="Compute again: dafeng run --force")

"""What a run was made with 运算所依, and which of data, factors and rules are others between two runs."""

from __future__ import annotations

import polars as pl

from dafeng.account.inventory import CODE_VERSION
from dafeng.app.ports import RunRecord
from dafeng.app.services import Services
from dafeng.rules.methods import packaged_methods

MADE_OF, RULES = "made_of", "*"  # of a run: what each enterprise's part was made of; the row of the rules
_WITH = "made_with"


def made_with(services: Services) -> dict[str, dict[str, str]]:
    """For the summary of a run: what its record has no column for."""
    named = {"methods": packaged_methods().version, "family": services.settings.family, "account": CODE_VERSION}
    return {_WITH: named}


def changed_between(services: Services, one: str, other: str, *, same_facts: bool | None) -> frozenset[str]:
    """data, factor, rule: what may have moved lines from run ``one`` to ``other``. What is not recorded may have.

    data    the facts of the year (same_facts; None: not known), firms' registry rows and claims, the tree of areas
    factor  another rulebook
    rule    another family of rules, other methods or code; under another family the same rulebook holds the same
            values, and that others of them are taken is the rule's doing
    """
    runs = {r.run_id: r for r in services.records.runs()}
    before, after = runs.get(one), runs.get(other)
    if before is None or after is None:
        return frozenset(("data", "factor", "rule"))
    found = {
        "data": not same_facts or _subjects_differ(services, before, after),
        "factor": before.rulebook_version != after.rulebook_version,
        "rule": _differs(before, after, "family")
        or before.code_version != after.code_version
        or _differs(before, after, "methods")
        or _differs(before, after, "account"),
    }
    return frozenset(cause for cause, there in found.items() if there)


def other_family(services: Services, one: str, other: str) -> bool:
    """Whether run ``other`` was made by another family of rules than ``one``; False where it was not recorded."""
    runs = {r.run_id: r.summary.get(_WITH, {}).get("family") for r in services.records.runs()}
    return None not in (runs.get(one), runs.get(other)) and runs[one] != runs[other]


def _differs(before: RunRecord, after: RunRecord, name: str) -> bool:
    one, other = (r.summary.get(_WITH, {}).get(name) for r in (before, after))
    return one is None or one != other


def _subjects_differ(services: Services, before: RunRecord, after: RunRecord) -> bool:
    """Whether firms' facts, claims or registry rows, or the tree of areas, are others."""
    one, other = (services.columns.result(r.run_id, MADE_OF) for r in (before, after))
    if one is None or other is None:
        return True
    firms = [f.filter(pl.col("subject_id") != RULES).sort("subject_id") for f in (one, other)]
    areas = [services.records.registry("areas", r.created_at) for r in (before, after)]
    return not (firms[0].equals(firms[1]) and areas[0].equals(areas[1]))

"""Routes of the rulebook 规则库: one parameter with its history, and the check of the whole."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from litestar import get
from litestar.params import Parameter

from dafeng.api.given import Caller, Services
from dafeng.app.pages import rulebook
from dafeng.app.pages.rulebook import RuleCheck, RuleEntry

Id = Annotated[str, Parameter(description="Id of a parameter: ndrc_general.coke.ncv.", max_length=160)]
Known = Annotated[date | None, Parameter(description="Only what was published by this day: what was known then.")]


@get("/rules/check", operation_id="rule_check", tags=["rules"], sync_to_thread=True)
def rule_check(services: Services, caller: Caller) -> RuleCheck:
    """Whether the rulebook is sound: dates, units, stoichiometry, ranges, known published errors, methods."""
    return rulebook.rule_check(services, caller)


@get("/rules/values/{id:str}", operation_id="rule_entry", tags=["rules"], sync_to_thread=True)
def rule_entry(services: Services, caller: Caller, id: Id, known_on: Known = None) -> RuleEntry:
    """One parameter: every dated value with status and source, the plausible range, and which methods use it."""
    return rulebook.rule_entry(services, caller, id, known_on)


handlers = [rule_check, rule_entry]

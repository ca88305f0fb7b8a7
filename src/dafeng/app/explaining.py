"""Use case: explain any number 解释: a state, an indicator, a line, a fact or a target, down to sheet and row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import msgspec
import polars as pl

from dafeng.account.explain import explain_fact, explain_line
from dafeng.account.inventory import with_partial
from dafeng.account.lines import TOTAL
from dafeng.app.accounting import accounts, seen_rows
from dafeng.app.assessing import county_states_of, link_of, state_of, states_of, values_of
from dafeng.app.driving import drivers_of, explain_driver
from dafeng.app.permission import require, require_everything
from dafeng.app.plans import ledger_view, target_of, ties
from dafeng.app.registries import Registry, registry_of
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound
from dafeng.base.provenance import Node
from dafeng.collect.facts import current
from dafeng.evaluate.explain import explain_indicator, explain_state
from dafeng.evaluate.states import TargetState
from dafeng.plan.ledger import View
from dafeng.plan.records import Target
from dafeng.rules.rulebook import packaged_rulebook


@dataclass(frozen=True)
class _Desk:
    """What explanations read, each fetched once and only when needed, and cut to what the caller may see.

    What lies outside the scope is not there: nobody learns from an answer that it exists.
    """

    services: Services
    caller: Caller

    @cached_property
    def lines(self) -> pl.DataFrame:
        return accounts(self.services, self.caller).lines

    @cached_property
    def every_fact(self) -> pl.DataFrame:
        """All facts, superseded ones too: what was printed once can still be explained."""
        return seen_rows(self.services, self.caller, self.services.columns.facts())

    @cached_property
    def facts(self) -> pl.DataFrame:
        return current(self.every_fact)

    @cached_property
    def registry(self) -> Registry:
        return registry_of(self.services)

    @cached_property
    def view(self) -> View:
        return ledger_view(self.services, self.caller)

    def line(self, node_id: str) -> Node | None:
        if self.lines.filter(pl.col("line_id") == node_id).is_empty():
            return None
        return explain_line(node_id, self.lines, self.facts, packaged_rulebook(), self.registry)

    def fact(self, node_id: str) -> Node | None:
        row = self.every_fact.filter(pl.col("fact_id") == node_id)
        return None if row.is_empty() else explain_fact(row.row(0, named=True), packaged_rulebook(), self.registry)

    def below(self, node_id: str) -> Node | None:
        """A fact or a line, for the explanations above it."""
        return self.line(node_id) if node_id.startswith("L-") else self.fact(node_id)

    def indicator(self, node_id: str) -> Node | None:
        named = pl.format("I-{}-{}-{}-{}", "indicator_id", "subject_id", "period", "source")
        row = values_of(self.services, self.caller).filter(named == node_id)
        return None if row.is_empty() else explain_indicator(row.row(0, named=True), self.below)

    def state(self, node_id: str) -> Node | None:
        """A state of the area's targets, or of one of them held against a county."""
        named = pl.format("S-{}-{}-{}", "target_id", "subject_id", "period")
        for rows in (states_of, county_states_of):
            row = rows(self.services, self.caller).filter(named == node_id)
            if row.height:
                return self._state(state_of(row.row(0, named=True)))
        return None

    def _state(self, state: TargetState) -> Node:
        tie = ties(self.view).get(state.target_id)
        link = None if tie is None else link_of(tie)
        return self._marked(explain_state(state, target_of(self.view, state.target_id), link, self.below))

    def driver(self, node_id: str) -> Node | None:
        """A contribution to the change of emissions: D-<first>-<last>-<effect, industry, area or change>."""
        parts = node_id.split("-", 3)
        if len(parts) < 4 or not parts[2].isdecimal():
            return None
        require_everything(self.caller, "explain")
        lines = with_partial(self.lines, self.services.settings.partial_from)
        made = drivers_of(lines, self.facts, self.registry, self.services, int(parts[2]))
        if made is None:
            return None
        own = lines.filter(
            (pl.col("subject_id") == self.services.settings.area)
            & (pl.col("measure") == "co2_total_t")
            & (pl.col("item") == TOTAL)
            & pl.col("period").is_in([str(made.first_year), str(made.last_year)])
        )
        nodes = (
            explain_line(i, self.lines, self.facts, packaged_rulebook(), self.registry, depth=0) for i in own["line_id"]
        )
        return explain_driver(made, node_id, tuple(nodes))

    def _marked(self, node: Node) -> Node:
        """In a demonstration the plan itself is synthetic too."""
        if not self.services.settings.demonstration:
            return node
        inputs = tuple(msgspec.structs.replace(n, status="synthetic") if n.kind == "target" else n for n in node.inputs)
        return msgspec.structs.replace(node, inputs=inputs)

    def target(self, node_id: str) -> Node | None:
        """A target by its ledger id: its state where it has one, else what the plan says."""
        try:
            row = states_of(self.services, self.caller).filter(pl.col("target_id") == node_id)
        except NotFound:  # nothing has been evaluated yet
            row = pl.DataFrame()
        if row.height:
            return self._state(state_of(row.row(0, named=True)))
        standing = self.view.standings.get(node_id)
        return _as_stated(standing.record) if standing and isinstance(standing.record, Target) else None


def _as_stated(target: Target) -> Node:
    """What the plan says, for a target that has no state (a fact, a threshold, a level above, a new one)."""
    return Node(
        id=target.id,
        kind="target",
        label=target.indicator,
        value=target.value,
        unit=target.unit,
        period=str(target.target_year) if target.target_year else None,
        operation=target.comparator,
        source=f"{target.doc} [{target.span[0]}:{target.span[1]}]",
        note=target.quote,
    )


def explain(services: Services, caller: Caller, node_id: str) -> Node:
    """The derivation of a number by its id. Raises NotFound (also for what the caller may not see), NotAllowed."""
    require(caller, "explain")
    desk, wanted = _Desk(services, caller), node_id.strip().replace("\u200b", "")  # a long id is broken in print
    ways: dict[str, Callable[[str], Node | None]] = {
        "L-": desk.line,
        "F-": desk.fact,
        "I-": desk.indicator,
        "S-": desk.state,
        "D-": desk.driver,
    }
    way = ways.get(wanted[:2])
    node = (way(wanted) if way else None) or desk.target(wanted)
    if node is None:
        raise NotFound(
            f"nothing has the id {wanted}",
            where="the current run",
            mend="Take an id from a table or report of this programme; ids of older runs need that run computed again.",
        )
    return node

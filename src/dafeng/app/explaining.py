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
from dafeng.app.accounting import accounts, require_line
from dafeng.app.assessing import state_of, states_of, values_of
from dafeng.app.driving import drivers_of, explain_driver
from dafeng.app.permission import require, require_everything
from dafeng.app.plans import ledger_view, target_of, ties
from dafeng.app.registries import Registry, registry_of
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound
from dafeng.base.provenance import Node
from dafeng.collect.facts import current
from dafeng.evaluate.explain import explain_indicator, explain_state, indicator_id_of
from dafeng.evaluate.linking import Link
from dafeng.rules.rulebook import packaged_rulebook


@dataclass(frozen=True)
class _Desk:
    """What explanations read, each fetched once and only when needed."""

    services: Services
    caller: Caller

    @cached_property
    def lines(self) -> pl.DataFrame:
        return accounts(self.services, self.caller).lines

    @cached_property
    def facts(self) -> pl.DataFrame:
        return current(self.services.columns.facts())

    @cached_property
    def registry(self) -> Registry:
        return registry_of(self.services)

    def line(self, node_id: str) -> Node | None:
        row = self.lines.filter(pl.col("line_id") == node_id)
        if row.is_empty():
            return None
        require_line(self.services, self.caller, row.row(0, named=True))
        return explain_line(node_id, self.lines, self.facts, packaged_rulebook(), self.registry)

    def fact(self, node_id: str) -> Node | None:
        row = self.services.columns.facts().filter(pl.col("fact_id") == node_id)
        if row.is_empty():
            return None
        require_line(self.services, self.caller, row.row(0, named=True))
        return explain_fact(row.row(0, named=True), packaged_rulebook(), self.registry)

    def below(self, node_id: str) -> Node | None:
        """A fact or a line, for the explanations above it."""
        return self.line(node_id) if node_id.startswith("L-") else self.fact(node_id)

    def indicator(self, node_id: str) -> Node | None:
        for row in values_of(self.services, self.caller).iter_rows(named=True):
            if indicator_id_of(row) == node_id:
                return explain_indicator(row, self.below)
        return None

    def state(self, node_id: str) -> Node | None:
        view = ledger_view(self.services, self.caller)
        tied = ties(view)
        for row in states_of(self.services, self.caller).iter_rows(named=True):
            state = state_of(row)
            if state.id == node_id:
                tie = tied.get(state.target_id)
                link = (
                    None
                    if tie is None
                    else Link(
                        target_id=tie.target_id,
                        indicator_id=tie.indicator_id,
                        certainty=tie.certainty,
                        why=tie.why,
                        confirmed=tie.confirmed,
                    )
                )
                return self.marked(explain_state(state, target_of(view, state.target_id), link, self.below))
        return None

    def driver(self, node_id: str) -> Node | None:
        """A contribution to the change of emissions: D-<first>-<last>-<effect, industry or area>."""
        parts = node_id.split("-", 3)
        if len(parts) < 4 or not parts[2].isdigit():
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

    def marked(self, node: Node) -> Node:
        """In a demonstration the plan itself is synthetic too."""
        if not self.services.settings.demonstration:
            return node
        inputs = tuple(msgspec.structs.replace(n, status="synthetic") if n.kind == "target" else n for n in node.inputs)
        return msgspec.structs.replace(node, inputs=inputs)

    def target(self, node_id: str) -> Node | None:
        """A target by its ledger id: its state where it has one, else what the plan says."""
        for row in states_of(self.services, self.caller).filter(pl.col("target_id") == node_id).iter_rows(named=True):
            return self.state(state_of(row).id)
        return None


def explain(services: Services, caller: Caller, node_id: str) -> Node:
    """The derivation of a number by its id. Raises NotFound, NotAllowed."""
    require(caller, "explain")
    desk = _Desk(services, caller)
    ways: dict[str, Callable[[str], Node | None]] = {
        "L-": desk.line,
        "F-": desk.fact,
        "I-": desk.indicator,
        "S-": desk.state,
        "D-": desk.driver,
    }
    way = ways.get(node_id[:2], desk.target)
    node = way(node_id.strip())
    if node is None:
        raise NotFound(
            f"nothing has the id {node_id}",
            where="the current run",
            mend="Take an id from a table or report of this programme; ids of older runs need that run computed again.",
        )
    return node

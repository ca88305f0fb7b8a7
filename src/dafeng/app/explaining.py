"""Use case: explain any number 解释: a state, an indicator, a line, a fact or a target, down to sheet and row."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

import msgspec
import polars as pl

from dafeng.account.explain import explain_fact, explain_line, firms_below
from dafeng.account.lines import TOTAL
from dafeng.app.accounts.accounting import accounts, current_run, every_line, shown
from dafeng.app.accounts.closing import closed_years
from dafeng.app.assessing import county_states_of, link_of, state_of, states_of, values_of
from dafeng.app.certificates.claim_facts import claims_as_facts
from dafeng.app.driving import drivers_of, explain_driver
from dafeng.app.pages.english_notes import note_en
from dafeng.app.pages.figures import unit_said
from dafeng.app.permission import require_everything, sees_firms, use_case, within
from dafeng.app.plans import ledger_view, target_of, ties
from dafeng.app.regions.views import explain_region
from dafeng.app.registries import Registry, registry_of
from dafeng.app.services import Services
from dafeng.app.sight.disclosure import CONFIDENTIAL_STATE, Firm, rule_on, sensitive
from dafeng.app.sight.results import AGGREGATE_ONLY, scope, seen_rows, sees_all
from dafeng.app.versions import stated
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound
from dafeng.base.periods import FIRST_YEAR, LAST_YEAR
from dafeng.base.provenance import Node
from dafeng.collect.facts import current
from dafeng.evaluate.explain import explain_indicator, explain_state
from dafeng.evaluate.states import TargetState
from dafeng.plan.ledger import View
from dafeng.plan.records import Target
from dafeng.rules.rulebook import packaged_rulebook

T = TypeVar("T")
_DRIVER = re.compile(r"D-[0-9]{4}-([0-9]{4})-.", re.ASCII)
_OWING = re.compile(r"^(\d+)家[(（]共(\d+)家[)）]")  # of a reason: firms without whole data, of firms that owe them
DEPTH, LARGEST = 4, 10  # levels of lines opened; members of a sum that are named


@dataclass(frozen=True)
class _Desk:
    """What explanations read, each fetched once and only when needed, and cut to what the caller may see.

    What lies outside the scope is not there: nobody learns from an answer that it exists.
    """

    services: Services
    caller: Caller
    depth: int = DEPTH
    largest: int = LARGEST

    @cached_property
    def _revision(self) -> tuple[object, ...]:
        return (stated(self.services), self.services.clock.today())

    def _kept(self, name: str, make: Callable[[], T], *, cut: bool = True) -> T:
        """A value kept between questions while nothing was added; one cut to a scope only for callers of that scope."""
        caller = self.caller
        sight: object = None
        if cut and not sees_all(self.services, caller):
            sight = (caller.roles, caller.areas, caller.enterprises, caller.departments, caller.everything)
        return self.services.memory.get(("explain", name, cut, sight), self._revision, make)

    @cached_property
    def lines(self) -> pl.DataFrame:
        return self._kept("lines", lambda: accounts(self.services, self.caller).lines)

    @cached_property
    def shown_lines(self) -> pl.DataFrame:
        """The lines as pages and reports show them (``shown``)."""
        return self._kept("shown lines", lambda: shown(self.services, self.lines))

    @cached_property
    def every_fact(self) -> pl.DataFrame:
        """All facts, superseded ones too: what was printed once can still be explained."""
        return self._kept("facts", self._every_fact)

    def _every_fact(self) -> pl.DataFrame:
        every = pl.concat([self.services.columns.facts(), claims_as_facts(self.services)])
        return seen_rows(self.services, self.caller, every)

    @cached_property
    def facts(self) -> pl.DataFrame:
        return self._kept("current facts", lambda: current(self.every_fact))

    @cached_property
    def registry(self) -> Registry:
        """The registry with the caller's own firms only: a derivation names no others, not even as silent."""
        known = self._kept("registry", lambda: registry_of(self.services), cut=False)
        if sees_all(self.services, self.caller):
            return known
        mine = pl.col("enterprise_id").is_in(list(scope(self.caller, known)))
        return replace(known, enterprises=known.enterprises.filter(mine), sites=known.sites.filter(mine))

    @cached_property
    def view(self) -> View:
        return self._kept("ledger", lambda: ledger_view(self.services, self.caller), cut=False)

    @cached_property
    def values(self) -> pl.DataFrame:
        return self._kept("values", lambda: values_of(self.services, self.caller))

    def states(self, rows: Callable[[Services, Caller], pl.DataFrame]) -> pl.DataFrame:
        return self._kept(rows.__name__, lambda: rows(self.services, self.caller))

    def _facts_of(self, period: str) -> pl.DataFrame:
        """The facts as current; of a closed year as they were when its version was computed."""
        held = closed_years(self.services).get(int(period[:4])) if period[:4].isdigit() else None
        if held is None:
            return self.facts
        made = {r.run_id: r.created_at for r in self.services.records.runs()}
        return current(self.every_fact, made.get(held.run_id, held.at))

    def line(self, node_id: str) -> Node | None:
        if self.lines.filter(pl.col("line_id") == node_id).is_empty():
            return None
        made = explain_line(
            node_id,
            self.shown_lines,
            self._facts_of(self.lines.filter(pl.col("line_id") == node_id)["period"][0]),
            packaged_rulebook(),
            self.registry,
            depth=self.depth,
            largest=self.largest,
        )
        return self._with_others(made, self.shown_lines.filter(pl.col("line_id") == node_id).row(0, named=True))

    def _with_others(self, node: Node, row: dict[str, Any]) -> Node:
        """A sum that rests on firms not shown, with all of them as one node.

        That the sum is shown at all means that they are enough of them and none of them nearly all (``sight``); where
        fewer have a figure, or one has nearly all, as of a part of CO2 that few have, the node has no value. Of fewer
        than the rule wants not even the count is told.
        """
        if AGGREGATE_ONLY not in (row["note"] or ""):
            return node
        sizes = self.others.filter(
            (pl.col("measure") == row["measure"])
            & (pl.col("item") == row["item"])
            & (pl.col("period") == row["period"])
        ).join(firms_below(row, registry_of(self.services)).select("subject_id"), on="subject_id", how="semi")
        if sizes.is_empty():
            return node
        firms, rule = [Firm(("", ""), (size,)) for size in sizes["size"]], rule_on(self.services.clock.today())
        told = not sensitive(firms, rule)
        zh, en = _others_said(sizes.height, rule.fewest, summed=told)
        rest = Node(
            id=f"{node.id}/others",
            kind="other",
            label=zh,
            label_en=en,
            value=float(sizes["size"].sum()) if told else None,
            unit=node.unit,
            period=node.period,
            status=node.status,
        )
        return msgspec.structs.replace(node, inputs=(*node.inputs, rest))

    @cached_property
    def others(self) -> pl.DataFrame:
        """The lines of firms not shown; of them nothing but sums leaves."""
        known = list(scope(self.caller, registry_of(self.services)))
        every = every_line(self.services, current_run(self.services))
        foreign = (pl.col("subject_kind") == "enterprise") & ~pl.col("subject_id").is_in(known)
        return every.filter(foreign).with_columns(pl.coalesce("value", "partial").alias("size")).drop_nulls("size")

    def fact(self, node_id: str) -> Node | None:
        row = self.every_fact.filter(pl.col("fact_id") == node_id)
        return None if row.is_empty() else explain_fact(row.row(0, named=True), packaged_rulebook(), self.registry)

    def below(self, node_id: str) -> Node | None:
        """A fact or a line, for the explanations above it."""
        return self.line(node_id) if node_id.startswith("L-") else self.fact(node_id)

    def indicator(self, node_id: str) -> Node | None:
        named = pl.format("I-{}-{}-{}-{}", "indicator_id", "subject_id", "period", "source")
        row = self.values.filter(named == node_id)
        if row.is_empty():
            return None
        return self._counted_out(explain_indicator(row.row(0, named=True), self.below))

    def _counted_out(self, node: Node) -> Node:
        """With how its firms come from those that are due: how many it is made of, and how many are not of its kind.

        Only for who sees every firm: of others no counts are told.
        """
        found, subject = _OWING.search(node.note or ""), node.label.rpartition(" · ")[2]
        if found is None or None in (node.value, node.period) or not sees_all(self.services, self.caller):
            return node
        row = {"subject_kind": "area", "subject_id": subject, "period": node.period}
        due, owing = firms_below(row, self.registry).filter("due").height, int(found[2])
        zh, en = f"所用{owing - int(found[1])}家", f"made of {owing - int(found[1])} firms"
        if due > owing:
            zh = f"{zh};应报{due}家中另{due - owing}家不属本指标统计的行业或规模"
            en = f"{en}; {due - owing} of the {due} firms due are not of the industries or size that it counts"
        said = node.note_en or note_en(node.note)
        return msgspec.structs.replace(node, note=f"{node.note};{zh}", note_en=f"{said}; {en}" if said else en)

    def state(self, node_id: str) -> Node | None:
        """A state of the area's targets, or of one of them held against a county."""
        named = pl.format("S-{}-{}-{}", "target_id", "subject_id", "period")
        for rows in (states_of, county_states_of):
            row = self.states(rows).filter(named == node_id)
            if row.height:
                return self._state(state_of(row.row(0, named=True)))
        return None

    def _state(self, state: TargetState) -> Node:
        tie = self._kept("ties", lambda: ties(self.view), cut=False).get(state.target_id)
        link = None if tie is None else link_of(tie)
        own = (pl.col("subject_id") == state.subject_id) & pl.col("preferred")
        rows = self.values.filter(own).to_dicts()
        target, below = target_of(self.view, state.target_id), replace(self, depth=max(self.depth - 2, 0)).below
        if str(state.state) == CONFIDENTIAL_STATE:
            bare = msgspec.structs.replace(state, state="not_assessed", inputs=())  # evaluation knows of no secrets
            node = explain_state(bare, target, link, below)
            hidden = msgspec.structs.replace(node, value="保密", operation=None, operation_en="withheld", rule=None)
            return self._marked(hidden)
        node, unit = explain_state(state, target, link, below, rows=rows), state.gap_unit or ""
        said = {n: unit_said(getattr(node, n) or "", unit) or None for n in ("operation_en", "note_en")}
        return self._marked(msgspec.structs.replace(node, **said))

    def driver(self, node_id: str) -> Node | None:
        """A contribution to the change of emissions: D-<first>-<last>-<effect, industry, area or change>."""
        asked = _DRIVER.match(node_id)
        year = int(asked[1]) if asked else 0
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        require_everything(self.caller, "explain", self.services.settings.area)
        if not sees_firms(self.caller):  # its parts are industries and counties, small ones too
            return None
        lines = self.shown_lines
        made = drivers_of(lines, self.facts, self.registry, self.services, year)
        if made is None:
            return None
        own = lines.filter(
            (pl.col("subject_id") == self.services.settings.area)
            & (pl.col("measure") == "co2_total_t")
            & (pl.col("item") == TOTAL)
            & pl.col("period").is_in([str(made.first_year), str(made.last_year)])
        )
        nodes = (
            explain_line(i, lines, self.facts, packaged_rulebook(), self.registry, depth=0) for i in own["line_id"]
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
            row = self.states(states_of).filter(pl.col("target_id") == node_id)
        except NotFound:  # nothing has been evaluated yet
            row = pl.DataFrame()
        if row.height:
            return self._state(state_of(row.row(0, named=True)))
        standing = self.view.standings.get(node_id)
        return _as_stated(standing.record) if standing and isinstance(standing.record, Target) else None


def _others_said(count: int, fewest: int, *, summed: bool) -> tuple[str, str]:
    """What the node of the firms not shown is called; their number only where they are enough."""
    if count < fewest:
        return "其他企业(不在查看范围内,不予显示)", "other firms, out of your sight: not given"
    if summed:
        return f"其余{count}家企业合计(不在查看范围内)", f"the other {count} firms together (out of your sight)"
    return f"另有{count}家企业不在查看范围内,不予显示", f"{count} more out of sight"


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


@use_case("explain")
def explain(services: Services, caller: Caller, node_id: str, *, depth: int = DEPTH, largest: int = LARGEST) -> Node:
    """The derivation of a number by its id, ``depth`` levels of lines, the ``largest`` members of a sum by name.

    Raises NotFound (also for what the caller may not see), NotAllowed.
    """
    desk, wanted = (
        _Desk(services, caller, depth, largest),
        node_id.strip().replace("\u200b", ""),
    )  # a long id is broken in print
    ways: dict[str, Callable[[str], Node | None]] = {
        "L-": desk.line,
        "F-": desk.fact,
        "I-": desk.indicator,
        "S-": desk.state,
        "D-": desk.driver,
    }
    if wanted.startswith(("RL-", "RC-", "region:", "parts:")):
        return explain_region(services, caller, wanted, depth=depth, most=largest)
    way = ways.get(wanted[:2])
    node = (way(wanted) if way else None) or desk.target(wanted)
    if node is None:
        raise NotFound(
            f"nothing has the id {wanted}",
            where="the current run",
            mend="Take an id from a table or report of this programme; ids of older runs need that run computed again.",
        )
    return node


@within
def seen_facts(services: Services, caller: Caller) -> pl.DataFrame:
    """All facts, superseded ones too, that the caller may see one by one; kept between questions."""
    return _Desk(services, caller).every_fact

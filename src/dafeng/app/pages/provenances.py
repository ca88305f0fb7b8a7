"""Use cases of explanations 解释: a derivation cut to what a page shows, the rest opened by ids; and as text."""

from __future__ import annotations

import msgspec

from dafeng.account.explain_text import as_text
from dafeng.app.explaining import explain
from dafeng.app.pages.english import industry_en
from dafeng.app.pages.english_notes import node_en
from dafeng.app.pages.known import sight_of
from dafeng.app.permission import use_case
from dafeng.app.registries import registry_of
from dafeng.app.services import Services
from dafeng.app.versions import delivered, stated
from dafeng.base.callers import Caller
from dafeng.base.provenance import Node

_FOLDED = ("/rest", "/others")  # a node that stands for members not named: without it a sum would not add up
# ids that explain answers; a target's id is that of the ledger
_OPENED = ("L-", "F-", "I-", "S-", "D-", "RL-", "RC-", "region:", "parts:")


@use_case("explain")
def explained(services: Services, caller: Caller, id: str, *, depth: int = 2, most: int = 30) -> Node:
    """The derivation of a number cut to a page: ``depth`` levels, at most ``most`` children a node.

    What is left out is counted in ``more``; a node without children and with ``more`` is opened by its own id.
    """

    def made() -> Node:
        found = explain(services, caller, id, depth=depth, largest=most)
        return node_en(cut(found, depth, most + 1), *_named(services))

    name = ("pages.explained", sight_of(caller), caller.departments, id, depth, most)
    return services.memory.get(name, (stated(services), services.clock.today()), made)


@use_case("explain")
def explained_text(services: Services, caller: Caller, id: str, language: str = "zh") -> str:
    """The whole derivation as indented text, in Chinese or English."""
    return as_text(node_en(explain(services, caller, id), *_named(services)), language)


def _named(services: Services) -> tuple[dict[str, str], dict[str, str]]:
    """Code → name of the programme's areas; Chinese → English names of industries."""

    def made() -> tuple[dict[str, str], dict[str, str]]:
        registry = registry_of(services)
        industries = registry.industries.select("industry_code", "name").iter_rows()
        areas = registry.areas.select("area_code", "name").iter_rows()
        return dict(areas), {name: industry_en(code, name) or name for code, name in industries}

    return services.memory.get("pages.named", delivered(services), made)


def cut(node: Node, depth: int, most: int) -> Node:
    """The node with ``depth`` levels below it, and of its inputs the first ``most`` and those that stand for others.

    A node that has no id to be opened by shows what it holds.
    """
    opens = node.kind == "target" or (node.id.startswith(_OPENED) and "/" not in node.id)
    if depth <= 0 and opens:
        return msgspec.structs.replace(node, inputs=(), more=node.more + len(node.inputs))
    kept = [*node.inputs[:most], *(child for child in node.inputs[most:] if child.id.endswith(_FOLDED))]
    below = tuple(cut(child, depth - opens, most) for child in kept)
    return msgspec.structs.replace(node, inputs=below, more=node.more + len(node.inputs) - len(below))

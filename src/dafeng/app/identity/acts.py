"""Acts of the audit trail in words 审计行为: what each is called, and to which group it belongs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from dafeng.app.permission import matrix

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of line: its code, its words, and its group with the group's words."""

    act: str
    zh: str
    en: str
    group: str
    group_zh: str
    group_en: str


@cache
def acts() -> Mapping[str, Act]:
    """Every act that a line may bear, by code, in the order of the groups."""
    held = _data()
    words = {key: (line.zh, line.en) for key, line in matrix().items()}
    words |= {key: (line["zh"], line["en"]) for key, line in held["acts"].items()}
    order = list(held["groups"])
    made = [_act(key, zh, en) for key, (zh, en) in words.items()]
    return {a.act: a for a in sorted(made, key=lambda a: order.index(a.group) if a.group in order else len(order))}


def acts_of(group: str) -> tuple[str, ...]:
    """The acts of a group; none where there is no such group."""
    return tuple(a.act for a in acts().values() if a.group == group)


def _act(key: str, zh: str, en: str) -> Act:
    begins = key.partition(".")[0]
    for name, group in _data()["groups"].items():
        if begins in group["begins"]:
            return Act(key, zh, en, name, group["zh"], group["en"])
    return Act(key, zh, en, OTHER, "其他", "other")


@cache
def _data() -> Mapping[str, Any]:
    held: Mapping[str, Any] = yaml.safe_load(
        resources.files("dafeng.app.identity").joinpath("acts.yaml").read_text("utf-8")
    )
    return held

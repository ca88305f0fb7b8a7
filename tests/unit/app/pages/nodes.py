"""Every node that a page's figures carry, wherever in the answer they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec


def nodes_of(page: object) -> set[str]:
    return set(_nodes(msgspec.to_builtins(page)))


def _nodes(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("node"), str):
            yield value["node"]
        for part in value.values():
            yield from _nodes(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _nodes(part)

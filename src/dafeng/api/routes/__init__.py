"""Routes, one file a feature; a feature that is here is part of the API."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def handlers() -> list[Any]:
    """The handlers of every feature, by the names of the files."""
    found: list[Any] = []
    for module in sorted(m.name for m in iter_modules(__path__)):
        part = import_module(f"{__name__}.{module}")
        found += [part.router] if hasattr(part, "router") else list(part.handlers)
    return found

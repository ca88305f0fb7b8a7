"""Read packaged YAML of the rulebook: the one place in the core that opens files, and only our own."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _yaml_files(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            found += _yaml_files(entry)
        elif entry.name.endswith(".yaml"):
            found.append(entry)
    return found


def _parsed(file: Traversable) -> Any:
    return yaml.load(file.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 (the safe loader, in C where built)


def read_folder(folder: str) -> list[tuple[str, Any]]:
    """All YAML documents below ``rules/data/<folder>``, as (file name relative to it, content), sorted by name."""
    root = files("dafeng.rules") / "data" / folder
    return [(str(f).split(f"data/{folder}/")[-1], _parsed(f)) for f in _yaml_files(root)]


def read_file(name: str) -> Any:
    """One YAML document that stands directly in ``rules/data``."""
    return _parsed(files("dafeng.rules") / "data" / name)

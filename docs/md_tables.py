"""Markdown tables from values of any kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def cell(value: object) -> str:
    """A value as it can stand in a Markdown table."""
    if value is None or value == "":
        return "—"
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    text = " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
    return text.replace("&lt;br>", "<br>")  # our own line break, see ``stacked``


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines_ = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines_ += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines_)


def stacked(*parts: object) -> str:
    """Several values one below the other in one cell."""
    return "<br>".join(str(part) for part in parts)


def code(text: object) -> str:
    return f"`{text}`"

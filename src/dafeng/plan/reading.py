"""What one reading of a plan gives."""

from __future__ import annotations

from dataclasses import dataclass

from dafeng.plan.outline import Outline
from dafeng.plan.records import Box, Document, Target, Task
from dafeng.plan.source import SourceText


@dataclass(frozen=True, slots=True)
class PlanReading:
    """All that was read from one plan document 方案."""

    source: SourceText
    outline: Outline
    document: Document
    targets: tuple[Target, ...]
    tasks: tuple[Task, ...]
    boxes: tuple[Box, ...]

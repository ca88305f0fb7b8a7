"""The whole reading of one plan: bytes → source, outline, document, targets, tasks, boxes."""

from __future__ import annotations

from dafeng.plan.boxes import read_boxes
from dafeng.plan.metadata import read_document
from dafeng.plan.reading import PlanReading
from dafeng.plan.structure import read_outline
from dafeng.plan.targets import read_targets
from dafeng.plan.tasks import read_tasks
from dafeng.plan.text import read_source

__all__ = ["PlanReading", "read_plan"]


def read_plan(data: bytes, name: str) -> PlanReading:
    """Read one plan document.

    Parameters
    ----------
    data : the file as it came (txt, HTML, DOCX or PDF with a text layer)
    name : its name; without the ending it becomes ``doc`` of all records

    Returns
    -------
    PlanReading, the same for the same bytes and name.

    Raises
    ------
    UnreadableFile where the file holds no text.
    """
    source = read_source(data, name)
    outline = read_outline(source.text)
    document = read_document(source, outline)
    tasks = read_tasks(source, outline, document)
    return PlanReading(
        source=source,
        outline=outline,
        document=document,
        targets=tuple(read_targets(source, outline, document)),
        tasks=tasks,
        boxes=read_boxes(source, outline, document, tasks),
    )

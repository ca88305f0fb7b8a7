"""Tasks of a plan 任务 and the units responsible for them 责任单位."""

from dafeng.plan.tasks.reading import deadlines, measures, read_tasks

__all__ = ["deadlines", "measures", "read_tasks"]

"""The outline of a plan 篇章结构: from lines to paragraphs, zones and the tree of headings."""

from dafeng.plan.structure.tree import read_outline

__all__ = ["read_outline"]

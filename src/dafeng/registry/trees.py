"""Trees of codes 代码树: areas and industries, up to the root, down to the leaves. Sums go up a tree exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from dafeng.base.errors import BadRequest, NotFound

TREE_COLUMNS = ("code", "name", "level", "parent")


@dataclass(frozen=True)
class CodeTree:
    """A tree, or several: table has columns code, name, level, parent (null at a root), one row a code.

    Raises BadRequest where a code stands twice, a parent is unknown, or the parents go round in a circle.
    """

    what: str
    table: pl.DataFrame

    def __post_init__(self) -> None:
        codes = self.table["code"]
        self._refuse("stand twice", codes.filter(codes.is_duplicated()).unique().to_list())
        orphans = self.table.join(self.table, left_on="parent", right_on="code", how="anti").drop_nulls("parent")
        self._refuse("name a parent that is not there", orphans["code"].to_list())
        reached = {code for root in self.roots for code in self.descendants(root)}
        self._refuse("go round in a circle", [code for code in codes.to_list() if code not in reached])

    def _refuse(self, how: str, codes: list[str]) -> None:
        if codes:
            shown = ", ".join(sorted(codes)[:5])
            raise BadRequest(
                f"{len(codes)} codes of {self.what} {how}: {shown}", mend="Correct the additions to the code table."
            )

    @cached_property
    def _parents(self) -> dict[str, str | None]:
        return dict(zip(self.table["code"], self.table["parent"], strict=True))

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(zip(self.table["code"], self.table["name"], strict=True))

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        below: dict[str, list[str]] = {}
        for code, parent in self._parents.items():
            if parent is not None:
                below.setdefault(parent, []).append(code)
        return {code: tuple(codes) for code, codes in below.items()}

    @cached_property
    def _levels(self) -> dict[str, str]:
        return dict(zip(self.table["code"], self.table["level"], strict=True))

    @property
    def roots(self) -> tuple[str, ...]:
        return tuple(code for code, parent in self._parents.items() if parent is None)

    def __contains__(self, code: object) -> bool:
        return code in self._parents

    def __iter__(self) -> Iterator[str]:
        return iter(self._parents)

    def __len__(self) -> int:
        return len(self._parents)

    def _known(self, code: str) -> str:
        if code not in self._parents:
            raise NotFound(f"{code} is not a code of {self.what}", mend="Look the code up by name, or add it.")
        return code

    def name(self, code: str) -> str:
        return self._names[self._known(code)]

    def level(self, code: str) -> str:
        return self._levels[self._known(code)]

    def parent(self, code: str) -> str | None:
        return self._parents[self._known(code)]

    def children(self, code: str) -> tuple[str, ...]:
        return self._children.get(self._known(code), ())

    def ancestors(self, code: str, *, itself: bool = False) -> tuple[str, ...]:
        """The codes above, nearest first."""
        found = [self._known(code)]
        while (parent := self._parents[found[-1]]) is not None:
            found.append(parent)
        return tuple(found if itself else found[1:])

    def descendants(self, code: str, *, itself: bool = True) -> tuple[str, ...]:
        """The codes below, parents before their children."""
        found, ahead = [], [self._known(code)]
        while ahead:
            found.append(ahead.pop())
            ahead.extend(reversed(self._children.get(found[-1], ())))
        return tuple(found if itself else found[1:])

    def is_within(self, code: str, ancestor: str) -> bool:
        """Whether code is the ancestor or below it; an unknown code is within nothing."""
        return code in self._parents and ancestor in self.ancestors(code, itself=True)

    def subtree(self, frame: pl.DataFrame, column: str, code: str) -> pl.DataFrame:
        """The rows of a frame whose code in ``column`` is this one or below it."""
        return frame.filter(pl.col(column).is_in(self.descendants(code)))

    def part(self, code: str) -> CodeTree:
        """The subtree as a tree of its own, with the code as its root."""
        table = self.subtree(self.table, "code", code)
        root = pl.when(pl.col("code") != code).then(pl.col("parent")).alias("parent")
        return CodeTree(self.what, table.with_columns(root))

    @cached_property
    def lineage(self) -> pl.DataFrame:
        """code, ancestor, depth (0 = itself): join on code and group by ancestor to sum up the tree."""
        rows = [(code, above, n) for code in self for n, above in enumerate(self.ancestors(code, itself=True))]
        return pl.DataFrame(rows, schema={"code": pl.String, "ancestor": pl.String, "depth": pl.Int64}, orient="row")


def tree_of(what: str, frame: pl.DataFrame, code: str, parent: str = "parent_code") -> CodeTree:
    """The tree in a frame that has its own names for code and parent."""
    renamed = frame.select(pl.col(code).alias("code"), "name", "level", pl.col(parent).alias("parent"))
    return CodeTree(what, renamed)

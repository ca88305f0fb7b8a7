"""Routes of targets 目标: the tree by area, sector and indicator, and the page of one target."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.params import Parameter

from dafeng.api.given import Caller, Services
from dafeng.app.pages import goal_page, goal_tree
from dafeng.app.pages.goals import TargetPage, TreeNode

Year = Annotated[int | None, Parameter(ge=1990, le=2100, description="The last year assessed where it is left out.")]


@get("/targets/tree", operation_id="target_tree", tags=["targets"], sync_to_thread=True)
def target_tree(
    services: Services,
    caller: Caller,
    area: Annotated[str | None, Parameter(max_length=12, description="Only targets of this area.")] = None,
    year: Year = None,
) -> TreeNode:
    """All live targets as a tree area → sector → indicator → target, with the counts of states below each node."""
    return goal_tree.target_tree(services, caller, area, year)


@get("/targets/{id:str}", operation_id="target_page", tags=["targets"], sync_to_thread=True)
def target_page(
    services: Services,
    caller: Caller,
    id: Annotated[str, Parameter(max_length=300, description="Id of the target; its # written as %23.")],
    year: Year = None,
) -> TargetPage:
    """One target: required against actual path, state and reason, causes, upper and lower level, history."""
    return goal_page.target_page(services, caller, id, year)


handlers = [target_tree, target_page]

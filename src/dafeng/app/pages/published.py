"""What the public may see 已发布: asked of the record of publications, by kind and id."""

from __future__ import annotations

from collections.abc import Iterable

from dafeng.app.permission import reaches, within
from dafeng.app.publishing import What, published
from dafeng.app.services import Services
from dafeng.base.callers import Caller


@within
def published_only(services: Services, caller: Caller, use_case: str, what: What, ids: Iterable[str]) -> frozenset[str]:
    """Of ids of one kind those the caller may see: all, or (where he reaches no farther) those that were published."""
    wanted = frozenset(ids)
    return wanted if reaches(caller, use_case) - {"published"} else wanted & published(services, what)

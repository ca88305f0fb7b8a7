"""The audit trail 审计日志: every sign-in, grant, change, export and refusal; nobody can change it, auditors read it.

A face says from where a request comes (``coming_from``). The lines of use cases are written by ``use_case`` itself;
``audited`` above it gives the line a more exact name. What has no use case of its own calls ``note``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from dafeng.app.identity import lines
from dafeng.app.identity.lines import ADDRESS, coming_from
from dafeng.app.identity.ports import Outcome
from dafeng.app.permission import within
from dafeng.app.services import Services
from dafeng.base.callers import Caller

__all__ = ["ADDRESS", "audited", "coming_from", "note"]

P = ParamSpec("P")
R = TypeVar("R")


@within
def note(
    services: Services,
    caller: Caller,
    act: str,
    subject: str = "",
    outcome: Outcome = "ok",
    *,
    ip: str = "",
    **detail: Any,
) -> None:
    """Add a line: what the caller did (``act``, dotted) to what. Secrets never belong into the detail."""
    lines.write(services, caller, act, subject, outcome, detail, ip=ip)


def audited(act: str, subject: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Name the line that a use case leaves: ``act``, and the parameter that says what it was done to.

    A use case so named leaves its line also where it only reads (a download), and inside another one.
    """

    def named(function: Callable[P, R]) -> Callable[P, R]:
        function.told.name(act, subject)  # type: ignore[attr-defined]
        return function

    return named

"""The audit trail 审计日志: every sign-in, grant, change, export and refusal; nobody can change it, auditors read it.

A face says from where a request comes (``coming_from``); a use case is wrapped with ``audited`` above ``use_case``, so
that a refusal by the matrix stands in the trail too. What has no use case of its own calls ``note``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from dafeng.app.identity.ports import AuditEntry, Outcome
from dafeng.app.permission import within
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import DafengError, NotAllowed

P = ParamSpec("P")
R = TypeVar("R")
ADDRESS: ContextVar[str] = ContextVar("dafeng_address", default="")
_SHORT = 300


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    """Inside, every line of the trail bears this address. A face calls it around a request."""
    token = ADDRESS.set(address)
    try:
        yield
    finally:
        ADDRESS.reset(token)


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
    services.identities.note(
        AuditEntry(
            at=services.clock.now(),
            who=caller.name[:_SHORT],
            user_id=caller.id[:80],
            act=act,
            subject=_clean(subject),
            outcome=outcome,
            ip=ip or ADDRESS.get(),
            detail=detail,
        )
    )


def audited(act: str, subject: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Write a line whenever the use case ends: ok, refused (NotAllowed) or failed, with what it was done to.

    ``subject`` names the parameter that says what it was done to; no other parameter is written down, but ``_TOLD``.
    """

    def wrapped(function: Callable[P, R]) -> Callable[P, R]:
        shape = inspect.signature(function)

        @wraps(function)
        def noted(*args: P.args, **kwargs: P.kwargs) -> R:
            given = shape.bind_partial(*args, **kwargs).arguments
            services, caller, words = given["services"], given["caller"], str(given.get(subject, ""))
            try:
                result = function(*args, **kwargs)
            except DafengError as error:
                outcome: Outcome = "refused" if isinstance(error, NotAllowed) else "failed"
                note(services, caller, act, words, outcome, why=error.what[:_SHORT])
                raise
            note(services, caller, act, words, **_words(given))
            return result

        return noted

    return wrapped


_TOLD = ("roles", "areas", "enterprises", "departments", "reason", "display", "until", "name", "days")


def _words(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Of the arguments, those that the trail tells: never a password, code or token."""
    told = {k: kwargs[k] for k in _TOLD if kwargs.get(k)}
    return {k: sorted(map(str, v)) if isinstance(v, (list, tuple, set, frozenset)) else str(v) for k, v in told.items()}


def _clean(words: str) -> str:
    """One line without control characters."""
    return "".join(c if c.isprintable() else "\ufffd" for c in words)[:_SHORT]

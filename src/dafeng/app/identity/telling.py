"""What a use case tells the audit trail of itself 留痕: act, subject, how it ended; never secrets or bodies.

``use_case`` holds one ``Told`` for each function it enrols. One call from outside leaves one line: what a use case
calls on its way is a part of it, unless that has a name of its own (``audited``) and was done.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cached_property
from typing import Any

from dafeng.app.identity import lines
from dafeng.app.identity.ports import Outcome, TrailQuery
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import DafengError, NotAllowed, NotFound

_WITHIN: ContextVar[bool] = ContextVar("dafeng_within_told", default=False)
_MARK = "on_the_trail"  # an error that already stands in the trail
# parameter → what kind of thing it names; the first that was given is the subject
SUBJECTS: dict[str, str] = {
    "case_id": "case", "job_id": "job", "task_id": "task", "target_id": "target", "record_id": "record",
    "enterprise_id": "enterprise", "node_id": "figure", "sha256": "evidence", "doc": "plan", "document": "plan",
    "id": "", "login": "account", "key_id": "key", "session": "session", "place": "place", "name": "name",
    "kind": "work", "area": "area",
}  # fmt: skip
_TOLD = ("roles", "areas", "enterprises", "departments", "reason", "display", "email", "until", "days", "group")
_MOST_NAMED = 200  # of many at once
_INNER = ("enterprise_id", "doc")  # of a draft that is handed over whole


class Told:
    """The line of one use case: its act, and how its arguments name the subject."""

    def __init__(
        self,
        key: str,
        function: Callable[..., Any],
        writes: Callable[[], bool],
        reaches: Callable[[Caller], frozenset[str]],
    ) -> None:
        self.act, self.subject, self.named = key, "", False
        self._key, self._function, self._writes, self._reaches = key, function, writes, reaches
        self.refused_as: Callable[[Mapping[str, Any]], str] | None = None

    def name(self, act: str, subject: str = "") -> None:
        """Give the line a name, and the parameter of its subject."""
        self.act, self.subject, self.named = act, subject, True

    @cached_property
    def leaves(self) -> bool:
        """Whether a line is left also where all went well: it writes, or it is a download that has a name."""
        return self.named or self._writes()

    @cached_property
    def _shape(self) -> inspect.Signature:
        return inspect.signature(self._function)

    def around(
        self, require: Callable[[Caller, str], None], caller: Caller, args: Any, kwargs: Mapping[str, Any]
    ) -> Any:
        """Ask for the right, do what leaves a line, and write it: ok, refused or failed."""
        inner = _WITHIN.get()
        if inner and not self.named:
            require(caller, self._key)
            return self._function(*args, **kwargs)
        token = _WITHIN.set(True)
        try:
            require(caller, self._key)
            result = self._function(*args, **kwargs)
        except BaseException as error:  # also where it is interrupted: what is begun later leaves its own lines
            _WITHIN.reset(token)
            self._ended(error, caller, args, kwargs)
            raise
        _WITHIN.reset(token)
        self._write(caller, args, kwargs, "ok", {})
        return result

    def refused(self, error: DafengError, caller: Caller, args: Any, kwargs: Any) -> None:
        """Write the line of a reading that was refused: by the matrix, or because it lies out of the scope."""
        if self._is_refusal(error, caller, args, kwargs):
            self._note(error, caller, args, kwargs, "refused")

    def _ended(self, error: BaseException, caller: Caller, args: Any, kwargs: Any) -> None:
        refused = self._is_refusal(error, caller, args, kwargs)
        self._note(error, caller, args, kwargs, "refused" if refused else "failed")

    def _is_refusal(self, error: BaseException, caller: Caller, args: Any, kwargs: Any) -> bool:
        """Whether somebody else might have been given it: what is out of reach is not found, as if it never was.

        Where nothing was asked for by name there was nothing to refuse (nothing has been accounted yet).
        """
        if isinstance(error, NotAllowed):
            return True
        hidden = isinstance(error, NotFound) and _out_of_reach(caller, self._reaches(caller))
        return hidden and bool(self._words(self._given(args, kwargs))[0])

    def _note(self, error: BaseException, caller: Caller, args: Any, kwargs: Any, outcome: Outcome) -> None:
        if _WITHIN.get() or getattr(error, _MARK, False):
            return
        setattr(error, _MARK, True)
        why, zh = (error.what, error.zh) if isinstance(error, DafengError) else (type(error).__name__, "")
        told = {"why": lines.clean(why)} | ({"why_zh": lines.clean(zh)} if zh else {})
        self._write(caller, args, kwargs, outcome, told)

    def _write(self, caller: Caller, args: Any, kwargs: Any, outcome: Outcome, detail: dict[str, Any]) -> None:
        given = self._given(args, kwargs)
        services = given.get("services")
        if not isinstance(services, Services) or not lines.kept(services):
            return
        subject, words = self._words(given)
        nobody = not caller.id and not caller.everything
        write = lines.write if outcome == "ok" and not nobody else lines.write_thinly
        act = self.refused_as(given) if self.refused_as is not None and outcome == "refused" else ""
        write(services, caller, act or self.act, subject, outcome, words | detail)

    def _given(self, args: Any, kwargs: Any) -> dict[str, Any]:
        try:
            return dict(self._shape.bind_partial(*args, **kwargs).arguments)
        except TypeError:  # called with arguments that it has not: the call itself has failed of that
            return {"services": args[0]} if args else {}

    def _words(self, given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """The subject, and what else of the arguments the trail tells: never a password, code, token or body."""
        told = {k: given[k] for k in _TOLD if given.get(k)}
        words = {k: sorted(map(str, v)) if not isinstance(v, (str, int)) and hasattr(v, "__iter__") else str(v)
                 for k, v in told.items()}  # fmt: skip
        subject, kind = _subject(given, self.subject, self._key)
        for value in given.values():
            if isinstance(value, TrailQuery):
                words |= value.told()
            elif isinstance(move := getattr(value, "move", None) or getattr(value, "act", None), str):
                words["move"] = lines.clean(move)
            if isinstance(many := getattr(value, "items", None), list):
                ids = [str(getattr(item, "id", "")) for item in many]
                words |= {"items": str(len(ids)), "subjects": [lines.clean(i) for i in ids[:_MOST_NAMED]]}
        return subject, ({"kind": kind} if kind and not self.named else {}) | words  # a name says of what it tells


def _out_of_reach(caller: Caller, reach: frozenset[str]) -> bool:
    """Whether what a caller does not find may be there for others: he reaches a scope, or himself, and not all."""
    return not caller.everything and bool(reach & {"scope", "self"}) and "all" not in reach


def _subject(given: Mapping[str, Any], chosen: str, key: str) -> tuple[str, str]:
    """What it was done to, and of what kind that is; both empty where the arguments do not say."""
    if chosen:
        return _text(given.get(chosen)), SUBJECTS.get(chosen) or key.partition(".")[0]
    for name, kind in SUBJECTS.items():
        if text := _text(given.get(name)):
            return text, kind or _text(given.get("what")) or key.partition(".")[0]
    for value in given.values():
        for name in _INNER:
            if text := _text(getattr(value, name, None)):
                return text, SUBJECTS[name]
    return "", ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""

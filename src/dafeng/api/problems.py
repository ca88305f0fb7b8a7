"""Problems as answers 问题文档: RFC 9457 with what, where and how to mend; nothing of our insides leaves."""

from __future__ import annotations

import logging
import re
import uuid
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from dafeng.base.callers import PUBLIC
from dafeng.base.error_words import in_chinese
from dafeng.base.errors import (
    BadRequest,
    DafengError,
    InputError,
    NotAllowed,
    NotFound,
    RuleError,
    StaleRecord,
    StoreError,
    UnreadableFile,
)
from dafeng.base.errors import Problem as Listed

log = logging.getLogger("dafeng.api")
MEDIA_TYPE = "application/problem+json"
_EXPECTED = re.compile(r"Expected `([^`]+)`, got `([^`]+)`")
_TYPES = {
    "int": "a whole number", "float": "a number", "str": "text", "bool": "true or false", "array": "a list",
    "object": "an object", "null": "nothing",
}  # fmt: skip
_MISSING = re.compile(r"Missing required (\w+) parameter '([^']+)'")  # how litestar says it


class FieldProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with one field; in Chinese too, where we have it."""

    where: str
    what: str
    mend: str = ""
    where_zh: str = ""
    what_zh: str = ""
    mend_zh: str = ""


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong, where, and how to mend it; ``id`` is what to quote to the operator."""

    type: str
    title: str
    status: int
    detail: str
    what: str
    where: str = ""
    mend: str = ""
    instance: str = ""
    id: str = ""
    what_zh: str = ""
    where_zh: str = ""
    mend_zh: str = ""
    problems: tuple[FieldProblem, ...] = ()


# kind → (status, Chinese title)
_KINDS: tuple[tuple[type[Exception], str, int], ...] = (
    (NotAllowed, "not-allowed", 403),
    (NotFound, "not-found", 404),
    (UnreadableFile, "unreadable-file", 422),
    (BadRequest, "bad-request", 422),
    (InputError, "input", 422),
    (RuleError, "rule", 422),
    (StaleRecord, "stale-record", 412),
    (StoreError, "store", 503),
)
_ZH = {
    400: ("请求无法解析", "检查请求的格式。"),
    401: ("尚未登录", "请先登录。"),
    403: ("无权进行此操作", "请向本方案的授权人员申请。"),
    404: ("没有这个对象", "检查地址,或从列表进入。"),
    405: ("此地址不支持该方法", ""),
    409: ("与现有状态冲突", "刷新后再试。"),
    412: ("内容已被他人修改", "刷新后再试。"),
    413: ("内容过大", "请拆分后再传。"),
    415: ("不支持的内容类型", "检查 Content-Type。"),
    421: ("本站不以此名称提供服务", "使用管理员给出的地址。"),
    422: ("请求内容不合要求", "按所列问题更正。"),
    429: ("请求过于频繁", "稍候再试。"),
    500: ("系统内部错误", "请把编号告知管理员。"),
    503: ("暂时无法提供服务", "稍候再试。"),
}


def problem_of(error: Exception, *, instance: str = "", signed_in: bool = True) -> Problem:
    """The problem document of an error."""
    if isinstance(error, DafengError):
        return _of_ours(error, instance, signed_in)
    if isinstance(error, ValidationException):
        return _of_validation(error, instance)
    if isinstance(error, RecursionError):  # a document nested deeper than anything we know of
        mend = "Send a document that is not nested so deeply."
        return made(400, "the document is nested too deeply", instance=instance, mend=mend)
    if isinstance(error, HTTPException) and error.status_code < 500:
        return made(error.status_code, error.detail or _phrase(error.status_code), instance=instance)
    if isinstance(error, HTTPException) and error.status_code == 503:
        return made(503, error.detail, instance=instance)
    return made(500, "something went wrong inside dafeng", instance=instance, mend="Quote the id to the operator.")


def made(
    status: int,
    what: str,
    *,
    where: str = "",
    mend: str = "",
    instance: str = "",
    kind: str = "",
    problems: tuple[FieldProblem, ...] = (),
    zh: str = "",
    mend_zh: str = "",
) -> Problem:
    """A problem document; where the error has no Chinese of its own, with the general text of its status."""
    zh, mend_zh = zh or in_chinese(what), mend_zh or in_chinese(mend)
    what_zh, step_zh = (zh, mend_zh) if zh else _ZH.get(status, ("", ""))
    return Problem(
        type=f"urn:dafeng:problem:{kind or _phrase(status).lower().replace(' ', '-')}",
        title=_phrase(status),
        status=status,
        detail=what,
        what=what,
        where=where,
        mend=mend,
        instance=instance,
        id=uuid.uuid4().hex[:12],
        what_zh=what_zh,
        where_zh=in_chinese(where),
        mend_zh=step_zh,
        problems=problems,
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _of_ours(error: DafengError, instance: str, signed_in: bool) -> Problem:
    kind, status = next(((k, s) for t, k, s in _KINDS if isinstance(error, t)), ("conflict", 409))
    status = getattr(error, "status", status)  # an error may say more exactly what it is: 409, 412, 429,
    kind = getattr(error, "kind", kind)  # and by which name
    if isinstance(error, NotAllowed) and not signed_in:
        return made(
            401, "not signed in", where=instance, mend="Sign in first.", instance=instance, kind="not-signed-in"
        )
    listed = tuple(_listed(p) for p in getattr(error, "problems", ()))
    return made(
        status,
        error.what,
        where=error.where,
        mend=error.mend,
        instance=instance,
        kind=kind,
        problems=listed,
        zh=error.zh,
        mend_zh=error.mend_zh,
    )


def _listed(found: Listed) -> FieldProblem:
    """A problem of several, each language in its own words: its own where it has some, else those of the catalogue."""
    where_zh, column_zh = found.where_zh or in_chinese(found.where) or found.where, found.column_zh or found.column
    return FieldProblem(
        where=" › ".join(filter(None, (found.where, found.column))),
        what=found.what,
        mend=found.mend,
        where_zh=" › ".join(filter(None, (where_zh, column_zh))),
        what_zh=found.what_zh or in_chinese(found.what),
        mend_zh=found.mend_zh or in_chinese(found.mend),
    )


def _field(where: str, what: str, mend: str = "") -> FieldProblem:
    told = (in_chinese(text) for text in (where, what, mend))
    where_zh, what_zh, mend_zh = told
    what = _EXPECTED.sub(lambda m: f"expected {_types(m[1])}, got {_types(m[2])}", what)
    return FieldProblem(where=where, what=what, mend=mend, where_zh=where_zh, what_zh=what_zh, mend_zh=mend_zh)


def _types(text: str) -> str:
    """Types of a document in words: int | null → a whole number or nothing."""
    return " or ".join(_TYPES.get(one, one) for one in text.split(" | "))


def _of_validation(error: ValidationException, instance: str) -> Problem:
    extra: list[Any] = error.extra if isinstance(error.extra, list) else []
    listed = tuple(
        _field(f"{_text(e.get('source'))} {e.get('key', '')}".strip(), str(e.get("message", "")))
        for e in extra
        if isinstance(e, dict)
    )
    if missing := _MISSING.match(error.detail or ""):
        place, name = missing.groups()
        said = _field(f"{place} {name}", f"the parameter {name} is missing", "Give it.")
        return made(422, said.what, where=said.where, mend=said.mend, instance=instance, problems=(said,))
    what = listed[0].what if listed else "the request does not fit"
    where = listed[0].where if listed else ""
    zh = listed[0].what_zh if listed else ""
    mend = "See the document of the API."
    return made(422, what, where=where, mend=mend, instance=instance, problems=listed, zh=zh)


def _text(source: Any) -> str:
    return str(getattr(source, "value", source) or "")


def answer(problem: Problem, headers: dict[str, str] | None = None) -> Response[bytes]:
    """The problem as a response."""
    return Response(
        msgspec.json.encode(problem), status_code=problem.status, media_type=MEDIA_TYPE, headers=headers or {}
    )


def on_error(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Every error of a handler, and of litestar itself, as a problem."""
    caller = request.scope.get("dafeng_caller", PUBLIC)
    problem = problem_of(error, instance=request.scope["path"], signed_in=caller is not PUBLIC)
    if problem.status >= 500 and not isinstance(error, DafengError):
        log.error("%s %s failed, id %s", request.method, request.scope["path"], problem.id, exc_info=error)
    headers = dict(getattr(error, "headers", None) or {})
    return answer(problem, {k: v for k, v in headers.items() if k.lower() in ("allow", "retry-after")})

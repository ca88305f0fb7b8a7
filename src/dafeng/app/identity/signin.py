"""Signing in and out 登录: the same answer and the same work whatever is wrong, and fewer tries the more fail.

Before a password is looked at, the try is counted (``tries``); only a sign-in that ends well sets the count back.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

from dafeng.app.identity import audit, factors
from dafeng.app.identity.passwords import LONGEST, normal
from dafeng.app.identity.ports import Account, Credential, Outcome, SessionRow, Tries, User
from dafeng.app.identity.sessions import Session, caller_of_session, sha256
from dafeng.app.identity.tries import FORGOTTEN, counted, forgotten, given_back
from dafeng.app.services import Services
from dafeng.base.callers import PUBLIC, Caller
from dafeng.base.errors import DafengError

HALF_LIFE = timedelta(minutes=5)  # how long a session waits for the second factor
_WRONG = "login, password or code is wrong, or the account is locked for a while"
_MEND = (
    "Check them and try again later; the security administrator can unlock an account, the system administrator can "
    "reset a password."
)
_WRONG_ZH = "登录未成功：账号、口令或验证码不正确，或账号暂被锁定"
_CAUSES = {
    "unknown": ("there is no account of this login", "没有这个登录名"),
    "disabled": ("the account is disabled", "账号已停用"),
    "locked": ("the account is locked for a while after wrong passwords", "连续输错，账号暂被锁定"),
    "password": ("the password is wrong", "口令不正确"),
    "code": ("the code is wrong or was used", "验证码不正确或已用过"),
    "late": ("too late for the code, or too many wrong ones", "验证超时，或输错次数过多"),
    "address": ("too many failed sign-ins from this address", "此地址登录失败次数过多"),
}
_MEND_ZH = "请核对后稍候再试；安全管理员可以解锁账号，系统管理员可以重置口令。"


class SignInFailed(DafengError):
    """A sign-in was not accepted. Faces answer 401; the words never say which part was wrong."""

    status: ClassVar[int] = 401
    kind: ClassVar[str] = "sign-in-failed"
    exit_code = 6


class TooManyAttempts(DafengError):
    """Too many failures from one address. Faces answer 429."""

    status: ClassVar[int] = 429
    kind: ClassVar[str] = "too-many-attempts"
    exit_code = 6

    def __init__(self, what: str, *, seconds: int) -> None:
        minutes = max(1, seconds // 60)
        super().__init__(
            what,
            where="sign-in",
            mend=f"Try again in {minutes} minutes.",
            zh="此地址登录失败次数过多",
            mend_zh=f"请{minutes}分钟后再试。",
        )
        self.headers: Mapping[str, str] = {"Retry-After": str(seconds)}


@dataclass(frozen=True, slots=True)
class Started:
    """A session begun: the token goes into the cookie and is never seen again."""

    token: str
    session: Session


def begin(services: Services, login: str, password: str, code: str = "", *, ip: str = "", agent: str = "") -> Started:
    """Sign in. Without a code where one is needed, the session is half: it may give the code, and nothing else.

    Raises SignInFailed, or TooManyAttempts for an address with too many failures.
    """
    address = ip or audit.ADDRESS.get()
    _throttle(services, address)
    account = _account(services, login)
    credential = account.credential if account else None
    count = counted(services, credential.user_id, address) if credential else None
    right = services.hasher.verify(credential.hash if credential else "", normal(password[: 2 * LONGEST]))
    if account is None or credential is None or count is None or not right or account.user.disabled:
        _note(services, account, "session.begin", "failed", address, **_said(_cause(account, count is None, right)))
        raise SignInFailed(_WRONG, where="sign-in", mend=_MEND, zh=_WRONG_ZH, mend_zh=_MEND_ZH)
    _rehash(services, credential, password)
    if account.totp is None or not account.totp.confirmed:
        return _full(services, account, address, agent)
    if code:
        return _by_code(services, account, code, address, agent)
    given_back(services, credential.user_id, count)  # tries at the code are counted by themselves
    _note(services, account, "session.begin", "ok", address, second_factor="awaited")
    return _session(services, account.user, address, agent, full=False)


def give_code(services: Services, token: str, code: str, *, ip: str = "", agent: str = "") -> Started:
    """The second factor for a half session; a full session under a new token takes its place.

    Raises SignInFailed where the session or the code is not good.
    """
    address = ip or audit.ADDRESS.get()
    _throttle(services, address)
    session = caller_of_session(services, token)
    account = services.identities.account(session.user_id) if session and not session.second_factor else None
    if session is None or account is None or counted(services, account.user.user_id, address) is None:
        _note(services, account, "session.begin", "failed", address, step="code", **_said("late"))
        raise SignInFailed(_WRONG, where="code", mend=_MEND, zh=_WRONG_ZH, mend_zh=_MEND_ZH)
    started = _by_code(services, account, code, address, agent)
    services.identities.change(SessionRow, {"session_id": session.session_id}, {"revoked": True})
    return started


def end(services: Services, session: Session | None) -> None:
    """Sign out."""
    if session is None or session.kind != "session":
        return
    services.identities.change(SessionRow, {"session_id": session.session_id}, {"revoked": True})
    account = services.identities.account(session.user_id)
    _note(services, account, "session.end", "ok", "")


def begin_trusted(services: Services, user: User, *, ip: str, agent: str, how: str) -> Started:
    """A session for somebody whom a provider has vouched for; a second factor of ours is still asked for."""
    account = services.identities.account(user.user_id)
    if account is None or account.user.disabled:
        _note(services, account, "session.begin", "failed", ip, how=how, **_said("disabled"))
        raise SignInFailed(_WRONG, where="sign-in elsewhere", mend=_MEND, zh=_WRONG_ZH, mend_zh=_MEND_ZH)
    if account.totp is not None and account.totp.confirmed:
        _note(services, account, "session.begin", "ok", ip, how=how, second_factor="awaited")
        return _session(services, user, ip, agent, full=False)
    return _full(services, account, ip, agent, how=how)


# parts


def _cause(account: Account | None, locked: bool, right: bool) -> str:
    """Which part of a sign-in was wrong: for the auditor alone, who signs in is never told."""
    if account is None:
        return "unknown"
    if account.user.disabled:
        return "disabled"
    return "password" if not right and not locked else "locked"


def _said(cause: str) -> dict[str, str]:
    why, zh = _CAUSES[cause]
    return {"why": why, "why_zh": zh}


def _account(services: Services, login: str) -> Account | None:
    user = services.identities.one(User, login=login.strip().lower()[:64])
    return services.identities.account(user.user_id) if user else None


def _throttle(services: Services, address: str) -> None:
    rules = services.settings.identity
    span = timedelta(minutes=rules.address_minutes)
    if not address or services.identities.failures_from(address, services.clock.now() - span) < rules.address_failures:
        return
    audit.note(services, PUBLIC, "session.begin", outcome="refused", ip=address, **_said("address"))
    raise TooManyAttempts("too many failed sign-ins from this address", seconds=int(span.total_seconds()))


def _by_code(services: Services, account: Account, code: str, address: str, agent: str) -> Started:
    if account.totp is None or not account.totp.confirmed or not factors.use_code(services, account.totp, code):
        _note(services, account, "session.begin", "failed", address, step="code", **_said("code"))
        raise SignInFailed(_WRONG, where="sign-in", mend=_MEND, zh=_WRONG_ZH, mend_zh=_MEND_ZH)
    return _full(services, account, address, agent, second_factor="given")


def _full(services: Services, account: Account, address: str, agent: str, **detail: str) -> Started:
    user_id = account.user.user_id
    forgotten(services, user_id, address)
    _forget_ended(services, user_id)
    _note(services, account, "session.begin", "ok", address, **detail)
    return _session(services, account.user, address, agent, full=True)


def _session(services: Services, user: User, address: str, agent: str, *, full: bool) -> Started:
    now, token = services.clock.now(), secrets.token_urlsafe(32)
    life = services.settings.identity.absolute if full else HALF_LIFE
    row = SessionRow(
        sha256(token), user.user_id, secrets.token_urlsafe(24), now, now, now + life, full, address[:80], agent[:300]
    )
    services.identities.add(row)
    session = caller_of_session(services, token)
    assert session is not None
    return Started(token, session)


def _rehash(services: Services, credential: Credential, password: str) -> None:
    """A hash made with weaker parameters is made anew while the password is at hand."""
    if services.hasher.outdated(credential.hash):
        where = {"user_id": credential.user_id, "hash": credential.hash}
        services.identities.change(Credential, where, {"hash": services.hasher.hash(normal(password))})


def _forget_ended(services: Services, user_id: str) -> None:
    now: datetime = services.clock.now()
    for row in services.identities.all(SessionRow, user_id=user_id):
        if row.expires_at <= now:
            services.identities.remove(SessionRow, session_id=row.session_id)
    for tries in services.identities.all(Tries, user_id=user_id):
        if now - tries.tried_at >= FORGOTTEN:
            services.identities.remove(Tries, user_id=user_id, address=tries.address)


def _note(services: Services, account: Account | None, act: str, outcome: Outcome, ip: str, **detail: str) -> None:
    """An unknown login is not written down: people type passwords into that field."""
    who = (
        Caller(account.user.login, frozenset(), id=account.user.user_id)
        if account
        else replace(PUBLIC, name="(unknown)")
    )
    audit.note(services, who, act, who.name, outcome, ip=ip, **detail)

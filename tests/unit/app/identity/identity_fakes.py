"""Ports of identity answered from memory, a clock that stands until it is moved, and people to sign in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyotp
from tiny_town import FIRMS, NOW, OWNER, empty_town, firm_rows

from dafeng.app.identity import own, people, signin
from dafeng.app.identity.ports import (
    Account,
    ApiKey,
    AuditEntry,
    Credential,
    Grant,
    Handover,
    Record,
    Totp,
    TrailQuery,
    Tries,
    User,
)
from dafeng.app.identity.rules import IdentityRules
from dafeng.app.identity.sessions import Session, caller_of_session
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest

_KEYS = {User: ("login",), Credential: ("user_id",), Handover: ("user_id",), Totp: ("user_id",),
         Tries: ("user_id", "address")}  # fmt: skip
GOOD = "青山 correct horse 41"


@dataclass
class MemoryIdentities:
    """``Identities`` in lists."""

    rows: list[Any] = field(default_factory=list)
    lines: list[AuditEntry] = field(default_factory=list)
    seen: int = 0

    def changes(self) -> int:
        return self.seen

    def add(self, *records: Record) -> None:
        for record in records:
            key = _KEYS.get(type(record))
            if key and self.one(type(record), **{part: getattr(record, part) for part in key}):
                raise BadRequest("there is one already")
            self.rows.append(record)
        self.seen += 1

    def all(self, kind: type[Any], **where: object) -> list[Any]:
        return [r for r in self.rows if type(r) is kind and all(getattr(r, k) == v for k, v in where.items())]

    def one(self, kind: type[Any], **where: object) -> Any:
        found = self.all(kind, **where)
        return found[-1] if found else None

    def change(self, kind: type[Any], where: Mapping[str, object], to: Mapping[str, object]) -> int:
        hit = self.all(kind, **where)
        self.rows = [replace(r, **to) if any(r is h for h in hit) else r for r in self.rows]
        self.seen += 1
        return len(hit)

    def remove(self, kind: type[Any], **where: object) -> int:
        hit = self.all(kind, **where)
        self.rows = [r for r in self.rows if not any(r is h for h in hit)]
        self.seen += 1
        return len(hit)

    def put_grant(self, grant: Grant, seen: Grant | None, ends: Handover | None = None) -> bool:
        if self.one(Grant, user_id=grant.user_id) != seen or (ends and not self.all(Handover, **asdict(ends))):
            return False
        if ends:
            self.remove(Handover, user_id=ends.user_id)
        self.add(grant)
        return True

    def add_key(self, key: ApiKey, most: int) -> bool:
        living = [k for k in self.all(ApiKey, user_id=key.user_id, revoked=False) if k.expires_at > key.created_at]
        if len(living) < most:
            self.add(key)
        return len(living) < most

    def account(self, user_id: str) -> Account | None:
        user = self.one(User, user_id=user_id)
        if user is None:
            return None
        return Account(user, *(self.one(k, user_id=user_id) for k in (Credential, Grant, Totp, Handover)))

    def accounts(self) -> list[Account]:
        found = (self.account(u.user_id) for u in sorted(self.all(User), key=lambda u: u.login))
        return [a for a in found if a is not None]

    def note(self, entry: AuditEntry) -> None:
        self.lines.append(replace(entry, seq=len(self.lines) + 1))

    def trail(self, query: TrailQuery) -> list[AuditEntry]:
        exact = [f.name for f in fields(query) if f.name in ("who", "act", "outcome", "ip", "subject")]
        found = [
            e
            for e in reversed(self.lines)
            if all(getattr(query, n) in ("", getattr(e, n)) for n in exact)
            and (not query.acts or e.act in query.acts)
            and (query.below is None or e.seq < query.below)
        ]
        return found[: query.limit]

    def failures_from(self, ip: str, since: datetime) -> int:
        return sum(e.ip == ip and e.at >= since and e.act == "session.begin" and e.outcome == "failed"
                   for e in self.lines)  # fmt: skip


@dataclass
class QuickHasher:
    """``Hasher`` that costs nothing and counts how often it was asked."""

    asked: int = 0
    strength: str = "2"

    def hash(self, password: str) -> str:
        return f"{self.strength}:{password}"

    def verify(self, hashed: str, password: str) -> bool:
        self.asked += 1
        return bool(hashed) and hashed.partition(":")[2] == password

    def outdated(self, hashed: str) -> bool:
        return not hashed.startswith(self.strength)

    def seal(self, secret: str) -> str:
        return secret[::-1]

    def unseal(self, sealed: str) -> str:
        return sealed[::-1]

    def leaked(self, password: str) -> bool:
        return password.lower() in ("password1234", "qwertyuiop12")


@dataclass
class FrozenClock:
    """``Clock`` that stands until it is moved."""

    moment: datetime = datetime(2026, 3, 2, 8, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def today(self) -> date:
        return self.moment.date()

    def on(self, **span: float) -> None:
        self.moment += timedelta(**span)


class Desk:
    """The town, its clock, and what a test asks of it. Passwords of accounts made by ``account`` are GOOD."""

    def __init__(self, *, demonstration: bool = False, **rules: Any) -> None:
        self.store, self.hasher, self.clock = MemoryIdentities(), QuickHasher(), FrozenClock()
        settings = {"identity": IdentityRules(**({"second_factor_for": ()} | rules)), "demonstration": demonstration}
        town = empty_town(**settings)
        town.records.put_registry("enterprises", firm_rows(*FIRMS), "B-0", NOW)
        self.services = replace(town, identities=self.store, hasher=self.hasher, clock=self.clock)
        self.owner = OWNER

    def account(self, login: str, *roles: str, display: str = "某人", email: str = "", **scope: Any) -> str:
        """An account with these roles, its password changed to GOOD already; gives the user's id."""
        first = people.create(self.services, OWNER, login, display=display, email=email).password
        started = signin.begin(self.services, login, first)
        own.change_password(self.services, started.session.caller, first, GOOD)
        if roles:
            people.grant(self.services, OWNER, login, roles=roles, **scope)
        return self.store.one(User, login=login).user_id

    def sign_in(self, login: str, password: str = GOOD, code: str = "", ip: str = "") -> signin.Started:
        return signin.begin(self.services, login, password, code, ip=ip)

    def caller(self, login: str) -> Caller:
        """Signed in, as a use case sees it."""
        return self.sign_in(login).session.caller

    def session(self, token: str) -> Session | None:
        return caller_of_session(self.services, token)

    def enrol(self, login: str) -> pyotp.TOTP:
        """A confirmed second factor; the code used for it cannot be used again, so the clock goes on by a minute."""
        caller = self.caller(login)
        totp = pyotp.TOTP(own.begin_totp(self.services, caller, GOOD).secret)
        self.codes = own.confirm_totp(self.services, caller, self.code(totp))
        self.clock.on(minutes=1)
        return totp

    def code(self, totp: pyotp.TOTP) -> str:
        return totp.at(self.clock.moment)

    def acts(self, outcome: str = "ok") -> list[str]:
        return [e.act for e in self.store.lines if e.outcome == outcome]

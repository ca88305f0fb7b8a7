"""Accounts as records 账号记录, and what the use cases ask of the outside: a store, a hasher, a provider of sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias, TypeVar, cast

from dafeng.base.errors import StoreError

Outcome = Literal["ok", "refused", "failed"]
NEVER = -1  # no TOTP step was used yet


@dataclass(frozen=True, slots=True)
class User:
    """An account 账号. login is lower case and names the person in ledgers; it is never given to another."""

    user_id: str
    login: str
    display: str
    email: str
    disabled: bool
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class Credential:
    """The password of an account: argon2id hash ("" = none, sign-in only elsewhere), and failures in a row."""

    user_id: str
    hash: str
    must_change: bool
    changed_at: datetime
    failures: int = 0
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tries:
    """Failures in a row at one account from one address 按地址的失败次数; "" is the address of who came without one."""

    user_id: str
    address: str
    failures: int
    tried_at: datetime
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """Roles and scope of an account from a moment on 授权; the latest row is in force, the earlier ones are history."""

    user_id: str
    roles: tuple[str, ...]
    areas: tuple[str, ...]
    enterprises: tuple[str, ...]
    departments: tuple[str, ...]
    since: datetime
    until: datetime | None
    granted_by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """An account whose way in was set by somebody else 交接: there until the security administrator vouches for it.

    ways: what was set since then (password, second_factor, link; joined by "+"). awaits: of them, what the owner has
    not taken over yet. taken_at: when nothing of it was left.
    """

    user_id: str
    given_at: datetime
    given_by: str
    ways: str
    awaits: str
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Totp:
    """A second factor 动态口令: the sealed secret, and the last step used (a code is good once)."""

    user_id: str
    sealed: str
    confirmed: bool
    last_step: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Recovery:
    """A code for the day the phone is lost 恢复码: the hash, good once."""

    user_id: str
    sha256: str
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A signed-in browser 会话. session_id is the SHA-256 of the token, which nobody but the browser knows."""

    session_id: str
    user_id: str
    csrf: str
    created_at: datetime
    last_seen: datetime
    expires_at: datetime
    full: bool  # False while the second factor is still to be given
    ip: str = ""
    agent: str = ""
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A personal key 个人密钥. Empty areas, enterprises, departments mean what the owner has."""

    key_id: str
    user_id: str
    sha256: str
    name: str
    roles: tuple[str, ...]
    areas: tuple[str, ...]
    enterprises: tuple[str, ...]
    departments: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used: datetime | None = None
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class OidcState:
    """A sign-in under way at the provider: good once, for a few minutes, for the browser that began it."""

    state: str
    browser: str
    nonce: str
    verifier: str
    back_to: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OidcLink:
    """A subject of a provider that is an account of ours."""

    issuer: str
    subject: str
    user_id: str
    linked_at: datetime
    linked_by: str


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit trail 审计日志: who did what to what, from where, and how it ended."""

    at: datetime
    who: str
    user_id: str
    act: str
    subject: str
    outcome: Outcome
    ip: str
    detail: dict[str, Any] = field(default_factory=dict)
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """Everything sign-in asks of an account, in one question."""

    user: User
    credential: Credential | None
    grant: Grant | None
    totp: Totp | None
    handover: Handover | None = None


@dataclass(frozen=True, slots=True)
class TrailQuery:
    """Which lines of the trail: since inclusive, until exclusive; below a seq (newest first); ip and act exact.

    acts: one of these, where any are named.
    """

    who: str = ""
    act: str = ""
    outcome: str = ""
    ip: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    below: int | None = None
    limit: int = 100
    acts: tuple[str, ...] = ()

    def told(self) -> dict[str, str]:
        """The filters in words, for the line that an export leaves."""
        asked = {n: getattr(self, n) for n in ("who", "act", "outcome", "ip", "subject", "since", "until")}
        return {name: str(value) for name, value in asked.items() if value}


Record: TypeAlias = (
    User | Credential | Tries | Grant | Handover | Totp | Recovery | SessionRow | ApiKey | OidcState | OidcLink
)
R = TypeVar("R", User, Credential, Tries, Grant, Handover, Totp, Recovery, SessionRow, ApiKey, OidcState, OidcLink)


class Identities(Protocol):
    """The store of accounts. ``where`` and ``to`` name fields of the record."""

    def add(self, *records: Record) -> None:
        """Add records in one transaction. Raises BadRequest where one of that key is there."""
        ...

    def all(self, kind: type[R], **where: object) -> list[R]:
        """Records whose fields equal, in the order they were added."""
        ...

    def one(self, kind: type[R], **where: object) -> R | None:
        """The record whose fields equal, the latest where there are several."""
        ...

    def change(self, kind: type[R], where: Mapping[str, object], to: Mapping[str, object]) -> int:
        """Set fields of every record that matches now, in one step; how many there were."""
        ...

    def remove(self, kind: type[R], **where: object) -> int:
        """Delete the records that match, in one step; how many there were. Grants and audit lines stay."""
        ...

    def put_grant(self, grant: Grant, seen: Grant | None, ends: Handover | None = None) -> bool:
        """Add a grant where ``seen`` (None: none) is still the account's latest, and end the handover ``ends`` where it
        is still as it was read: in one transaction both, or nothing and False."""
        ...

    def add_key(self, key: ApiKey, most: int) -> bool:
        """Add a key where its owner has fewer than ``most`` in force when it is made; counted in the transaction."""
        ...

    def account(self, user_id: str) -> Account | None: ...
    def accounts(self) -> list[Account]:
        """Every account, by login."""
        ...

    def note(self, entry: AuditEntry) -> None:
        """Add a line to the trail."""
        ...

    def trail(self, query: TrailQuery) -> list[AuditEntry]:
        """Lines of the trail, the newest first."""
        ...

    def failures_from(self, ip: str, since: datetime) -> int:
        """How many sign-ins from an address failed since a moment."""
        ...

    def changes(self) -> int:
        """Grows with each change made through this store object: what was looked up before may be stale."""
        ...


class Hasher(Protocol):
    """Passwords and secrets."""

    def hash(self, password: str) -> str: ...
    def verify(self, hashed: str, password: str) -> bool:
        """Whether the password is the one; with an empty hash the same work is done, and the answer is no."""
        ...

    def outdated(self, hashed: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        ...

    def seal(self, secret: str) -> str:
        """Encrypt with the programme's key file."""
        ...

    def unseal(self, sealed: str) -> str: ...
    def leaked(self, password: str) -> bool:
        """Whether the password stands in the packaged list of frequent ones or in the programme's own list."""
        ...


@dataclass(frozen=True, slots=True)
class Claims:
    """What the provider has said of a person, verified: signature, issuer, audience, time, nonce."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str
    more: Mapping[str, str] = field(default_factory=dict)


class Oidc(Protocol):
    """An external provider of sign-in. Both raise StoreError where it cannot be reached."""

    def address(self, state: str, nonce: str, verifier: str) -> str:
        """Where the browser goes: code flow with PKCE, S256."""
        ...

    def claims(self, code: str, verifier: str, nonce: str) -> Claims:
        """The claims for a code. Raises NotAllowed where anything about the answer is not as it must be."""
        ...


class Absent:
    """In place of a port that this process was not given: whoever asks it anything is told so."""

    def __getattr__(self, name: str) -> Any:
        raise StoreError("accounts are not opened here", where=name, mend="Open the programme with wiring.programme.")


def no_identities() -> Identities:
    return cast(Identities, Absent())


def no_hasher() -> Hasher:
    return cast(Hasher, Absent())

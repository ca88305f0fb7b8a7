"""What a programme decides about accounts 账号规则: the tables [identity] and [identity.oidc] of dafeng.toml."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec

from dafeng.base.callers import ADMINISTRATORS

STRONG = ADMINISTRATORS | {"approver"}  # who needs a second factor where nothing else is said 二次验证
_Some = Annotated[int, msgspec.Meta(ge=1)]


class OidcRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An external provider of sign-in 统一身份认证.

    issuer         its address, https but on loopback; discovery is read below it
    client_id      as whom we are known there; the secret, if any, is the file ``client_secret_file`` in store/
    redirect_uri   our /api/v1/oidc/callback as a browser reaches it
    claim          "" = only links made beforehand; "email" = also the account with that address, where the provider
                   says it is verified; another claim = also the account whose login it names
    create         make an account, without any role, for somebody not known yet
    name           what the button says
    """

    issuer: str
    client_id: str
    redirect_uri: str
    client_secret_file: str = ""
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    algorithms: tuple[str, ...] = ("RS256", "PS256", "ES256", "EdDSA")
    claim: str = ""
    create: bool = False
    name: str = "统一身份认证"


class IdentityRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rules for accounts.

    min_length           shortest password 口令最短长度
    breach_file          file in the programme's directory, one SHA-1 a line, of passwords that leaked (or "")
    idle_minutes         a session unused for so long ends; absolute_hours: any session ends
    lock_after           failures in a row from one address before the account is locked for it, first for
                         lock_seconds, then twice as long each time, up to lock_most_seconds
    lock_all_after       failures from all addresses together before the account is locked for everybody, likewise; of
                         one address at most lock_after count
    address_failures     failures from one address within address_minutes before it is refused
    second_factor_for    roles that must give a second factor; null = administrators and approvers, but nobody in a
                         programme of synthetic data
    key_days_most        longest life of a personal key
    """

    min_length: Annotated[int, msgspec.Meta(ge=8, le=128)] = 12
    breach_file: str = ""
    idle_minutes: _Some = 30
    absolute_hours: _Some = 12
    lock_after: _Some = 5
    lock_all_after: _Some = 25
    lock_seconds: _Some = 30
    lock_most_seconds: _Some = 3600
    address_failures: _Some = 50
    address_minutes: _Some = 10
    second_factor_for: tuple[str, ...] | None = None
    key_days_most: Annotated[int, msgspec.Meta(ge=1, le=365)] = 365
    oidc: OidcRules | None = None

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.idle_minutes)

    @property
    def absolute(self) -> timedelta:
        return timedelta(hours=self.absolute_hours)

    def locked_for(self, failures: int) -> timedelta:
        """How long an account is locked for an address after so many failures; nothing below ``lock_after``."""
        return self._lock(failures - self.lock_after)

    def whole_locked_for(self, failures: int) -> timedelta:
        """How long an account is locked for everybody after so many failures; nothing below ``lock_all_after``.

        Never sooner than for one address.
        """
        return self._lock(failures - max(self.lock_all_after, self.lock_after + 1))

    def _lock(self, beyond: int) -> timedelta:
        if beyond < 0:
            return timedelta(0)
        return timedelta(seconds=min(self.lock_seconds * 2 ** min(beyond, 30), self.lock_most_seconds))

    def strong(self, roles: frozenset[str], *, synthetic: bool) -> bool:
        """Whether somebody with these roles must give a second factor."""
        if self.second_factor_for is not None:
            return bool(roles & set(self.second_factor_for))
        return not synthetic and bool(roles & STRONG)

"""Signing in at an external provider 统一身份认证登录: who is linked comes in; nobody gets a role by it."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from dafeng.app.identity import audit
from dafeng.app.identity.accounts import create_account
from dafeng.app.identity.handover import open_handover, taken
from dafeng.app.identity.ports import Claims, Oidc, OidcLink, OidcState, User
from dafeng.app.identity.rules import OidcRules
from dafeng.app.identity.sessions import sha256
from dafeng.app.identity.signin import SignInFailed, Started, begin_trusted
from dafeng.app.services import Services
from dafeng.base.callers import PUBLIC
from dafeng.base.errors import BadRequest, DafengError, NotFound

STATE_LIFE = timedelta(minutes=10)
_MEND = "Ask the system administrator to link your account, or sign in with a password."


@dataclass(frozen=True, slots=True)
class Away:
    """Where the browser goes, and what it keeps (a cookie) so that nobody else can finish what it began."""

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A session begun, and the page of ours that was asked for."""

    started: Started
    back_to: str


def start(services: Services, *, back_to: str = "/") -> Away:
    """Begin. Raises NotFound where no provider is set, StoreError where it does not answer."""
    _, oidc = _provider(services)
    now = services.clock.now()
    state = OidcState(
        state=secrets.token_urlsafe(32),
        browser="",
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(64),
        back_to=_own_page(back_to),
        expires_at=now + STATE_LIFE,
    )
    browser = secrets.token_urlsafe(32)
    address = oidc.address(state.state, state.nonce, state.verifier)
    for old in services.identities.all(OidcState):
        if old.expires_at <= now:
            services.identities.remove(OidcState, state=old.state)
    services.identities.add(
        OidcState(state.state, sha256(browser), state.nonce, state.verifier, state.back_to, state.expires_at)
    )
    return Away(address, browser)


def finish(services: Services, *, state: str, code: str, browser: str, ip: str = "", agent: str = "") -> Returned:
    """The browser is back with a code. Raises SignInFailed, BadRequest (state unknown, used, late or another's)."""
    rules, oidc = _provider(services)
    begun = _taken(services, state, browser)
    address = ip or audit.ADDRESS.get()
    try:
        claims = oidc.claims(code, begun.verifier, begun.nonce)
        user = _user(services, rules, claims)
        handed = open_handover(services, user.user_id)
    except DafengError as error:
        why = {"why": error.what[:200]} | ({"why_zh": error.zh[:200]} if error.zh else {})
        audit.note(services, PUBLIC, "session.begin", "", "failed", ip=address, how="oidc", **why)
        raise
    started = begin_trusted(services, user, ip=address, agent=agent, how="oidc")
    taken(services, handed, "link")
    return Returned(started, begun.back_to)


def _taken(services: Services, state: str, browser: str) -> OidcState:
    """The state, taken out: it is good once, and for the browser that began."""
    begun = services.identities.one(OidcState, state=state[:80])
    mine = begun is not None and hmac.compare_digest(begun.browser, sha256(browser))
    if begun is None or not mine or not services.identities.remove(OidcState, state=begun.state):
        raise BadRequest(
            "this sign-in was not begun here",
            where="state",
            mend="Begin again from the sign-in page.",
            zh="这次登录不是从本页发起的",
            mend_zh="请回到登录页重新登录。",
        )
    if services.clock.now() >= begun.expires_at:
        raise BadRequest(
            "this sign-in took too long",
            where="state",
            mend="Begin again from the sign-in page.",
            zh="登录用时过长,已失效",
            mend_zh="请回到登录页重新登录。",
        )
    return begun


def _user(services: Services, rules: OidcRules, claims: Claims) -> User:
    """The account of a verified person: linked before, or named by a claim the setting trusts, or made anew."""
    store = services.identities
    link = store.one(OidcLink, issuer=claims.issuer, subject=claims.subject)
    if link is not None:
        user = store.one(User, user_id=link.user_id)
        assert user is not None
        return user
    named = _named(services, rules, claims) or (_made(services, claims) if rules.create else None)
    if named is None:
        raise SignInFailed(
            "no account here is linked to this person",
            where="sign-in elsewhere",
            mend=_MEND,
            zh="本系统没有与此身份关联的账号",
            mend_zh="请系统管理员关联账号，或用口令登录。",
        )
    store.add(OidcLink(claims.issuer, claims.subject, named.user_id, services.clock.now(), "oidc"))
    return named


def _named(services: Services, rules: OidcRules, claims: Claims) -> User | None:
    """By the claim of the setting. An account already linked to another person there is not given away."""
    if rules.claim == "email":
        found = services.identities.all(User, email=claims.email) if claims.email and claims.email_verified else []
    else:
        word = claims.more.get(rules.claim, "").strip().lower() if rules.claim else ""
        found = services.identities.all(User, login=word) if word else []
    if len(found) != 1:
        return None
    linked = services.identities.all(OidcLink, user_id=found[0].user_id, issuer=claims.issuer)
    return None if linked else found[0]


def _made(services: Services, claims: Claims) -> User:
    """A new account without role: somebody must grant it what it may do."""
    word = re.sub(r"[^a-z0-9._-]", "", (claims.more.get("preferred_username") or "").lower())
    login = f"o-{word[:40]}-{secrets.token_hex(3)}" if word else f"o-{secrets.token_hex(6)}"
    user = create_account(services, login, _display(claims), "", "oidc")
    audit.note(services, PUBLIC, "user.create", user.login, how="oidc")
    return user


def _display(claims: Claims) -> str:
    shown = "".join(c for c in claims.name if c.isprintable()).strip()[:200]
    return shown or "(无名)"


def _provider(services: Services) -> tuple[OidcRules, Oidc]:
    rules = services.settings.identity.oidc
    if rules is None or services.oidc is None:
        raise NotFound("no provider of sign-in is set", where="identity.oidc", mend="Sign in with a password.")
    return rules, services.oidc


def _own_page(path: str) -> str:
    """A path of our own site; anything that could lead elsewhere becomes the first page."""
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path[:300] if own else "/"

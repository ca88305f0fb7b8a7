"""Sign-in at an external provider: OpenID Connect, code flow with PKCE (S256), by authlib; the token by joserfc."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core.util import create_half_hash  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from dafeng.app.identity.ports import Claims
from dafeng.app.identity.rules import OidcRules
from dafeng.base.errors import BadRequest, NotAllowed, StoreError

_LEEWAY_S = 60
_REMEMBERED_S = 3600
_FRESH_S = 30  # keys read so lately are not read again for a token that does not fit
_TIMEOUT_S = 10.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class OidcProvider:
    """``Oidc`` of one provider; discovery and keys are read when first needed and kept for an hour."""

    def __init__(self, rules: OidcRules, store: Path, now: Callable[[], float] = time.time) -> None:
        _require_tls(rules.issuer, "issuer")
        self._rules, self._store, self._now = rules, store, now
        self._lock = threading.Lock()
        self._about: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def address(self, state: str, nonce: str, verifier: str) -> str:
        rules = self._rules
        return str(
            prepare_grant_uri(
                self._endpoint("authorization_endpoint"),
                client_id=rules.client_id,
                response_type="code",
                redirect_uri=rules.redirect_uri,
                scope=" ".join(rules.scopes),
                state=state,
                nonce=nonce,
                code_challenge=create_s256_code_challenge(verifier),
                code_challenge_method="S256",
            )
        )

    def claims(self, code: str, verifier: str, nonce: str) -> Claims:
        token = self._token(code, verifier)
        return self._verified(token.get("id_token"), token.get("access_token"), nonce)

    def _token(self, code: str, verifier: str) -> dict[str, Any]:
        """What the token endpoint gives for a code. Raises NotAllowed where it refuses."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._rules.redirect_uri,
            "code_verifier": verifier,
        }
        secret = self._secret()
        auth = httpx.BasicAuth(quote(self._rules.client_id), quote(secret)) if secret else None  # RFC 6749 §2.3.1
        given = form if secret else form | {"client_id": self._rules.client_id}
        try:
            answer = httpx.post(
                self._endpoint("token_endpoint"),
                data=given,
                auth=auth,
                timeout=_TIMEOUT_S,
                follow_redirects=False,
            )
            token: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise self._unreachable(error) from error
        if answer.status_code != HTTPStatus.OK:
            raise _refused("the provider gave no token for this code", str(token.get("error", ""))[:80])
        return token

    # the token

    def _verified(self, id_token: object, access_token: object, nonce: str) -> Claims:
        if not isinstance(id_token, str):
            raise _refused("the provider sent no id_token", "token")
        try:
            token = self._decoded(id_token)
            self._registry(nonce).validate(token.claims)
        except (JoseError, ValueError) as error:
            raise _refused("the id_token is not as it must be", type(error).__name__) from error
        said = token.claims
        _check_party(said, self._rules.client_id)
        _check_hash(said.get("at_hash"), access_token, str(token.header.get("alg")))
        return Claims(
            issuer=str(said["iss"]),
            subject=str(said["sub"]),
            email=str(said.get("email") or "").strip().lower(),
            email_verified=said.get("email_verified") is True,
            name=str(said.get("name") or said.get("preferred_username") or ""),
            more={k: v for k, v in said.items() if isinstance(v, str)},
        )

    def _decoded(self, id_token: str) -> jwt.Token:
        """By the keys we know; once more with keys read afresh, for a provider that has changed them."""
        allowed = list(self._rules.algorithms)
        try:
            return jwt.decode(id_token, self._key_set(), algorithms=allowed)
        except (JoseError, ValueError):
            if self._keys is not None and self._now() - self._keys[0] < _FRESH_S:
                raise
            return jwt.decode(id_token, self._key_set(afresh=True), algorithms=allowed)

    def _registry(self, nonce: str) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(self._now()),
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self._rules.issuer},
            aud={"essential": True, "value": self._rules.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )

    # the provider

    def _secret(self) -> str:
        if not self._rules.client_secret_file:
            return ""
        path = self._store / self._rules.client_secret_file
        try:
            return path.read_text("utf-8").strip()
        except OSError as error:
            what = "the client secret cannot be read"
            raise StoreError(what, where=str(path), mend="Put the file there.") from error

    def _endpoint(self, name: str) -> str:
        with self._lock:
            if self._about is None or self._now() - self._about[0] > _REMEMBERED_S:
                about = self._read(f"{self._rules.issuer.rstrip('/')}/.well-known/openid-configuration")
                if about.get("issuer") != self._rules.issuer:
                    raise _refused("the provider calls itself by another name", str(about.get("issuer"))[:200])
                self._about = (self._now(), about)
            found = str(self._about[1].get(name, ""))
        _require_tls(found, name)
        return found

    def _key_set(self, *, afresh: bool = False) -> KeySet:
        if afresh or self._keys is None or self._now() - self._keys[0] > _REMEMBERED_S:
            read = self._read(self._endpoint("jwks_uri"))
            self._keys = (self._now(), KeySet.import_key_set(read))  # type: ignore[arg-type]
        return self._keys[1]

    def _read(self, url: str) -> dict[str, Any]:
        try:
            answer = httpx.get(url, timeout=_TIMEOUT_S, follow_redirects=False)
            answer.raise_for_status()
            read: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise self._unreachable(error) from error
        return read

    def _unreachable(self, error: Exception) -> StoreError:
        return StoreError(
            f"the provider of sign-in does not answer: {type(error).__name__}",
            where=self._rules.issuer,
            mend="Sign in with a password, or try again later.",
        )


def _refused(what: str, why: str) -> NotAllowed:
    return NotAllowed(
        what, where=f"sign-in elsewhere: {why}", mend="Begin again; tell the administrator if it stays so."
    )


def _require_tls(url: str, name: str) -> None:
    """https, but on loopback (tests, a provider on the same machine)."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise BadRequest(f"{name} must be https", where="dafeng.toml › identity.oidc", mend="Write its https address.")


def _check_party(said: dict[str, Any], client_id: str) -> None:
    """A token for several audiences must name us as the party it was made for."""
    several = isinstance(said.get("aud"), list) and len(said["aud"]) > 1
    if (several or "azp" in said) and said.get("azp") != client_id:
        raise _refused("the id_token was made for another party", "azp")


def _check_hash(at_hash: object, access_token: object, alg: str) -> None:
    if isinstance(at_hash, str) and isinstance(access_token, str):
        made = create_half_hash(access_token, alg)
        if made is not None and made.decode() != at_hash:
            raise _refused("the access token is not the one of the id_token", "at_hash")

"""A provider of sign-in on loopback, made of authlib's own server classes: code flow, PKCE required, RS256."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Error, OAuth2Payload, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, OpenIDCode, UserInfo
from joserfc.jwk import KeySet, RSAKey

CLIENT_ID, SECRET = "dafeng", "a secret of the client"
CALLBACK = "http://127.0.0.1:8000/api/v1/oidc/callback"


@dataclass
class Client(ClientMixin):
    secret: str = ""

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return CALLBACK

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == CALLBACK

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == self.secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == ("client_secret_basic" if self.secret else "none")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):
    code: str
    user: dict[str, Any]
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())


class Payload(OAuth2Payload):
    def __init__(self, values: dict[str, list[str]]) -> None:
        self._values = values

    @property
    def data(self) -> dict[str, str]:
        return {k: v[0] for k, v in self._values.items()}

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return defaultdict(list, self._values)


class Asked(OAuth2Request):
    def __init__(self, method: str, path: str, headers: dict[str, str], values: dict[str, list[str]]) -> None:
        super().__init__(method, f"https://provider.example{path}", headers=headers)
        self.payload = Payload(values)

    @property
    def args(self) -> dict[str, str]:
        return self.payload.data

    @property
    def form(self) -> dict[str, str]:
        return self.payload.data


@dataclass
class Provider(AuthorizationServer):
    """What a test may bend: claims (put over the right ones), the key that signs, and the person who signs in."""

    secret: str = ""
    issuer: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "p-1", "name": "李工", "email": "Li@firm.example",
                                                            "email_verified": True})  # fmt: skip
    bent: dict[str, Any] = field(default_factory=dict)
    published: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    signing: RSAKey | None = None
    codes: dict[str, Code] = field(default_factory=dict)
    seen: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(scopes_supported=["openid", "profile", "email"])
        self.register_token_generator("default", BearerTokenGenerator(lambda *a, **k: base64.urlsafe_b64encode(
            str(time.time_ns()).encode()).decode()))  # fmt: skip
        self.register_grant(_grant(self), [_openid(self)(require_nonce=True), CodeChallenge(required=True)])

    def query_client(self, client_id: str) -> Client | None:
        return Client(self.secret) if client_id == CLIENT_ID else None

    def save_token(self, token: Any, request: Any) -> None:
        """Access tokens are not used."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: Asked) -> Asked:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> tuple[int, Any, Any]:
        return status, body, headers

    def answer(self, method: str, path: str, headers: dict[str, str], values: dict[str, list[str]]) -> Any:
        """What the provider says: status, body, headers."""
        if path == "/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
            return 200, {"issuer": self.issuer} | {k: f"{self.issuer}{v}" for k, v in ends.items()}, []
        if path == "/jwks":
            return 200, KeySet([self.published]).as_dict(private=False), []
        request = Asked(method, path, headers, values)
        self.seen.append(request.payload.data)
        if path == "/token":
            return self.create_token_response(request)
        try:
            grant = self.get_consent_grant(request, end_user=self.person)
        except OAuth2Error as error:
            return 400, {"error": error.error, "why": str(error)}, []
        return self.create_authorization_response(request, grant_user=self.person, grant=grant)


def _grant(provider: Provider) -> type[AuthorizationCodeGrant]:
    class Grant(AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["none", "client_secret_basic"]  # noqa: RUF012 (authlib's own way)

        def save_authorization_code(self, code: str, request: Asked) -> None:
            said = request.payload.data
            provider.codes[code] = Code(
                code, request.user, said["redirect_uri"], request.scope, said.get("nonce", ""),
                said.get("code_challenge", ""), said.get("code_challenge_method", ""),
            )  # fmt: skip

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            del provider.codes[authorization_code.code]

        def authenticate_user(self, authorization_code: Code) -> dict[str, Any]:
            return authorization_code.user

    return Grant


def _openid(provider: Provider) -> type[OpenIDCode]:
    class OpenId(OpenIDCode):
        def exists_nonce(self, nonce: str, request: Asked) -> bool:
            return any(c.nonce == nonce for c in provider.codes.values())

        def resolve_client_private_key(self, client: Client) -> RSAKey:
            return provider.signing or provider.published

        def get_encode_header(self, client: Client) -> dict[str, str]:
            return {"alg": "RS256", "kid": (provider.signing or provider.published).kid or "k1"}

        def get_client_claims(self, client: Client) -> dict[str, Any]:
            return {"iss": provider.issuer, "aud": [CLIENT_ID]}

        def get_client_algorithm(self, client: Client) -> str:
            return "RS256"

        def generate_user_info(self, user: dict[str, Any], scope: str) -> UserInfo:
            return UserInfo(user | provider.bent)

    return OpenId


@contextmanager
def serving(provider: Provider) -> Iterator[Provider]:
    """The provider on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(parse_qs(urlsplit(self.path).query))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self._answer(parse_qs(body))

        def _answer(self, values: dict[str, list[str]]) -> None:
            headers = {k.title(): v for k, v in self.headers.items()}
            status, said, more = provider.answer(self.command, urlsplit(self.path).path, headers, values)
            data = (json.dumps(said) if isinstance(said, dict) else said or "").encode()
            self.send_response(status)
            for name, value in [*more, ("Content-Length", str(len(data)))]:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

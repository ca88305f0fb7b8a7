"""Signing in at a real provider on loopback (authlib's server classes), with a real store of accounts."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from oidc_server import CALLBACK, CLIENT_ID, SECRET, Provider, serving

from dafeng.adapters.identities import SqlIdentities
from dafeng.adapters.oidc import OidcProvider
from dafeng.adapters.records import open_records
from dafeng.app.identity import elsewhere, people
from dafeng.app.identity.ports import OidcLink, OidcState, TrailQuery
from dafeng.app.identity.rules import IdentityRules, OidcRules
from dafeng.app.identity.signin import SignInFailed
from dafeng.app.services import Services
from dafeng.app.settings import Settings
from dafeng.base.callers import Caller
from dafeng.base.errors import BadRequest, DafengError, NotAllowed, NotFound, StoreError

OWNER = Caller("owner", frozenset({"owner"}), everything=True)


class Clock:
    """A clock that stands (at the true time: the provider's tokens are of now) until it is moved."""

    def __init__(self):
        self.moment = datetime.now(UTC)

    def now(self):
        return self.moment

    def today(self):
        return self.moment.date()


class Hasher:
    """Passwords play no part here."""

    def hash(self, password):
        return "x"


@pytest.fixture(scope="module")
def key():
    return RSAKey.generate_key(2048, {"kid": "k1"})


@pytest.fixture
def provider(key):
    with serving(Provider(published=key)) as served:
        yield served


@pytest.fixture
def desk(provider, tmp_path):
    """Services with the provider set; ``desk(claim=…)`` sets more."""
    records = open_records(f"sqlite:///{tmp_path / 'r.db'}")
    clock = Clock()

    def made(**more) -> Services:
        rules = OidcRules(issuer=provider.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK, **more)
        settings = Settings(name="试验", area="990100", identity=IdentityRules(oidc=rules))
        return Services(
            settings, records, None, None, clock, "test", identities=SqlIdentities(records.engine), hasher=Hasher(),
            oidc=OidcProvider(rules, tmp_path),
        )  # type: ignore[arg-type] # fmt: skip

    yield made
    records.close()


def account(services, login="li", email="", sub=None):
    people.create(services, OWNER, login, display="李工", email=email)
    if sub:
        people.link(services, OWNER, login, issuer=services.settings.identity.oidc.issuer, subject=sub)


def at_provider(address):
    """The browser goes to the provider, signs in, and is sent back: the query it comes back with."""
    answer = httpx.get(address, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    assert answer.headers["location"].startswith(CALLBACK)
    return {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def sign_in(services, *, browser=None, back_to="/"):
    away = elsewhere.start(services, back_to=back_to)
    back = at_provider(away.address)
    return elsewhere.finish(services, state=back["state"], code=back["code"], browser=browser or away.browser)


def test_a_linked_person_signs_in_and_has_the_roles_granted_here(desk):
    services = desk()
    account(services, sub="p-1")
    people.grant(services, OWNER, "li", roles=["analyst"])
    returned = sign_in(services, back_to="/targets?year=2024")
    assert returned.back_to == "/targets?year=2024"
    assert returned.started.session.user_id == services.identities.accounts()[0].user.user_id
    entry = services.identities.trail(TrailQuery(act="session.begin"))[0]
    assert (entry.who, entry.outcome, entry.detail["how"]) == ("li", "ok", "oidc")


def test_the_request_carries_state_nonce_and_a_challenge_by_sha256(desk, provider):
    services = desk()
    account(services, sub="p-1")
    sign_in(services)
    asked, token = provider.seen
    assert asked["code_challenge_method"] == "S256"
    assert asked["response_type"] == "code"
    assert len(asked["state"]) >= 43
    assert len(asked["nonce"]) >= 43
    assert "code_verifier" not in asked
    assert len(token["code_verifier"]) >= 43


def test_a_client_with_a_secret_shows_it(desk, provider, tmp_path):
    provider.secret = SECRET
    (tmp_path / "oidc.secret").write_text(f"{SECRET}\n")
    services = desk(client_secret_file="oidc.secret")
    account(services, sub="p-1")
    assert sign_in(services).started.token
    (tmp_path / "oidc.secret").write_text("another")
    with pytest.raises(DafengError):
        sign_in(services)


def test_somebody_not_linked_is_refused_and_it_is_written_down(desk):
    services = desk()
    account(services, email="li@firm.example")
    with pytest.raises(SignInFailed):
        sign_in(services)
    assert services.identities.trail(TrailQuery(outcome="failed"))[0].act == "session.begin"
    assert services.identities.all(OidcLink) == []


def test_a_verified_address_is_enough_where_the_setting_says_so(desk, provider):
    services = desk(claim="email")
    account(services, email="li@firm.example")
    provider.bent = {"email_verified": False}
    with pytest.raises(SignInFailed):
        sign_in(services)
    provider.bent = {}
    assert sign_in(services).started.token
    assert services.identities.all(OidcLink)[0].subject == "p-1"


def test_an_account_linked_to_one_person_is_not_given_to_another_with_its_address(desk, provider):
    services = desk(claim="email")
    account(services, email="li@firm.example", sub="p-1")
    provider.person = provider.person | {"sub": "p-2"}
    with pytest.raises(SignInFailed):
        sign_in(services)


def test_an_account_is_made_only_where_the_setting_says_so_and_without_a_role(desk):
    services = desk(create=True)
    returned = sign_in(services)
    assert returned.started.session.caller.roles == {"signed_in"}
    again = sign_in(services)
    assert again.started.session.user_id == returned.started.session.user_id
    assert len(services.identities.accounts()) == 1


def test_a_disabled_account_stays_outside(desk):
    services = desk()
    account(services, sub="p-1")
    people.disable(services, OWNER, "li")
    with pytest.raises(SignInFailed):
        sign_in(services)


def test_a_state_is_good_once_and_for_the_browser_that_began(desk):
    services = desk()
    account(services, sub="p-1")
    away = elsewhere.start(services)
    back = at_provider(away.address)
    for browser in ("", "another browser"):
        with pytest.raises(BadRequest, match="not begun here"):
            elsewhere.finish(services, state=back["state"], code=back["code"], browser=browser)
    elsewhere.finish(services, state=back["state"], code=back["code"], browser=away.browser)
    with pytest.raises(BadRequest, match="not begun here"):
        elsewhere.finish(services, state=back["state"], code=back["code"], browser=away.browser)
    with pytest.raises(BadRequest, match="not begun here"):
        elsewhere.finish(services, state="made up", code=back["code"], browser=away.browser)


def test_a_state_lasts_ten_minutes_and_is_swept_away(desk):
    services = desk()
    account(services, sub="p-1")
    away = elsewhere.start(services)
    back = at_provider(away.address)
    elsewhere.start(services)
    services.clock.moment += timedelta(minutes=10)
    with pytest.raises(BadRequest, match="too long"):
        elsewhere.finish(services, state=back["state"], code=back["code"], browser=away.browser)
    elsewhere.start(services)
    assert len(services.identities.all(OidcState)) == 1


def test_a_code_of_another_sign_in_is_no_good(desk):
    """PKCE: the code stolen from one browser does not fit the verifier of another."""
    services = desk()
    account(services, sub="p-1")
    stolen = at_provider(elsewhere.start(services).address)["code"]
    mine = elsewhere.start(services)
    back = at_provider(mine.address)
    with pytest.raises(NotAllowed, match="no token"):
        elsewhere.finish(services, state=back["state"], code=stolen, browser=mine.browser)


@pytest.mark.parametrize(
    "bent",
    [
        {"iss": "https://another.example"},
        {"aud": ["somebody else"]},
        {"aud": ["dafeng", "somebody else"]},
        {"azp": "somebody else"},
        {"nonce": "another nonce"},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"sub": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
    ids=lambda b: "-".join(f"{k}" for k in b),
)
def test_a_token_that_is_not_as_it_must_be_is_refused(desk, provider, bent):
    services = desk()
    account(services, sub="p-1")
    provider.bent = bent
    with pytest.raises(NotAllowed, match="id_token"):
        sign_in(services)


def test_a_token_signed_with_another_key_is_refused(desk, provider):
    services = desk()
    account(services, sub="p-1")
    provider.signing = RSAKey.generate_key(2048, {"kid": "k1"})
    with pytest.raises(NotAllowed):
        sign_in(services)


def test_a_provider_that_changes_its_key_is_followed(desk, provider):
    services = desk()
    account(services, sub="p-1")
    sign_in(services)
    provider.published = RSAKey.generate_key(2048, {"kid": "k2"})
    services = replace(services, oidc=OidcProvider(services.settings.identity.oidc, None))  # type: ignore[arg-type]
    assert sign_in(services).started.token


def test_keys_are_read_anew_for_a_token_that_does_not_fit(provider, tmp_path):
    now = [time.time()]
    rules = OidcRules(issuer=provider.issuer, client_id=CLIENT_ID, redirect_uri=CALLBACK)
    client = OidcProvider(rules, tmp_path, lambda: now[0])
    for kid in ("k2", "k3"):
        verifier, nonce = "v" * 64, f"n-{kid}"
        code = at_provider(client.address("s", nonce, verifier))["code"]
        assert client.claims(code, verifier, nonce).subject == "p-1"
        provider.published = RSAKey.generate_key(2048, {"kid": kid})
        now[0] += 40


def test_a_provider_that_does_not_answer_says_how_to_go_on(tmp_path):
    rules = OidcRules(issuer="http://127.0.0.1:9", client_id=CLIENT_ID, redirect_uri=CALLBACK)
    with pytest.raises(StoreError, match="does not answer"):
        OidcProvider(rules, tmp_path).address("s", "n", "v" * 64)


def test_plain_http_is_for_loopback_only(tmp_path):
    rules = OidcRules(issuer="http://id.example", client_id=CLIENT_ID, redirect_uri=CALLBACK)
    with pytest.raises(BadRequest, match="https"):
        OidcProvider(rules, tmp_path)


def test_without_a_provider_there_is_no_such_door(desk):
    with pytest.raises(NotFound):
        elsewhere.start(replace(desk(), oidc=None))


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", ""])
def test_a_page_of_another_site_is_never_gone_back_to(desk, page):
    services = desk()
    account(services, sub="p-1")
    assert sign_in(services, back_to=page).back_to == "/"

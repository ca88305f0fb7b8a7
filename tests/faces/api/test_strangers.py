"""Who has not signed in 匿名访问: few questions at once, none about years that are not there, and hot answers whole."""

from __future__ import annotations

import json

import msgspec
import pytest
from litestar.testing import TestClient

from dafeng.api.app import create_app
from dafeng.app.pages import tile as tiles
from dafeng.app.system.serving import ServeOptions

OVERVIEW, TILE = "/api/v1/overview", "/api/v1/overview/tile"


@pytest.fixture
def rated(services):
    """The portal with the rates of a real one, but for a small store of tokens for strangers."""
    options = ServeOptions(stranger_rate=0.5, stranger_burst=4, sign_in_rate=0)
    with TestClient(create_app(services, options=options), raise_server_exceptions=False) as made:
        yield made


def test_a_stranger_is_slowed_down_and_told_when_to_come_again(rated):
    got = [rated.get(OVERVIEW) for _ in range(6)]
    assert [a.status_code for a in got[:4]] == [404] * 4  # nothing is published
    assert got[-1].status_code == 429
    assert got[-1].headers["content-type"].startswith("application/problem+json")
    assert 1 <= int(got[-1].headers["retry-after"]) <= 2
    assert got[-1].json()["what_zh"]


def test_who_has_signed_in_and_the_files_of_the_portal_are_not(rated):
    for _ in range(6):
        rated.get(OVERVIEW)
    assert {rated.get("/healthz").status_code for _ in range(6)} == {200}
    rated.cookies.set("dafeng_session", "token-officer")
    assert {rated.get(OVERVIEW).status_code for _ in range(8)} == {200}


def test_who_comes_with_a_key_takes_no_stranger_s_token(rated):
    """A key is looked up at the cost of the common rate; here it is wrong, and never told to come later."""
    got = {rated.get(OVERVIEW, headers={"Authorization": "Bearer dfk_0_x"}).status_code for _ in range(8)}
    assert got == {401}
    assert rated.get(OVERVIEW).status_code == 404


def test_strangers_have_a_rate_of_their_own_by_default():
    options = ServeOptions()
    assert (options.stranger_rate, options.stranger_burst) == (10, 40)


def test_a_hot_answer_longer_than_a_kilobyte_is_the_same_json_the_second_time(as_, monkeypatch):
    made = msgspec.json.encode({"area_name": "州" * 800})
    monkeypatch.setattr(tiles, "ready_tile", lambda *_: ('"t"', made))
    client = as_("officer")
    for encoding in ("gzip", "identity", "gzip", "identity"):
        answer = client.get(TILE, headers={"Accept-Encoding": encoding})
        assert json.loads(answer.content) == json.loads(made)
        assert answer.headers.get("content-encoding") == ("gzip" if encoding == "gzip" else None)
        assert "Accept-Encoding" in answer.headers["vary"]

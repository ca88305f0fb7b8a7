"""Overview, desk, targets and enterprises over HTTP: the same answers as the use cases, problems in one form."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from cli_town import CITY, FIRMS, ODD_NAME
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.testing import TestClient

from dafeng.api.problems import on_error
from dafeng.api.routes import desk, enterprises, overview, targets
from dafeng.app.pages.dashboard import overview as overview_of
from dafeng.app.pages.firm_page import enterprise_page
from dafeng.app.pages.firms_head import enterprises_head
from dafeng.app.pages.goal_page import target_page
from dafeng.app.services import Services
from dafeng.base.callers import PUBLIC, Caller
from dafeng.wiring import programme

OWNER = Caller("主人", frozenset({"owner"}), everything=True)
FILLER = Caller("填报人", frozenset({"filler"}), enterprises=frozenset({f"E-{FIRMS[0][0]}"}))
_CALLERS = {"owner": OWNER, "filler": FILLER, "public": PUBLIC}
_HANDLERS = [*overview.handlers, *desk.handlers, *targets.handlers, *enterprises.handlers]


@pytest.fixture
def services(seen) -> Iterator[Services]:
    with programme(seen) as opened:
        yield opened


@pytest.fixture
def client(services) -> Iterator[TestClient[Litestar]]:
    """The routes alone: who calls is told by a header instead of a session."""

    def caller(headers: dict[str, str]) -> Caller:
        return _CALLERS[headers.get("x-caller", "owner")]

    app = Litestar(
        [Router("/api/v1", route_handlers=_HANDLERS)],
        dependencies={
            "services": Provide(lambda: services, sync_to_thread=False),
            "caller": Provide(caller, sync_to_thread=False),
        },
        exception_handlers={Exception: on_error},
    )
    with TestClient(app, base_url="http://testserver.local/api/v1") as made:
        yield made


def _as_json(page: object) -> object:
    return msgspec.json.decode(msgspec.json.encode(page))


def test_the_overview_is_the_use_cases(client, services):
    answer = client.get("/overview", params={"area": CITY})
    assert answer.status_code == 200
    assert answer.json() == _as_json(overview_of(services, OWNER, CITY))
    assert answer.json()["headline"]["words"]["zh"]


def test_the_tile_is_not_sent_twice(client):
    first = client.get("/overview/tile")
    assert first.json()["area_code"] == CITY
    again = client.get("/overview/tile", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/overview/tile", headers={"If-None-Match": '"other"'}).content == first.content


def test_a_targets_id_with_its_hash_opens(client, services):
    leaf = client.get("/targets/tree").json()
    while leaf["target_id"] is None:
        leaf = leaf["children"][0]
    assert "#" in leaf["target_id"]
    answer = client.get(f"/targets/{leaf['target_id'].replace('#', '%23')}")
    assert answer.json() == _as_json(target_page(services, OWNER, leaf["target_id"]))


def test_the_address_of_every_hit_of_the_search_opens(client):
    hits = client.get("/search", params={"q": "试验", "limit": 50}).json()
    assert {h["kind"] for h in hits} >= {"enterprise", "area", "plan"}
    for hit in hits:
        if hit["kind"] in ("enterprise", "target"):
            assert client.get(hit["href"]).status_code == 200


def test_an_enterprise_opens_and_its_name_is_only_text(client, services):
    firm = f"E-{FIRMS[1][0]}"
    answer = client.get(f"/enterprises/{firm}", params={"year": 2024})
    assert answer.json() == _as_json(enterprise_page(services, OWNER, firm, 2024))
    assert answer.json()["name"] == ODD_NAME


def test_a_foreign_enterprise_and_an_unknown_one_are_one_problem(client):
    told = []
    for firm in (f"E-{FIRMS[1][0]}", "E-00000000MA00000000"):
        answer = client.get(f"/enterprises/{firm}", headers={"x-caller": "filler"})
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("application/problem+json")
        told.append({k: str(v).replace(firm, "…") for k, v in answer.json().items() if k not in ("id", "instance")})
    assert told[0] == told[1]
    assert client.get(f"/enterprises/E-{FIRMS[0][0]}", headers={"x-caller": "filler"}).status_code == 200


@pytest.mark.parametrize("path", ["/overview?year=12", "/overview?year=zz", "/search?q=", "/search?q=a&limit=0"])
def test_what_is_malformed_is_refused(client, path):
    assert client.get(path).status_code in (400, 422)


def test_a_year_or_area_of_which_nothing_is_known_is_no_fault(client):
    page = client.get("/overview?year=1990").json()
    assert page["headline"]["total"]["value"] is None
    assert client.get("/overview?area=999999").status_code == 404
    assert client.get("/targets/tree?year=2100").json()["counts"] == {}
    assert client.get(f"/enterprises/E-{FIRMS[0][0]}?year=1990").json()["figures"][0][1]["value"] is None


@pytest.mark.parametrize(
    ("path", "status"),
    [("/overview", 404), ("/areas", 401), ("/periods", 401), ("/search?q=a", 401), ("/targets/tree", 401)],
)
def test_without_a_session_only_what_was_published_is_there(client, path, status):
    assert client.get(path, headers={"x-caller": "public"}).status_code == status


def test_a_programme_without_an_outline_says_how_to_get_one(client):
    answer = client.get("/map")
    assert answer.status_code == 404
    assert "map/" in answer.json()["mend"]


def test_areas_and_periods(client):
    (root,) = client.get("/areas").json()
    assert root["area_code"] == CITY
    assert client.get("/periods").json()["assessed_year"] in client.get("/periods").json()["years"]


def test_the_month_and_the_head_of_the_list_are_the_use_cases(client, services):
    answer = client.get("/overview", params={"area": CITY, "month": 6}).json()
    assert answer == _as_json(overview_of(services, OWNER, CITY, month=6))
    assert answer["month"]["month"] == 6
    head = client.get("/enterprises", params={"area": CITY}).json()
    assert head == _as_json(enterprises_head(services, OWNER, CITY))
    assert head["delivery"] == answer["delivery"]
    assert client.get("/overview", params={"month": 13}).status_code == 422

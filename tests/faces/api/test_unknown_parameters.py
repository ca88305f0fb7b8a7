"""A query parameter that an address does not have is refused with the names there are, in both languages."""

from __future__ import annotations

import pytest

from dafeng.api.app import create_app
from dafeng.api.unknown import query_names, unknown_parameter

API = "/api/v1"


@pytest.mark.parametrize(
    ("path", "name", "meant"),
    [
        ("/accounts/uncertainty?yeer=2023&enterprise=E-1", "yeer", "year"),
        ("/accounts/uncertainty?year=2023&enterprise_id=E-1", "enterprise_id", "enterprise"),
        ("/certificates?enterprise_id=E-1", "enterprise_id", "enterprise"),
        ("/tables/enterprises?yeer=2023", "yeer", "year"),
        ("/methods?what=1", "what", ""),
    ],
)
def test_an_unknown_parameter_is_refused_with_what_was_meant(as_, path, name, meant):
    answer = as_("officer").get(API + path)
    told = answer.json()
    assert answer.status_code == 400, answer.text
    assert name in told["what"]
    assert told["where"] == f"query › {name}"
    assert f"'{meant}'" in told["mend"] if meant else "Known" in told["mend"]
    assert all(told[w] for w in ("what_zh", "mend_zh"))


@pytest.mark.parametrize("path", ["/tables/enterprises?f.division=31&min.co2_t=1&limit=2", "/methods?industry=3120"])
def test_known_ones_and_filters_of_tables_pass(as_, path):
    assert as_("officer").get(API + path).status_code != 400


def test_what_a_post_asks_in_its_address_is_looked_at_too(as_):
    answer = as_("officer").post(f"{API}/calculator/compare?famly=x", json={"case": "t", "period": 2023})
    assert (answer.status_code, answer.json()["where"]) == (400, "query › famly")


def test_pages_of_the_portal_take_any(client):
    assert client.get("/docs?anything=1").status_code == 200


def test_one_name_for_the_enterprise_in_all_addresses():
    document = create_app(None).openapi_schema.to_schema()
    names = {n for held in query_names(document).values() for n in held}
    assert names.isdisjoint({"enterprise_id", "firm", "enterpriseId"})
    assert "takes no query" in unknown_parameter("a", ()).mend

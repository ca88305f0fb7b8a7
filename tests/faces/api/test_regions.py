"""Routes of regional accounts: pages, derivation, files, and who is refused."""

from __future__ import annotations

import io

import polars as pl
import pytest
import tiny_town as town

from dafeng.app.regions import accounts as regional
from dafeng.wiring import programme

ROUTES = ("account", "balance", "compare", "control", "reconciliation")


@pytest.fixture(scope="module")
def accounted(folder):
    text = f"区域,年份,项目,品种,数值,单位\n{town.CITY},2024,工业,焦炭,1000,tce\n"
    with programme(folder, writing=True) as services:
        regional.take_in_region(services, town.OWNER, text.encode(), "平衡表.csv")
        regional.account_regions(services, town.OWNER)
    return folder


@pytest.mark.usefixtures("accounted")
@pytest.mark.parametrize("route", ROUTES)
def test_every_page_answers_the_officer_and_refuses_a_stranger(as_, route):
    assert as_("officer").get(f"/api/v1/regions/{route}").status_code == 200
    assert as_("filler").get(f"/api/v1/regions/{route}").status_code == 403


@pytest.mark.usefixtures("accounted")
def test_a_total_opens_its_derivation(as_):
    client = as_("officer")
    page = client.get("/api/v1/regions/account").json()
    total = next(t for t in page["totals"] if (t["approach"], t["total"]) == ("sectoral", "scope1"))
    node = client.get(f"/api/v1/regions/explain/{total['node']}").json()
    assert node["value"] == total["value"]
    cell = next(n for n in node["inputs"][0]["inputs"] if n["kind"] == "fact")
    assert cell["place"]["file"].startswith("平衡表")  # another test sends one too
    assert cell["place"]["row"] == 2
    assert page["notes"]
    assert page["method_words"]["zh"]


@pytest.mark.usefixtures("accounted")
def test_the_one_door_of_explanations_opens_regional_figures_and_their_sheet(as_):
    client = as_("officer")
    id = f"region:{town.CITY}:2024:sectoral:scope1"
    node = client.get(f"/api/v1/explain/{id}?depth=3").json()
    assert node["value"] == client.get(f"/api/v1/regions/explain/{id}").json()["value"]
    place = next(n for n in node["inputs"][0]["inputs"] if n["kind"] == "fact")["place"]
    asked = f"/api/v1/evidence/{place['sha256']}?row={place['row']}&column={place['column']}"
    cells = client.get(asked).json()
    marked = next(r for r in cells["rows"] if r["row"] == place["row"])["cells"][cells["marked"]]
    assert marked == "1000"
    assert as_("county").get(asked).status_code == 404


@pytest.mark.usefixtures("accounted")
def test_a_county_gets_its_own_part_and_nothing_of_the_city(as_):
    page = as_("county").get("/api/v1/regions/account").json()
    assert set(page["areas"]) <= {town.EAST}
    answer = as_("county").get(f"/api/v1/regions/explain/region:{town.CITY}:2024:sectoral:scope1")
    assert answer.status_code == 404


@pytest.mark.usefixtures("accounted")
@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_tables_leave_as_files_and_leave_a_line_in_the_trail(as_, form):
    last = as_("auditor").get("/api/v1/audit?limit=1").json()["entries"][0]["seq"]
    answer = as_("officer").get(f"/api/v1/regions/export/lines?format={form}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    if form == "parquet":
        assert "焦炭" not in pl.read_parquet(io.BytesIO(answer.content)).columns
        assert pl.read_parquet(io.BytesIO(answer.content)).height >= 1
    newest = as_("auditor").get("/api/v1/audit?act=region.export&limit=1").json()["entries"][0]
    assert newest["seq"] > last


@pytest.mark.usefixtures("accounted")
@pytest.mark.parametrize("query", ["limit=0", "limit=99999999", "kind=nobody", "offset=-1"])
def test_a_wrong_question_is_a_problem_document(as_, query):
    answer = as_("officer").get(f"/api/v1/regions/control?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")


NATION = "province,year,sector,item,mt_co2\nChina,2019,Total,Scope 1 Total,100\nShanxi,2019,Total,Scope 1 Total,60\n"


def test_a_rest_is_stated_read_by_others_and_withdrawn(as_, folder):
    with programme(folder, writing=True) as services:
        regional.take_in_region(services, town.OWNER, NATION.encode(), "ceads.csv")
    stated = {"period": "2019", "value": "111 Mt CO2", "of": "all", "source": "示例公报第3页"}
    assert as_("filler").post("/api/v1/regions/rests", json=stated).status_code == 403
    assert as_("county").post("/api/v1/regions/rests", json=stated).status_code == 403
    assert as_("officer").post("/api/v1/regions/rests", json=stated | {"source": ""}).status_code in (400, 422)
    assert as_("officer").post("/api/v1/regions/rests", json=stated | {"strange": 1}).status_code in (400, 422)
    made = as_("officer").post("/api/v1/regions/rests", json=stated)
    assert made.status_code == 200, made.text
    row = as_("county").get("/api/v1/regions/reconciliation?area=CN").json()["rows"][0]
    assert (row["complete"], row["rest"], row["rest_id"]) == (True, 51e6, made.json()["rest_id"])
    node = as_("county").get(f"/api/v1/regions/explain/{row['node']}").json()
    assert node["inputs"][0]["inputs"][-1]["source"] == "示例公报第3页"
    gone = as_("officer").post(f"/api/v1/regions/rests/{row['rest_id']}/withdraw", json={"why": "有误"})
    assert gone.json()["value"] is None
    told = as_("county").get("/api/v1/regions/rests").json()
    assert [r["stands"] for r in told] == [False, False]

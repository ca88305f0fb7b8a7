"""Regional tables by the API: taken in with what was wrong, accounted anew, refused to who may not."""

from __future__ import annotations

import tiny_town as town

TEXT = f"区域,年份,项目,品种,数值,单位\n{town.CITY},2023,工业,焦炭,1000,tce\n{town.CITY},2023,无此项目,焦炭,5,tce\n"
FILE = {"file": ("平衡表2023.csv", TEXT.encode(), "text/csv")}


def test_a_table_is_taken_in_and_what_could_not_be_read_is_said(as_):
    client = as_("officer")
    made = client.post("/api/v1/regions/tables", files=FILE)
    assert made.status_code == 200, made.text
    told = made.json()
    assert (told["kind"], told["read"], told["cells"], told["rejected"]) == ("balance", 2, 1, 1)
    assert told["problems"][0]["row"] == 3
    assert told["problems"][0]["what"]["zh"] == "不认识的项目“无此项目”"
    again = client.post("/api/v1/regions/tables", files=FILE).json()
    assert again["repeated"] is True
    accounted = client.post("/api/v1/regions/account").json()
    assert accounted["lines"] >= 1
    page = client.get(f"/api/v1/regions/account?area={town.CITY}&period=2023").json()
    assert page["run_id"] == accounted["run_id"]


def test_who_may_not_import_is_refused(as_):
    for who in ("county", "filler"):
        assert as_(who).post("/api/v1/regions/tables", files=FILE).status_code == 403
        assert as_(who).post("/api/v1/regions/account").status_code == 403

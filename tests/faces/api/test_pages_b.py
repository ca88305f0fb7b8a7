"""Plans, explanations, evidence, reports, sources and upkeep over HTTP: ids with #, stale writes, refusals, files."""

from __future__ import annotations

from urllib.parse import quote

import polars as pl
import pytest
from tiny_town import CITY, OWNER

from dafeng.app.accounts.accounting import accounts

API = "/api/v1"
PLAN = "县级方案\n\n一、总体目标\n\n到2025年,大宗工业固废综合利用率达到60%。\n"


@pytest.fixture
def plan(as_):
    """The id of a plan that the officer has read in by upload."""
    answer = as_("officer").post(f"{API}/plans", files={"file": ("县级方案.txt", PLAN.encode())})
    assert answer.status_code == 201, answer.text
    return answer.json()["doc"]


@pytest.fixture
def line(services) -> str:
    lines = accounts(services, OWNER).lines
    own = (pl.col("subject_id") == "E-1") & (pl.col("measure") == "co2_total_t") & (pl.col("item") == "total")
    return lines.filter(own & (pl.col("period") == "2024"))["line_id"].item()


def record(client, plan: str):
    made = client.get(f"{API}/plans/{quote(plan)}").json()
    return next(r for r in made["records"] if r["kind"] == "target")


def test_an_uploaded_plan_is_read_in_a_process_of_its_own_and_shown(as_, plan):
    client = as_("officer")
    made = client.get(f"{API}/plans/{quote(plan)}").json()
    assert [p["text"] for p in made["paragraphs"]][-1].startswith("到2025年")
    assert made["may_act"] is True
    assert plan in {c["doc"] for c in client.get(f"{API}/plans").json()}
    assert client.get(f"{API}/plans/{quote(plan)}/file").content == PLAN.encode()
    assert len(client.get(f"{API}/plans/{quote(plan)}/versions").json()) == 1


@pytest.mark.parametrize(("name", "data", "status"), [("a.exe", b"MZ", 422), ("a.pdf", b"%PDF-1.4 broken", 422),
                                                      ("a.txt", b"", 422)])  # fmt: skip
def test_a_file_that_is_no_plan_is_a_problem_in_three_fields(as_, name, data, status):
    answer = as_("officer").post(f"{API}/plans", files={"file": (name, data)})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["what"]
    assert answer.json()["mend"]


def test_a_file_that_is_too_large_is_413_or_refused(as_):
    answer = as_("officer").post(f"{API}/plans", files={"file": ("a.txt", b" " * (21 << 20))})
    assert answer.status_code in (413, 422)


def test_a_record_with_a_hash_in_its_id_is_acted_on_once(as_, plan):
    client = as_("officer")
    target = record(client, plan)
    assert "#" in target["id"]
    path = f"{API}/records/{quote(target['id'], safe='')}"
    act = {"act": "correct", "why": "核对", "fields": {"value": target["fields"]["value"] + 1}}
    done = client.post(f"{path}/acts", json=act, headers={"If-Match": f'"{target["version"]}"'})
    assert (done.status_code, done.json()["state"], done.json()["version"]) == (200, "corrected", target["version"] + 1)
    stale = client.post(f"{path}/acts", json=act, headers={"If-Match": f'"{target["version"]}"'})
    assert stale.status_code == 412
    history = client.get(f"{path}/history").json()
    assert (history[-1]["who"], history[-1]["action"]) == ("officer", "correct")
    assert client.post(f"{path}/acts", json=act).status_code in (400, 422)
    assert client.post(f"{path}/acts", json=act, headers={"If-Match": "*"}).status_code == 422
    assert client.post(f"{path}/acts", json={"act": "burn", "why": "x"}, headers={"If-Match": '"1"'}).status_code in (
        400,
        422,
    )


def test_a_link_is_made_and_taken_away(as_, plan):
    client = as_("officer")
    target = record(client, plan)
    path = f"{API}/records/{quote(target['id'], safe='')}/link"
    to = client.get(f"{API}/indicators", params={"q": "nh"}).json()[0]["id"]
    linked = client.put(path, json={"indicator_id": to, "why": "口径"}, headers={"If-Match": f'"{target["version"]}"'})
    assert (linked.status_code, linked.json()["indicator_id"]) == (200, to)
    match = {"If-Match": f'"{linked.json()["version"]}"'}
    back = client.delete(path, params={"to": to, "why": "误"}, headers=match)
    assert (back.status_code, back.json()["indicator_id"]) == (200, target["indicator_id"])


def test_a_record_is_added_by_its_span(as_, plan):
    start = PLAN.index("大宗")
    body = {"kind": "task", "span": [start, start + 6], "why": "漏读"}
    added = as_("officer").post(f"{API}/plans/{quote(plan)}/records", json=body)
    assert (added.status_code, added.json()["state"]) == (201, "added")
    assert added.json()["span"] == [start, start + 6]


def test_who_may_not_act_is_403_and_who_is_not_signed_in_401(as_, client, plan):
    target = record(as_("officer"), plan)
    path = f"{API}/records/{quote(target['id'], safe='')}/acts"
    body, match = {"act": "confirm", "why": "x"}, {"If-Match": '"1"'}
    assert as_("filler").post(path, json=body, headers=match).status_code == 403
    client.cookies.clear()
    assert client.post(path, json=body, headers=match).status_code in (401, 403)
    assert client.get(f"{API}/plans").json() == []
    assert client.get(f"{API}/plans/{quote(plan)}").status_code == 404


def test_an_explanation_is_cut_and_opened_by_ids(as_, line):
    client = as_("filler")
    shown = client.get(f"{API}/explain/{line}", params={"depth": 1}).json()
    child = next(n for n in shown["inputs"] if n["more"])
    assert child["inputs"] == []
    opened = client.get(f"{API}/explain/{child['id']}").json()
    assert opened["inputs"]
    text = client.get(f"{API}/explain/{line}/text", params={"language": "en"})
    assert text.headers["content-type"].startswith("text/plain")
    assert "formula" in text.text


def test_a_strangers_number_is_answered_like_none(as_, services):
    lines = accounts(services, OWNER).lines.filter(subject_id="E-3", measure="co2_total_t", item="total")
    foreign, none = (
        as_("filler").get(f"{API}/explain/{i}").json() for i in (lines["line_id"][0], "L-0000000000000000")
    )
    assert foreign["status"] == none["status"] == 404
    assert foreign["what"].split("L-")[0] == none["what"].split("L-")[0]


@pytest.mark.parametrize("sha", ["0" * 64, "ab" * 32])
def test_evidence_that_is_not_there_is_404_and_no_hash_is_400(as_, sha):
    client = as_("filler")
    assert client.get(f"{API}/evidence/{sha}", params={"row": 2}).status_code == 404
    assert client.get(f"{API}/evidence/{sha}/file").status_code == 404
    assert client.get(f"{API}/evidence/{sha[:10]}/file").status_code in (400, 422)
    assert client.get(f"{API}/evidence/{sha}", params={"row": 0}).status_code in (400, 422)


def test_a_report_is_downloaded_as_a_file_under_its_chinese_name_and_noted(as_, services):
    services.files.write("reports/进展报告.html", b"<script>1</script>")
    answer = as_("officer").get(f"{API}/reports/{quote('进展报告')}/html")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert quote("进展报告.html") in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert as_("county").get(f"{API}/reports/{quote('进展报告')}/html").status_code == 404
    assert as_("officer").get(f"{API}/reports/{quote('../dafeng', safe='')}/toml").status_code == 404


def test_sources_are_for_everybody(client):
    rows = client.get(f"{API}/sources").json()
    assert {"packaged", "rule"} == {r["kind"] for r in rows}


def test_a_backup_is_a_job_of_the_system_administrator(as_):
    client = as_("sysadmin")
    begun = client.post(f"{API}/backups")
    assert begun.status_code == 202, begun.text
    assert client.get(f"{API}/jobs/{begun.json()['job_id']}").json()["kind"] == "backup"
    assert client.get(f"{API}/backups").status_code == 200
    state = client.get(f"{API}/system/state").json()
    assert {f["check"] for f in state["findings"]} >= {"disk", "records", "evidence"}
    for path in ("/backups", "/system/state"):
        assert as_("officer").get(API + path).status_code == 403
        assert as_("auditor").get(API + path).status_code == 403


def test_the_area_of_the_town_is_explained_to_its_officer_with_all_members(as_, services):
    lines = accounts(services, OWNER).lines.filter(subject_id=CITY, measure="co2_total_t", item="total", period="2023")
    shown = as_("officer").get(f"{API}/explain/{lines['line_id'][0]}").json()
    assert sum(n["value"] for n in shown["inputs"]) == pytest.approx(shown["value"])

"""The public calculator: published cases through the API as anybody outside would send them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "golden" / "methods"
URL = "/api/v1/calculator"
CASES = [
    "region/redwood-city-2005", "region/derived-district-2023", "footprint/corn-urea-nova",
    "footprint/bridge-by-spend-itu", "data_centre/llama-4-family", "lime/ghgp-a1", "steel/verified-hubei-2021",
    "data_centre/segmentation-training-dk", "data_centre/ten-servers-by-benchmark", "footprint/ale-six-pack",
    "region/carb-limestone-2000", "stationary_combustion/office-scope1-own-factors",
]  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_published_case_comes_out_through_the_api(as_, name):
    golden = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    answer = as_("officer").post(URL, json=golden["case"])
    assert answer.status_code == 200, answer.text
    result = answer.json()["result"]
    tolerance = golden["expect"].get("tolerance", {})
    allowed = max(tolerance.get("abs", 0.0), tolerance.get("rel", 0.0) * abs(golden["expect"]["total"]), 1e-9)
    assert result["total"]["value"] == pytest.approx(golden["expect"]["total"], abs=allowed)


def test_a_printed_figure_is_checked_and_its_slip_named(as_):
    case = json.loads((FOLDER / "region/redwood-city-2005.json").read_text(encoding="utf-8"))["case"]
    case["published"] = {"total": "524,046 t CO2e", "ratios": {"per_capita": 6.71}}
    right = as_("officer").post(URL, json=case).json()["checks"]
    assert [c["agrees"] for c in right] == [True, True]
    case["published"] = {"total": [52.4046, "tCO2e"]}
    wrong = as_("officer").post(URL, json=case).json()["checks"][0]
    assert not wrong["agrees"]
    assert "0.0001" in wrong["suspicions"][0]["en"]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"stream": "fuel", "item": "烟煤", "inputs": {"amount": [1, "MWh"]}}, "activity[0]"),
        ({"stream": "fuel", "item": "烟煤", "inputs": {"amount": "a lot"}}, "activity[0]"),
        ({"stream": "fuel", "item": "nothing", "inputs": {"amount": 1}}, "activity[0]"),
    ],
)
def test_a_refusal_names_the_row_in_both_languages(as_, row, place):
    case = {"case": "t", "method": "region", "family": "provincial_2025", "period": "2023", "activity": [row]}
    answer = as_("officer").post(URL, json=case)
    assert answer.status_code == 422
    told = answer.json()
    assert place in told["where"]
    assert all(told[w] for w in ("mend", "what_zh", "mend_zh"))

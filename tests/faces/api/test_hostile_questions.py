"""Questions that nobody means: every parameter of every page is given numbers, dates and names that break things.

Whatever is asked, it is refused in words (4xx) or answered; it is never a fault of ours (5xx).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

BASE = "/api/v1"
HUGE = "9" * 23
WRECKS = (
    HUGE,
    f"-{HUGE}",
    "-1",
    "0",
    "2101",
    "1e400",
    "NaN",
    "٣",
    "²",
    "",
    " ",
    "\x00",
    "\ud83d\ude00",
    "%",
    "A" * 301,
    "9999-99",
    "0000-01-01T00:00:00",
    "9999-12-31T23:59:59+00:00",
    "[1",
    "eyJhIjoxfQ",
    "a.b,-c",
    "*(",
    "'\"",
    "../..",
)
IDS = (
    f"D-9999-{HUGE}-x",
    f"D-{HUGE}-2020-x",
    "D-2020-٢٠٢٠-x",
    "D-2020-²-x",
    "D-0-0-0",
    "D---",
    "S---",
    "I----",
    "L-",
    "F-",
    f"F-{HUGE}",
    "S-T-1-140700-0000",
    f"I-a-b-{HUGE}-c",
    HUGE,
    "%00",
    "\x7f",
    "..",
    "A" * 600,
)
LASTING = ("/jobs/{id}/events", "/oidc/start", "/oidc/callback")


def questions(document: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Every GET of the API: its path, and the names of its query parameters."""
    found = []
    for path, operations in document["paths"].items():
        if "get" in operations and not path.endswith(LASTING):
            asked = operations["get"].get("parameters", [])
            found.append((path, [p["name"] for p in asked if p["in"] == "query"]))
    return found


@pytest.fixture
def refused(as_):
    """``refused("officer")`` asks; the answer is a tuple (status, address) of what went wrong, of many addresses."""

    def ask(login: str, addresses: list[str]) -> list[tuple[int, str]]:
        client = as_(login)
        got = [(client.get(address).status_code, address) for address in addresses]
        assert any(status in (400, 404, 422) for status, _ in got)
        return [(status, address) for status, address in got if status >= 500]

    return ask


@pytest.mark.parametrize("node", IDS)
def test_an_id_of_no_number_is_not_found(as_, node):
    answer = as_("officer").get(f"{BASE}/explain/{quote(node, safe='')}")
    assert answer.status_code in (400, 404, 422), answer.text


def test_the_text_of_an_impossible_driver_is_not_found_either(as_):
    assert as_("officer").get(f"{BASE}/explain/D-9999-{HUGE}-x/text").status_code == 404


def test_no_parameter_of_a_question_breaks_it(as_, refused):
    document = as_("officer").get(f"{BASE}/openapi.json").json()
    addresses = [
        f"{path.format_map(Known())}?{name}={quote(wreck.encode('utf-8', 'surrogatepass'))}"
        for path, names in questions(document)
        for name in names
        for wreck in WRECKS
    ]
    assert len(addresses) > 800
    assert refused("officer", addresses) == []
    assert refused("auditor", [a for a in addresses if "/audit" in a]) == []


def test_no_id_in_an_address_breaks_it(as_, refused):
    document = as_("officer").get(f"{BASE}/openapi.json").json()
    paths = [path for path, _ in questions(document) if "{" in path]
    addresses = [path.format_map(Known(quote(node, safe=""))) for path in paths for node in IDS]
    assert refused("officer", addresses) == []
    assert refused("sysadmin", [a for a in addresses if "/users" in a]) == []


def test_no_filter_of_a_table_breaks_it(as_, refused):
    tables = as_("officer").get(f"{BASE}/tables").json()
    addresses = [
        f"{BASE}/tables/{table['name']}?{way}.{column['name']}={quote(wreck)}"
        for table in tables
        for column in table["columns"][:6]
        for way in ("f", "min", "max")
        for wreck in (HUGE, "-1e999", "NaN", "\x00", "9999-99-99", "")
    ]
    addresses += [
        f"{BASE}/tables/{table['name']}?{name}={quote(wreck)}"
        for table in tables
        for name in ("cursor", "limit", "sort", "q", "area")
        for wreck in WRECKS
        if "\ud83d" not in wreck
    ]
    assert refused("officer", addresses) == []


class Known(dict[str, str]):
    """What stands in the place of ids: what there may be, or one word for all."""

    def __init__(self, word: str | None = None) -> None:
        super().__init__()
        self._word = word

    def __missing__(self, name: str) -> str:
        known = {"name": "lines", "sha256": "a" * 64, "format": "pdf", "doc": "P-1", "login": "officer"}
        return self._word or known.get(name, "T-1")

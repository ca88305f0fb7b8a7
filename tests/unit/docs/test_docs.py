"""The documentation says what the code does: generated parts are present, examples run, links lead somewhere."""

from __future__ import annotations

import doctest
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from dafeng.account.lines import MEASURES
from dafeng.app.identity.rules import IdentityRules, OidcRules
from dafeng.app.settings import Settings
from dafeng.base.units import factor
from dafeng.collect.codelists import measures as delivered_measures
from dafeng.evaluate.indicators import indicator_library
from dafeng.evaluate.states import STATE_ZH
from dafeng.plan.checks import FindingKind
from dafeng.plan.ledger import Action, State
from dafeng.plan.source import RepairKind

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), *sorted(ROOT.glob("*.md"))]
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
_LINK = re.compile(r"(?<!`)\]\(([^)\s]+)\)")
_KINDS = {"added", "changed", "fixed", "results"}


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[tuple[int, str]]:
    """(line, text) of each fenced block of a language."""
    text = page.read_text("utf-8")
    return [(text.count("\n", 0, m.start()) + 1, m[2]) for m in _BLOCK.finditer(text) if m[1] == language]


@pytest.fixture(scope="module")
def build():
    """The build script, imported from beside the pages."""
    spec = importlib.util.spec_from_file_location("docs_build", DOCS / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site(build, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    build.build_site(folder)
    return folder


# -- generated parts and the site --------------------------------------------------------------------------------------


def test_no_generated_part_lags_behind_the_code():
    """In a process of its own: other tests enrol formulas of their own in this one's rulebook."""
    done = subprocess.run(
        [sys.executable, str(DOCS / "build.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_part_that_lags_is_told_and_put_right(build, tmp_path):
    (tmp_path / "docs").mkdir()
    page = tmp_path / "docs" / "a.md"
    page.write_text("x\n<!-- generated: statuses -->\nold words\n<!-- end -->\ny\n", "utf-8")
    assert build.generate.renew(tmp_path, write=False) == ["docs/a.md"]
    assert "old words" in page.read_text("utf-8")
    assert build.generate.renew(tmp_path, write=True) == ["docs/a.md"]
    assert "old words" not in page.read_text("utf-8")
    assert "征求意见" in page.read_text("utf-8")
    assert build.generate.renew(tmp_path, write=True) == []


def test_the_site_has_every_page_and_fetches_nothing_from_elsewhere(build, site):
    for page in DOCS.rglob("*.md"):
        assert (site / page.relative_to(DOCS)).with_suffix(".html").is_file(), name(page)
    assert build.remote_resources(site) == []


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="https://cdn.example.org/a.js"></script>',
        "<link rel='stylesheet' href='//fonts.example.org/css'>",
        '<img alt="x" src="http://example.org/a.png">',
        "body { background: url(https://example.org/a.png) }",
        '@import "https://example.org/a.css"',
        'fetch("https://example.org/index.json")',
    ],
)
def test_a_remote_resource_is_found(build, tmp_path, markup):
    (tmp_path / "a.html").write_text(markup, "utf-8")
    assert len(build.remote_resources(tmp_path)) == 1


def test_a_link_that_a_reader_clicks_is_no_resource(build, tmp_path):
    (tmp_path / "a.html").write_text('<a href="https://example.org">x</a><script src="a.js"></script>', "utf-8")
    assert build.remote_resources(tmp_path) == []


def test_the_search_index_holds_chinese_words_with_the_place_where_they_stand(site):
    text = (site / "assets" / "search-index.js").read_text("utf-8")
    entries = msgspec.json.decode(text.removeprefix("window.DAFENG_SECTIONS = ").rstrip().removesuffix(";"))
    found = [e for e in entries if "当量值" in e["words"]]
    assert any(e["at"].startswith("accounts.html#") for e in found)
    for entry in entries:
        page, anchor = entry["at"].split("#")
        assert f'id="{anchor}"' in (site / page).read_text("utf-8")


# -- examples ----------------------------------------------------------------------------------------------------------

PYTHON_PAGES = [p for p in PAGES if any(">>>" in text for _, text in blocks(p, "python"))]
CONSOLE_PAGES = [p for p in PAGES if blocks(p, "console")]


@pytest.mark.parametrize("page", PYTHON_PAGES, ids=name)
def test_python_examples_give_what_they_show(page):
    space: dict[str, object] = {}
    told: list[str] = []
    for line, text in blocks(page, "python"):
        example = doctest.DocTestParser().get_doctest(text, space, name(page), name(page), line)
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
        runner.run(example, out=told.append, clear_globs=False)
        space.update(example.globs)
    assert not told, "".join(told)


def ran(command: str, folder: Path) -> str:
    """The output of one example command, run in a folder without a terminal."""
    program, *arguments = shlex.split(command)
    assert program == "dafeng", f"examples run dafeng only, not {program}"
    environment = {**os.environ, "COLUMNS": "110", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", "from dafeng.cli.main import main; main()", *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def same(shown: str, given: str) -> bool:
    """Line by line, blanks at line ends and runs of blanks aside; … stands for anything."""
    pattern = r"\s*".join(re.escape(" ".join(part.split())) for part in shown.split("…"))
    pattern = pattern.replace(r"\s*", ".*") if "…" in shown else pattern
    return re.fullmatch(pattern, " ".join(given.split()), re.S) is not None


@pytest.mark.parametrize("page", CONSOLE_PAGES, ids=name)
def test_console_examples_give_what_they_show(page, tmp_path):
    for line, text in blocks(page, "console"):
        for step in re.split(r"^\$ ", text, flags=re.M)[1:]:
            command, _, shown = step.partition("\n")
            given = ran(command, tmp_path)
            assert same(shown.strip(), given.strip()), f"{name(page)}:{line}: {command}\n{given}"


@pytest.mark.parametrize(
    ("shown", "given", "expected"),
    [("a … c", "a b\n c", True), ("a  b", "a\nb", True), ("a b", "a c", False), ("a … c", "a b d", False)],
)
def test_dots_stand_for_anything_and_nothing_else_does(shown, given, expected):
    assert same(shown, given) is expected


# -- words that bind ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("programme.md", Settings.__struct_fields__),
        ("signing-in.md", (*IdentityRules.__struct_fields__, *OidcRules.__struct_fields__)),
        ("plans.md", get_args(RepairKind)),
        ("plans.md", get_args(FindingKind)),
        ("plans.md", get_args(Action)),
        ("plans.md", get_args(State)),
        ("progress.md", tuple(STATE_ZH)),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_a_page_that_lists_words_of_the_code_lists_them_all(page, words):
    text = (DOCS / page).read_text("utf-8")
    assert [word for word in words if f"`{word}`" not in text] == []


def test_the_chinese_words_for_states_are_those_of_the_code():
    text = (DOCS / "progress.md").read_text("utf-8") + (DOCS / "glossary.md").read_text("utf-8")
    assert all(text.count(f"| {zh} |") == 2 for zh in STATE_ZH.values())


def test_a_measure_has_one_unit_wherever_it_is_defined():
    units = {m: unit for m, (_, _, unit) in MEASURES.items()}
    units |= {m["measure"]: m["unit"] for m in delivered_measures().to_dicts() if m["unit"]}
    for measure, definition in indicator_library().measures.items():
        if measure in units:
            assert factor(definition.unit, units[measure]) == 1.0, measure


# -- pages beside the site ---------------------------------------------------------------------------------------------


def skeleton(page: Path) -> dict[str, list[str]]:
    """What two pages of equal content share: levels of headings, commands, links, pictures."""
    text = page.read_text("utf-8")
    return {
        "headings": re.findall(r"^(#+) ", text, re.M),
        "blocks": [re.sub(r"\s*#.*$", "", m[2], flags=re.M) for m in _BLOCK.finditer(text)],
        "links": sorted(link for link in _LINK.findall(text) if not link.startswith("README")),
        "rows": re.findall(r"^\|", text, re.M),
        "items": re.findall(r"^[-\d]", text, re.M),
    }


def test_both_readmes_are_equal_in_content():
    english, chinese = map(skeleton, READMES)
    assert english == chinese


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")), ids=name)
def test_links_of_the_pages_at_the_root_lead_to_files(page):
    for link in _LINK.findall(page.read_text("utf-8")):
        if not link.startswith(("http", "#")):
            assert (ROOT / link.split("#")[0]).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_names_a_machine_or_a_package_index(page):
    text = page.read_text("utf-8")
    assert not re.search(r"(?<![\w.])/(?:work|root|home|tmp)/\w|pypi\.org|npmjs\.|index-url\s*=", text)


def test_decisions_are_numbered_without_a_gap_and_say_context_decision_consequences():
    pages = sorted((DOCS / "decisions").glob("*.md"))
    assert [int(p.name[:4]) for p in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        heads = re.findall(r"^## (.+)$", page.read_text("utf-8"), re.M)
        assert heads == ["Context", "Decision", "Consequences"], name(page)


def test_news_fragments_are_of_a_known_kind():
    fragments = sorted((ROOT / "changelog.d").glob("*.md"))
    assert fragments
    assert [f.name for f in fragments if f.name.split(".")[1:-1] not in [[kind] for kind in _KINDS]] == []

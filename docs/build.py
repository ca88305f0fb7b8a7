"""Build the documentation 文档: renew the generated parts of the pages, then the site, all without a network.

``python docs/build.py`` renews the generated parts in place and builds ./site; with ``--check`` it changes nothing and
exits with 1 where a committed page lags behind the code.
"""

from __future__ import annotations

import argparse
import html
import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config.defaults import MkDocsConfig

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path.insert(0, str(DOCS))

import generate  # noqa: E402  (stands beside this file, not in the package)
import generate_methods  # noqa: E402

NAV: list[tuple[str, str | list[tuple[str, str]]]] = [
    ("首页 Home", "index.md"),
    (
        "用法 Guide",
        [
            ("方案工作区 Programme", "programme.md"),
            ("读方案 Plans and ledger", "plans.md"),
            ("名录与活动数据 Registry and data", "data.md"),
            ("核算 Accounts", "accounts.md"),
            ("核算方法与计算器 Methods and calculator", "calculator.md"),
            ("算例怎么写 Writing a case", "cases.md"),
            ("区域核算 Regions", "regional.md"),
            ("进展与报告 Progress and report", "progress.md"),
            ("门户 Portal", "portal.md"),
            ("登录与账号 Signing in", "signing-in.md"),
            ("能源核算 Energy accounts", "energy.md"),
            ("数据质量与不确定度 Quality and uncertainty", "uncertainty.md"),
            ("填报、任务、核查 Filing", "filing.md"),
            ("绿证、绿电 Certificates", "certificates.md"),
            ("运行与维护 Operating", "operating.md"),
            ("接口用法 API", "api.md"),
            ("权限 Permissions", "permissions.md"),
            ("来源与许可 Sources and licences", "sources.md"),
        ],
    ),
    ("教程 Tutorials", "tutorials/*.md"),
    ("方法 Methods", "methods/*.md"),
    ("行业核算方法 Methods by industry", "methods/industry/*.md"),
    (
        "参考 Reference",
        [
            ("命令 Commands", "reference/commands.md"),
            ("接口 API operations", "reference/api.md"),
            ("数据字典 Data dictionary", "reference/data-dictionary.md"),
            ("指标库 Indicators", "reference/indicators.md"),
            ("规则库 Rulebook", "reference/rulebook.md"),
            ("术语 Glossary", "glossary.md"),
        ],
    ),
    ("决定 Decisions", "decisions/*.md"),
    ("搜索 Search", "search.md"),
]
_TITLE = re.compile(r"^# (.+)$", re.M)
# what a browser would fetch by itself from another machine when it shows a page
REMOTE = re.compile(
    r"""<(?:script|img|iframe|source|embed|audio|video|image|use)\b[^>]*?\b(?:src|srcset|href|xlink:href)\s*=\s*["']?(?:https?:)?//[^"'\s>]+"""
    r"""|<link\b[^>]*?\bhref\s*=\s*["']?(?:https?:)?//[^"'\s>]+"""
    r"""|url\(\s*["']?(?:https?:)?//[^)]+\)|@import\s+["'](?:https?:)?//[^"']+["']"""
    r"""|(?:fetch|importScripts)\(\s*["'](?:https?:)?//[^"']+["']""",
    re.I,
)


def title_of(page: Path) -> str:
    """The first heading of a page."""
    found = _TITLE.search(page.read_text("utf-8"))
    return found[1] if found else page.stem


def navigation() -> list[dict[str, Any]]:
    """The navigation tree for mkdocs; a pattern stands for every page it finds, an empty one is left out."""
    tree: list[dict[str, Any]] = []
    for name, place in NAV:
        if isinstance(place, list):
            tree.append({name: [{title: page} for title, page in place]})
        elif "*" not in place:
            tree.append({name: place})
        elif pages := sorted(DOCS.glob(place)):
            tree.append({name: [{title_of(p): p.relative_to(DOCS).as_posix()} for p in pages]})
    return tree


def configuration(site: Path) -> MkDocsConfig:
    """The settings of the site: a theme that comes with mkdocs, nothing from a content network, plain file links."""
    config = MkDocsConfig(config_file_path=str(ROOT / "mkdocs.yml"))
    config.load_dict(
        {
            "site_name": "dafeng 达峰",
            "site_description": "From plan document to the year the peak is reached",
            "docs_dir": str(DOCS),
            "site_dir": str(site),
            "use_directory_urls": False,  # so that the pages open from the disk too
            "theme": {
                "name": "mkdocs",
                "highlightjs": False,  # would come from a content network
                "color_mode": "auto",
                "navigation_depth": 3,
                "nav_style": "dark",
                "shortcuts": {"help": 191, "next": 78, "previous": 80, "search": 0},
            },
            "nav": navigation(),
            "plugins": [],  # its search cuts words at blanks and finds no Chinese: see assets/search.js
            "markdown_extensions": ["tables", "fenced_code", "attr_list", "sane_lists"],
            "extra_css": ["assets/site.css"],
            "exclude_docs": "*.py\n__pycache__/\n",
            "validation": {
                "omitted_files": "warn",
                "absolute_links": "warn",
                "unrecognized_links": "warn",
                "anchors": "warn",
            },
            "strict": True,
        }
    )
    errors, warnings = config.validate()
    if errors or warnings:
        raise SystemExit(f"docs/build.py: the site's settings are wrong: {errors + warnings}")
    return config


def build_site(site: Path) -> None:
    """Build the pages and their search index. Raises SystemExit where a link leads nowhere."""
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    logging.basicConfig(format="%(levelname)s %(message)s")
    mkdocs_build(configuration(site))
    write_search_index(site)


# -- search: every section of every page, found by plain substring, which is right for Chinese -------------------------

_SECTION = re.compile(r'<h[1-3] id="([^"]+)">(.*?)</h[1-3]>', re.S)
_TAG = re.compile(r"<[^>]+>")


def _plain(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())


def _sections(page: Path, site: Path) -> Iterator[dict[str, str]]:
    """Title, address and words of each section of a built page."""
    markup = page.read_text("utf-8")
    found = re.search(r'role="main">(.*?)</div>\s*</div>\s*</div>\s*<footer', markup, re.S)
    body = found[1] if found else ""
    heads = list(_SECTION.finditer(body))
    name = _plain(heads[0][2]) if heads else page.stem
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        words = _plain(body[head.end() : following.start() if following else len(body)])
        address = f"{page.relative_to(site).as_posix()}#{head[1]}"
        yield {"page": name, "title": _plain(head[2]), "at": address, "words": words}


def write_search_index(site: Path) -> None:
    """One script with all sections: read by a plain <script> tag, it works from the disk as well."""
    pages = sorted(p for p in site.rglob("*.html") if p.name not in ("404.html", "search.html"))
    entries = [entry for page in pages for entry in _sections(page, site)]
    content = json.dumps(entries, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    (site / "assets" / "search-index.js").write_text(f"window.DAFENG_SECTIONS = {content};\n", "utf-8")


def remote_resources(site: Path) -> list[str]:
    """What the built site would fetch from elsewhere when it is looked at; must be empty."""
    found = []
    for file in sorted(site.rglob("*")):
        if file.suffix in (".html", ".css", ".js", ".svg"):
            matches = REMOTE.findall(file.read_text("utf-8"))
            found += [f"{file.relative_to(site)}: {m[:120]}" for m in matches]
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing, fail where a generated part lags")
    parser.add_argument("--site", type=Path, default=ROOT / "site", help="where to build the site")
    options = parser.parse_args(arguments)
    lagging = generate.renew(ROOT, write=not options.check) + generate_methods.renew(ROOT, write=not options.check)
    if options.check:
        for page in lagging:
            print(f"{page}: its generated part lags; run `make docs` and commit the page", file=sys.stderr)
        return 1 if lagging else 0
    for page in lagging:
        print(f"renewed {page}")
    build_site(options.site)
    if remote := remote_resources(options.site):
        print("the site would fetch from elsewhere:", *remote, sep="\n  ", file=sys.stderr)
        return 1
    print(f"the documentation stands in {options.site.name}/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The portal as people use it 门户端到端: the tests of ``web/e2e`` in a real browser, on a demonstration of their own.

They need what `make web` needs (Node and the packages of ``web``), the built portal, and a Chromium; where one of these
is absent the reason is told.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
PORTAL = ROOT / "src" / "dafeng" / "api" / "web" / "index.html"
CHROMIUM = os.environ.get("DAFENG_CHROMIUM", "/usr/bin/chromium")
MOST_SECONDS = 1500
"""Far above what they take (the last lines of a run tell it): a browser that hangs must not hold up everything."""
LEAST_TESTS = 60


def _lacking() -> str:
    """Why the browser tests cannot run here; empty where they can."""
    if shutil.which("npm") is None:
        return "no Node (npm) here"
    if not (WEB / "node_modules" / "playwright-core").is_dir() or not (WEB / "node_modules" / "axe-core").is_dir():
        return "the packages of web/ are not installed: make web"
    if not PORTAL.is_file():
        return "the portal is not built: make web"
    return "" if Path(CHROMIUM).exists() else f"no Chromium at {CHROMIUM}: install it or set DAFENG_CHROMIUM"


@pytest.mark.slow
@pytest.mark.skipif(bool(_lacking()), reason=_lacking() or "all is here")
def test_the_portal_in_a_browser():
    command = Path(sys.executable).with_name("dafeng")
    environ = os.environ | {"DAFENG_COMMAND": str(command), "DAFENG_PYTHON": sys.executable}
    for name in ("DAFENG_PORTAL", "DAFENG_ACCOUNTS", "DAFENG_DEMO"):
        environ.pop(name, None)
    told = subprocess.run(
        ["npm", "run", "--silent", "e2e"],
        cwd=WEB, env=environ, timeout=MOST_SECONDS, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout[-12_000:] + told.stderr[-4_000:]
    count = re.search(r"in all: (\d+) passed, 0 failed", told.stdout)
    assert count, told.stdout[-2_000:]
    assert int(count[1]) >= LEAST_TESTS

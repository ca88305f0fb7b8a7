"""Fixtures for all tests: where the shared reference material lies, if it is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def pytest_configure(config: pytest.Config) -> None:
    """Processes that tests start (commands, servers, readers of plans) find Python's bytecode where this run may write
    none beside the sources: else each of them compiles all that it imports anew, which takes longer than the test."""
    cache = getattr(config, "cache", None)
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", "") and cache is not None:
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(cache.mkdir("bytecode")))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material and real data beside the repository; the test skips where it is absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "reference").is_dir():
        pytest.skip("needs the folder ../shared (reference material and real data), which is not here")
    return folder

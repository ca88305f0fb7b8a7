"""Fixtures for all tests: where the shared reference material lies, if it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material and real data beside the repository; the test skips where it is absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "reference").is_dir():
        pytest.skip("needs the folder ../shared (reference material and real data), which is not here")
    return folder

"""The town with accounts; the hand-made fakes of the folder above can be imported from here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))


@pytest.fixture
def desk():
    """A town with its accounts: see identity_fakes."""
    from identity_fakes import Desk

    return Desk()

"""Repair 修复: from the text as it came to the text that the grammar reads, every change on record.

The order matters: a wrong table first, then signs no author wrote, then readings and slipped bytes (which lean on
the brackets of the readings), then what is lost, last the script.
"""

from __future__ import annotations

import numpy as np

from dafeng.plan.limits import DEFAULT_LIMITS, Limits
from dafeng.plan.repair.bytes import damaged_spots, realigned_edits
from dafeng.plan.repair.draft import Draft, Edit, Offsets
from dafeng.plan.repair.injection import injection_edits
from dafeng.plan.repair.lost import lost_edits
from dafeng.plan.repair.model import Bigrams
from dafeng.plan.repair.mojibake import mojibake_edits
from dafeng.plan.repair.noise import entity_edits, noise_edits, space_edits
from dafeng.plan.repair.typeset import stop_edits, typeset_edits
from dafeng.plan.script import script_of, to_simplified
from dafeng.plan.source import Script

SCRIPT_CERTAINTY = 0.99


def repaired(
    text: str, start: Offsets, raw_length: int, *, entities: bool, slips: bool = True, limits: Limits = DEFAULT_LIMITS
) -> tuple[Draft, Script]:
    """Mend a text; ``start`` is the raw offset of each character.

    ``entities``: HTML entities are foreign to it. ``slips``: a U+FFFD in it may stand for a slipped byte (not so where
    our own decoding put it in: then the bytes around it are as they were).

    Returns the draft (text, offsets, records) and the script the text was written in before it was simplified.
    """
    draft = Draft(text, start, raw_length, limits.max_records)
    undone = draft.apply(mojibake_edits(draft.text))
    if entities:
        draft.apply(entity_edits(draft.text))
    draft.apply(typeset_edits(draft.text))
    draft.apply(stop_edits(draft.text))
    draft.apply(noise_edits(draft.text))
    draft.apply(space_edits(draft.text))
    draft.apply(_pinyin_and_bytes(draft.text, limits) if slips and not undone else injection_edits(draft.text))
    draft.apply(lost_edits(draft.text))
    script = script_of(draft.text)
    _simplify(draft, script)
    return draft, script


def _pinyin_and_bytes(text: str, limits: Limits) -> list[Edit]:
    """Readings to take out and slipped bytes to realign, the latter in the light of the text without readings."""
    injections = injection_edits(text)
    if not damaged_spots(text):
        return injections
    model = Bigrams(_without(text, injections))
    mended = list(realigned_edits(text, model, limits.max_spots))
    return [*mended, *_outside(injections, mended)]


def _outside(injections: list[Edit], mended: list[Edit]) -> list[Edit]:
    """The readings that no realigned stretch has swallowed."""
    if not mended:
        return injections
    starts = np.array([e.start for e in mended])
    ends = np.array([e.end for e in mended])
    kept = []
    for e in injections:
        i = int(np.searchsorted(ends, e.start, side="right"))
        if i == len(starts) or starts[i] >= e.end:
            kept.append(e)
    return kept


def _without(text: str, edits: list[Edit]) -> str:
    pieces, at = [], 0
    for e in edits:
        if e.start >= at:
            pieces.append(text[at : e.start])
            at = e.end
    return "".join([*pieces, text[at:]])


def _simplify(draft: Draft, script: Script) -> None:
    """Replace traditional characters one for one; one record for the whole text, for it is one decision."""
    plain = to_simplified(draft.text)
    changed = [i for i, (a, b) in enumerate(zip(draft.text, plain, strict=True)) if a != b]
    if not changed:
        return
    kinds = sorted({draft.text[i] + plain[i] for i in changed})
    why = f"{len(changed)} traditional characters of {len(kinds)} kinds in a {script} text, by OpenCC t2s: "
    first, last = changed[0], changed[-1] + 1
    edit = Edit(first, last, plain[first:last], "script", SCRIPT_CERTAINTY, why + " ".join(kinds), same=True)
    draft.apply([edit])

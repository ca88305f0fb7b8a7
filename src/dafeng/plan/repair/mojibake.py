"""Text that went through the wrong table 乱码, undone where it can be: UTF-8 read as GBK (鐢熶骇) or Latin-1 (å·¥)."""

from __future__ import annotations

import re

from dafeng.plan.encoding import everyday_share
from dafeng.plan.repair.draft import Edit

SAMPLE = 20_000
SENSE = 0.3  # share of everyday characters from which a text makes sense as it stands
_LATIN = re.compile("[\u00c2-\u00f4][\u0080-\u00ff\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]+(?:[ ?][^\x00-\x7f]+)*")
_CP1252 = {bytes([b]).decode("cp1252"): b for b in range(0x80, 0xA0) if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


def mojibake_edits(text: str) -> list[Edit]:
    """Edits that undo a wrong decoding, run by run; none where the text is not of that kind."""
    wrong = _wrong_table(text)
    if wrong is None:
        return []
    edits: list[Edit] = []
    for met in _BEYOND_ASCII.finditer(text):
        edits += _run_edits(met[0], met.start(), wrong)
    return edits


def _wrong_table(text: str) -> str | None:
    """The table the text was wrongly read by, if undoing it turns gibberish into everyday Chinese."""
    sample = "".join(m[0] for m in _BEYOND_ASCII.finditer(text[:SAMPLE]))
    if len(sample) < 6:
        return None
    tables = ["latin-1"] if 2 * len(_LATIN.findall(sample)) > 0.5 * len(sample) else []
    if everyday_share(sample) < SENSE:
        tables.append("gb18030")
    for table in tables:
        undone = "".join(_undone(sample, table)[0])
        if everyday_share(undone) > everyday_share(sample) + 0.2 and undone.count("\ufffd") < 0.2 * len(undone):
            return table
    return None


def _run_edits(run: str, start: int, table: str) -> list[Edit]:
    """One edit per new character, each over the wrong characters whose bytes it was made of."""
    chars, owners = _undone(run, table)
    if 2 * chars.count("\ufffd") > len(chars) and everyday_share(run) >= SENSE:  # this run was right as it stood
        return []
    edits: list[Edit] = []
    at = 0
    while at < len(chars):
        end = at + 1
        while end < len(chars) and owners[end][0] < owners[end - 1][1]:  # shares a wrong character with the next
            end += 1
        first, last = owners[at][0], owners[end - 1][1]
        new = "".join(chars[at:end])
        if new != run[first:last]:
            lost = "\ufffd" in new
            why = f"UTF-8 that was read as {table}" + (", some bytes are lost" if lost else "")
            edits.append(Edit(start + first, start + last, new, "encoding", 0.3 if lost else 0.97, why))
        at = end
    return edits


def _undone(run: str, table: str) -> tuple[list[str], list[tuple[int, int]]]:
    """The characters UTF-8 makes of the run's bytes, each with the half-open range of wrong characters it used."""
    data, owner = bytearray(), []
    for i, char in enumerate(run):
        part = _bytes_of(char, table)
        data += part
        owner += [i] * len(part)
    chars: list[str] = []
    ranges: list[tuple[int, int]] = []
    at = 0
    for char in bytes(data).decode("utf-8", "surrogateescape"):
        size = 1 if "\udc80" <= char <= "\udcff" else len(char.encode("utf-8"))
        chars.append("\ufffd" if size == 1 and char > "\x7f" else char)
        ranges.append((owner[at], owner[at + size - 1] + 1))
        at += size
    return _joined_losses(chars, ranges)


def _joined_losses(chars: list[str], ranges: list[tuple[int, int]]) -> tuple[list[str], list[tuple[int, int]]]:
    """Neighbouring undecodable bytes as one U+FFFD."""
    out: list[str] = []
    spans: list[tuple[int, int]] = []
    for char, span in zip(chars, ranges, strict=True):
        if char == "\ufffd" and out and out[-1] == "\ufffd":
            spans[-1] = (spans[-1][0], span[1])
        else:
            out.append(char)
            spans.append(span)
    return out, spans


def _bytes_of(char: str, table: str) -> bytes:
    if table == "latin-1":
        if char in _CP1252:
            return bytes([_CP1252[char]])
        return bytes([ord(char)]) if ord(char) < 256 else b"\xff"
    if char in "?\ufffd":
        return b"\xff"
    return char.encode("gb18030", "replace")

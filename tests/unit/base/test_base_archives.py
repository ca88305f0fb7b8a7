"""Archives from outside: what is declared is held against what is there, and only that is handed on."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest
from hostile_zips import longer, overlapping, packed, patched, shortened
from hypothesis import given
from hypothesis import strategies as st

from dafeng.base.archives import Bounds, Unsound, members_of, rewritten, whole

BOUNDS = Bounds(members=50, inflated=64 << 20)
NAME, LONG = "xl/a.xml", b"<row/>" * 200_000
GOOD = packed(("first.xml", b"<a/>"), (NAME, LONG))


def read(archive: bytes, bounds: Bounds = BOUNDS) -> dict[str, bytes]:
    return {name: whole(member) for name, member in members_of(archive, bounds).items()}


@given(
    st.dictionaries(st.text("abcdef/.", min_size=1, max_size=8), st.binary(max_size=300), max_size=6),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
def test_what_is_honest_is_read_and_rewritten_as_it_is(parts, method):
    archive = packed(*parts.items(), method=method)
    assert read(archive) == parts
    again = rewritten(members_of(archive, BOUNDS).values())
    with zipfile.ZipFile(io.BytesIO(again)) as copy:
        assert {n: copy.read(n) for n in copy.namelist()} == parts
    assert read(again) == parts


def test_an_archive_written_as_a_stream_is_honest_too():
    """Lengths then stand behind the bytes, as spreadsheet libraries on servers write them."""

    class OneWay(io.RawIOBase):
        def __init__(self):
            self.made = bytearray()

        def writable(self):
            return True

        def write(self, data):
            self.made += data
            return len(data)

    out = OneWay()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, LONG)
    assert out.made[6] & 8
    assert read(bytes(out.made)) == {NAME: LONG}


def test_large_members_come_in_pieces():
    data = bytes(40 << 20)
    (member,) = members_of(packed(("zeros", data)), Bounds(5, 1 << 30, ratio=2000)).values()
    assert max(map(len, member.chunks())) <= 8 << 20
    assert sum(map(len, member.chunks())) == len(data)


@pytest.mark.parametrize(
    ("archive", "why"),
    [
        (shortened(GOOD, NAME, 200), "unfolds to more than its header says"),
        (patched(GOOD, NAME, 24, len(LONG) + 1, central=True, form="<I"), "contradict"),
        (patched(GOOD, NAME, 22, 200, central=False, form="<I"), "contradict"),
        (patched(GOOD, NAME, 14, 7, central=False, form="<I"), "contradict"),
        (patched(GOOD, NAME, 8, 0, central=False), "contradict"),
        (patched(GOOD, NAME, 6, 1, central=False), "contradict"),
        (patched(GOOD, NAME, 26, 4, central=False), "contradict"),
        (patched(patched(GOOD, NAME, 14, 7, central=False, form="<I"), NAME, 16, 7, central=True, form="<I"), "is not"),
        (patched(patched(GOOD, NAME, 8, 9, central=False), NAME, 10, 9, central=True), "uncommon"),
        (patched(patched(GOOD, NAME, 8, 12, central=False), NAME, 10, 12, central=True), "uncommon"),
        (overlapping(LONG), "overlap"),
        (longer(GOOD, NAME, b"\x00" * 400), "behind its end"),
        (packed(("A.xml", b"1"), ("a.XML", b"2")), "one name"),
        (packed(("a/b", b"1"), ("a\\b", b"2")), "one name"),
        (packed(("bzip", LONG), method=zipfile.ZIP_BZIP2), "uncommon"),
        (GOOD[:-30], "directory"),
        (b"PK\x03\x04", "directory"),
    ],
)
def test_what_contradicts_itself_is_refused(archive, why):
    with pytest.raises(Unsound, match=why) as caught:
        read(archive)
    assert not caught.value.too_much


@pytest.mark.parametrize(
    ("archive", "bounds"),
    [
        (GOOD, Bounds(members=1, inflated=1 << 30)),
        (packed(*((str(n), b"") for n in range(300))), BOUNDS),
        (GOOD, Bounds(members=9, inflated=len(LONG))),
        (GOOD, Bounds(members=9, inflated=1 << 30, ratio=100, judged_from=1 << 20)),
    ],
)
def test_what_asks_for_too_much_is_refused_before_it_unfolds(archive, bounds):
    with pytest.raises(Unsound) as caught:
        members_of(archive, bounds)
    assert caught.value.too_much


def test_damage_and_encryption_are_told():
    at = GOOD.index(zlib.compress(LONG)[2:40])
    with pytest.raises(Unsound):
        read(GOOD[: at + 20] + b"\xff" * 40 + GOOD[at + 60 :])
    locked = patched(patched(GOOD, NAME, 6, 1, central=False), NAME, 8, 1, central=True)
    assert members_of(locked, BOUNDS)[NAME].encrypted
    with pytest.raises(Unsound, match="encrypted"):
        read(locked)

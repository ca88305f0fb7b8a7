"""A workbook whose headers lie 说谎的工作簿: what was not looked at never reaches the reader of spreadsheets."""

from __future__ import annotations

import io
import sys
import tracemalloc
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from collect_tables import xlsx

from dafeng.base.errors import UnreadableFile
from dafeng.collect.unpack import Limits, opened
from dafeng.collect.workbooks import read_workbook

sys.path.insert(0, str(Path(__file__).parents[1] / "base"))
from hostile_zips import packed, patched, replaced, shortened

STRINGS = "xl/sharedStrings.xml"
_SST = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>%s</t></si></sst>'
SHORT = Limits(inflated_bytes=1 << 20)


def bomb(size: int) -> bytes:
    """A true workbook whose shared strings unfold to ``size`` bytes, though both headers say 200."""
    return shortened(replaced(xlsx(("甲", "乙")), STRINGS, _SST % (b"x" * size)), STRINGS, 200)


def test_shared_strings_that_say_they_are_short_are_refused() -> None:
    data = bomb(80 << 20)
    assert len(data) < 400_000
    tracemalloc.start()
    with pytest.raises(UnreadableFile, match="damaged") as caught:
        read_workbook(data, "bomb.xlsx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 << 20
    assert caught.value.mend


def test_a_part_that_unfolds_hundreds_of_times_is_refused_though_it_is_within_the_limit() -> None:
    honest = replaced(xlsx(("甲",)), STRINGS, _SST % (b"x" * (80 << 20)))
    with pytest.raises(UnreadableFile, match="unpacks to more"):
        read_workbook(honest, "bomb.xlsx")


@pytest.mark.parametrize("central", [False, True])
def test_headers_that_differ_are_refused(central: bool) -> None:
    with pytest.raises(UnreadableFile, match="damaged"):
        read_workbook(patched(xlsx(("甲",)), STRINGS, 24 if central else 22, 9, central=central, form="<I"), "a.xlsx")


def test_two_parts_of_one_name_are_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx(("甲",)))) as book:
        parts = [(n, book.read(n)) for n in book.namelist()]
    data = packed(*parts, (STRINGS.upper(), _SST % b"y"))
    with pytest.raises(UnreadableFile, match="damaged"):
        read_workbook(data, "a.xlsx")


def test_the_reader_is_given_only_what_was_looked_through() -> None:
    """What lies before, behind or between the members, and parts that are no XML, are not handed on."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("表").write_row(0, 0, ["甲", 1.5])
    true = replaced(out.getvalue(), "xl/printerSettings/printerSettings1.bin", b"\xff\xfe\x00\xd8" * 99)
    given = opened(true, Limits(), "a.xlsx").data
    with zipfile.ZipFile(io.BytesIO(given)) as handed, zipfile.ZipFile(io.BytesIO(true)) as sent:
        assert set(sent.namelist()) - set(handed.namelist()) == {"xl/printerSettings/printerSettings1.bin"}
        assert all(handed.read(n) == sent.read(n) for n in handed.namelist())
    assert read_workbook(true, "a.xlsx").sheets[0].cells.row(0) == ("甲", "1.5")


def test_a_workbook_with_a_picture_is_read() -> None:
    picture = replaced(xlsx(("甲", 2)), "xl/media/image1.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)
    assert read_workbook(picture, "a.xlsx").sheets[0].cells.row(0) == ("甲", "2")


def test_a_damaged_picture_is_told() -> None:
    name = "xl/media/image1.png"
    data = replaced(xlsx(("甲",)), name, b"\x89PNG" + bytes(3000))
    with pytest.raises(UnreadableFile, match="damaged"):
        read_workbook(shortened(data, name, 200), "a.xlsx")


def test_the_refusal_is_told_in_chinese_too() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_workbook(bomb(1 << 20), "a.xlsx", SHORT)
    assert "工作簿已损坏" in str(caught.value.zh)

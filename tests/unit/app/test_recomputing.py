"""An exported account is proved without the programme, and what was altered is found."""

from __future__ import annotations

import io
import zipfile

import msgspec
import polars as pl
import pytest
from busy_town import callers
from probes import fresh
from tiny_town import CITY, EAST, OWNER

from dafeng.app.accounting import compute
from dafeng.app.importing import take_in_table
from dafeng.app.recomputing import account_export, recompute_export
from dafeng.base.errors import NotAllowed, NotFound, UnreadableFile

ROWS = """统一社会信用代码,时期,核算方法,数据项,数值,计量单位,凭证
E-1,2024,工业其他行业,碳酸盐使用·碳酸钙·消耗量,100,吨,台账
E-1,2024,工业其他行业,碳酸盐使用·碳酸钙·纯度,95,%,检测报告7
"""


@pytest.fixture(scope="module")
def town():
    services = fresh()
    take_in_table(services, OWNER, ROWS.encode("utf-8-sig"), "核算数据.csv")
    compute(services, OWNER)
    return services


@pytest.mark.parametrize("subject", ["", EAST, "E-1"])
def test_an_export_is_proved_to_the_last_digit(town, subject):
    made = recompute_export(account_export(town, OWNER, subject).data)
    assert made.off == ()
    assert made.proved
    assert made.exact == made.lines > 5


def test_the_same_export_has_the_same_bytes(town):
    assert account_export(town, OWNER, EAST).data == account_export(town, OWNER, EAST).data


def test_a_filler_takes_his_own_home_and_no_other(town):
    own = callers("filler")["own"]
    assert recompute_export(account_export(town, own, "E-1").data).proved
    for foreign in ("E-3", "E-none"):
        with pytest.raises(NotFound):
            account_export(town, own, foreign)
    with pytest.raises((NotFound, NotAllowed)):
        account_export(town, own, CITY)


def altered(data: bytes, name: str, change) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, change(content) if info.filename == name else content)
    return out.getvalue()


def parquet(change):
    def changed(content: bytes) -> bytes:
        out = io.BytesIO()
        change(pl.read_parquet(io.BytesIO(content))).write_parquet(out)
        return out.getvalue()

    return changed


@pytest.mark.parametrize(("name", "change"), [
    ("facts.parquet", parquet(lambda t: t.with_columns(pl.col("value") * 1.01))),
    ("lines.parquet", parquet(lambda t: t.with_columns(pl.col("value") + 0.001))),
    ("lines.parquet", parquet(lambda t: pl.concat([t, t.head(1).with_columns(measure=pl.lit("made_up"))]))),
    ("rules.json", lambda b: b.replace(b"0.93", b"0.94")),
])  # fmt: skip
def test_what_was_altered_is_found(town, name, change):
    made = recompute_export(altered(account_export(town, OWNER, "").data, name, change))
    assert not made.proved
    assert made.altered == (name,)
    assert made.off


def test_a_forged_manifest_does_not_hide_altered_figures(town):
    """Whoever makes the hashes fit again still has lines that do not come out."""
    data = altered(account_export(town, OWNER, "").data, "lines.parquet",
                   parquet(lambda t: t.with_columns(pl.col("value") * 0.9)))  # fmt: skip
    import hashlib

    with zipfile.ZipFile(io.BytesIO(data)) as held:
        digest = hashlib.sha256(held.read("lines.parquet")).hexdigest()

    def forged(content: bytes) -> bytes:
        manifest = msgspec.json.decode(content)
        manifest["files"]["lines.parquet"] = digest
        return msgspec.json.encode(manifest)

    made = recompute_export(altered(data, "manifest.json", forged))
    assert made.altered == ()
    assert not made.proved


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all", altered(  # an empty zip
    b"PK\x05\x06" + b"\x00" * 18, "", lambda b: b)])  # fmt: skip
def test_what_is_no_export_is_refused(data):
    with pytest.raises(UnreadableFile):
        recompute_export(data)


@pytest.mark.parametrize("name", ["manifest.json", "rules.json", "facts.parquet", "lines.parquet"])
def test_a_damaged_part_is_refused_with_its_name(town, name):
    with pytest.raises(UnreadableFile) as refused:
        recompute_export(altered(account_export(town, OWNER, "").data, name, lambda b: b[: len(b) // 2]))
    assert refused.value.where == name

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

from dafeng.app.accounts.accounting import compute
from dafeng.app.accounts.recomputing import account_export, recompute_export, seal
from dafeng.app.importing import take_in_table
from dafeng.app.regions.accounts import account_regions, take_in_region
from dafeng.base.errors import NotAllowed, NotFound, UnreadableFile

ROWS = """统一社会信用代码,时期,核算方法,数据项,数值,计量单位,凭证
E-1,2024,工业其他行业,碳酸盐使用·碳酸钙·消耗量,100,吨,台账
E-1,2024,工业其他行业,碳酸盐使用·碳酸钙·纯度,95,%,检测报告7
"""


BALANCE = f"""区域,年份,项目,品种,数值,单位
{CITY},2024,工业,焦炭,1000,tce
{CITY},2024,居民生活,焦炭,100,tce
{CITY},2024,炼焦,焦炭,900,tce
{CITY},2024,炼焦,洗精煤,-1200,tce
{CITY},2024,外省(区、市)调入量,电力,12.29,tce
"""


@pytest.fixture(scope="module")
def town():
    services = fresh()
    take_in_table(services, OWNER, ROWS.encode("utf-8-sig"), "核算数据.csv")
    compute(services, OWNER)
    take_in_region(services, OWNER, BALANCE.encode(), "平衡表.csv")
    account_regions(services, OWNER)
    return services


@pytest.mark.parametrize("subject", ["", EAST, "E-1"])
def test_an_export_is_proved_to_the_last_digit(town, subject):
    made = recompute_export(account_export(town, OWNER, subject).data)
    assert made.off == ()
    assert made.proved
    assert made.exact == made.lines > 5


def test_energy_and_regions_are_proved_too(town):
    made = recompute_export(account_export(town, OWNER, "").data)
    assert [s.name for s in made.sections] == ["lines", "energy", "flow", "regions"]
    assert all(s.figures == s.agree > 0 for s in made.sections if s.name != "flow")
    assert sum(s.figures for s in made.sections) == made.lines
    assert recompute_export(account_export(town, OWNER, EAST).data).proved
    works = recompute_export(account_export(town, OWNER, "E-1").data)
    assert "regions" not in [s.name for s in works.sections]


def test_who_does_not_see_the_balance_takes_none_of_it_home(town):
    own = callers("county")["own"]
    taken = account_export(town, own, sorted(own.areas)[0]).data
    with zipfile.ZipFile(io.BytesIO(taken)) as held:
        assert not [n for n in held.namelist() if n.startswith("region")]
    assert recompute_export(taken).proved


def test_the_seal_that_the_issuer_shows_tells_a_forged_export(town):
    data = account_export(town, OWNER, "").data
    assert recompute_export(data).digest == seal(data)
    assert seal(altered(data, "manifest.json", lambda b: b.replace(b"ndrc", b"ndrx"))) != seal(data)


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
    ("energy.parquet", parquet(lambda t: t.with_columns(pl.col("calorific") + 1.0))),
    ("regions.parquet", parquet(lambda t: t.with_columns(pl.col("value") * 1.0001))),
    ("region_cells.parquet", parquet(lambda t: t.with_columns(pl.col("value") * 2))),
    ("lines.parquet", parquet(lambda t: t.with_columns(line_id=pl.lit("L-0")))),
    ("lines.parquet", parquet(lambda t: t.with_columns(status=pl.lit("official")))),
    ("lines.parquet", parquet(lambda t: t.with_columns(pl.col("partial").fill_null(0) + 1))),
    ("lines.parquet", parquet(lambda t: t.with_columns(pl.col("present") - 1))),
    ("lines.parquet", parquet(lambda t: t.with_columns(note=pl.lit("—")))),
    ("lines.parquet", parquet(lambda t: t.with_columns(inputs=pl.lit([], pl.List(pl.String))))),
    ("lines.parquet", parquet(lambda t: t.filter(pl.col("subject_id") != CITY))),
    ("lines.parquet", parquet(lambda t: t.filter(pl.col("subject_id") != "E-1"))),
    ("energy.parquet", parquet(lambda t: t[1:])),
    ("regions.parquet", parquet(lambda t: t[1:])),
    ("regions.parquet", parquet(lambda t: t.with_columns(status=pl.lit("synthetic")))),
])  # fmt: skip
def test_what_was_altered_is_found(town, name, change):
    made = recompute_export(altered(account_export(town, OWNER, "").data, name, change))
    assert not made.proved
    assert made.altered == (name,)
    assert made.off


def test_evidence_that_was_exchanged_is_found_by_the_hash_of_its_table(town):
    """A file's hash moves no figure; the table that holds it is not the one that was given out."""
    other = parquet(lambda t: t.with_columns(sha256=pl.lit("0" * 64)))
    made = recompute_export(altered(account_export(town, OWNER, "").data, "facts.parquet", other))
    assert (made.off, made.altered, made.proved) == ((), ("facts.parquet",), False)


def rezipped(data: bytes, *, without: str = "", more: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != without:
                new.writestr(info.filename, old.read(info))
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("name", ["facts.parquet", "energy.parquet", "region_proxies.parquet", "rules.json"])
def test_a_missing_file_is_named(town, name):
    with pytest.raises(UnreadableFile) as refused:
        recompute_export(rezipped(account_export(town, OWNER, "").data, without=name))
    assert name in (refused.value.where, refused.value.what)
    assert refused.value.zh


def test_a_file_that_the_manifest_does_not_know_is_named(town):
    made = recompute_export(rezipped(account_export(town, OWNER, "").data, more={"notes.txt": b"x"}))
    assert (made.altered, made.proved) == (("notes.txt",), False)


@pytest.mark.parametrize(
    "more", [{"../../evil.parquet": b"x"}, {"/etc/evil": b"x"}, {"bomb.bin": b"0" * 80_000_000}, {"C:\\evil": b"x"}]
)
def test_paths_that_leave_and_bombs_are_refused_or_named_and_nothing_is_written(town, tmp_path, monkeypatch, more):
    monkeypatch.chdir(tmp_path)
    data = rezipped(account_export(town, OWNER, "E-1").data, more=more)
    try:
        made = recompute_export(data)
    except UnreadableFile as refused:
        assert refused.zh  # noqa: PT017
    else:
        assert not made.proved
        assert made.altered
        assert "bomb.bin" not in more
    assert list(tmp_path.iterdir()) == []


def test_a_table_of_endless_rows_is_refused_before_it_is_unfolded(town):
    out = io.BytesIO()
    pl.select(value=pl.repeat(0, 60_000_000, dtype=pl.Int8)).write_parquet(out, compression="zstd")
    assert out.tell() < 1_000_000
    with pytest.raises(UnreadableFile) as refused:
        recompute_export(altered(account_export(town, OWNER, "E-1").data, "facts.parquet", lambda b: out.getvalue()))
    assert refused.value.where == "facts.parquet"


def test_an_export_of_the_first_form_is_still_proved(town):
    data = account_export(town, OWNER, "E-1").data
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        files = {n: held.read(n) for n in held.namelist()}
    manifest = msgspec.json.decode(files["manifest.json"])
    beside = ("energy.parquet", "flow.parquet", "certified.parquet")
    manifest |= {"format": 1, "files": {n: h for n, h in manifest["files"].items() if n not in beside}}
    del manifest["region_method"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in (files | {"manifest.json": msgspec.json.encode(manifest)}).items():
            if name not in beside:
                archive.writestr(name, content)
    made = recompute_export(out.getvalue())
    assert made.proved
    assert [s.name for s in made.sections] == ["lines"]


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

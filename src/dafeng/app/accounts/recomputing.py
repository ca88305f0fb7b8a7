"""Use cases of proof 复算: an account taken away with all it rests on, and computed again without the programme."""

from __future__ import annotations

import hashlib
import io
import zipfile

import polars as pl

from dafeng.account.recompute import MANIFEST, Recomputed, packed, recompute
from dafeng.account.recompute_parts import REGIONS
from dafeng.app.accounts.accounting import current_run, every_line
from dafeng.app.accounts.energy import energy_tables
from dafeng.app.certificates.claim_facts import held_accounted_facts
from dafeng.app.pages.taken import TakenAway
from dafeng.app.permission import sees_firms, use_case
from dafeng.app.regions.accounts import MADE_OF, areas_seen, current_region
from dafeng.app.registries import Registry, registry_of
from dafeng.app.services import Services
from dafeng.app.sight.results import scope
from dafeng.base.archives import Bounds, Unsound, members_of, whole
from dafeng.base.callers import Caller
from dafeng.base.errors import NotAllowed, NotFound, UnreadableFile

MOST_BYTES = 512 << 20
_BOUNDS = Bounds(members=50, inflated=1 << 30)
_FIRST = (1980, 1, 1, 0, 0, 0)  # the same export has the same bytes


@use_case("account.export")
def account_export(services: Services, caller: Caller, subject: str = "") -> TakenAway:
    """The account of an area or a works as a zip that ``recompute`` proves: figures, registry, rules, lines.

    subject : area code or enterprise id; the programme's area when left out. Raises NotFound for one out of sight,
    NotAllowed where firms of the area are.
    """
    registry, subject = registry_of(services), subject or services.settings.area
    firms = _firms(services, caller, registry, subject)
    run_id = current_run(services)
    lines = every_line(services, run_id)
    areas = set(registry.tree.descendants(subject)) if subject in registry.tree else set()
    own = (pl.col("subject_kind") == "enterprise") & pl.col("subject_id").is_in(firms)
    sums = pl.col("subject_kind").is_in(["area", "area_industry"])
    place = sums & pl.col("subject_id").str.head(6).is_in(sorted(areas))
    facts = held_accounted_facts(services).filter(
        (pl.col("subject_kind") == "enterprise") & pl.col("subject_id").is_in(firms)
    )
    tables = {
        "facts": facts,
        "areas": registry.areas,
        "industries": registry.industries,
        "enterprises": registry.enterprises.filter(pl.col("enterprise_id").is_in(firms)),
        "lines": lines.filter(own | place),
    }
    tables |= energy_tables(services, firms)
    regions = _regional(services, caller, sorted(areas))
    method = current_region(services).method if regions else None
    files = packed(subject, run_id, services.settings.family, None, tables | regions, region_method=method)
    return TakenAway(f"account-{subject}-{run_id}.zip", _zipped(files))


def _regional(services: Services, caller: Caller, areas: list[str]) -> dict[str, pl.DataFrame]:
    """The regional account of the areas with all it was made of; none where there is none, or where it rests on areas
    out of the caller's sight."""
    if not areas or areas_seen(services, caller) is not None:
        return {}
    try:
        held = current_region(services)
    except NotFound:
        return {}
    inputs = [services.columns.result(held.run_id, name) for name in MADE_OF]
    own = held.lines.filter(pl.col("area_code").is_in(areas))
    if own.is_empty() or any(frame is None for frame in inputs):
        return {}
    named = zip(REGIONS.needs, inputs, strict=True)
    return {REGIONS.name: own} | {name: frame for name, frame in named if frame is not None}


def _firms(services: Services, caller: Caller, registry: Registry, subject: str) -> list[str]:
    """The works whose figures the account of the subject rests on; every one must be in the caller's sight."""
    mine = scope(caller, registry)
    rows = registry.enterprises
    if subject in registry.tree:
        below = list(registry.tree.descendants(subject))
        firms = rows.filter(pl.col("area_code").is_in(below))["enterprise_id"].unique().sort().to_list()
    else:
        firms = rows.filter(pl.col("enterprise_id") == subject)["enterprise_id"].unique().to_list()
    everything = caller.everything or subject in mine
    if not everything or not firms:
        raise NotFound(
            f"there is no account of {subject}", where="subject", mend="Give an area code or an enterprise id.",
            zh=f"没有{subject}的核算结果", mend_zh="请填写区划代码或企业标识。",
        )  # fmt: skip
    if not sees_firms(caller) or not (caller.everything or set(firms) <= mine):
        raise NotAllowed(
            "the account rests on works out of your sight", where="subject", mend="Ask who sees them.",
            zh="该核算涉及您无权查看的企业", mend_zh="请由有权限的人员导出。",
        )  # fmt: skip
    return firms


def seal(data: bytes) -> str:
    """SHA-256 of an export's manifest, which names the hash of every file of it: who has it can tell a forged one."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return hashlib.sha256(archive.read(MANIFEST)).hexdigest()


def recompute_export(data: bytes) -> Recomputed:
    """Compute an export again; needs no programme and no right. Raises UnreadableFile for what is none."""
    if len(data) > MOST_BYTES:
        raise UnreadableFile(
            f"the export is larger than {MOST_BYTES >> 20} MB", mend="Export a part of the area.",
            zh=f"导出文件超过{MOST_BYTES >> 20} MB", mend_zh="请分区县导出。",
        )  # fmt: skip
    try:
        files = {name: whole(member) for name, member in members_of(data, _BOUNDS).items()}
    except (Unsound, zipfile.BadZipFile) as error:
        raise UnreadableFile(
            f"this is no sound zip: {error}", mend="Export the account again: dafeng account export.",
            zh="压缩包已损坏或不是导出文件", mend_zh="请重新导出：dafeng account export。",
        ) from error  # fmt: skip
    return recompute(files)


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            packing = zipfile.ZIP_STORED if name.endswith(".parquet") else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, _FIRST), content, packing)
    return out.getvalue()

"""Regions of plans that only the programme knows 方案所属区域: read by the programme's own areas.

The reader of plans knows the provinces and prefectures of the nation. A programme may have areas of its own (a new
district, a development zone, a made-up city): where a title or an issuer begins with the name of one, the document is
of that area and level, and so are its targets that name no region. The ledger is not changed, only the view of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec
import polars as pl

from dafeng.plan.ledger import Standing, View
from dafeng.plan.records import Document, Target

_LEVELS = {"province": "province", "city": "prefecture", "county": "county", "park": "county"}


def located(view: View, own: pl.DataFrame) -> View:
    """The view with region and level of documents, and region of targets, by the programme's own areas (AREA rows)."""
    levels: dict[str, str] = dict(own.select("name", "level").iter_rows())
    if not levels:
        return view
    found = {d.doc: name for d in view.documents() if (name := _begins_with(d, levels)) is not None}
    return View({key: _placed(standing, found, levels) for key, standing in view.standings.items()})


def _begins_with(document: Document, levels: Mapping[str, str]) -> str | None:
    """The own area that the document is of: as the reader found it, or the longest name its title or an issuer begins
    with."""
    if document.region is not None:
        return document.region if document.region in levels else None
    for words in (document.title or "", *document.issuers):
        named = [name for name in levels if words.startswith(name)]
        if named:
            return max(named, key=len)
    return None


def _placed(standing: Standing, found: Mapping[str, str], levels: Mapping[str, str]) -> Standing:
    record = standing.record
    region = found.get(getattr(record, "doc", ""))
    if region is None:
        return standing
    if isinstance(record, Document):
        level = _LEVELS[levels[region]]
        return replace(standing, record=msgspec.structs.replace(record, region=region, admin_level=level))
    if isinstance(record, Target) and record.region is None:
        return replace(standing, record=msgspec.structs.replace(record, region=region))
    return standing

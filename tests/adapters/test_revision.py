"""The revision of the record store grows with every kind of record and stays where nothing was written."""

from __future__ import annotations

from datetime import UTC, datetime

from dafeng.adapters.records import open_records
from dafeng.app.ports import Batch
from dafeng.plan.ledger import Entry

NOW = datetime(2025, 3, 1, tzinfo=UTC)


def test_the_revision_grows_with_ledger_batches_and_pointers(tmp_path):
    records = open_records(f"sqlite:///{tmp_path / 'r.db'}")
    writes = (
        lambda: records.append_entries(
            [Entry(at=NOW, who="李", action="add", kind="document", record_id="d", doc="d", after={"doc": "d"})]
        ),
        lambda: records.put_batch(Batch("B-1", "ab" * 32, "energy", "f.csv", 1, 1, 0, 1, [], NOW, "李")),
        lambda: records.point("current", "RUN-1"),
        lambda: records.point("current", "RUN-2"),
    )
    seen = [records.revision()]
    for write in writes:
        write()
        seen.append(records.revision())
        assert records.revision() == seen[-1]
    assert len(set(seen)) == len(seen)
    assert sorted(seen) == seen
    records.point("current", "RUN-2")  # moves nothing
    assert records.revision() == seen[-1]
    records.close()

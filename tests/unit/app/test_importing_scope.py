"""Who may deliver what: a filler its own rows, rosters only the bureau; what is refused leaves nothing behind."""

from __future__ import annotations

import pytest
from tiny_town import EAST_COUNTY, FILLER, OWNER, PUBLIC, town

from dafeng.app import importing, plans
from dafeng.app.importing import take_in_table
from dafeng.base.errors import BadRequest, NotAllowed

HEAD = "统一社会信用代码,时期,能源品种,计量单位,消费量\n"


def energy(*firms: str) -> bytes:
    return (HEAD + "".join(f"{firm},2025,烟煤,吨,120\n" for firm in firms)).encode()


def test_a_filler_delivers_its_own_rows():
    services = town()
    (intake,) = take_in_table(services, FILLER, energy("E-1"), "能源.csv")
    assert (intake.new, intake.batch.rejected) == (1, 0)


@pytest.mark.parametrize(("caller", "firms"), [(FILLER, ("E-1", "E-3")), (EAST_COUNTY, ("E-3",))])
def test_rows_of_foreign_firms_are_refused_whole_and_not_named(caller, firms):
    services = town()
    before = services.columns.facts().height
    with pytest.raises(NotAllowed) as refused:
        take_in_table(services, caller, energy(*firms), "能源.csv")
    assert "E-3" not in str(refused.value)
    assert services.columns.facts().height == before
    assert not [b for b in services.records.batches() if b.file == "能源.csv"]


def test_doubts_are_counted_before_problems_are_cut(monkeypatch):
    rows = "".join(f"E-1,2024-{m:02d},烟煤,吨,{'9000000' if m > 6 else 10}\n" for m in range(1, 13))
    whole = take_in_table(town(), OWNER, (HEAD + rows).encode(), "能源.csv")[0].batch
    monkeypatch.setattr(importing, "_MOST_KEPT", 2)
    cut = take_in_table(town(), OWNER, (HEAD + rows).encode(), "能源.csv")[0].batch
    assert len(cut.problems) == 3
    assert f"{len(whole.problems) - 2} more" in cut.problems[-1]["what"]
    assert importing.doubts_of(cut) == importing.doubts_of(whole) > 2


def test_a_roster_is_for_the_bureau_only():
    roster = "企业标识,企业名称,所在区县,行业代码\nE-9,新厂,990101,3120\n".encode()
    services = town()
    with pytest.raises(NotAllowed):
        take_in_table(services, FILLER, roster, "名录.csv")
    assert "E-9" not in services.records.registry("enterprises")["enterprise_id"].to_list()


def test_the_public_delivers_nothing():
    with pytest.raises(NotAllowed):
        take_in_table(town(), PUBLIC, energy("E-1"), "能源.csv")


def test_a_link_can_be_taken_away_again():
    services = town()
    plans.link(services, OWNER, "plan#t4", "indicator", "energy_leaders", "按名称")
    assert plans.unlink(services, OWNER, "plan#t4", "energy_leaders", "弄错了").links == ()
    with pytest.raises(BadRequest):
        plans.unlink(services, OWNER, "plan#t4", "energy_leaders", "再来一次")

"""The tiny town with monthly electricity and certificates: what the use cases of the ledger are tried on."""

from __future__ import annotations

from dataclasses import replace

from certificate_fakes import MemoryCertificates
from tiny_town import EAST, delivered, fact, run, town

from dafeng.app.importing import take_in_table
from dafeng.app.services import Services
from dafeng.base.callers import Caller

HEAD = "统一社会信用代码,证书种类,起始编号,终止编号,张数,电量生产年月,取得日期,取得方式,电源类型,投产日期"
FILLER = Caller("填报人", frozenset({"filler"}), enterprises=frozenset({"E-1"}), id="U-1")
APPROVER = Caller("审核人", frozenset({"approver"}), enterprises=frozenset({"E-1"}), id="U-2")
STRANGER = Caller("外企", frozenset({"filler"}), enterprises=frozenset({"E-3"}), id="U-3")
COUNTY = Caller("东县", frozenset({"county"}), areas=frozenset({EAST}), id="U-4")
VERIFIER = Caller("核查", frozenset({"verifier"}), enterprises=frozenset({"E-1"}), id="U-5")
BOUGHT = {"E-1": 1000.5, "E-3": 300.25}  # MWh of each month from 2024-01 to 2025-02


def row(first: int, last: int, *, firm: str = "E-1", kind: str = "绿证", month: str = "2024-06", **more: str) -> str:
    """A line of the certificate table."""
    how = more.get("how", "绿电交易" if kind == "绿电" else "购入")
    return ",".join(
        (firm, kind, f"GEC-24-{first:08d}", f"GEC-24-{last:08d}", more.get("count", ""), month,
         more.get("on", "2024-08-01"), how, more.get("source", "风电"), more.get("built", ""))
    )  # fmt: skip


def table(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows, ""]).encode()


FIRST = table(
    row(1, 10_000, month="2024-06"),
    row(20_001, 20_200, kind="绿电", month="2024-11"),
    row(30_001, 30_100, month="2023-05"),
    row(40_001, 40_500, month="2025-01", on="2025-02-20"),
    row(50_001, 50_300, firm="E-3", month="2024-03"),
)


def certificate_town(*, monthly: bool = True, entered: bool = True) -> Services:
    """Four firms with months of electricity, accounted; certificates of E-1 and E-3. Today is 2025-03-01."""
    months = [f"2024-{m:02d}" for m in range(1, 13)] + ["2025-01", "2025-02"]
    rows = delivered(whole=True)
    if monthly:
        for firm, mwh in BOUGHT.items():
            rows += [fact(firm, "energy_bought", "electricity", 2024, mwh, "MWh") | {"period": m} for m in months]
    services = replace(run(town(rows)), certificates=MemoryCertificates())
    if entered:
        from tiny_town import OWNER

        take_in_table(services, OWNER, FIRST, "绿证.csv")
    return services

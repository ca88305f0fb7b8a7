"""Who asks 调用者: a person or key with roles and a scope; every use case takes one."""

from __future__ import annotations

from dataclasses import dataclass

ROLES: dict[str, tuple[str, str]] = {
    "owner": ("工作区所有者", "owner of the programme directory"),
    "sysadmin": ("系统管理员", "system administrator"),
    "secadmin": ("安全管理员", "security administrator"),
    "auditor": ("审计员", "auditor"),
    "officer": ("主管部门人员", "bureau officer"),
    "county": ("县级人员", "county officer"),
    "filler": ("企业填报员", "enterprise filler"),
    "approver": ("企业审核员", "enterprise approver"),
    "verifier": ("核查员", "verifier"),
    "analyst": ("分析员", "analyst"),
    "public": ("公众", "public"),
}
ADMINISTRATORS = frozenset({"sysadmin", "secadmin", "auditor"})  # three separate people 三员分立


@dataclass(frozen=True, slots=True)
class Caller:
    """name signs ledger entries; areas are GB/T 2260 codes whose subtree may be seen (empty = none),
    enterprises are enterprise ids, departments are names as plans write them; ``everything`` lifts the scope
    (the owner of a programme directory). id is the account or key; display is how the person is shown. narrow: a key
    that was cut to a part of its owner's scope; what concerns the whole programme is not changed with it."""

    name: str
    roles: frozenset[str]
    areas: frozenset[str] = frozenset()
    enterprises: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    everything: bool = False
    id: str = ""
    display: str = ""
    narrow: bool = False


PUBLIC = Caller("public", frozenset({"public"}))

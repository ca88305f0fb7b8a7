"""The certificate ledger looked at 绿证台账检查: nothing in two claims or two blocks, no range beyond its block."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dafeng.adapters import tables_certificates as t
from dafeng.app.system.health_ports import Check

_NAMED = 3


def certificate_check(connection: Connection) -> Check:
    """What the triggers and constraints of the database promise, asked for once more of the rows themselves."""
    twice, doubled, beyond = _claimed_twice(connection), _entered_twice(connection), _beyond(connection)
    if twice or doubled or beyond:
        what = [
            f"certificates stand in two claims: {', '.join(twice[:_NAMED])}" if twice else "",
            f"{doubled} blocks share codes" if doubled else "",
            f"{beyond} ranges lie beyond their block" if beyond else "",
        ]
        return Check(
            check="certificates",
            level="fail",
            what="; ".join(w for w in what if w),
            what_zh=f"绿证台账不一致：重复声明{len(twice)}项，重号{doubled}段，越界{beyond}段",
            mend="Somebody wrote past the database's rules: restore the last backup, and find out who.",
            mend_zh="有人绕过数据库约束写入：请恢复最近备份并查明原因",
        )
    count = connection.execute(sa.select(sa.func.count()).select_from(t.certificate_blocks)).scalar_one()
    return Check(
        check="certificates",
        level="ok",
        what=f"{count} blocks of certificates; none is claimed or entered twice",
        what_zh=f"绿证{count}段，无重复登记和重复声明",
    )


def _claimed_twice(connection: Connection) -> list[str]:
    one, other = t.certificate_uses.alias("one"), t.certificate_uses.alias("other")
    both = sa.and_(
        one.c.block_no == other.c.block_no,
        one.c.use_no < other.c.use_no,
        one.c.live,
        other.c.live,
        one.c.first_off <= other.c.last_off,
        one.c.last_off >= other.c.first_off,
    )
    query = sa.select(one.c.claim_id).select_from(one.join(other, both)).distinct().order_by(one.c.claim_id)
    return list(connection.execute(query).scalars())


def _entered_twice(connection: Connection) -> int:
    b = t.certificate_blocks
    before = sa.func.max(b.c.last_no).over(
        partition_by=(b.c.register, b.c.prefix, b.c.width), order_by=(b.c.first_no, b.c.block_no), rows=(None, -1)
    )
    seen = sa.select(b.c.first_no, before.label("before")).subquery()
    query = sa.select(sa.func.count()).select_from(seen).where(seen.c.first_no <= seen.c.before)
    return int(connection.execute(query).scalar_one())


def _beyond(connection: Connection) -> int:
    found = 0
    for table in (t.certificate_uses, t.certificate_transfers):
        b = t.certificate_blocks
        past = table.c.last_off > b.c.last_no - b.c.first_no
        query = sa.select(sa.func.count()).select_from(table.join(b, table.c.block_no == b.c.block_no)).where(past)
        found += int(connection.execute(query).scalar_one())
    return found

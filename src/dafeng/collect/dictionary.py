"""Data dictionary 数据字典: contracts and code lists as Markdown, for the documents and for people who ask."""

from __future__ import annotations

from collections.abc import Iterable

from dafeng.base.columns import CodeList, Col, Contract
from dafeng.collect.templates import allowed_values


def contract_page(contract: Contract) -> str:
    """One contract as a Markdown section: note, key, and a table of its columns."""
    lines = [f"## {contract.zh} `{contract.name}`" if contract.zh else f"## `{contract.name}`", ""]
    if contract.note:
        lines += [contract.note, ""]
    lines += [f"Key 主键: {', '.join(f'`{name}`' for name in contract.key)}", ""]
    lines += [f"At least one of 至少一项: {', '.join(f'`{n}`' for n in group)}" for group in contract.one_of]
    lines += ["", "| column 列 | 中文 | meaning | type | unit | required 必填 | values 取值 | example 示例 |"]
    lines += ["|---|---|---|---|---|---|---|---|"]
    lines += [_line(name, col) for name, col in contract.columns.items()]
    return "\n".join(lines) + "\n"


def _line(name: str, col: Col) -> str:
    kind = col.form or {"str": "text", "float": "number", "int": "integer"}.get(col.type.__name__, col.type.__name__)
    values = f"code list `{col.codes}`" if col.codes else _choices(col) or allowed_values(col)
    cells = (f"`{name}`", col.zh, col.en, kind, col.unit or "", "" if col.missing else "yes", values, col.example)
    return "| " + " | ".join(_safe(cell) for cell in cells) + " |"


def _choices(col: Col) -> str:
    return ", ".join(f"`{code}` {zh}" for code, zh in (col.choices or {}).items())


def _safe(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def code_list_page(codes: CodeList, limit: int | None = None) -> str:
    """One code list as a Markdown section; with a limit only its first entries and how many there are."""
    table = codes.table if limit is None else codes.table.head(limit)
    lines = [f"## {codes.zh} `{codes.name}`", "", f"{len(codes.table)} entries", ""]
    lines += ["| " + " | ".join(table.columns) + " |", "|" + "---|" * table.width]
    lines += [
        "| " + " | ".join(_safe("" if cell is None else str(cell)) for cell in row) + " |" for row in table.iter_rows()
    ]
    return "\n".join(lines) + "\n"


def data_dictionary(contracts: Iterable[Contract], title: str = "Data dictionary 数据字典") -> str:
    """All contracts on one page, in the order given."""
    return "\n".join([f"# {title}\n", *(contract_page(contract) for contract in contracts)])

"""A report as one HTML file: no script, nothing fetched, pictures inside, readable at 390 px and printable."""

from __future__ import annotations

from html import escape

from dafeng.adapters.documents import charts
from dafeng.adapters.documents.typesetting import compiled
from dafeng.report.model import (
    Figure,
    Heading,
    Numbered,
    Paragraph,
    Report,
    Run,
    Table,
    numbered,
    references,
)
from dafeng.report.printable import printable

_STYLE = """
:root{--ink:#1F2937;--muted:#6B7280;--line:#E5E7EB;--accent:#0F766E;--warn:#B45309;--paper:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#E5E7EB;--muted:#9CA3AF;--line:#374151;--accent:#5EEAD4;--warn:#FBBF24;
--paper:#111827}figure svg{background:#fff;border-radius:4px}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.85 "Noto Serif CJK SC","Source Han Serif SC",
FangSong,STFangsong,SimSun,serif}
main{max-width:860px;margin:0 auto;padding:40px 24px 64px}
h1,h2,h3,h4,table,figcaption,footer,.meta,.preface,caption{font-family:"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
h1{font-size:28px;line-height:1.4;text-align:center;margin:0 0 8px}
.meta{text-align:center;color:var(--muted);font-size:14px;margin:0 0 24px}
h2{font-size:20px;margin:32px 0 8px}h3{font-size:17px;margin:24px 0 4px}h4{font-size:16px;margin:16px 0 4px}
p{margin:0 0 8px;text-indent:2em}
.preface{border-left:3px solid var(--warn);padding:8px 12px;font-size:14px;margin:0 0 16px;text-indent:0}
.wide{overflow-x:auto;margin:20px 0}
table{border-collapse:collapse;width:100%;font-size:13px;line-height:1.5;font-variant-numeric:tabular-nums}
caption{font-weight:600;font-size:14px;padding:4px 0;text-align:center}
th{border-top:2px solid var(--ink);border-bottom:1px solid var(--ink);font-weight:600;white-space:nowrap}
th,td{padding:5px 8px;vertical-align:top}td{border-bottom:1px solid var(--line)}
.right{text-align:right}.center{text-align:center}.left{text-align:left}td.right{white-space:nowrap}
.unit{text-align:right;color:var(--muted);font-size:12px}.under{color:var(--muted);font-size:12px;text-indent:0;margin:4px 0}
figure{margin:24px 0}figcaption{font-weight:600;font-size:14px;text-align:center}figure svg{display:block;margin:0 auto;max-width:100%;height:auto}
sup{font-size:10px;line-height:0;color:var(--muted);font-family:sans-serif}
a{color:inherit;text-decoration:none;border-bottom:1px dotted var(--muted)}a:hover,a:focus{border-bottom-color:var(--accent)}
.mark{font-size:11px;color:var(--warn);border:1px solid var(--warn);border-radius:2px;padding:0 2px;margin-left:2px;
font-family:sans-serif;white-space:nowrap}
.water{position:fixed;inset:0;display:flex;align-items:center;justify-content:center;pointer-events:none;font:700 18vw
sans-serif;color:var(--ink);opacity:.05;transform:rotate(-30deg);white-space:nowrap}
footer{border-top:1px solid var(--line);margin-top:40px;padding-top:8px;color:var(--muted);font-size:12px;overflow-wrap:anywhere}
code{font-size:11px;overflow-wrap:anywhere}
@media (max-width:480px){main{padding:24px 16px}h1{font-size:22px}}
@media print{main{max-width:none;padding:0}a{border:0}}
"""


def html(report: Report) -> bytes:
    """The report as UTF-8 HTML."""
    report = printable(report)
    numbers = references(report)
    water = f'<div class="water" aria-hidden="true">{escape(report.watermark)}</div>' if report.watermark else ""
    preface = f'<p class="preface">{escape(report.preface)}</p>' if report.preface else ""
    body = "\n".join(_block(item, numbers) for item in numbered(report))
    foot = f"数据时间 {report.data_time} · 规则版本 {report.rules} · 运算 {report.run_id}"
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    page = f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{escape(report.title)}</title><style>{_STYLE}</style></head><body>{water}<main>
<h1>{escape(report.title)}</h1><p class="meta">{escape(report.issuer)} · {escape(report.date)}</p>{preface}
{body}
<footer>{escape(foot)}</footer></main></body></html>
"""
    return page.encode()


def _block(item: Numbered, numbers: dict[str, int]) -> str:
    block = item.block
    if isinstance(block, Heading):
        level = block.level + 1
        return f"<h{level}>{escape(item.label + block.text)}</h{level}>"
    if isinstance(block, Paragraph):
        return f"<p>{_runs(block.runs, numbers)}</p>"
    return _table(item.label, block, numbers) if isinstance(block, Table) else _figure(item.label, block)


def _runs(runs: tuple[Run, ...], numbers: dict[str, int]) -> str:
    return "".join(_run(run, numbers) for run in runs)


def _run(run: Run, numbers: dict[str, int]) -> str:
    words = f"<strong>{escape(run.text)}</strong>" if run.bold else escape(run.text)
    mark = f'<span class="mark">{escape(run.mark)}</span>' if run.mark else ""
    if run.node is None:
        return words + mark
    node, number = escape(run.node, quote=True), numbers[run.node]
    return f'<a href="#n{number}" data-node="{node}" title="dafeng explain {node}">{words}</a>{mark}<sup>{number}</sup>'


def _table(label: str, table: Table, numbers: dict[str, int]) -> str:
    heads = "".join(
        f'<th class="{c.align}" scope="col">{escape(c.title)}{f"({escape(c.unit)})" if c.unit else ""}</th>'
        for c in table.columns
    )
    rows = "\n".join(
        f"<tr{_anchor(row)}>"
        + "".join(
            f'<td class="{c.align}">{_run(cell, numbers)}</td>' for c, cell in zip(table.columns, row, strict=True)
        )
        + "</tr>"
        for row in table.rows
    )
    unit = f'<p class="unit">单位：{escape(table.unit)}</p>' if table.unit else ""
    return (
        f'<div class="wide">{unit}<table><caption>{escape(f"{label}  {table.caption}")}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{_under(table.note, table.source)}</div>"
    )


def _anchor(row: tuple[Run, ...]) -> str:
    """The rows of the annex of explained numbers are where the small numbers lead."""
    return f' id="{escape(row[0].anchor)}"' if row and row[0].anchor else ""


def _under(note: str, source: str) -> str:
    words = " ".join(x for x in (note and f"注：{note}", source and f"来源：{source}") if x)
    return f'<p class="under">{escape(words)}</p>' if words else ""


def _figure(label: str, figure: Figure) -> str:
    picture = compiled(charts.page(figure.chart), "svg").decode()
    picture = picture[picture.index("<svg") :].replace(
        "<svg", f'<svg role="img" aria-label="{escape(figure.caption)}"', 1
    )
    return (
        f'<figure><figcaption>{escape(f"{label}  {figure.caption}")}</figcaption><p class="under">'
        f"{escape(figure.measure)}</p>{picture}{_under(figure.note, figure.source)}</figure>"
    )

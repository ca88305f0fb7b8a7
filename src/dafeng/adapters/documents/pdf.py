"""A report as PDF: Typst, A4, laid out after GB/T 9704-2012 as far as free fonts allow."""

from __future__ import annotations

from dafeng.adapters.documents import charts
from dafeng.adapters.documents.typesetting import BODY, HEAD, compiled, text
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

# margins of GB/T 9704-2012 §5.2.1: upper 37 mm, binding 28 mm, type area 156 mm × 225 mm
_SETUP = """
#set document(title: {title}, author: {issuer})
#set text(font: "{body}", size: 14pt, lang: "zh", region: "cn", fill: rgb("#1F2937"))
#set par(leading: 0.85em, spacing: 0.85em, justify: true, first-line-indent: (amount: 2em, all: true))
#let ref-no(n) = text(size: 6.5pt, baseline: -3.5pt, fill: rgb("#6B7280"), font: "{head}", str(n))
#let mark(w) = box(text(size: 7pt, baseline: -2.5pt, fill: rgb("#B45309"), font: "{head}", w))
#let flat(body) = {{ set par(first-line-indent: 0pt, justify: false, leading: 0.5em); body }}
#set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm),
  footer: context {{ set text(size: 8pt, font: "{head}", fill: rgb("#6B7280")); set par(first-line-indent: 0pt)
    grid(columns: (1fr, auto), {foot},
      text(size: 12pt, font: "{body}", fill: rgb("#1F2937"), "— " + counter(page).display() + " —")) }},
  background: {watermark})
"""


def pdf(report: Report) -> bytes:
    """The report as PDF bytes."""
    return compiled(markup(printable(report)), "pdf")


def markup(report: Report) -> str:
    """The Typst source of the report."""
    numbers = references(report)
    foot = text(f"数据时间 {report.data_time}  规则版本 {report.rules}  运算 {report.run_id}")
    mark = f'rotate(-35deg, text(size: 72pt, fill: rgb("#00000010"), font: "{HEAD}", weight: 700, {text(report.watermark)}))'
    parts = [
        _SETUP.format(
            title=text(report.title),
            issuer=text(report.issuer),
            body=BODY,
            head=HEAD,
            foot=foot,
            watermark=mark if report.watermark else "none",
        )
    ]
    parts.append(
        f'#align(center, flat(text(size: 22pt, font: "{HEAD}", weight: 700, {text(report.title)})))\n#v(6pt)\n'
    )
    parts.append(f"#align(center, flat(text(size: 14pt, {text(report.issuer + '  ' + report.date)})))\n#v(10pt)\n")
    if report.preface:
        parts.append(
            f'#block(width: 100%, inset: 8pt, stroke: (left: 2pt + rgb("#B45309")), fill: rgb("#FBF7F0"), '
            f'flat(text(size: 10.5pt, font: "{HEAD}", {text(report.preface)})))\n'
        )
    parts += [_block(item, numbers) for item in numbered(report)]
    return "".join(parts)


def _block(item: Numbered, numbers: dict[str, int]) -> str:
    block = item.block
    if isinstance(block, Heading):
        return _heading(item.label, block)
    if isinstance(block, Paragraph):
        return f"#par[{_runs(block.runs, numbers)}]\n"
    if isinstance(block, Table):
        return _table(item.label, block, numbers)
    return _figure(item.label, block)


def _heading(label: str, block: Heading) -> str:
    size, weight, font = {1: (16, 700, HEAD), 2: (15, 600, HEAD), 3: (14, 600, BODY)}[block.level]
    above = {1: 16, 2: 12, 3: 8}[block.level]
    return (
        f'#v({above}pt, weak: true)\n#block(sticky: true, flat(text(size: {size}pt, font: "{font}", '
        f"weight: {weight}, {text(label + block.text)})))\n"
    )


def _runs(runs: tuple[Run, ...], numbers: dict[str, int]) -> str:
    return "".join(_run(r, numbers) for r in runs)


def _run(run: Run, numbers: dict[str, int]) -> str:
    words = f"#text(weight: 700, {text(run.text)})" if run.bold else f"#{text(run.text)}"
    mark = f"#mark({text(run.mark)})" if run.mark else ""
    ref = f"#ref-no({numbers[run.node]})" if run.node is not None else ""
    return f"#box[{words}{mark}{ref}]" if run.node is not None else words + mark + ref


def _table(label: str, table: Table, numbers: dict[str, int]) -> str:
    widths = ", ".join(f"{c.width:g}fr" for c in table.columns)
    aligns = ", ".join(c.align for c in table.columns)
    heads = ", ".join(
        f"[#text(weight: 700, {text(c.title + (f'({c.unit})' if c.unit else ''))})]" for c in table.columns
    )
    cells = ",\n".join(", ".join(f"[{_run(cell, numbers)}]" for cell in row) for row in table.rows)
    unit = f"#align(right, text(size: 9pt, {text('单位：' + table.unit)}))" if table.unit else ""
    below = " ".join(x for x in (table.note and f"注：{table.note}", table.source and f"来源：{table.source}") if x)
    return f"""#v(8pt, weak: true)
#flat[#set text(size: 9.5pt, font: "{HEAD}")
#align(center, block(sticky: true, text(size: 10.5pt, weight: 700, {text(label + "  " + table.caption)})))
{unit}
#table(columns: ({widths},), align: ({aligns},), inset: (x: 4pt, y: 4.5pt),
  stroke: (x, y) => (top: if y == 0 {{ 1pt }} else if y == 1 {{ 0.6pt }} else {{ 0.3pt + rgb("#D1D5DB") }}, bottom: 0.6pt),
  table.header({heads}),
{cells})
{f'#text(size: 8.5pt, fill: rgb("#6B7280"), {text(below)})' if below else ""}]
#v(8pt, weak: true)
"""


def _figure(label: str, figure: Figure) -> str:
    below = " ".join(x for x in (figure.note and f"注：{figure.note}", figure.source and f"来源：{figure.source}") if x)
    return f"""#v(8pt, weak: true)
#block(breakable: false, flat[#set text(font: "{HEAD}", size: 8pt)
#align(center)[#text(size: 10.5pt, weight: 700, {text(label + "  " + figure.caption)})]
#text(size: 8.5pt, fill: rgb("#6B7280"), {text(figure.measure)})
{charts.drawn(figure.chart)}
{f'#text(size: 8.5pt, fill: rgb("#6B7280"), {text(below)})' if below else ""}])
#v(8pt, weak: true)
"""

"""Where the tasks of a plan are: the deepest headings with bodies of their own, and paragraphs that name units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from dafeng.plan.gazetteer import one_of
from dafeng.plan.outline import Block, Outline, Section
from dafeng.plan.records import Span
from dafeng.plan.structure.headings import read_mark
from dafeng.plan.tasks.duty import DutyPlace, find_duties
from dafeng.plan.tasks.units import LeadOrder, stated_order

GENERAL = re.compile(one_of("general_heading"))
_FIRST_SENTENCE = re.compile(r"^(?P<title>[^。,，、;；:：!！?？()（）]{4,16})。")


@dataclass(slots=True)
class Node:
    """A section with its own paragraphs (boxes apart) and the sections right under it."""

    index: int
    section: Section
    paragraphs: list[Block] = field(default_factory=list)
    children: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Draft:
    """A task before its record: heading section (or None), its paragraphs, number, title and path."""

    section: int | None
    blocks: tuple[Block, ...]
    number: str | None
    title: str
    path: tuple[str, ...]
    start: int
    body_from: int


class TaskFinder:
    """Finds the drafts of tasks in one outline; holds what every step needs to look at."""

    def __init__(self, text: str, outline: Outline, *, progress: bool) -> None:
        self.text = text
        self.outline = outline
        self.progress = progress
        self.duties: dict[int, list[DutyPlace]] = {}
        self.nodes = self._nodes()
        self.grouped = self._grouped()

    def words(self, block: Block) -> str:
        return self.text[block.body_start : block.span[1]]

    def places(self, block: Block) -> list[DutyPlace]:
        """The statements of responsibility in a paragraph, its heading included."""
        key = block.span[0]
        if key not in self.duties:
            self.duties[key] = find_duties(self.text[block.span[0] : block.span[1]])
        return self.duties[key]

    def general_lead_rule(self) -> LeadOrder | None:
        """The rule by order that a note outside the tasks states, as 列第一位的为牵头单位."""
        notes = (
            self.text[b.span[0] : b.span[1]]
            for b in self.outline.blocks
            if b.kind in ("body", "notice") and not self.places(b) and b.span[1] - b.span[0] < 200
        )
        return next((order for note in notes if (order := stated_order(note))), None)

    def _nodes(self) -> dict[int, Node]:
        nodes = {i: Node(i, s) for i, s in enumerate(self.outline.sections) if s.level != "box"}
        for block in self.outline.blocks:
            if block.section in nodes and block.kind in ("body", "heading"):
                nodes[block.section].paragraphs.append(block)
        for i, node in nodes.items():
            parent = node.section.parent
            if parent is not None and parent in nodes:
                nodes[parent].children.append(i)
        return nodes

    def _has_duty(self, index: int, *, deep: bool = False) -> bool:
        node = self.nodes[index]
        if any(self.places(block) for block in node.paragraphs):
            return True
        return deep and any(self._has_duty(child, deep=True) for child in node.children)

    def _grouped(self) -> bool:
        """Whether this plan names the units once for all items under a heading, behind the last of them."""
        each = last_only = 0
        for node in self.nodes.values():
            if len(node.children) < 2 or any(self.nodes[c].children for c in node.children):
                continue
            have = [self._has_duty(child) for child in node.children]
            each += sum(have) >= 2
            last_only += have[-1] and not any(have[:-1])
        return last_only > each

    def drafts(self) -> list[Draft]:
        made: list[Draft] = []
        for index, node in self.nodes.items():
            if node.section.parent is None:
                made += self._walk(index)
        if not made and not self.progress:
            made += [
                d
                for i, n in self.nodes.items()
                if n.section.level == 1 and not self._is_general(i)
                for d in self._leaf(i)
            ]
        covered = {block.span for draft in made for block in draft.blocks}
        made += self._loose(covered)
        return sorted(made, key=lambda d: d.start)

    def _is_general(self, index: int) -> bool:
        """Whether a heading opens principles, goals or background; 目标任务 with items under it does not."""
        node = self.nodes[index]
        mixed = node.children and re.search("任务|措施|举措|重点工作", node.section.title)
        return bool(GENERAL.search(node.section.title)) and not mixed

    def _walk(self, index: int) -> list[Draft]:
        node = self.nodes[index]
        if self._is_general(index) and not self._has_duty(index, deep=True):
            return []
        if not node.children or self._holds_together(node):
            wanted = self._has_duty(index, deep=True) or (node.section.level != 1 and not self.progress)
            return self._leaf(index) if wanted and not (self._is_general(index) and not self._has_duty(index)) else []
        made = [draft for child in node.children for draft in self._walk(child)]
        if self._has_duty(index):
            made += self._own(node)
        return made

    def _holds_together(self, node: Node) -> bool:
        """Whether the items under a heading are steps of one task: (1)… without units, or units named once for all."""
        children = [self.nodes[c] for c in node.children]
        if any(c.children for c in children):
            return False
        have = [self._has_duty(c.index) for c in children]
        if all(c.section.level == 4 for c in children):
            return not any(have) or (have[-1] and not any(have[:-1]) and len(have) > 1)
        return self.grouped and len(have) > 1 and have[-1] and not any(have[:-1])

    def _leaf(self, index: int) -> list[Draft]:
        """The task of a heading with all that stands under it; or one for each paragraph that names its own units."""
        node = self.nodes[index]
        blocks = list(node.paragraphs)
        for child in node.children:
            blocks += self.nodes[child].paragraphs
        if not node.children:
            own = [b for b in blocks if b.kind == "body" and self.places(b)]
            if len(own) >= 2 and all(_is_sentence(self.body(b)) for b in own) and not self._labelled_lines(own):
                return [self._unnumbered(b, index) for b in own]
            single = self._titled_paragraph(node)
            if single is not None:
                return [self._unnumbered(single, index)]
        if not any(self.body(b) or self.places(b) for b in blocks):
            return []
        return [self._numbered(node, blocks)]

    def _labelled_lines(self, blocks: Sequence[Block]) -> bool:
        """牵头单位:… and 配合单位:… on lines of their own belong to one task."""
        return sum(self.places(b)[0].span[0] == 0 for b in blocks) >= len(blocks) - 1

    def body(self, block: Block) -> str:
        """The words of a paragraph behind its heading, without the statements of responsibility."""
        words = self.text[block.span[0] : block.span[1]]
        offset = block.body_start - block.span[0]
        for place in reversed(self.places(block)):
            words = words[: max(offset, place.span[0])] + words[place.span[1] :]
        return words[offset:].strip()

    def _titled_paragraph(self, node: Node) -> Block | None:
        """The one paragraph under a heading that opens with a title of its own, where sister headings have items."""
        body = [b for b in node.paragraphs if b.kind == "body"]
        parent = node.section.parent
        if len(body) != 1 or node.section.level != 2 or parent is None or body[0].span[0] == node.section.start:
            return None
        sisters = [self.nodes[i] for i in self.nodes[parent].children if i != node.index]
        if not any(s.children for s in sisters) or not self.places(body[0]):
            return None
        words = self.body(body[0])
        opening = _FIRST_SENTENCE.match(words)
        return body[0] if opening and len(words) - opening.end() >= 8 else None

    def _numbered(self, node: Node, blocks: Sequence[Block]) -> Draft:
        section = node.section
        number = task_number(self.text, section)
        return Draft(
            node.index, tuple(blocks), number, section.title, self._path(section.parent), section.start, section.start
        )

    def _own(self, node: Node) -> list[Draft]:
        """The task that a heading with items under it is as well, when it names units of its own."""
        return [self._numbered(node, node.paragraphs)]

    def _unnumbered(self, block: Block, section: int | None) -> Draft:
        body = self.body(block)
        title = re.split("[。;；:：]", body, maxsplit=1)[0]
        return Draft(
            None, (block,), None, re.sub(r"\s", "", title), self._path(section), block.span[0], block.body_start
        )

    def _loose(self, covered: set[Span]) -> list[Draft]:
        """Paragraphs that name responsible units and stand in no task yet."""
        return [
            self._unnumbered(b, b.section)
            for b in self.outline.blocks
            if b.kind == "body" and b.span not in covered and self.places(b) and _is_sentence(self.body(b))
        ]

    def _path(self, section: int | None) -> tuple[str, ...]:
        return tuple(heading_words(self.text, self.outline.sections[i]) for i in self.outline.path(section))


def _is_sentence(words: str) -> bool:
    return len(words) >= 12


def heading_words(text: str, section: Section) -> str:
    """A heading as it is cited in a path: mark in ASCII brackets, then the title."""
    if section.level == "box":
        return f"专栏{section.number or ''} {section.title}".strip()
    mark = read_mark(text[section.start : section.start + 80])
    number = section.number or ""
    if mark is None:
        return section.title
    shapes = {
        "chapter": f"第{number}章 ", "part": f"第{number}节 ", "cn": f"{number}、", "cn_paren": f"({number})",
        "arabic": f"{number}.", "arabic_paren": f"({number})", "circled": number,
    }  # fmt: skip
    return shapes.get(mark.kind, number) + section.title


def task_number(text: str, section: Section) -> str | None:
    mark = read_mark(text[section.start : section.start + 80])
    if mark is None or section.number is None:
        return section.number
    return f"({section.number})" if mark.kind in ("cn_paren", "arabic_paren") else section.number

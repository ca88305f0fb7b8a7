"""Formulas as a table, and which methods use a parameter or a formula 规则的引用."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from dafeng.rules.formulas import enrolled
from dafeng.rules.method_data import stream_items
from dafeng.rules.methods import Methods
from dafeng.rules.records import Family
from dafeng.rules.rulebook import Rulebook

Use = tuple[str, str, str, str]  # method, family, stream, input ("" for a formula)


class FormulaEntry(TypedDict):
    """One enrolled formula: key is what stands in result lines; zh and en are its arithmetic in words."""

    key: str
    id: str
    since: str
    zh: str
    en: str
    inputs: str
    source: str
    docs: str


def formula_entries() -> list[FormulaEntry]:
    """All formulas that are enrolled, by id and day."""
    return [
        FormulaEntry(
            key=f.key, id=f.id, since=str(f.since), zh=f.zh, en=f.en, inputs=", ".join(f.inputs), source=f.source,
            docs=(f.function.__doc__ or "").strip().split("\n")[0],
        )
        for f in enrolled()
    ]  # fmt: skip


def default_id(template: str, item: str, family: Family) -> str:
    """The parameter behind a template of an input, for an item under a family."""
    proxy = family.proxy(item) if "{fuels}" in template else None
    return template.format(
        item=item if proxy is None else proxy.use, fuels=family.fuels, heat=family.heat, gwp=family.gwp,
        electricity="",
    )  # fmt: skip


def defaults_of(methods: Methods, book: Rulebook) -> Iterator[tuple[str, Use]]:
    """Every default of every method: the parameter's id, and who asks for it."""
    for (id, name), method in methods.held.items():
        family = book.families[name]
        for stream, form in method.streams.items():
            for code, item in stream_items(form, book.items).items():
                for input, inp in form.inputs.items():
                    template = item.parameters.get(input, inp.parameter)
                    if template == "{electricity}":
                        for step in family.electricity:
                            yield step.parameter, (id, name, stream, input)
                    elif template:
                        yield default_id(template, code, family), (id, name, stream, input)


def uses_of(methods: Methods, book: Rulebook, id: str) -> list[Use]:
    """Where a parameter is the default of an input, or a formula (with or without its day) may be chosen."""
    found = [use for held, use in defaults_of(methods, book) if held == id]
    plain = id.partition("@")[0]
    for (method, family), held_method in methods.held.items():
        found += [(method, family, stream, "") for stream, f in held_method.streams.items() if plain in f.formulas]
    return sorted(set(found))

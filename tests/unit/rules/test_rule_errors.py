"""Errors put into a copy of the rulebook, one at a time: each must be named at the place where it stands.

The values are those that stand wrong in print (misprinted guides, tables typed over, sets mixed up), and slips of the
hand: dates, units, names. A check that cannot find them proves nothing about the rulebook that ships.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import pytest

import dafeng.account.formulas  # noqa: F401 (enrols them: methods name formulas)
from dafeng.base.errors import Problem
from dafeng.rules.checks import check, range_of
from dafeng.rules.chemistry import derived_value, molar_mass, packaged_chemistry
from dafeng.rules.method_checks import late_streams, not_printed
from dafeng.rules.methods import Method, Methods, assemble_methods, packaged_methods
from dafeng.rules.packaged import read_folder
from dafeng.rules.parameters import FactorValue
from dafeng.rules.printed import kept_as_printed, packaged_errors
from dafeng.rules.records import Name
from dafeng.rules.rulebook import Rulebook, packaged_rulebook


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return packaged_rulebook()


@pytest.fixture(scope="module")
def methods() -> Methods:
    return packaged_methods()


def with_values(book: Rulebook, id: str, change: Callable[[FactorValue], FactorValue], scope: str = "CN") -> Rulebook:
    old = book.parameters[(id, scope)]
    wrong = replace(old, values=tuple(change(v) for v in old.values))
    return replace(book, parameters={**book.parameters, (id, scope): wrong})


def with_value(book: Rulebook, id: str, number: float) -> Rulebook:
    """The rulebook with one wrong number, as a typing error would leave it."""
    return with_values(book, id, lambda v: replace(v, value=number))


def errors_of(found: tuple[Problem, ...], column: str) -> list[str]:
    return [p.what for p in found if p.column == column and p.severity == "error"]


def test_what_ships_is_sound_with_its_methods(book: Rulebook, methods: Methods) -> None:
    assert check(book, methods) == ()


# -- known published errors --------------------------------------------------------------------------------------------

PRINTED = [
    ("process.chem.co2_density", 197.7, "co2_density_tenfold"),
    ("process.mine.ch4_density", 7.7, "ch4_density_exchanged"),
    ("process.mine.ch4_density", 6.7, "mine_methane_at_20_degrees"),
    ("ndrc_general.anthracite.carbon_content", 27.49, "carbon_per_tj"),
    ("ndrc_building_2013.raw_coal.carbon_content", 0.03317, "carbon_for_standard_coal"),
    ("ndrc_general.coke.carbon_content", 0.0210810, "coke_is_oven_gas"),
    ("ndrc_ceramics_2013.water_gas.ncv", 10.4, "water_gas_tenfold"),
    ("ndrc_general.natural_gas.ncv", 38.931, "gas_ncv_per_m3"),
    ("ndrc_power_2013.other_gas.ncv", 52270.0, "other_gas_tenfold"),
    ("process.fluoro.destroyed.HFC-23", 7354.29, "hfc23_gwp_on_co2"),
    ("process.cement.clinker.portland", 0.525, "clinker_of_another_rule"),
    ("process.cement.clinker.portland", 0.538, "clinker_of_the_inventory"),
    ("mee_power_2022.bituminous.carbon_content", 0.03356, "penalty_of_the_edition_before"),
]


@pytest.mark.parametrize(("id", "value", "name"), PRINTED, ids=[f"{n}:{v}" for _, v, n in PRINTED])
def test_a_known_published_error_is_named(book: Rulebook, id: str, value: float, name: str) -> None:
    assert any(name in what for what in errors_of(check(with_value(book, id, value)), id))


@pytest.mark.parametrize("error", [e for e in packaged_errors() if e.kept], ids=lambda e: e.id)
def test_a_printed_error_is_kept_only_by_name(book: Rulebook, error: Any) -> None:
    """Ethane 0.856, carbide 0.314 …: without the excuse the value that ships is refused, by its name."""
    others = tuple(msgspec.structs.replace(e, kept=()) if e.id == error.id else e for e in packaged_errors())
    found = check(book, None, others)
    for id in error.kept:
        assert any(error.id in what for what in errors_of(found, id))


def test_an_excuse_for_nothing_is_told(book: Rulebook) -> None:
    assert errors_of(check(with_value(book, "process.chem.carbon.ethane", 0.799)), "process.chem.carbon.ethane") == [
        "ethane_is_ethylene excuses a value that is not there"
    ]


def test_every_kept_error_is_listed_with_its_value(book: Rulebook) -> None:
    kept = {value.id: value.value for _, value in kept_as_printed(book)}
    assert kept["process.chem.carbon.ethane"] == 0.856
    assert kept["process.chem.carbon.calcium_carbide"] == 0.314


# -- stoichiometry -----------------------------------------------------------------------------------------------------

CHEMISTRY = [
    ("process.carbonate.caco3", 0.4937),  # digits exchanged
    ("process.carbonate.na2co3", 0.4491),
    ("process.glass.carbonate.mgco3", 0.5129),
    ("process.stoich.cao", 0.875),
    ("process.stoich.mgo", 1.902),
    ("process.chem.carbon.methanol", 0.357),
    ("process.chem.carbon.urea", 0.27),
    ("process.chem.formula.benzene", 0.9262),
    ("process.chem.co2_density", 18.0),
    ("process.mach.molar.SF6", 164.06),
    ("process.fluoro.destroyed.HFC-23", 0.7286),
    ("process.food.fermentation", 0.8553),
]


@pytest.mark.parametrize(("id", "value"), CHEMISTRY, ids=[id for id, _ in CHEMISTRY])
def test_what_chemistry_contradicts_is_found(book: Rulebook, id: str, value: float) -> None:
    assert any(" gives " in what for what in errors_of(check(with_value(book, id, value)), id))


def test_the_arithmetic_of_formulas() -> None:
    table = packaged_chemistry()
    by_id = {id: entry for entry in table.derived for id in entry.ids}
    assert molar_mass("CaCO3", table.atoms) == pytest.approx(100.086, abs=1e-3)
    assert derived_value(by_id["process.stoich.cao"], "tCO2/t", table.atoms) == pytest.approx(0.7848, abs=1e-4)
    assert derived_value(by_id["process.stoich.mgo"], "tCO2/t", table.atoms) == pytest.approx(1.0919, abs=1e-4)
    assert derived_value(by_id["process.*.carbon.urea"], "tC/t", table.atoms) == pytest.approx(0.2, abs=1e-4)
    assert derived_value(by_id["process.*.ch4_density_20"], "kg/m3", table.atoms) == pytest.approx(0.667, abs=1e-3)


def test_every_entry_of_the_table_finds_a_parameter(book: Rulebook) -> None:
    """An entry whose ids fit nothing would prove nothing."""
    from dafeng.rules.chemistry import values_of

    lost = [glob for entry in packaged_chemistry().derived for glob in entry.ids if not values_of(book, (glob,))]
    assert lost == []


@pytest.mark.parametrize(
    ("id", "value", "said"),
    [
        ("gwp.AR5.CH4", 25, "which is that of AR4"),
        ("gwp.AR2.CH4", 28, "which is that of AR5"),
        ("gwp.AR5.N2O", 256, "not 256"),
        ("gwp.AR6.C5F12", 92200, "in the other sets about"),
        ("gwp.AR5.R-410A", 2088, "its components give"),
    ],
)
def test_a_gwp_of_another_set_or_mistyped_is_found(book: Rulebook, id: str, value: float, said: str) -> None:
    assert any(said in what for what in errors_of(check(with_value(book, id, value)), id))


def test_a_fuel_with_more_carbon_than_carbon_is_found(book: Rulebook) -> None:
    found = check(with_value(book, "ndrc_general.petroleum_coke.ncv", 45.0))
    assert any("t of carbon per t" in w for w in errors_of(found, "ndrc_general.petroleum_coke.carbon_content"))


# -- ranges, dates, units, words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "value"),
    [
        ("process.cement.clinker.white", 5.5),
        ("process.al.pfc.slope.cf4", 143.0),
        ("process.coal.ch4.open_pit", 134.0),
        ("process.elec.util.SF6", 80.0),
        ("process.ww.mcf_anaerobic", 90.0),
        ("process.oilgas.leak.gas_storage", 5837.0),
        ("process.transport.heavy_diesel.n2o", 30000.0),
        ("process.biomass.wood.heat", 15600.0),
        ("heat.co2", 110.0),
        ("gbt2589.natural_gas.tce", 1.33 * 10_000),
        ("mee.grid_co2_residual", 585.6),
    ],
)
def test_a_wrong_unit_or_point_is_outside_its_range(book: Rulebook, id: str, value: float) -> None:
    assert any("is outside" in what for what in errors_of(check(with_value(book, id, value)), id))


def test_every_value_has_a_plausible_range(book: Rulebook) -> None:
    bare = [v.id for p in book.parameters.values() for v in p.values if range_of(v, book.ranges.ranges) is None]
    assert bare == []


def test_a_unit_the_kind_is_never_in_is_found(book: Rulebook) -> None:
    wrong = with_values(book, "ndrc_general.diesel.ncv", lambda v: replace(v, unit="MJ/t"))
    assert any("no plausible range" in w for w in errors_of(check(wrong), "ndrc_general.diesel.ncv"))
    strange = with_values(book, "ndrc_general.diesel.ncv", lambda v: replace(v, unit="bushel"))
    assert any("unknown unit" in w for w in errors_of(check(strange), "ndrc_general.diesel.ncv"))


def test_dates_that_cannot_be_are_found(book: Rulebook) -> None:
    id = "equivalent.electricity.tce"
    ends = with_values(book, id, lambda v: replace(v, until=date(1999, 1, 1)))
    assert any("before it begins" in w for w in errors_of(check(ends), id))
    overlap = with_values(book, id, lambda v: replace(v, until=None))
    assert any("two values hold on" in w for w in errors_of(check(overlap), id))


def test_a_value_without_source_or_english_is_found(book: Rulebook) -> None:
    id = "heat.co2"
    assert "no source" in errors_of(check(with_values(book, id, lambda v: replace(v, source=" "))), id)
    chinese = with_values(book, id, lambda v: replace(v, name_en="热力"))
    assert any("has Chinese in it" in w for w in errors_of(check(chinese), id))


def test_both_languages_tell_what_is_wrong(book: Rulebook, methods: Methods) -> None:
    wrong = with_value(with_value(book, "gwp.AR5.CH4", 25), "process.chem.co2_density", 197.7)
    found = check(with_value(wrong, "process.stoich.cao", 0.875), changed(methods, "lime", totals={}, ratios={}))
    assert len(found) >= 3
    assert all(p.what_zh and p.mend_zh for p in found)


# -- methods -----------------------------------------------------------------------------------------------------------


def changed(methods: Methods, id: str, **fields: Any) -> Methods:
    key = next(k for k in methods.held if k[0] == id)
    return replace(methods, held={**methods.held, key: replace(methods.held[key], **fields)})


def with_stream(methods: Methods, id: str, family: str, stream: str, **fields: Any) -> Methods:
    method = methods.held[id, family]
    form = msgspec.structs.replace(method.streams[stream], **fields)
    made = replace(method, streams={**method.streams, stream: form})
    return replace(methods, held={**methods.held, (id, family): made})


def told(book: Rulebook, methods: Methods) -> list[str]:
    return [f"{p.column}: {p.what}" for p in check(book, methods)]


def with_input(method: Method, stream: str, input: str, **fields: Any) -> dict[str, Any]:
    held = method.streams[stream].inputs
    return {**held, input: msgspec.structs.replace(held[input], **fields)}


def test_a_formula_that_is_not_there_is_found(book: Rulebook, methods: Methods) -> None:
    wrong = with_stream(methods, "cement", "cets_2024", "clinker", formulas=("stream.factr",))
    assert any("no formula 'stream.factr'" in t for t in told(book, wrong))


def test_a_formula_whose_inputs_the_stream_lacks_is_found(book: Rulebook, methods: Methods) -> None:
    wrong = with_stream(methods, "cement", "cets_2024", "electricity", inputs={})
    assert any("wants" in t and t.startswith("electricity") for t in told(book, wrong))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"parameter": "process.carbonat.{item}"}, "leads nowhere for any item"),
        ({"parameter": "process.carbonate.chalk"}, "is not in the rulebook"),
        ({"parameter": "gwp.AR5.CH4", "unit": "GJ"}, "the input in GJ"),
        ({"name": Name("排放因子", "因子")}, "has Chinese in it"),
    ],
)
def test_a_default_that_leads_nowhere_is_found(
    book: Rulebook, methods: Methods, fields: dict[str, Any], said: str
) -> None:
    method = methods.held["other_industry", "ndrc_general"]
    inputs = with_input(method, "carbonate", "factor", **fields)
    wrong = with_stream(methods, "other_industry", "ndrc_general", "carbonate", inputs=inputs)
    assert any(said in t for t in told(book, wrong))


def test_a_default_that_ends_before_its_method_is_found(book: Rulebook, methods: Methods) -> None:
    ended = with_values(book, "process.cement.clinker.portland", lambda v: replace(v, until=date(2024, 6, 30)))
    assert any("no value in force on 2024-07-01" in t for t in told(ended, methods))


def test_units_that_differ_between_families_are_found(book: Rulebook, methods: Methods) -> None:
    method = methods.held["cement", "cets_2024"]
    wrong = with_stream(
        methods, "cement", "cets_2024", "clinker", inputs=with_input(method, "clinker", "amount", unit="kg")
    )
    assert any("clinker/amount" in t and " under " in t for t in told(book, wrong))


def test_totals_ratios_and_industries_that_name_nothing_are_found(book: Rulebook, methods: Methods) -> None:
    key = ("cement", "cets_2024")
    method = methods.held[key]
    bad = {**method.ratios, "x": msgspec.structs.replace(method.ratios["per_cement"], per="output/cemnt/amount")}
    total = {**method.totals, "t": msgspec.structs.replace(method.totals["total"], only=("clinkr",))}
    wrong = replace(methods, held={**methods.held, key: replace(method, ratios=bad, totals=total, industries=())})
    found = told(book, wrong)
    assert any("no item 'cemnt'" in t for t in found)
    assert any("names no stream 'clinkr'" in t for t in found)
    assert any("stands for no industry" in t for t in found)


def test_a_gas_the_family_has_no_gwp_for_is_found(book: Rulebook, methods: Methods) -> None:
    wrong = with_stream(methods, "cement", "cets_2024", "clinker", gas="HFO-1234yf")
    assert any("no GWP of HFO-1234yf" in t for t in told(book, wrong))


def test_methods_from_changed_documents_are_read_like_the_packaged(methods: Methods) -> None:
    assert assemble_methods(read_folder("methods")).version == methods.version


def test_what_a_rule_does_not_print_and_when_streams_begin_are_notes(book: Rulebook, methods: Methods) -> None:
    notes = [*not_printed(book, methods), *late_streams(book, methods)]
    assert {n.severity for n in notes} == {"note"}
    assert any("natural_gas" in n.what and "ipcc_2006" in n.where for n in notes)

"""Formulas of source streams 排放源公式: small functions that enrol; importing this folder enrols all."""

from dafeng.account.formulas import (
    balance,
    burning,
    chemistry,
    gases,
    heat_content,
    kilns,
    life_cycle,
    metals,
    minerals,
    mining,
    power,
    premises,
    stated,
    waste,
    workshop,
)

__all__ = [
    "balance",
    "burning",
    "chemistry",
    "gases",
    "heat_content",
    "kilns",
    "life_cycle",
    "metals",
    "minerals",
    "mining",
    "power",
    "premises",
    "stated",
    "waste",
    "workshop",
]

"""Demonstrations 演示: 示范市 from a seed, and Jinzhong 晋中 from the public data beside the repository."""

from __future__ import annotations

from dafeng.app.demo.area import demo_areas
from dafeng.app.demo.build import DEMO_SETTINGS, SEED, build_demo
from dafeng.app.demo.jinzhong import FILES, JINZHONG_SETTINGS, Doubt, Jinzhong, build_jinzhong
from dafeng.app.demo.sources import JINZHONG_LACKS, JINZHONG_SOURCES, Lack, Source

__all__ = [
    "DEMO_SETTINGS",
    "FILES",
    "JINZHONG_LACKS",
    "JINZHONG_SETTINGS",
    "JINZHONG_SOURCES",
    "SEED",
    "Doubt",
    "Jinzhong",
    "Lack",
    "Source",
    "build_demo",
    "build_jinzhong",
    "demo_areas",
]

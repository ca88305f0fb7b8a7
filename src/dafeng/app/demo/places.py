"""Where a plant lies 落点: a point in the polygon of a city, and a county by the pinyin of its name in free text."""

from __future__ import annotations

import json
import re
from typing import Any

from dafeng.registry.areas import area_tree, short_name

Ring = list[list[float]]


def city_rings(geojson: bytes, code: str) -> list[Ring]:
    """All rings of the feature with this code6, in degrees (longitude, latitude). Empty where there is none."""
    features: list[dict[str, Any]] = json.loads(geojson)["features"]
    rings: list[Ring] = []
    for feature in features:
        if feature["properties"]["code6"] == code:
            shape = feature["geometry"]
            polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
            rings += [ring for polygon in polygons for ring in polygon]
    return rings


def inside(rings: list[Ring], longitude: float, latitude: float) -> bool:
    """Whether a point lies inside, by the even-odd rule (holes are rings of their own)."""
    odd = False
    for ring in rings:
        for here, before in zip(ring, [ring[-1], *ring[:-1]], strict=True):
            (x1, y1), (x2, y2) = here[:2], before[:2]
            if (y1 > latitude) != (y2 > latitude) and longitude < (x2 - x1) * (latitude - y1) / (y2 - y1) + x1:
                odd = not odd
    return odd


def county_in(text: str, city: str) -> str | None:
    """The county of a city that a Latin text names (Yuci County): its code; None where none or two are named."""
    from pypinyin import lazy_pinyin  # 0.2 s; only names to be spelled need it

    words = set(re.findall(r"[a-z]+", text.lower()))
    tree = area_tree()
    named = [
        code
        for code in tree.descendants(city)
        if code != city and "".join(lazy_pinyin(short_name(tree.name(code)))) in words
    ]
    return named[0] if len(named) == 1 else None

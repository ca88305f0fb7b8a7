"""The programme's own outline 地图轮廓: map/*.geojson with the approval number 审图号 that it states."""

from __future__ import annotations

import hashlib
import json

from dafeng.app.pages.desk import MapShape
from dafeng.app.permission import use_case
from dafeng.app.ports import InputFile
from dafeng.app.services import Services
from dafeng.base.callers import Caller
from dafeng.base.errors import NotFound, UnreadableFile

_APPROVAL = ("审图号", "approval", "approval_number")


def _outline(services: Services) -> InputFile | None:
    return next((f for f in services.files.inputs("map") if f.path.endswith(".geojson")), None)


def has_outline(services: Services) -> bool:
    return _outline(services) is not None


@use_case("overview.see")
def map_shape(services: Services, caller: Caller) -> MapShape:
    """The outline as it stands in the programme. Raises NotFound, UnreadableFile."""
    found = _outline(services)
    if found is None:
        mend = "Put an approved outline into the programme: map/<name>.geojson. Until then the tile map is shown."
        raise NotFound("this programme has no outline", where="map/", mend=mend)
    data = services.files.read(found)
    return services.memory.get(
        "pages.outline", (found.path, hashlib.sha256(data).digest()), lambda: _shape(found, data)
    )


def _shape(file: InputFile, data: bytes) -> MapShape:
    mend = "Save it as a GeoJSON FeatureCollection in UTF-8."
    try:
        shape = json.loads(data)
    except ValueError as error:
        raise UnreadableFile("the outline is no JSON", where=file.path, mend=mend) from error
    if not isinstance(shape, dict) or shape.get("type") != "FeatureCollection":
        raise UnreadableFile("the outline is no FeatureCollection", where=file.path, mend=mend)
    approval = next((str(shape[name]) for name in _APPROVAL if shape.get(name)), None)
    return MapShape(geojson=shape, approval=approval)

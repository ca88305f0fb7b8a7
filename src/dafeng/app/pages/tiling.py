"""Where a county stands on the tile map 方格地图: positions of the programme's own file, else a compact grid."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from importlib import resources

from dafeng.app.ports import InputFile
from dafeng.app.services import Services
from dafeng.base.errors import BadRequest

TILES_FILE = "map/tiles.csv"  # area_code, col, row
Positions = dict[str, tuple[int, int]]


def positions(services: Services, codes: Sequence[str]) -> Positions:
    """col, row of each area: hand-laid where a file names all of them, else rows of a grid by order of codes."""
    laid = _own(services) or (_demo() if services.settings.demonstration else {})
    if codes and all(code in laid for code in codes):
        return {code: laid[code] for code in codes}
    return compact(codes)


def compact(codes: Sequence[str]) -> Positions:
    """A grid a little wider than high, filled row by row in the order of the codes."""
    width = max(1, math.ceil(math.sqrt(1.5 * len(codes))))
    return {code: (n % width, n // width) for n, code in enumerate(sorted(codes))}


def _own(services: Services) -> Positions:
    if services.files.place(TILES_FILE) is None:
        return {}
    return read_tiles(services.files.read(InputFile("map", TILES_FILE, 0)).decode("utf-8-sig"))


def _demo() -> Positions:
    return read_tiles(resources.files("dafeng.app").joinpath("demo/data/tiles.csv").read_text("utf-8"))


def read_tiles(text: str) -> Positions:
    """area_code,col,row of each line. Raises BadRequest where a line is none, or two areas share a place."""
    found: Positions = {}
    for n, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        try:
            found[str(row["area_code"])] = (int(row["col"]), int(row["row"]))
        except (KeyError, TypeError, ValueError) as error:
            mend = "Write the columns area_code,col,row with whole numbers."
            raise BadRequest("a tile has no place", where=f"{TILES_FILE} › row {n}", mend=mend) from error
    if len(set(found.values())) < len(found):
        raise BadRequest("two areas stand on the same tile", where=TILES_FILE, mend="Give each its own col and row.")
    return found

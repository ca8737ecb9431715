"""One neutral chart (kind, series, labels, notes) drawn by plotly for the page.

Knows no metric and no data frame; plain dictionaries, because building figure objects is slow.
"""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import plotly

# Dots and lines have at least 3:1 against white; shapes differ, so that colour is never alone.
INK, QUIET, RULE, PAPER = "#212b32", "#4c6272", "#d8dde0", "#ffffff"
STYLES: dict[str, dict[str, Any]] = {
    "worse": {"symbol": "triangle-down", "color": "#801650", "size": 14},
    "better": {"symbol": "triangle-up", "color": "#1b7f77", "size": 14},
    "same": {"symbol": "circle", "color": "#3d3d3d", "size": 11},
    "few": {"symbol": "circle-open", "color": "#4c6272", "size": 11},
    "none": {"symbol": "line-ew-open", "color": "#4c6272", "size": 11},
    "plain": {"symbol": "circle", "color": "#12436d", "size": 12},
    "reference": {"symbol": "square", "color": "#12436d", "size": 12},
    "second": {"symbol": "diamond-open", "color": "#a8480b", "size": 12},
    "england": {"symbol": "line-ns-open", "color": "#212b32", "size": 17},
    "part": {"symbol": "circle-open", "color": "#5d7180", "size": 7},
    "faint": {"symbol": "circle", "color": "#8795a0", "size": 7},
    "unknown": {"symbol": "diamond-open", "color": "#4c6272", "size": 11},
    "signal": {"symbol": "square", "color": "#a8480b", "size": 11},
}
# Shares of a whole: dark to light, each with a white rule between, and printed in the table.
SHARES = ("#12436d", "#28a197", "#a285d1", "#f46a25", "#3d3d3d", "#801650")

# Tints are light enough for dark text in them (at least 10:1).
TINTS = {
    "worse": "#f6d5e0",
    "better": "#d3ece8",
    "same": "#ffffff",
    "few": "#ffffff",
    "none": "#f0f4f5",
    "plain": "#ffffff",
    "reference": "#d2e5f5",
}
TINT_ENDS = ("#ffffff", "#9cc3e4")

CONFIG = {
    "displayModeBar": False,
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
    "responsive": False,
}
BASE_LAYOUT: dict[str, Any] = {
    "font": {"family": "Arial, sans-serif", "size": 15, "color": INK},
    "paper_bgcolor": PAPER,
    "plot_bgcolor": PAPER,
    "dragmode": False,
    "showlegend": False,
    "hovermode": "closest",
    "hoverlabel": {
        "bgcolor": PAPER,
        "bordercolor": INK,
        "font": {"family": "Arial, sans-serif", "size": 14, "color": INK},
        "align": "left",
    },
    "separators": ".,",
}
ROW_HEIGHT, TEXT_HEIGHT, LINE_HEIGHT = 42, 17, 19


@dataclass(frozen=True)
class Point:
    """One dot. `row` is the index of its row (dot plots) or its place along x (trends, funnels)."""

    row: float | str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    look: str = "plain"
    hover: str = ""


@dataclass(frozen=True)
class Series:
    """Dots of one name, or a line through them. `offset` moves dots off the middle of their rows."""

    name: str
    points: tuple[Point, ...]
    kind: Literal["dots", "line", "step"] = "dots"
    offset: float = 0.0
    dash: str = "solid"
    colour: str = INK


@dataclass(frozen=True)
class Line:
    """A straight line across the chart at one value, with its label."""

    value: float
    label: str


@dataclass(frozen=True)
class Cell:
    """One cell of a grid. `shade` is 0 (lightest) to 1 (darkest), or the name of a look; text is always there."""

    text: str
    shade: float | str = 0.0


@dataclass(frozen=True)
class Chart:
    """What is drawn.

    Attributes:
        kind: rows (dot plot with intervals), shares (bars of 100%), months and years (a run of points in time),
            funnel (value against size), grid (coloured cells with their values in them).
        series: what is drawn, in the order of drawing.
        alt: what the chart shows, for those who do not see it.
        labels: names of the rows, from the top.
        notes: short texts at the right of the rows (the value, the verdict), one a row.
        value_title: name of the value axis with its unit.
        place_title: name of the other axis, where it needs one.
        lines: straight lines at one value.
        ratio: the value axis is logarithmic, around 1.
        floor: the value axis starts at zero.
        columns: names of the columns of a grid.
        cells: a grid's cells, row by row.
    """

    kind: Literal["rows", "shares", "months", "years", "funnel", "grid"]
    series: tuple[Series, ...]
    alt: str
    labels: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    value_title: str = ""
    place_title: str = ""
    lines: tuple[Line, ...] = ()
    ratio: bool = False
    floor: bool = True
    columns: tuple[str, ...] = ()
    cells: tuple[tuple[Cell, ...], ...] = ()


def _plain(text: str) -> str:
    """Text for plotly, which reads some HTML: every such sign becomes itself."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _wrapped(text: str, width: int) -> str:
    return "<br>".join(_plain(part) for part in textwrap.wrap(text, width)) or " "


def _rounded(value: float | None) -> float | None:
    """Five significant digits: more than a screen shows, and the page stays small."""
    return None if value is None else float(f"{value:.5g}")


def _whiskers(points: tuple[Point, ...]) -> dict[str, Any] | None:
    if not any(point.lower is not None for point in points):
        return None
    plus = [_rounded(p.upper - p.value) if p.upper is not None and p.value is not None else 0 for p in points]
    minus = [
        _rounded(p.value - p.lower) if p.lower is not None and p.value is not None else 0 for p in points
    ]
    return {
        "type": "data",
        "symmetric": False,
        "array": [max(size or 0, 0) for size in plus],
        "arrayminus": [max(size or 0, 0) for size in minus],
        "color": QUIET,
        "thickness": 2,
        "width": 0,
    }


def _marker(points: tuple[Point, ...]) -> dict[str, Any]:
    styles = [STYLES[point.look] for point in points]
    marker: dict[str, Any] = {}
    for name in ("symbol", "color", "size"):
        values = [style[name] for style in styles]
        marker[name] = values[0] if len(set(values)) == 1 else values
    marker["opacity"] = 1
    thick = any(point.look in ("england", "none") for point in points)
    marker["line"] = {"width": 3 if thick else 2, "color": marker["color"]}
    return marker


def _trace(series: Series, sideways: bool) -> dict[str, Any]:
    """One plotly trace; `sideways` puts values along x (rows) and not along y."""
    values = [_rounded(point.value) for point in series.points]
    places: list[Any] = [
        point.row if isinstance(point.row, str) else _rounded(point.row + series.offset)
        for point in series.points
    ]
    trace: dict[str, Any] = {
        "type": "scatter",
        "x": values if sideways else places,
        "y": places if sideways else values,
        "name": _plain(series.name),
    }
    if series.kind == "dots":
        trace["mode"] = "markers"
        trace["cliponaxis"] = False
        trace["marker"] = _marker(series.points)
        whiskers = _whiskers(series.points)
        if whiskers:
            trace["error_x" if sideways else "error_y"] = whiskers
    else:
        trace["mode"] = "lines"
        shape = "hv" if series.kind == "step" else "linear"
        trace["line"] = {"color": series.colour, "width": 2, "dash": series.dash, "shape": shape}
    hovers = [_plain(point.hover) for point in series.points]
    if any(hovers):
        trace["text"] = hovers  # the script shows the text alone when the mouse is over a dot
    return trace


def _value_axis(chart: Chart) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "title": {"text": _plain(chart.value_title), "font": {"size": 14, "color": QUIET}, "standoff": 10},
        "gridcolor": "#e8edee",
        "zeroline": False,
        "linecolor": RULE,
        "tickfont": {"size": 14, "color": QUIET},
        "automargin": True,
        "fixedrange": True,
    }
    if chart.ratio:
        ticks = [0.1, 0.25, 0.5, 1, 2, 4, 10]
        axis |= {"type": "log", "tickvals": ticks, "ticktext": ["1/10", "1/4", "1/2", "1", "2×", "4×", "10×"]}
    elif chart.floor:
        axis["rangemode"] = "tozero"
    return axis


def _lines(chart: Chart, sideways: bool) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    along, across = ("x", "y") if sideways else ("y", "x")
    shapes, labels = [], []
    for line in chart.lines:
        shapes.append(
            {
                "type": "line",
                "layer": "below",
                f"{along}0": line.value,
                f"{along}1": line.value,
                f"{across}ref": "paper",
                f"{across}0": 0,
                f"{across}1": 1,
                "line": {"color": INK, "width": 1.5, "dash": "dash"},
            }
        )
        if line.label:
            labels.append(
                {
                    "text": _plain(line.label),
                    along: math.log10(line.value) if chart.ratio else line.value,
                    f"{across}ref": "paper",
                    across: 1,
                    "yanchor": "bottom",
                    "xanchor": "center" if sideways else "right",
                    "showarrow": False,
                    "bgcolor": PAPER,
                    "font": {"size": 13, "color": INK},
                }
            )
    return shapes, labels


def _rows(chart: Chart) -> dict[str, Any]:
    count = len(chart.labels)
    names = [_wrapped(label, 30) for label in chart.labels]
    # a name of three lines needs more than a row's usual height
    row_height = max(ROW_HEIGHT, 8 + LINE_HEIGHT * max((name.count("<br>") + 1 for name in names), default=1))
    shapes, labels = _lines(chart, sideways=True)
    bands = [
        {
            "type": "rect", "name": "band", "layer": "below", "xref": "paper", "x0": 0, "x1": 1,
            "y0": row - 0.5, "y1": row + 0.5, "fillcolor": "#f6f8f9", "line": {"width": 0},
        }
        for row in range(0, count, 2)
    ]  # fmt: skip
    notes = [
        {
            "text": _plain(note), "xref": "paper", "x": 1, "xanchor": "left", "xshift": 12, "y": row,
            "yanchor": "middle", "showarrow": False, "align": "left", "name": "note",
            "font": {"size": 14, "color": INK},
        }
        for row, note in enumerate(chart.notes)
        if note
    ]  # fmt: skip
    widest = max((len(note) for note in chart.notes), default=0)
    layout = {
        "height": 78 + row_height * count + (18 if chart.lines else 0),
        "margin": {
            "l": 8,
            "r": 20 + round(7.4 * widest) if widest else 20,
            "t": 30 if labels else 10,
            "b": 44,
        },
        "xaxis": _value_axis(chart),
        "yaxis": {
            "tickvals": list(range(count)),
            "ticktext": names,
            "range": [count - 0.5, -0.5],
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "ticklabelstandoff": 8,
        },
        "shapes": [*bands, *shapes],
        "annotations": [*labels, *notes],
    }
    if chart.kind == "shares":
        layout |= {"barmode": "stack", "bargap": 0.35}
        layout["xaxis"]["range"] = [0, 100]
    return {"layout": layout, "narrow": _narrow_rows(chart)}


def _narrow_rows(chart: Chart) -> dict[str, Any]:
    """On a narrow screen a row's name and note stand above its dots, so that the dots keep the width."""
    return {
        "labels": [_wrapped(label, 38) for label in chart.labels],
        "notes": [_plain(note) for note in chart.notes] or [""] * len(chart.labels),
        "line": TEXT_HEIGHT,
        "gap": 34,
    }


def _bars(chart: Chart) -> list[dict[str, Any]]:
    return [
        {
            "type": "bar",
            "orientation": "h",
            "name": _plain(series.name),
            "x": [_rounded(point.value) for point in series.points],
            "y": [point.row for point in series.points],
            "text": [_plain(point.hover) for point in series.points],
            "textposition": "none",
            "marker": {"color": SHARES[place % len(SHARES)], "line": {"color": PAPER, "width": 2}},
        }
        for place, series in enumerate(chart.series)
    ]


def _upright(chart: Chart) -> dict[str, Any]:
    shapes, labels = _lines(chart, sideways=False)
    place = {
        "title": {"text": _plain(chart.place_title), "font": {"size": 14, "color": QUIET}, "standoff": 10},
        "showgrid": False,
        "zeroline": False,
        "linecolor": RULE,
        "tickfont": {"size": 14, "color": QUIET},
        "automargin": True,
        "fixedrange": True,
    }
    if chart.kind == "months":
        place |= {"type": "date", "tickformat": "%b\n%Y"}
    elif chart.kind == "years":
        place |= {"type": "date", "tickformat": "%Y"}
    else:
        place["tickformat"] = ",d"
    layout = {
        "height": 330,
        "margin": {"l": 8, "r": 16, "t": 24, "b": 44},
        "xaxis": place,
        "yaxis": _value_axis(chart) | {"ticklabelstandoff": 6},
        "shapes": shapes,
        "annotations": labels,
    }
    return {"layout": layout}


def _tint(shade: float | str) -> str:
    """A cell's colour: that of a look, or a step between the two ends."""
    if isinstance(shade, str):
        return TINTS[shade]
    pairs = ((int(TINT_ENDS[0][at : at + 2], 16), int(TINT_ENDS[1][at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(low + (high - low) * shade):02x}" for low, high in pairs)


def _grid(chart: Chart) -> dict[str, Any]:
    """Cells as a heat map whose colours are given one by one, with the text of each in it."""
    tints = sorted({_tint(cell.shade) for row in chart.cells for cell in row})
    steps = max(len(tints), 1)
    scale = [[(place + side) / steps, tint] for place, tint in enumerate(tints) for side in (0, 1)]
    trace = {
        "type": "heatmap",
        "z": [[tints.index(_tint(cell.shade)) for cell in row] for row in chart.cells],
        "zmin": -0.5,
        "zmax": steps - 0.5,
        "colorscale": scale,
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
        "text": [[_plain(cell.text) for cell in row] for row in chart.cells],
        "texttemplate": "%{text}",
        "textfont": {"size": 14, "color": INK},
        "hoverinfo": "skip",
    }
    columns, rows = len(chart.columns), len(chart.labels)
    side = {
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
        "showline": False,
        "ticks": "",
    }
    layout = {
        "height": 70 + 44 * rows + (24 if chart.place_title else 0),
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "plot_bgcolor": RULE,
        "xaxis": side
        | {
            "side": "top", "tickvals": list(range(columns)), "tickfont": {"size": 13}, "tickangle": 0,
            "ticktext": [_wrapped(name, 12) for name in chart.columns],
            "title": {"text": _plain(chart.place_title), "font": {"size": 14, "color": QUIET}},
        },
        "yaxis": side
        | {
            "tickvals": list(range(rows)), "ticktext": [_wrapped(name, 26) for name in chart.labels],
            "range": [rows - 0.5, -0.5], "ticklabelstandoff": 6, "tickfont": {"size": 13},
        },
    }  # fmt: skip
    # a narrow screen scrolls a grid inside its box: cells keep room for their text
    return {"data": [trace], "layout": layout, "least_width": 180 + 72 * columns}


def plotly_spec(chart: Chart) -> dict[str, Any]:
    """The chart as plotly.js takes it: data, layout (over BASE_LAYOUT) and what changes on a narrow screen."""
    if chart.kind == "grid":
        return _grid(chart)
    sideways = chart.kind in ("rows", "shares")
    data = _bars(chart) if chart.kind == "shares" else [_trace(series, sideways) for series in chart.series]
    return {"data": data, **(_rows(chart) if sideways else _upright(chart))}


def write_chart_script(folder: Path) -> Path:
    """Write plotly.js, as the Python package carries it, once for an edition: assets/plotly.min.js."""
    path = folder / "assets" / "plotly.min.js"
    path.parent.mkdir(parents=True, exist_ok=True)
    script = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    path.write_bytes(script.read_bytes())
    return path

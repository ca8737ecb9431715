"""The neutral chart of charts.py drawn by matplotlib, as a PNG for print and Word: same shapes, colours and words.

Knows no figure and no metric; matplotlib is loaded when the first chart is drawn, because loading takes a second.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.outputs.charts import INK, PAPER, QUIET, RULE, SHARES, STYLES, Chart, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Legend = Sequence[tuple[str, str]]

DPI, WIDTH = 130, 6.6
ROW_INCHES, AROUND_INCHES, SIGN_INCHES = 0.34, 0.75, 0.078
# share of the width that the names of the rows take
LEFT = 0.27
BAND = "#f6f8f9"
MARKERS = {
    "triangle-down": "v",
    "triangle-up": "^",
    "circle": "o",
    "circle-open": "o",
    "line-ew-open": "_",
    "line-ns-open": "|",
    "square": "s",
    "diamond-open": "D",
}
# plotly gives the width of a marker in pixels, matplotlib in points
SCALE = 0.6


@cache
def _font() -> Any:
    """The font that matplotlib brings along: every machine draws the same picture."""
    import matplotlib
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"), size=8.5)


def _marker(look: str) -> dict[str, Any]:
    style = STYLES[look]
    symbol, colour = style["symbol"], style["color"]
    is_line = symbol.startswith("line")
    return {
        "marker": MARKERS[symbol],
        "markersize": style["size"] * SCALE,
        "color": colour,
        "markerfacecolor": colour if not symbol.endswith("open") or is_line else PAPER,
        "markeredgecolor": colour,
        "markeredgewidth": 2 if is_line else 1.2,
    }


def _dots(axes: Axes, series: Series) -> None:
    by_look: dict[str, list[tuple[float, float]]] = {}
    for point in series.points:
        if point.value is None:
            continue
        place = float(point.row) + series.offset
        by_look.setdefault(point.look, []).append((point.value, place))
        if point.lower is not None and point.upper is not None:
            axes.plot([point.lower, point.upper], [place, place], color=QUIET, linewidth=1.4, zorder=2)
    for look, places in by_look.items():
        axes.plot(*zip(*places, strict=True), linestyle="none", zorder=3, clip_on=False, **_marker(look))


def _bars(axes: Axes, chart: Chart) -> None:
    ends = [0.0] * len(chart.labels)
    for number, series in enumerate(chart.series):
        for point in series.points:
            place = int(point.row)
            size = point.value or 0.0
            axes.barh(
                place, size, left=ends[place], height=0.6, color=SHARES[number % len(SHARES)], edgecolor=PAPER
            )
            ends[place] += size
    axes.set_xlim(0, 100)


def _handle(look: str) -> Any:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    if look.startswith("share-"):
        return Patch(color=SHARES[int(look.removeprefix("share-")) % len(SHARES)])
    if look == "rule":
        return Line2D([], [], color=INK, linewidth=1, linestyle="--")
    return Line2D([], [], linestyle="none", **_marker(look))


def print_chart(chart: Chart, legend: Legend = ()) -> bytes:
    """The chart as a PNG of the width of a page.

    Args:
        legend: (look, words) of the shapes in it, as figures hold them.

    Raises:
        ValueError: for a kind of chart that is not drawn in rows.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    if chart.kind not in ("rows", "shares"):
        raise ValueError(
            f"A chart of kind {chart.kind} is drawn for the page alone; print has rows and shares."
        )
    count = len(chart.labels)
    height = AROUND_INCHES + ROW_INCHES * count + 0.17 * ((len(legend) + 2) // 3)
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    beside = min(max(map(len, chart.notes), default=0) * SIGN_INCHES / WIDTH, 0.45) + 0.03
    axes = figure.add_axes((LEFT, 0.5 / height, 1 - LEFT - beside, (ROW_INCHES * count) / height))
    for row in range(0, count, 2):
        axes.axhspan(row - 0.5, row + 0.5, color=BAND, zorder=0)
    for line in chart.lines:
        axes.axvline(line.value, color=INK, linewidth=1, linestyle="--", zorder=1)
    if chart.kind == "shares":
        _bars(axes, chart)
    else:
        for series in chart.series:
            _dots(axes, series)
        if chart.floor:
            axes.set_xlim(left=0)
    axes.set_ylim(count - 0.5, -0.5)
    font = _font()
    axes.set_yticks(
        range(count),
        ["\n".join(textwrap.wrap(label, 28)) or " " for label in chart.labels],
        fontproperties=font,
    )
    axes.tick_params(axis="both", length=0, labelcolor=INK)
    for label in axes.get_xticklabels():
        label.set_fontproperties(font)
    axes.set_xlabel(chart.value_title, fontproperties=font, color=QUIET)
    axes.grid(axis="x", color=RULE, linewidth=0.7, zorder=0)
    axes.set_axisbelow(True)
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    for row, note in enumerate(chart.notes):
        axes.annotate(
            note, (1.02, row), xycoords=("axes fraction", "data"), va="center", color=INK, fontproperties=font
        )
    if legend:
        figure.legend(
            [_handle(look) for look, _ in legend], [words for _, words in legend], loc="upper left",
            ncols=min(len(legend), 3), frameon=False, prop=font, bbox_to_anchor=(0.0, 1.0), handletextpad=0.5,
            columnspacing=1.2,
        )  # fmt: skip
    picture = io.BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()

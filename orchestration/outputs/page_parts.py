"""What every page shares: templates, style, script, security policy and the data that charts are drawn from.

Knows no figure and no metric.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from orchestration.outputs import wording as say
from orchestration.outputs.charts import BASE_LAYOUT, CONFIG, STYLES, Chart, plotly_spec
from orchestration.outputs.figures import Table
from orchestration.outputs.pictures import picture

OF_A_PLAN = re.compile(r"(?:fi|ac)-[0-9a-f]{12}")
TEMPLATES = Path(__file__).parent / "templates"


def embedded(value: Any) -> Markup:
    """JSON for a data block: no sign in it can end the block or start a tag."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    for sign, code in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(sign, code)
    return Markup(text)


def css_text(text: str) -> Markup:
    """A text as a CSS string: every sign but letters, digits and spaces by its number."""
    inside = "".join(
        sign if sign.isascii() and (sign.isalnum() or sign == " ") else f"\\{ord(sign):x} " for sign in text
    )
    return Markup(f'"{inside}"')


SHAPES = {
    "triangle-down": '<path d="M1 2.5h12L7 12.5z" fill="{0}"/>',
    "triangle-up": '<path d="M1 11.5h12L7 1.5z" fill="{0}"/>',
    "circle": '<circle cx="7" cy="7" r="5" fill="{0}"/>',
    "circle-open": '<circle cx="7" cy="7" r="4.5" fill="none" stroke="{0}" stroke-width="2"/>',
    "line-ew-open": '<path d="M1 7h12" stroke="{0}" stroke-width="3"/>',
    "line-ns-open": '<path d="M7 0v14" stroke="{0}" stroke-width="3"/>',
    "square": '<rect x="2" y="2" width="10" height="10" fill="{0}"/>',
    "diamond-open": '<path d="M7 1l6 6-6 6-6-6z" fill="none" stroke="{0}" stroke-width="2"/>',
}
RULE_SHAPE = '<path d="M7 0v14" stroke="#212b32" stroke-width="1.5" stroke-dasharray="4 2"/>'


def shapes() -> Markup:
    """Every shape once, for `shape` to point at."""
    bodies = {look: SHAPES[style["symbol"]].format(style["color"]) for look, style in STYLES.items()}
    symbols = "".join(
        f'<symbol id="shape-{look}" viewBox="0 0 14 14">{body}</symbol>'
        for look, body in {**bodies, "rule": RULE_SHAPE}.items()
    )
    return Markup(f'<svg width="0" height="0" class="hidden" aria-hidden="true">{symbols}</svg>')


def shape(look: str) -> Markup:
    """The shape of a look for legends and tables; it is decoration, the word is beside it."""
    return Markup(f'<svg class="shape" aria-hidden="true"><use href="#shape-{look}"/></svg>')


def table_rows(table: Table) -> Markup:
    """The rows of a table. A verdict's shape comes from its class, so that the text of the cell is the word alone.

    A finding and an action are found by their id: it is the anchor of its own row, and a link in the other's.
    """
    ids = table.columns[-1] in ("Figure id", "Fact id", "Action id")
    last = len(table.columns) - 1
    lines = []
    for row in table.rows:
        cells = [f'<tr><th scope="row">{escape(row[0])}']
        for place, cell in enumerate(row[1:], start=1):
            if ids and place == last:
                anchor = f" id={cell}" if OF_A_PLAN.fullmatch(cell) else ""
                cells.append(f"<td class=id{anchor}>{escape(cell)}")
            elif OF_A_PLAN.fullmatch(cell):
                cells.append(f'<td class=id><a href="#{cell}">{cell}</a>')
            elif place in table.numeric:
                cells.append(f"<td class=n>{escape(cell)}")
            elif cell in say.LOOKS:
                cells.append(f"<td class=is-{say.LOOKS[cell]}>{cell}")
            else:
                cells.append(f"<td>{escape(cell)}")
        lines.append("".join(cells))
    return Markup("\n".join(lines) + "\n")


def chart_data(chart: Chart) -> Markup:
    """The data block of a chart."""
    return embedded(plotly_spec(chart))


@cache
def _text(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


@cache
def environment() -> Environment:
    """The templates, with autoescape on and every unknown name an error."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = _text("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'self' file: 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data: blob:; font-src 'none'; connect-src 'none'; base-uri 'none'; form-action 'none'"
    )
    env.globals.update(
        policy=policy,
        script=Markup(script),
        style=Markup(_text("page.css")),
        plain_style=Markup(_text("plain.css")),
        picture=picture,
        chart_settings=embedded({"layout": BASE_LAYOUT, "config": CONFIG}),
        shape=shape,
        shapes=shapes(),
        looks=say.LOOKS,
        verdicts=say.VERDICTS,
    )
    env.filters.update(
        css_text=css_text,
        table_rows=table_rows,
        chart_data=chart_data,
        month=say.month_name,
    )
    return env

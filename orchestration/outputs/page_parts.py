"""What every page shares: templates, style, script, security policy and the data that charts are drawn from.

Knows no figure and no metric.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from orchestration.outputs import wording as say
from orchestration.outputs.charts import BASE_LAYOUT, CONFIG, STYLES, Chart, plotly_spec

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


def csv_address(text: str) -> str:
    """CSV as an address that a link downloads without a request."""
    return "data:text/csv;charset=utf-8," + quote("\ufeff" + text, safe=",:/()")


def shape(look: str) -> Markup:
    """The shape of a look as a small drawing for legends and tables; it is decoration, the word is beside it."""
    if look == "rule":
        return Markup(
            '<svg class="shape" viewBox="0 0 14 14" aria-hidden="true"><path d="M7 0v14" stroke="#212b32" '
            'stroke-width="1.5" stroke-dasharray="4 2"/></svg>'
        )
    style = STYLES[look]
    colour = style["color"]
    bodies = {
        "triangle-down": f'<path d="M1 2.5h12L7 12.5z" fill="{colour}"/>',
        "triangle-up": f'<path d="M1 11.5h12L7 1.5z" fill="{colour}"/>',
        "circle": f'<circle cx="7" cy="7" r="5" fill="{colour}"/>',
        "circle-open": f'<circle cx="7" cy="7" r="4.5" fill="none" stroke="{colour}" stroke-width="2"/>',
        "line-ew-open": f'<path d="M1 7h12" stroke="{colour}" stroke-width="3"/>',
        "line-ns-open": f'<path d="M7 0v14" stroke="{colour}" stroke-width="3"/>',
        "square": f'<rect x="2" y="2" width="10" height="10" fill="{colour}"/>',
        "diamond-open": f'<path d="M7 1l6 6-6 6-6-6z" fill="none" stroke="{colour}" stroke-width="2"/>',
    }
    body = bodies[style["symbol"]]
    return Markup(f'<svg class="shape" viewBox="0 0 14 14" aria-hidden="true">{body}</svg>')


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
        chart_settings=embedded({"layout": BASE_LAYOUT, "config": CONFIG}),
        shape=shape,
        looks=say.LOOKS,
        verdicts=say.VERDICTS,
    )
    env.filters.update(
        css_text=css_text, csv_address=csv_address, chart_data=chart_data, month=say.month_name
    )
    return env

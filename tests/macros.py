"""The project's macros as DuckDB runs them, without a dbt project around them: for tests of their SQL alone."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import jinja2

from orchestration.settings import DBT_DIR


def _dateadd(part: str, number: str, date: str) -> str:
    return f"({date} + ({number}) * interval 1 {part})"


def _datediff(first: str, second: str, part: str) -> str:
    return f"date_diff('{part}', {first}, {second})"


@cache
def _module() -> Any:
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], undefined=jinja2.StrictUndefined)
    found: dict[str, Any] = {}
    environment.globals.update(
        {
            "return": lambda value: value,
            "adapter": SimpleNamespace(dispatch=lambda name, package=None: found[f"default__{name}"]),
            "dbt": SimpleNamespace(dateadd=_dateadd, datediff=_datediff),
        }
    )
    files = sorted((DBT_DIR / "macros").rglob("*.sql"))
    module = environment.from_string("\n".join(path.read_text("utf-8") for path in files)).module
    found.update({name: getattr(module, name) for name in dir(module) if not name.startswith("_")})
    return module


def sql(macro: str, *arguments: Any, **named: Any) -> str:
    """The SQL of a macro call."""
    return str(getattr(_module(), macro)(*arguments, **named))

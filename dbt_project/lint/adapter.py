"""Stand-in for dbt's adapter: a dispatched macro looks like a function call to the linter. Lint only."""

QUERIES = {
    "split_rows": "select * from {}",
    "whole_numbers": "select n from numbers",
}


def dispatch(name, package=None):
    return lambda *arguments, **named: QUERIES.get(name, f"{name}({{}})").format(arguments[0])

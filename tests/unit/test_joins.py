"""What hangs together stays together: sources, staging models, metrics; and SQL that a second engine can run."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from orchestration.ingest.declarations import read_declarations
from orchestration.outputs.page_local import DATA_SETS
from orchestration.outputs.wording import COUNTED
from orchestration.settings import DBT_DIR, SEEDS_DIR

MODELS = DBT_DIR / "models"
# written by the program, not read from files: no staging model stands between
OWN_SOURCES = {"register", "systems"}
# what councils, trusts and voluntary groups send beside records, which evidence may draw on and no figure has to;
# and the look-up by which ingest turns postcodes into areas
NO_FIGURE_NEEDS = {
    "stg_postcodes__area", "stg_local__community_asset", "stg_local__council_indicator", "stg_local__voice", "stg_local__voice_theme", "stg_local__voices_membership",
    "stg_local__workforce", "stg_register__local_expected",
}  # fmt: skip
LAYERS = ("staged", "harmonised", "equity")

NOT_PORTABLE = {
    "a cast with ::": r"::",
    "qualify": r"\bqualify\b",
    "group by all": r"\bgroup\s+by\s+all\b",
    "order by all": r"\border\s+by\s+all\b",
    "filter (where ...)": r"\bfilter\s*\(\s*where\b",
    "select * exclude": r"\bexclude\b",
    "select * replace": r"\*\s*replace\s*\(",
    "columns()": r"\bcolumns\s*\(",
    "union by name": r"\bby\s+name\b",
    "a list or struct function": r"\b(list_\w+|list|array_agg|struct_\w+|unnest|string_split|range|generate_series)\s*\(",
    "a list literal": r"\[[^\]]*\]",
    "a pivot": r"\b(un)?pivot\b",
    "try_cast": r"\btry_cast\b",
    "strptime": r"\b(try_)?strptime\b",
    "a DuckDB regular expression": r"\bregexp_(matches|extract|full_match|replace)\s*\(",
    "ilike": r"\bilike\b",
    "printf": r"\b(printf|format)\s*\(",
    "arg_max": r"\b(arg_max|arg_min|any_value|mode|quantile_cont)\s*\(",
    "date_diff": r"\b(date_diff|datediff|date_trunc|strftime|make_date|to_months)\s*\(",
    "distinct on": r"\bdistinct\s+on\b",
    "asof join": r"\basof\b",
    "a double-quoted literal in a cast to hugeint": r"\bhugeint\b",
}


def models(layer: str | None = None) -> dict[str, str]:
    """Text of the models of a layer by name."""
    folder = MODELS / layer if layer else MODELS
    paths = [path for kind in ("*.sql", "*.py") for path in folder.rglob(kind)]
    return {path.stem: path.read_text("utf-8") for path in sorted(paths)}


def read_by(text: str) -> set[tuple[str, str]]:
    return set(re.findall(r"source\(\s*'(\w+)'\s*,\s*'(\w+)'\s*\)", text))


def refs(text: str) -> set[str]:
    return set(re.findall(r"""ref\(\s*['"](\w+)['"]\s*\)""", text))


def plain_sql(text: str) -> str:
    """SQL without comments, texts in quotes and Jinja."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"--[^\n]*", " ", text)
    return re.sub(r"'(?:[^']|'')*'", "''", text).lower()


def test_every_declared_table_has_a_staging_model() -> None:
    read = {pair for text in models("staged").values() for pair in read_by(text)}
    declared = {(source.name, table.name) for source in read_declarations() for table in source.tables}
    assert declared - read == set()


def test_only_staging_reads_a_source() -> None:
    for layer in LAYERS[1:]:
        for name, text in models(layer).items():
            assert {source for source, _ in read_by(text)} <= OWN_SOURCES, name


def test_a_staging_model_joins_nothing() -> None:
    for name, text in models("staged").items():
        assert not re.search(r"\bjoin\b", plain_sql(text)), name


def test_every_staging_model_is_read() -> None:
    read = {name for layer in LAYERS[1:] for text in models(layer).values() for name in refs(text)}
    assert set(models("staged")) - read <= NO_FIGURE_NEEDS


def test_every_observed_model_joins_the_union() -> None:
    listed = refs((MODELS / "harmonised" / "int_observation_union.sql").read_text("utf-8"))
    assert {name for name in models() if name.endswith("__observed")} - listed == set()


def test_data_flows_one_way() -> None:
    place = {name: LAYERS.index(layer) for layer in LAYERS for name in models(layer)}
    for layer in LAYERS:
        for name, text in models(layer).items():
            leftwards = {ref for ref in refs(text) if place.get(ref, -1) > place[name]}
            assert leftwards == set(), name


def metric_rows() -> list[dict[str, str]]:
    with (SEEDS_DIR / "metrics.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_metric_names_a_declared_source_and_concepts_that_some_model_observes() -> None:
    sources = {source.name for source in read_declarations()}
    observed = "\n".join(models("harmonised").values())
    for row in metric_rows():
        assert row["source_id"] in sources, row["metric_id"]
        for role in ("numerator", "denominator", "published", "published_lower", "published_upper"):
            if not row[role]:
                continue
            concept = re.fullmatch(r"([\w.]+)\[([^\[\]]+)\]", row[role])
            assert concept, f"{row['metric_id']}: {role} is not concept[part|part]"
            family = concept[1].split(".")[0]
            # written as it stands, or put together from its first word and the kind of period
            written = rf"'{family}(\.|')|concat\('{family.split('_')[0]}_',"
            assert re.search(written, observed), f"{row['metric_id']}: no model observes {family}"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("select x::date from t", "a cast with ::"),
        ("select x from t qualify row_number() over () = 1", "qualify"),
        ("select x from t group by  all", "group by all"),
        ("select count(*) filter (where x) from t", "filter (where ...)"),
        ("select * exclude (x) from t", "select * exclude"),
        ("select list_sort(x) from t", "a list or struct function"),
        ("select [1, 2] as x", "a list literal"),
        ("select try_cast(x as double) from t", "try_cast"),
        ("select regexp_extract(x, 'a') from t", "a DuckDB regular expression"),
        ("select arg_max(x, y) from t", "arg_max"),
    ],
)
def test_the_lint_sees_what_only_duckdb_runs(text: str, kind: str) -> None:
    assert re.search(NOT_PORTABLE[kind], plain_sql(text))


def test_the_lint_looks_past_comments_texts_and_macros() -> None:
    text = "-- x::date\nselect 'a::b', {{ dbt.datediff('x', 'y', 'day') }} {# qualify #} from t"
    assert not any(re.search(pattern, plain_sql(text)) for pattern in NOT_PORTABLE.values())


def sql_files() -> list[Path]:
    return sorted(MODELS.rglob("*.sql")) + sorted((DBT_DIR / "tests").rglob("*.sql"))


@pytest.mark.parametrize("path", sql_files(), ids=lambda path: path.stem)
def test_models_are_written_in_sql_that_a_second_engine_can_run(path: Path) -> None:
    text = plain_sql(path.read_text("utf-8"))
    found = {name for name, pattern in NOT_PORTABLE.items() if re.search(pattern, text)}
    assert found == set()


def macro_bodies() -> list[tuple[str, str]]:
    """Macros that run on every engine: those that are not one engine's version of a dispatched macro."""
    bodies = []
    for path in sorted((DBT_DIR / "macros").rglob("*.sql")):
        text = path.read_text("utf-8")
        for name, body in re.findall(
            r"\{%-? macro (\w+)\(.*?-?%\}(.*?)\{%-? endmacro", text, flags=re.DOTALL
        ):
            if not name.startswith(("default__", "spark__")):
                bodies.append((name, body))
    return bodies


def test_macros_keep_what_differs_between_engines_in_dispatched_versions() -> None:
    wrong = {
        name: sorted(kind for kind, pattern in NOT_PORTABLE.items() if re.search(pattern, plain_sql(body)))
        for name, body in macro_bodies()
    }
    assert {name: kinds for name, kinds in wrong.items() if kinds} == {}


def test_the_page_knows_every_data_set_whose_quality_is_judged() -> None:
    records = (DBT_DIR / "macros" / "local_quality.sql").read_text("utf-8")
    others = MODELS / "harmonised" / "local_quality" / "int_local_quality__tables.sql"
    judged = set(re.findall(r"\{'name': '([^']+)'", records + others.read_text("utf-8")))
    assert len(judged) == 9
    assert judged == set(DATA_SETS)
    assert judged <= set(COUNTED)

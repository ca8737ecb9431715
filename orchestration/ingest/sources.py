"""Every source declaration as raw assets: find, read, keep, account and load in one pass over the folder.

Builds Dagster assets from the declarations; what is done with a file is in load.py.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any

import dagster as dg
import yaml

from orchestration.fingerprint import input_fingerprint
from orchestration.ingest.declarations import Source, read_declarations
from orchestration.ingest.load import ingest_folder
from orchestration.live import fetch_all
from orchestration.settings import STAGED_DIR, Settings
from orchestration.small_numbers import ROWS_OF_FILES, rows_of_both, shown_rows
from orchestration.systems import load_systems
from orchestration.warehouse import Warehouse

REGISTER_DECLARATION = STAGED_DIR / "register" / "_register.yml"
LATE_DAYS = 14
OUTSIDE = "published"


class IngestConfig(dg.Config):
    """Run settings of the ingest step.

    Attributes:
        live: download from the publishers first.
    """

    live: bool = False


def published_asset(source: Source) -> dg.AssetSpec:
    """A source as its publisher offers it: where every lineage begins. Nothing materialises it."""
    addresses = [
        address
        for rule in source.publication.live
        for address in (rule.release_page, rule.govuk_page, *rule.address)
        if address
    ]
    metadata: dict[str, Any] = {
        "publisher": source.publication.publisher,
        "publication": source.publication.publication,
        "licence": source.publication.licence,
        "published every (days)": source.publication.cadence_days,
    }
    if addresses:
        metadata["address"] = dg.MetadataValue.url(addresses[0])
    if source.publication.caveat:
        metadata["publisher's warning"] = source.publication.caveat
    return dg.AssetSpec(
        [OUTSIDE, source.name],
        group_name=OUTSIDE,
        description=source.description,
        owners=[source.owner],
        kinds={"file"},
        metadata=metadata,
    )


def register_tables() -> dict[str, str]:
    """Name and description of the tables that every source fills: register, accounts, quarantine, downloads."""
    declared = yaml.safe_load(REGISTER_DECLARATION.read_text("utf-8"))["sources"][0]["tables"]
    return {table["name"]: table["description"] for table in declared}


def raw_specs(sources: list[Source]) -> list[dg.AssetSpec]:
    """One asset a raw table, and the register that they all fill."""
    specs = [
        dg.AssetSpec(
            ["raw", table.name],
            deps=[[OUTSIDE, source.name]],
            group_name="raw",
            description=table.description,
            owners=[source.owner],
            kinds={"duckdb"},
            freshness_policy=dg.FreshnessPolicy.time_window(
                fail_window=dt.timedelta(days=source.publication.cadence_days + LATE_DAYS)
            ),
            skippable=True,
        )
        for source in sources
        for table in source.tables
    ]
    specs += [
        dg.AssetSpec(
            ["raw", name],
            deps=[[OUTSIDE, source.name] for source in sources],
            group_name="raw",
            description=description,
            owners=["team:data-engineering"],
            kinds={"duckdb"},
            skippable=True,
        )
        for name, description in register_tables().items()
    ]
    return specs


def stamp_refresh(warehouse: Warehouse, fingerprint: str, run_id: str) -> None:
    """Note which input the warehouse is being filled from, before the first file is read."""
    with warehouse.connect() as connection:
        connection.execute(
            "create or replace table raw.refresh as select ? as input_fingerprint, ? as run_id",
            [fingerprint, run_id],
        )


def read_stamp(warehouse: Warehouse) -> str:
    """Fingerprint of the input that the warehouse was filled from."""
    with warehouse.connect() as connection:
        return str(connection.execute("select input_fingerprint from raw.refresh").fetchone()[0])


def _table_state(warehouse: Warehouse) -> dict[str, tuple[int, str]]:
    """Rows and data version of every raw table: the version is a hash of the files it holds."""
    with warehouse.connect() as connection:
        accounts = connection.execute(
            "select table_name, sum(rows_loaded), string_agg(file_id, ',' order by file_id) "
            "from raw.file_table group by table_name"
        ).fetchall()
        register = {
            name: connection.execute(f"select count(*) from raw.{name}").fetchone()[0]
            for name in register_tables()
        }
    state = {
        name: (int(rows), hashlib.sha256(files.encode()).hexdigest()[:16]) for name, rows, files in accounts
    }
    everything = hashlib.sha256(repr(sorted(state.items())).encode()).hexdigest()[:16]
    return state | {name: (rows, everything) for name, rows in register.items()}


def build_raw_assets(settings: Settings, warehouse: Warehouse) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """The published sources, the ingest step with its raw tables, and the settings of the systems."""
    sources = read_declarations()
    personal = {
        table.name for source in sources if source.publication.personal_data for table in source.tables
    } | set(ROWS_OF_FILES)

    @dg.multi_asset(specs=raw_specs(sources), name="ingest", pool="duckdb", can_subset=True)
    def ingest(context: dg.AssetExecutionContext, config: IngestConfig) -> Iterator[dg.MaterializeResult]:
        """Read every new file of the input folder into raw tables, with every row accounted for."""
        if config.live:
            fetch_all(settings, context.log.info)
        stamp_refresh(warehouse, input_fingerprint(settings), context.run.run_id)
        summary = ingest_folder(settings, warehouse, context.run.run_id, sources)
        set_aside = rows_of_both(summary.quarantined, summary.quarantined_local)
        context.log.info(
            f"{summary.seen} files: {summary.loaded} read, {summary.known} known, "
            f"{len(summary.problems)} with a problem, {set_aside} set aside"
        )
        for problem in summary.problems:
            context.log.warning(problem)
        state = _table_state(warehouse)
        for key in sorted(context.selected_asset_keys):
            rows, version = state.get(key.path[-1], (0, "empty"))
            shown = shown_rows(rows) if key.path[-1] in personal else rows
            yield dg.MaterializeResult(
                asset_key=key,
                metadata={} if shown is None else {"dagster/row_count": shown},
                data_version=dg.DataVersion(version),
            )

    @dg.asset(
        key=["raw", "system_provider"],
        group_name="raw",
        kinds={"yaml", "duckdb"},
        owners=["team:data-engineering"],
        pool="duckdb",
    )
    def system_provider() -> dg.MaterializeResult:
        """What config/systems/ says of each system: providers placed by hand."""
        return dg.MaterializeResult(metadata={"dagster/row_count": load_systems(warehouse)})

    return [*(published_asset(source) for source in sources), ingest, system_provider]

"""What dbt cannot check: the files themselves, and that an edition is whole."""

from collections import Counter

import dagster as dg

from orchestration.ingest.declarations import read_declarations
from orchestration.outputs.edition import latest_edition, missing_files
from orchestration.settings import Settings
from orchestration.small_numbers import rows_in_words
from orchestration.warehouse import Warehouse

SHOWN = 20


def build_checks(settings: Settings, warehouse: Warehouse) -> list[dg.AssetChecksDefinition]:
    """The checks, each on the asset that it speaks of."""
    personal = {
        table.name
        for source in read_declarations()
        if source.publication.personal_data
        for table in source.tables
    }

    @dg.asset_check(
        asset=["raw", "file_register"],
        name="every_file_is_used",
        pool="duckdb",
        description="No file of the input folder was refused, held back or left unclaimed.",
    )
    def every_file_is_used() -> dg.AssetCheckResult:
        with warehouse.connect() as connection:
            rows = connection.execute(
                "select verdict, reason from raw.file_register where verdict <> 'loaded' "
                "order by verdict, file_name"
            ).fetchall()
        listing = "\n".join(f"- **{verdict}**: {reason}" for verdict, reason in rows[:SHOWN])
        return dg.AssetCheckResult(
            passed=not rows,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "files": dg.MetadataValue.md(listing or "All files are used."),
                **Counter(row[0] for row in rows),
            },
        )

    @dg.asset_check(
        asset=["raw", "quarantine"],
        name="no_row_in_quarantine",
        pool="duckdb",
        description="No row breaks the contract of its source.",
    )
    def no_row_in_quarantine() -> dg.AssetCheckResult:
        with warehouse.connect() as connection:
            rows = connection.execute(
                "select table_name, rule, count(*) as rows from raw.quarantine group by all order by all"
            ).fetchall()
        listing = "\n".join(
            f"- {table}: {rule}, {rows_in_words(count, table in personal)} rows"
            for table, rule, count in rows[:SHOWN]
        )
        return dg.AssetCheckResult(
            passed=not rows,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"rules broken": dg.MetadataValue.md(listing or "None.")},
        )

    @dg.asset_check(
        asset=["outputs", "edition"],
        name="edition_is_complete",
        description="The edition that `latest` leads to has every file of every system.",
    )
    def edition_is_complete() -> dg.AssetCheckResult:
        edition = latest_edition(settings.editions_dir)
        if edition is None:
            return dg.AssetCheckResult(passed=False, description="There is no edition.")
        missing = missing_files(edition.path, edition.systems)
        return dg.AssetCheckResult(
            passed=not missing,
            metadata={"systems": len(edition.systems), "missing": ", ".join(missing[:SHOWN]) or "nothing"},
        )

    return [every_file_is_used, no_row_in_quarantine, edition_is_complete]

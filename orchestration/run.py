"""One audit from beginning to end, in this process: what `equity-audit run` does once it knows there is work.

The run is an ordinary Dagster run: it stands in the UI with its logs and checks.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from orchestration.definitions import build_defs
from orchestration.errors import UserError
from orchestration.outputs.edition import latest_edition
from orchestration.partitions import ALL_SYSTEMS
from orchestration.settings import Settings
from orchestration.small_numbers import rows_of_both
from orchestration.warehouse import Warehouse

SHOWN_FILES = 20


class RunFailed(UserError):
    """A run that did not end well; the message says which step failed and why."""


@dataclass(frozen=True)
class AuditResult:
    """What a run made.

    Attributes:
        edition_path: folder of the edition.
        lmns_count: number of systems in it.
        notes: what a person should look at: files not used, rows set aside, checks that warn.
    """

    edition_path: Path
    lmns_count: int
    notes: list[str] = field(default_factory=list)


def _failure(result: dg.ExecuteInProcessResult) -> str:
    lines = []
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error.cause is not None:
                error = error.cause
            lines.append(f"The step {event.step_key} failed: {error.message.strip()}")
    return "\n".join(lines) or "The run failed."


def _warnings(result: dg.ExecuteInProcessResult) -> list[str]:
    failed = [check for check in result.get_asset_check_evaluations() if not check.passed]
    return [
        f"warning    {check.asset_key.path[-1]}: {check.check_name}"
        for check in sorted(failed, key=lambda check: (check.asset_key.to_user_string(), check.check_name))
    ]


def _set_aside(warehouse: Warehouse) -> list[str]:
    """What the edition does not hold, for who runs it: names of such files can be anything, and are not published."""
    with warehouse.connect() as connection:
        files = connection.execute(
            "select verdict, reason from raw.file_register where verdict <> 'loaded' order by verdict, file_name, file_id"
        ).fetchall()
        files += connection.execute(
            "select 'not read', reason from raw.file_not_read order by path"
        ).fetchall()
        rows, records = connection.execute(
            "select count(*), count(case when starts_with(table_name, 'local__') then 1 end) from raw.quarantine"
        ).fetchone()
    notes = [f"{verdict:10} {reason}" for verdict, reason in files[:SHOWN_FILES]]
    if len(files) > SHOWN_FILES:
        notes.append(f"and {len(files) - SHOWN_FILES} files more: raw.file_register, raw.file_not_read")
    if rows:
        notes.append(f"quarantine {rows_of_both(rows, records)} (counted in open_data/reconciliation.csv)")
    return notes


def run_audit(settings: Settings, say: Callable[[str], None]) -> AuditResult:
    """Refresh and publish.

    Raises:
        RunFailed: when a step fails; the last edition stays in place.
    """
    say("Preparing …")
    defs = build_defs(settings)
    settings.output_dir.mkdir(parents=True, exist_ok=True)
    say(f"Reading files, building tables, rendering audits in {settings.output_dir} …")
    job = defs.resolve_job_def("audit")
    with (settings.output_dir / "run.log").open("w", encoding="utf-8") as log, redirect_stdout(log):
        result = job.execute_in_process(
            instance=dg.DagsterInstance.get(),
            tags=ALL_SYSTEMS,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )
    if not result.success:
        raise RunFailed(
            f"{_failure(result)}\nThe last edition stays in place. The whole log: {settings.output_dir / 'run.log'} and the Dagster UI."
        )
    edition = latest_edition(settings.editions_dir)
    if edition is None:
        raise RunFailed("The run ended without an edition.")
    warehouse = Warehouse(settings.warehouse_path, settings.memory_limit, settings.threads)
    return AuditResult(
        edition_path=edition.path,
        lmns_count=len(edition.systems),
        notes=[*_set_aside(warehouse), *_warnings(result)],
    )

"""What starts a run without a person: the monthly schedule, the drop folder and the failure notice.

Holds no work of its own. All are off until they are switched on in the UI or configured.
"""

import hashlib
import json

import dagster as dg

from orchestration.ingest.load import input_files
from orchestration.jobs import audit_job
from orchestration.partitions import ALL_SYSTEMS
from orchestration.settings import Settings

# NHS England publishes monthly maternity statistics in the last third of the month
MONTHLY = "0 6 28 * *"


def folder_state(settings: Settings) -> str:
    """Hash of the names, sizes and times of the files in the input folder: cheap, no file is opened."""
    total = hashlib.sha256()
    for path in input_files(settings.input_dir):
        stat = path.stat()
        total.update(f"{path.name}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return total.hexdigest()[:24]


def build_automation(
    settings: Settings,
) -> tuple[list[dg.ScheduleDefinition], list[dg.SensorDefinition]]:
    """Schedules and sensors. The e-mail sensor is there only when settings name a mail server."""

    @dg.schedule(
        name="monthly_audit",
        job=audit_job,
        cron_schedule=MONTHLY,
        execution_timezone="Europe/London",
        description="Download from the publishers and build a new edition, once a month.",
    )
    def monthly_audit() -> dg.RunRequest:
        return dg.RunRequest(tags=ALL_SYSTEMS, run_config={"ops": {"ingest": {"config": {"live": True}}}})

    @dg.sensor(
        name="drop_folder",
        job=audit_job,
        minimum_interval_seconds=60,
        description=f"Builds a new edition when files in {settings.input_dir.name} changed and stopped growing.",
    )
    def drop_folder(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        state = folder_state(settings)
        seen = json.loads(context.cursor) if context.cursor else {}
        if state == seen.get("done"):
            return dg.SkipReason("Nothing new in the input folder.")
        if state != seen.get("last"):
            context.update_cursor(json.dumps(seen | {"last": state}))
            return dg.SkipReason("Files are arriving: waiting until they stop changing.")
        return dg.SensorResult(
            run_requests=[dg.RunRequest(run_key=state, tags=ALL_SYSTEMS)],
            cursor=json.dumps({"last": state, "done": state}),
        )

    sensors: list[dg.SensorDefinition] = [drop_folder]
    if settings.mail is not None:
        sensors.append(
            dg.make_email_on_run_failure_sensor(
                name="failure_notice",
                email_from=settings.mail.sender,
                email_password=settings.mail.password,
                email_to=[settings.mail.to],
                smtp_host=settings.mail.host,
                default_status=dg.DefaultSensorStatus.RUNNING,
            )
        )
    return [monthly_audit], sensors

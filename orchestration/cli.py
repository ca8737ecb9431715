"""The `equity-audit` command: run, sample, check, themes, key, trace, editions, ui.

Parses arguments, prints progress and results; the work is elsewhere. Dagster and dbt are imported
only when a run needs them, so that a run with nothing new ends at once.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from orchestration.errors import UserError
from orchestration.settings import PROJECT_DIR, Settings

SAMPLE_DIR = PROJECT_DIR / "data" / "sample"


def say(text: str = "") -> None:
    """One line of progress or result."""
    print(text, flush=True)


def show_progress() -> None:
    """Print the project's own log lines; those of the libraries stay in their own logs."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(message)s"))
    # a reader that has gone (| head) is no reason to print how
    logging.raiseExceptions = False
    progress = logging.getLogger("orchestration")
    progress.addHandler(handler)
    progress.setLevel(logging.INFO)
    progress.propagate = False


def _settings(arguments: argparse.Namespace) -> Settings:
    settings = Settings.from_environment()
    if getattr(arguments, "input", None):
        settings = replace(settings, input_dir=Path(arguments.input).expanduser().resolve())
    if getattr(arguments, "output", None):
        settings = replace(settings, output_dir=Path(arguments.output).expanduser().resolve())
    if getattr(arguments, "lmns", None):
        codes = " ".join(arguments.lmns).replace(",", " ").upper().split()
        settings = replace(settings, lmns=tuple(sorted(set(codes))))
    return settings


def _check_codes(settings: Settings) -> None:
    from orchestration.partitions import lmns_codes

    unknown = [code for code in settings.lmns if code not in lmns_codes()]
    if unknown:
        raise SystemExit(
            f"No Local Maternity and Neonatal System has the code {', '.join(unknown)}. "
            "The register is seeds/lmns.csv; Leicester, Leicestershire and Rutland is QK1."
        )


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(
        path.is_file() and not path.name.startswith(".") for path in folder.rglob("*")
    )


def prepare_home() -> Path:
    """DAGSTER_HOME as an absolute folder that holds our dagster.yaml (pools are ignored without)."""
    home = Path(os.environ.get("DAGSTER_HOME") or PROJECT_DIR / ".dagster").resolve()
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(PROJECT_DIR / "dagster.yaml", home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    return home


def _write_sample(directory: Path, **options: int | None) -> str:
    from orchestration.sample import write_sample

    try:
        return str(write_sample(directory, **options))
    except ValueError as error:
        raise SystemExit(str(error)) from error


def command_run(arguments: argparse.Namespace) -> int:
    """Build the audit: read, transform, render, put in place."""
    started = time.monotonic()
    show_progress()
    settings = _settings(arguments)
    _check_codes(settings)
    if arguments.input and not settings.input_dir.is_dir():
        raise SystemExit(f"The input folder {settings.input_dir} does not exist.")

    if arguments.live:
        from orchestration.live import fetch_all

        say("Downloading from the publishers …")
        try:
            fetch_all(settings, say)
        except OSError as error:
            raise SystemExit(f"Downloads cannot be kept in {settings.fetched_dir}: {error}") from error
        if not any(_has_files(folder) for folder in settings.input_dirs):
            raise SystemExit(
                "No publisher gave a file, and there is none from an earlier download. The lines above say why. "
                f"Files downloaded by hand can be put in {settings.input_dir}; see docs/live.md."
            )
    elif not any(_has_files(folder) for folder in settings.input_dirs):
        if arguments.input:
            raise SystemExit(
                f"The input folder {settings.input_dir} holds no file. Put the publishers' files in it, "
                "or leave INPUT= out to build the synthetic sample."
            )
        say(f"No files in {settings.input_dir}: writing the synthetic sample to {SAMPLE_DIR}")
        _write_sample(SAMPLE_DIR)
        settings = replace(settings, input_dir=SAMPLE_DIR)

    from orchestration.fingerprint import run_fingerprint
    from orchestration.outputs.edition import latest_edition

    fingerprint = run_fingerprint(settings)
    latest = latest_edition(settings.editions_dir)
    if latest is not None and latest.fingerprint == fingerprint and not arguments.force:
        say(
            f"Nothing new in {' and '.join(map(str, settings.input_dirs))}. The edition stands: {latest.path}"
        )
        return 0

    prepare_home()
    os.environ.update(settings.export())
    from orchestration.run import run_audit

    result = run_audit(settings, say)
    say()
    say(f"Audit of {result.lmns_count} systems in {time.monotonic() - started:.0f} s: {result.edition_path}")
    say(f"  open       {result.edition_path / 'index.html'}")
    say(f"  data       {result.edition_path}/<system>/data/*.csv")
    for line in result.notes:
        say(f"  {line}")
    say("  trace      equity-audit trace <figure id on the page>")
    return 0


def command_sample(arguments: argparse.Namespace) -> int:
    """Write the synthetic sample."""
    say(
        _write_sample(
            Path(arguments.directory),
            lmns=arguments.lmns,
            months=arguments.months,
            seed=arguments.seed,
            births=arguments.births,
        )
    )
    return 0


def command_trace(arguments: argparse.Namespace) -> int:
    """Print where a figure comes from."""
    from orchestration.trace import trace_figure
    from orchestration.warehouse import Warehouse

    settings = _settings(arguments)
    if not settings.warehouse_path.exists():
        raise SystemExit(
            f"There is no warehouse at {settings.warehouse_path}. Build one with `equity-audit run`, "
            "or name the OUTPUT folder with --output."
        )
    trace = trace_figure(Warehouse(settings.warehouse_path), arguments.figure)
    if arguments.json:
        say(json.dumps(trace.__dict__, indent=2, default=str))
        return 0
    say(f"{trace.figure_id}  in {trace.table}")
    for name, value in trace.figure.items():
        if value is not None and name != "figure_id":
            say(f"  {name:24} {value}")
    say("Comes from")
    for row in trace.sources:
        say(f"  {row.get('role', ''):12} {row['publisher']}, {row['publication']} ({row['release']})")
        place = f" row {row['row_number']}" if row.get("row_number") is not None else ""
        place = f" rows {row['rows']}, added up" if row.get("rows") else place
        if "records" in row:
            place = f", {row['dataset']} of {row['supplier_code']}: {row['records']} records of the period are used"
        value = row.get("published_mark") or row.get("published_value")
        say(
            f"  {'':12} {row['path'] or row['file_name']}{place}"
            + (f" = {value}" if value is not None else "")
        )
        say(f"  {'':12} sha256 {row['sha256']}, received {row['received_at']}")
        if row.get("address"):
            say(f"  {'':12} {row['address']}")
        if row.get("last_fetch"):
            say(f"  {'':12} {row['last_fetch']}")
    if not trace.sources:
        say(
            "  no file by itself: it is worked out from everything held; the models below end in what was read"
        )
    say("Rules")
    for rule in trace.rules:
        say(f"  {rule}")
    say("Models, first to last")
    for model in trace.models:
        say(f"  {model}")
    say("Run that loaded the files: " + (", ".join(trace.runs) or "not recorded"))
    return 0


def command_check(arguments: argparse.Namespace) -> int:
    """Say what would become of a file, before anything is loaded; the exit code is 0 when it would be loaded."""
    from orchestration.check_file import check_file

    mapping = Path(arguments.mapping).expanduser() if arguments.mapping else None
    report = check_file(Path(arguments.file).expanduser(), _settings(arguments), mapping)
    for line in report.lines:
        say(line)
    if report.draft and arguments.draft:
        Path(arguments.draft).expanduser().write_text(report.draft, "utf-8")
        say(f"Written to {arguments.draft}")
    elif report.draft:
        say(report.draft)
    return 0 if report.fits else 1


def command_themes(arguments: argparse.Namespace) -> int:
    """Write suggested themes for the statements of a file that nobody has coded."""
    from orchestration.themes_file import suggest_themes

    mapping = Path(arguments.mapping).expanduser() if arguments.mapping else None
    folder = Path(arguments.folder).expanduser() if arguments.folder else None
    found = suggest_themes(Path(arguments.file).expanduser(), _settings(arguments), mapping, folder)
    if found.set_aside:
        say(f"{found.set_aside} rows were set aside; `equity-audit check` says why.")
    if found.path is None:
        say("No statement without a theme.")
        return 0
    say(
        f"{found.uncoded} statements without a theme, a suggestion for {found.suggested} of them: {found.path}"
    )
    say(
        "Read each statement, write its theme into theme_code and equity_theme, and put the file in the input folder."
    )
    say(
        "A suggestion that nobody confirms is never evidence. docs/method.md says how often suggestions are right."
    )
    return 0


def command_key(arguments: argparse.Namespace) -> int:
    """Make a key for pseudonyms."""
    from orchestration.ingest.privacy import make_key

    path = Path(arguments.file).expanduser()
    try:
        made = make_key(path)
    except FileExistsError:
        raise SystemExit(
            f"{path} exists and is left as it is: pseudonyms made with a lost key can never be made again."
        ) from None
    except OSError as error:
        raise SystemExit(f"{path} cannot be written ({error.strerror}).") from error
    say(
        f"Key {made} written to {path}. Keep it where only this project's data engineers can read it, and keep a copy."
    )
    say(f"Set EQUITY_PSEUDONYM_KEY_FILE={path} before a run.")
    return 0


def command_editions(arguments: argparse.Namespace) -> int:
    """List the editions, oldest first; with --complete, fail unless the newest is whole."""
    from orchestration.outputs.edition import latest_edition, list_editions, missing_files

    settings = _settings(arguments)
    editions = list_editions(settings.editions_dir)
    if not editions:
        say(f"No edition in {settings.editions_dir} yet. Build one with `equity-audit run`.")
    for edition in editions:
        say(str(edition))
    if arguments.complete is None:
        return 0
    latest = latest_edition(settings.editions_dir)
    missing = missing_files(latest.path, latest.systems) if latest else ["the edition itself"]
    if missing or len(latest.systems) < arguments.complete:
        systems = len(latest.systems) if latest else 0
        say(
            f"Incomplete: {systems} systems of {arguments.complete}; missing: {', '.join(missing) or 'no file'}"
        )
        return 1
    say(f"Complete: {len(latest.systems)} systems, no file missing")
    return 0


def command_ui(arguments: argparse.Namespace) -> int:
    """Open the Dagster UI on loopback."""
    settings = _settings(arguments)
    prepare_home()
    os.environ.update(settings.export())
    say(f"Dagster on http://{arguments.host}:{arguments.port} (stop with Ctrl+C)")
    command = [
        sys.executable, "-m", "dagster", "dev",
        "--workspace", str(PROJECT_DIR / "workspace.yaml"),
        "--host", arguments.host, "--port", str(arguments.port),
    ]  # fmt: skip
    return subprocess.call(command, cwd=PROJECT_DIR)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="equity-audit",
        description="Maternity and neonatal equity and equality audits for England's LMNSs.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def places(command: argparse.ArgumentParser) -> None:
        command.add_argument("--input", help="folder of source files (default: data/inbox)")
        command.add_argument("--output", help="folder of the warehouse and the editions (default: output)")

    run = commands.add_parser("run", help="build the audit of every system that the data hold")
    places(run)
    run.add_argument("--lmns", nargs="+", help="codes of the systems wanted (default: all)")
    run.add_argument("--live", action="store_true", help="download from the publishers first")
    run.add_argument("--force", action="store_true", help="build even when nothing is new")
    run.set_defaults(function=command_run)

    sample = commands.add_parser("sample", help="write synthetic files in the publishers' formats")
    sample.add_argument("directory", help="where to write them")
    sample.add_argument("--lmns", type=int, default=3, help="number of systems (default: 3)")
    sample.add_argument("--months", type=int, default=15, help="months of data (default: 15)")
    sample.add_argument("--seed", type=int, default=1, help="the same seed gives the same files")
    sample.add_argument(
        "--births", type=int, help="births in the local extracts (default: those of the published files)"
    )
    sample.set_defaults(function=command_sample)

    trace = commands.add_parser("trace", help="show the files and rows behind a figure")
    trace.add_argument("figure", help="a figure id, as shown beside the figure")
    trace.add_argument("--json", action="store_true", help="print JSON")
    places(trace)
    trace.set_defaults(function=command_trace)

    check = commands.add_parser("check", help="say what would become of a file, before anything is loaded")
    check.add_argument("file", help="the file")
    check.add_argument("--mapping", help="a mapping to try (default: those in use)")
    check.add_argument("--draft", metavar="FILE", help="write the drafted mapping of an unknown file here")
    places(check)
    check.set_defaults(function=command_check)

    themes = commands.add_parser("themes", help="suggest themes for statements that nobody has coded")
    themes.add_argument("file", help="a file of the data set voice")
    themes.add_argument("--mapping", help="a mapping to read it by (default: those in use)")
    themes.add_argument("--folder", help="where to write the suggestions (default: beside the file)")
    themes.set_defaults(function=command_themes)

    key = commands.add_parser("key", help="make a key for pseudonyms")
    key.add_argument("file", help="where to write it; outside the input and the output folder")
    key.set_defaults(function=command_key)

    editions = commands.add_parser("editions", help="list the editions in the output folder")
    places(editions)
    editions.add_argument(
        "--complete",
        type=int,
        metavar="SYSTEMS",
        help="fail unless the newest has this many systems and every file",
    )
    editions.set_defaults(function=command_editions)

    ui = commands.add_parser("ui", help="open the Dagster UI on this machine")
    places(ui)
    ui.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    ui.add_argument("--port", type=int, default=3000)
    ui.set_defaults(function=command_ui)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console script; returns the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        return arguments.function(arguments)
    except UserError as error:
        raise SystemExit(str(error)) from error
    except BrokenPipeError:
        # who reads what is printed has seen enough (| head); what Python writes at its end goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main())

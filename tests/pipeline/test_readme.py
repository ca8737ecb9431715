"""Every command that the README shows is run: by .ci/run, or here."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pandas as pd
import pytest

from tests.bench.run import modules
from tests.conftest import PROJECT, SHARED

pytestmark = pytest.mark.pipeline

README = (PROJECT / "README.md").read_text("utf-8")
CI = (PROJECT / ".ci" / "run").read_text("utf-8")
COMMAND = re.compile(r"(?:make(?= )|\.venv/bin/equity-audit|equity-audit) [^`\n]+|make(?=`)")


def commands() -> list[str]:
    """The commands of code blocks and of inline code."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    inline = re.findall(r"`([^`\n]+)`", README)
    found = [text.strip() for text in [*lines, *inline] if COMMAND.fullmatch(text.strip())]
    return sorted(set(found))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    if shutil.which("make") is None or not (PROJECT / ".venv" / "ready").exists():
        pytest.skip("`make` has not made .venv in this folder")
    home = tmp_path_factory.mktemp("readme_home")
    return os.environ | {"DAGSTER_HOME": str(home)}


def run(command: list[str], environment: dict[str, str], timeout: int = 600) -> str:
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


BY_CI = {"make audit", "make test", "make lint"}
BY_OTHER_TESTS = {".venv/bin/equity-audit run --live": "tests/pipeline/test_publisher_down.py"}
HERE = {
    'make audit INPUT=folder OUTPUT=folder LMNS="QK1 QOC"',
    "make audit INPUT=folder",
    "make ui",
    "make bench",
    "make reference",
    ".venv/bin/equity-audit trace mv-…",
    ".venv/bin/equity-audit sample folder",
    ".venv/bin/equity-audit themes FILE",
    ".venv/bin/equity-audit --help",
    "equity-audit check FILE",
    "equity-audit run",
}


# an hour or more: only that it leads to its bench is tested here
TOO_LONG = {"make bench WORDS=scale"}


def test_every_command_of_the_readme_is_run_somewhere() -> None:
    assert set(commands()) <= BY_CI | HERE | set(BY_OTHER_TESTS) | TOO_LONG


def test_the_long_bench_is_found_by_its_word_and_is_in_no_other_run() -> None:
    folder = PROJECT / "tests" / "bench"
    assert modules(folder, ["scale"]) == ["bench_scale"]
    assert "bench_scale" not in modules(folder, [])


def test_what_ci_is_said_to_run_it_runs() -> None:
    for command in BY_CI:
        assert re.search(rf"(^|\s){command}(\s|$)", CI, re.MULTILINE), command


def test_audit_with_a_folder(
    environment: dict[str, str], sample_files: Path, sample_output: Path, tmp_path: Path
) -> None:
    stands = run(["make", "audit", f"INPUT={sample_files}", f"OUTPUT={sample_output}"], environment)
    assert "Nothing new" in stands, "the edition that the console script built stands for make too"
    copy = shutil.copytree(sample_output, tmp_path / "output", symlinks=True)
    chosen = run(["make", "audit", f"INPUT={sample_files}", f"OUTPUT={copy}", "LMNS=QK1"], environment)
    assert "Audit of 1 systems" in chosen


def test_make_ui_serves_dagster(environment: dict[str, str], tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["make", "ui", f"PORT={port}", f"INPUT={tmp_path}", f"OUTPUT={tmp_path / 'out'}"]
    with (tmp_path / "ui.log").open("w") as log:
        ui = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            for _ in range(120):
                assert ui.poll() is None, (tmp_path / "ui.log").read_text()[-2000:]
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                        assert b"Dagster" in answer.read()
                    break
                except OSError:
                    time.sleep(1)
            else:
                raise AssertionError((tmp_path / "ui.log").read_text()[-2000:])
        finally:
            os.killpg(ui.pid, signal.SIGTERM)
            ui.wait(timeout=60)


def test_bench_prints_its_table(environment: dict[str, str]) -> None:
    assert "over budget" in run(["make", "bench", "WORDS=none-of-that-name"], environment)


def test_reference(environment: dict[str, str]) -> None:
    if not (SHARED / "statistics").is_dir():
        pytest.skip("the reference answers are not beside the project (../shared/statistics)")
    assert "0 differ" in run(["make", "reference"], environment)


def test_trace_sample_and_help(environment: dict[str, str], sample_output: Path, tmp_path: Path) -> None:
    script = str(PROJECT / ".venv" / "bin" / "equity-audit")
    values = pd.read_csv(
        sample_output / "editions" / "latest" / "QK1" / "data" / "metric_values.csv", low_memory=False
    )
    traced = run([script, "trace", values["figure_id"].iloc[0], "--output", str(sample_output)], environment)
    assert "sha256" in traced
    run([script, "sample", str(tmp_path / "sample"), "--lmns", "1", "--months", "2"], environment)
    assert (tmp_path / "sample" / "planted.csv").exists()
    assert "trace" in run([script, "--help"], environment)


def test_themes_of_a_file(environment: dict[str, str], sample_files: Path, tmp_path: Path) -> None:
    script = str(PROJECT / ".venv" / "bin" / "equity-audit")
    statements = sample_files / "local" / "LLRMNVP" / "voice_LLRMNVP.csv"
    mapping = sample_files / "mappings" / "LLRMNVP" / "voice.yaml"
    command = [
        script,
        "themes",
        str(statements),
        "--mapping",
        str(mapping),
        "--folder",
        str(tmp_path / "new"),
    ]
    assert "statements without a theme" in run(command, environment)
    assert len(list((tmp_path / "new").glob("voice_theme_*.csv"))) == 1

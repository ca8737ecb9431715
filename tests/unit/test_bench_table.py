"""The bench table says yes and no where it should, and a crash neither hides figures nor passes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from tests.bench import BenchRow, bench_scale
from tests.bench.run import main, modules, table


def test_a_ratio_budget_is_judged_against_the_peer():
    assert BenchRow("load", 2.9, 1.0, budget_ratio=3).within_budget is True
    assert BenchRow("load", 3.1, 1.0, budget_ratio=3).within_budget is False


def test_a_time_budget_is_judged_alone_and_both_must_hold():
    assert BenchRow("sii", 0.9, budget_seconds=1).within_budget is True
    assert BenchRow("sii", 0.9, 0.1, budget_ratio=3, budget_seconds=1).within_budget is False
    assert BenchRow("sii", 0.9).within_budget is None


def test_a_ratio_budget_without_a_peer_is_refused():
    with pytest.raises(ValueError, match="needs peer_seconds"):
        BenchRow("load", 1.0, budget_ratio=3)


def test_columns_line_up():
    lines = table(
        [
            BenchRow("short", 0.004, 0.002, budget_ratio=3, note="bare"),
            BenchRow("a much longer name", 130, budget_seconds=60),
        ]
    ).splitlines()
    assert lines[2].split() == ["short", "4", "ms", "2", "ms", "2.00x", "3x", "yes", "bare"]
    assert lines[3].split()[-7:] == ["130", "s", "-", "-", "60.0", "s", "NO"]
    assert lines[2].index("2.00x") == lines[0].index("ratio")
    assert lines[3].index("130 s") + 5 == lines[0].index("ours") + 4


def test_a_crash_shows_the_other_figures_and_fails(tmp_path, capsys, monkeypatch):
    package = tmp_path / "some_benches"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "bench_good.py").write_text(
        "from tests.bench import BenchRow\ndef rows():\n    return [BenchRow('good', 1.0)]\n"
    )
    (package / "bench_bad.py").write_text("def rows():\n    raise KeyError('no such table')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert main([], folder=package, package="some_benches") == 1
    shown = capsys.readouterr()
    assert "good" in shown.out and "1 rows" in shown.out
    assert "no such table" in shown.err
    assert main(["good"], folder=package, package="some_benches") == 0
    sys.modules.pop("some_benches", None)


def test_a_slow_bench_is_not_a_failure(tmp_path, capsys, monkeypatch):
    package = tmp_path / "slow_benches"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "bench_slow.py").write_text(
        "from tests.bench import BenchRow\n"
        "def rows():\n    return [BenchRow('slow', 9.0, budget_seconds=1)]\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert main([], folder=package, package="slow_benches") == 0
    assert "over budget: slow" in capsys.readouterr().out


def test_a_bench_of_half_an_hour_runs_only_when_it_is_asked_for(tmp_path):
    for name in ("bench_scale", "bench_ingest"):
        (tmp_path / f"{name}.py").touch()
    assert modules(tmp_path, []) == ["bench_ingest"]
    assert modules(tmp_path, ["scale"]) == ["bench_scale"]


@pytest.mark.skipif(
    not bench_scale.PROCESSES.is_dir(), reason="this system does not tell the memory of a process"
)
def test_memory_is_that_of_a_process_and_of_all_that_it_starts_while_threads_come_and_go():
    alone = bench_scale.memory_of(os.getpid())
    hold = "import sys; held = bytearray(80_000_000); print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        for _ in range(50):
            threading.Thread(target=sorted, args=(range(1000),)).start()
            both = bench_scale.memory_of(os.getpid())
        child.communicate()
    assert both > alone + 70

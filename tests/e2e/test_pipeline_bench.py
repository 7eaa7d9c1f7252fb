# SPDX-License-Identifier: MIT
"""What `./dev bench pipeline` says of its figures: one that hides a failure would be of no use."""
import subprocess
import sys

import pytest

from conftest import ROOT, await_value

sys.path.insert(0, str(ROOT / "bench/pipeline"))
from load import DRAIN_SECONDS_MAX, Figures, Producer  # noqa: E402
from pipelines import Efd  # noqa: E402
from processes import CostMeter, ProcessCost  # noqa: E402
from probes import Prober  # noqa: E402


def good_figures(**changes):
    figures = Figures("some", 1, wanted_per_second=1000, sent_per_second=1000, load_seconds=10,
                      run_seconds=11, drained=True, sent=10_000, stored=10_000, backlog=900,
                      costs=[ProcessCost("some", 2, 50)], machine_seconds=2)
    for name, value in changes.items():
        setattr(figures, name, value)
    return figures


def test_good_figures_have_no_problem():
    assert good_figures().problems() == []
    assert good_figures().us_per_message(ProcessCost("some", 2, 50)) == 200


@pytest.mark.parametrize("changes, words", [
    ({"stored": 9999}, "10000 sent, 9999 stored"),
    ({"stored": 10_001}, "10000 sent, 10001 stored"),
    ({"backlog": 2500}, "fell behind: 2500 messages, 2.5 s of load"),
    ({"sent_per_second": 900}, "sent 900/s of 1000/s wanted"),
    ({"drained": False}, f"not everything was written {DRAIN_SECONDS_MAX} s after"),
    ({"refused": 3}, "3 messages refused"),
    ({"probes_lost": 2}, "2 probes never seen"),
    ({"machine_seconds": 1e6}, "the machine was not its own"),
])
def test_a_problem_is_told(changes, words):
    problems = good_figures(**changes).problems()
    assert len(problems) == 1 and words in problems[0]


def test_cost_of_a_process():
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        meter = CostMeter({"busy": busy.pid})
        await_value(lambda: meter.read()[0].cpu_seconds >= 0.2, True)
        cost = meter.read()[0]
        assert cost.memory_high_mib > 1
        assert meter.machine_seconds() >= 0.15  # counted in ticks, each for itself
    finally:
        busy.kill()
        busy.wait()


def test_probes_are_seen(tmp_path):
    pipeline = Efd(tmp_path, None)
    try:
        prober = Prober(pipeline)
        prober.start()
        await_value(lambda: min(5, len(prober.latencies_ms)), 5)
        prober.stop()
        sent = Producer(pipeline, 0.01, 1).result(60)["produced"]
        assert not prober.waiting and len(prober.latencies_ms) == prober.sent
        await_value(pipeline.applied, sent + prober.sent)
        counts = pipeline.counts("sal_sequence")
        assert counts["lsst.sal.EFD_logevent_probe"] == prober.sent
        assert sum(counts.values()) == sent + prober.sent
    finally:
        pipeline.stop()

# SPDX-License-Identifier: MIT
"""Recorded queries over real 2019 topics, their records sent through Kafka: answers as InfluxDB's."""
import re
import subprocess
import sys

CASES = 722


def test_efd_cases(shared, efd):
    done = subprocess.run(
        [sys.executable, shared / "tools/run_efd_cases.py", efd.influx_url,
         shared / "data/influx/efd_cases.json.gz", "--kafka", efd.kafka,
         "--registry", efd.registry_url],
        capture_output=True, text=True, timeout=300)
    output = done.stdout + done.stderr
    counts = re.search(r"(\d+) passed, (\d+) failed", output)
    assert counts, output
    print(f"efd cases: {counts[1]} of {int(counts[1]) + int(counts[2])}")
    assert done.returncode == 0, output
    assert int(counts[1]) == CASES
